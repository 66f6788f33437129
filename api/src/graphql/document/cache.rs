//! The cache of parsed documents.

use super::Document;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::Arc;

/// Parsed documents by source text, bounded by number and by size. Only documents that were executed are inserted, so
/// that rejected ones evict none.
#[derive(Debug)]
pub struct Documents<D = Document>(Cache<Arc<str>, Arc<D>, DocumentWeighter>);

/// Most documents in the cache.
const ENTRIES: usize = 1_024;
/// Most bytes of memory they take together, estimated.
const BYTES: usize = 32 * 1024 * 1024;
/// Bytes of a parsed document for each byte of its source, measured on the console's queries.
const BYTES_PER_SOURCE_BYTE: usize = 16;

/// Estimates the size of a document. The minimum bounds the number of entries as well.
#[derive(Clone, Debug)]
struct DocumentWeighter;

impl<D> Weighter<Arc<str>, Arc<D>> for DocumentWeighter {
    fn weight(&self, source: &Arc<str>, _: &Arc<D>) -> u64 {
        (source.len() * BYTES_PER_SOURCE_BYTE).max(BYTES / ENTRIES) as u64
    }
}

impl<D> Default for Documents<D> {
    fn default() -> Self {
        Self(Cache::with_weighter(ENTRIES, BYTES as u64, DocumentWeighter))
    }
}

impl<D> Documents<D> {
    /// A cached document.
    #[must_use]
    pub fn get(&self, source: &str) -> Option<Arc<D>> {
        self.0.get(source)
    }

    /// Caches a document that was executed.
    pub fn insert(&self, source: &str, document: &Arc<D>) {
        self.0.insert(source.into(), Arc::clone(document));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_in_memory_are_bounded_by_number_and_by_size() {
        for padding in [0, 1_000, 60_000] {
            let documents = Documents::<()>::default();
            let source = |number: usize| format!("{{ __typename }} #{number}{}", " ".repeat(padding));
            for number in 0..3 * ENTRIES {
                documents.insert(&source(number), &Arc::default());
            }
            assert!(documents.0.len() <= ENTRIES && documents.0.weight() <= BYTES as u64, "{padding}");
            assert!(
                documents.0.len() > ENTRIES / 2 || documents.0.weight() > BYTES as u64 / 2,
                "{padding}: it is filled"
            );
        }
    }
}

//! Documents that clients send again and again.

use super::Document;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::sync::Arc;

/// Documents by their text, bounded by number and by size. Only those that ran go in, so that junk
/// does not drive out what is in use.
#[derive(Debug)]
pub struct Documents(Cache<Arc<str>, Arc<Document>, Weight>);

/// Most documents kept.
const ENTRIES: usize = 1_024;
/// Most bytes of memory they take together, by estimate.
const BYTES: usize = 32 * 1024 * 1024;
/// Bytes that a parsed document takes for each byte of its text, measured on the console's queries.
const BYTES_PER_TEXT: usize = 16;

/// A document weighs at least its share, so that the weights bound the number as well.
#[derive(Clone, Debug)]
struct Weight;

impl Weighter<Arc<str>, Arc<Document>> for Weight {
    fn weight(&self, text: &Arc<str>, _: &Arc<Document>) -> u64 {
        (text.len() * BYTES_PER_TEXT).max(BYTES / ENTRIES) as u64
    }
}

impl Default for Documents {
    fn default() -> Self {
        Self(Cache::with_weighter(ENTRIES, BYTES as u64, Weight))
    }
}

impl Documents {
    /// A document seen before.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<Arc<Document>> {
        self.0.get(text)
    }

    /// Keeps a document that ran.
    pub fn keep(&self, text: &str, document: &Arc<Document>) {
        self.0.insert(text.into(), Arc::clone(document));
    }
}

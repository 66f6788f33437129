//! Documents that clients send again and again.

use super::Document;
use moka::sync::Cache;
use std::sync::Arc;

/// Documents by their text, bounded by number and by size. Only those that ran go in, so that junk
/// does not drive out what is in use.
#[derive(Clone, Debug)]
pub struct Documents(Cache<Arc<str>, Arc<Document>>);

/// Most documents kept.
const ENTRIES: u64 = 1_024;
/// Most bytes of memory they take together, by estimate.
const BYTES: u64 = 32 * 1024 * 1024;
/// Bytes that a parsed document takes for each byte of its text, measured on the console's queries.
const BYTES_PER_TEXT: usize = 16;

impl Default for Documents {
    fn default() -> Self {
        // A document weighs at least its share, so that the weights bound the number as well.
        let share = u32::try_from(BYTES / ENTRIES).unwrap_or(u32::MAX);
        let weight = move |text: &Arc<str>, _: &Arc<Document>| {
            u32::try_from(text.len() * BYTES_PER_TEXT).unwrap_or(u32::MAX).max(share)
        };
        Self(Cache::builder().max_capacity(BYTES).weigher(weight).build())
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

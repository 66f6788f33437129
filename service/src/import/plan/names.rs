//! What the texts of a document name: things that are there, or new ones, each made once.

use super::SHOWN;
use crate::text::excerpt;
use rustc_hash::FxHashMap;

/// Texts of one kind (users, roles or permissions).
#[derive(Debug)]
pub(super) struct Names<'d, Id> {
    /// By text as it was read.
    known: FxHashMap<&'d str, Result<Id, String>>,
    /// How new things were first spelt, by the key that tells them apart.
    spellings: FxHashMap<String, &'d str>,
}

/// What a text names.
pub(super) enum Found<Id, Name> {
    /// Something that is there.
    Known(Id),
    /// Something new, with the key that tells it apart.
    New(String, Name),
}

impl<Id> Default for Names<'_, Id> {
    fn default() -> Self {
        Self { known: FxHashMap::default(), spellings: FxHashMap::default() }
    }
}

impl<'d, Id: Copy> Names<'d, Id> {
    /// What `text` names: looked up, or else made, once.
    pub(super) fn resolve<Name>(
        &mut self,
        text: &'d str,
        find: impl FnOnce() -> Result<Found<Id, Name>, String>,
        make: impl FnOnce(Name) -> Id,
    ) -> Result<Id, String> {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let outcome = find().and_then(|found| match found {
            Found::Known(id) => Ok(id),
            Found::New(key, name) => match self.spellings.get(&key) {
                Some(other) => Err(format!("`{text}` is also written `{}`: use one spelling", excerpt(other, SHOWN))),
                None => {
                    self.spellings.insert(key, text);
                    Ok(make(name))
                }
            },
        });
        self.known.insert(text, outcome.clone());
        outcome
    }
}

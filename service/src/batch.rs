//! Ids that one call names at once: at most 100, repetitions harmless, all known or none taken.

use crate::{Refusal, RefusalCode, Result};
use rustc_hash::FxHashSet;
use std::hash::Hash;

/// Most ids in one call.
const MAX_IDS: usize = 100;

/// A list of ids as a client gave it, with the argument or field it was given in.
#[derive(Clone, Debug)]
pub(crate) struct Batch<Id> {
    given: Vec<Id>,
    path: &'static [&'static str],
}

impl<Id: Copy + Eq + Hash> Batch<Id> {
    /// Takes the ids given at `path`.
    ///
    /// # Errors
    /// `TOO_LONG` for more than 100.
    pub(crate) fn new(given: Vec<Id>, path: &'static [&'static str]) -> Result<Self, Refusal> {
        if given.len() > MAX_IDS {
            let message = format!("a list has at most {MAX_IDS} entries here");
            return Err(Refusal::new(RefusalCode::TooLong, message).at(path.iter().copied()));
        }
        Ok(Self { given, path })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// Each id once, in the order given.
    pub(crate) fn distinct(&self) -> Vec<Id> {
        let mut seen = FxHashSet::default();
        self.given.iter().copied().filter(|&id| seen.insert(id)).collect()
    }

    /// Each id as it was given, with its place, for example `["userIds", "3"]`.
    pub(crate) fn places(&self) -> impl Iterator<Item = (Id, Vec<String>)> {
        self.given.iter().enumerate().map(|(place, &id)| {
            let within = self.path.iter().map(|&part| part.to_owned());
            (id, within.chain([place.to_string()]).collect())
        })
    }

    /// No ids.
    pub(crate) fn none() -> Self {
        Self { given: Vec::new(), path: &[] }
    }

    /// Refuses the list when one of its ids is refused, with the place of the first such id.
    ///
    /// # Errors
    /// Those of `judge`, at for example `["roleIds", "3"]`.
    pub(crate) fn require_each<'a>(&'a self, judge: impl Fn(&'a Id) -> Result<(), Refusal>) -> Result<(), Refusal> {
        let judged = self.given.iter().enumerate().map(|(place, id)| (place, judge(id)));
        for (place, judged) in judged {
            judged.map_err(|refusal| refusal.at(self.path.iter().copied().chain([place.to_string().as_str()])))?;
        }
        Ok(())
    }

    /// Refuses the list when one of its ids is not `known`.
    ///
    /// # Errors
    /// `NOT_FOUND` with the place of the first such id, for example `["roleIds", "3"]`.
    pub(crate) fn require_known(&self, what: &str, known: impl Fn(Id) -> bool) -> Result<(), Refusal> {
        self.require_each(|&id| if known(id) { Ok(()) } else { Err(not_found(what, &[])) })
    }
}

/// The refusal for an id that names no `what`, or none the caller may see.
pub(crate) fn not_found(what: &str, path: &[&str]) -> Refusal {
    Refusal::new(RefusalCode::NotFound, format!("there is no such {what}")).at(path.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_are_harmless() {
        let batch = Batch::new(vec![3, 1, 3], &["roleIds"]).expect("a short list");
        assert_eq!(batch.distinct(), [3, 1]);
        assert!(batch.require_known("role", |_| true).is_ok());
    }

    #[test]
    fn the_first_unknown_id_is_named_by_its_place() {
        let batch = Batch::new(vec![1, 1, 7, 8], &["input", "roleIds"]).expect("a short list");
        let refusal = batch.require_known("role", |id| id == 1).expect_err("7 is unknown");
        assert_eq!(
            (refusal.code, refusal.path),
            (RefusalCode::NotFound, vec!["input".to_owned(), "roleIds".to_owned(), "2".to_owned()])
        );
    }

    #[test]
    fn more_than_a_hundred_are_too_many() {
        assert!(Batch::new(vec![0; 100], &["roleIds"]).is_ok());
        let refusal = Batch::new(vec![0; 101], &["roleIds"]).expect_err("too many");
        assert_eq!(refusal.code, RefusalCode::TooLong);
    }
}

//! Lists of ids in the input of a command: of bounded length, duplicates allowed, all of them known.

use crate::{Refusal, RefusalCode, Requested, Result};
use rustc_hash::FxHashSet;
use std::hash::Hash;

/// Most ids in one list.
const MAX_IDS: usize = 100;

/// Checks the length of the list that is the argument or field at `path`.
///
/// # Errors
/// `TOO_LONG` for more entries than `limit`.
pub(crate) fn check_length(length: usize, limit: usize, path: &[&str]) -> Result<()> {
    if length > limit {
        let message = format!("the list has more than {limit} entries");
        return Err(Refusal::new(RefusalCode::TooLong, message).at(path.iter().copied()).into());
    }
    Ok(())
}

/// A list of ids from the input, with the argument or field it was in.
#[derive(Clone, Debug)]
pub(crate) struct Batch<Id> {
    ids: Vec<Requested<Id>>,
    path: &'static [&'static str],
}

impl<Id: Copy + Eq + Hash> Batch<Id> {
    /// Takes the ids of the argument or field at `path`.
    ///
    /// # Errors
    /// `TOO_LONG` for more than 100.
    pub(crate) fn new(ids: Vec<Requested<Id>>, path: &'static [&'static str]) -> Result<Self> {
        Self::of_at_most(MAX_IDS, ids, path)
    }

    /// Takes the ids of the argument or field at `path`.
    ///
    /// # Errors
    /// `TOO_LONG` for more than `limit`.
    pub(crate) fn of_at_most(limit: usize, ids: Vec<Requested<Id>>, path: &'static [&'static str]) -> Result<Self> {
        check_length(ids.len(), limit, path)?;
        Ok(Self { ids, path })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Each id once, in the order of the list; malformed ones are left out.
    pub(crate) fn distinct(&self) -> Vec<Id> {
        let mut seen = FxHashSet::default();
        self.ids.iter().copied().flatten().filter(|&id| seen.insert(id)).collect()
    }

    /// Each id with its path, for example `["userIds", "3"]`; malformed ones are left out.
    pub(crate) fn paths(&self) -> impl Iterator<Item = (Id, Vec<String>)> {
        self.ids.iter().enumerate().filter_map(|(index, &id)| {
            let within = self.path.iter().map(|&part| part.to_owned());
            Some((id?, within.chain([index.to_string()]).collect()))
        })
    }

    /// No ids.
    pub(crate) fn none() -> Self {
        Self { ids: Vec::new(), path: &[] }
    }

    /// Refuses the list when one of its ids is refused, at the first such id.
    ///
    /// # Errors
    /// Those of `judge`, at for example `["roleIds", "3"]`.
    pub(crate) fn require_each<'a>(
        &'a self,
        judge: impl Fn(Requested<&'a Id>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        for (index, id) in self.ids.iter().enumerate() {
            judge(id.as_ref())
                .map_err(|refusal| refusal.at(self.path.iter().copied().chain([index.to_string().as_str()])))?;
        }
        Ok(())
    }

    /// Refuses the list when one of its ids is not `known`.
    ///
    /// # Errors
    /// `NOT_FOUND` at the first such id, for example `["roleIds", "3"]`.
    pub(crate) fn require_known(&self, what: &str, known: impl Fn(Id) -> bool) -> Result<(), Refusal> {
        let is_known = |id: Requested<&Id>| id.is_some_and(|&id| known(id));
        self.require_each(|id| if is_known(id) { Ok(()) } else { Err(not_found(what, &[])) })
    }
}

/// The refusal of an id that names no object, or none visible to the caller.
pub(crate) fn not_found(what: &str, path: &[&str]) -> Refusal {
    Refusal::new(RefusalCode::NotFound, format!("unknown {what}")).at(path.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_are_allowed() {
        let batch = Batch::new(vec![Some(3), Some(1), Some(3)], &["roleIds"]).expect("a short list");
        assert_eq!(batch.distinct(), [3, 1]);
        assert!(batch.require_known("role", |_| true).is_ok());
    }

    #[test]
    fn the_first_unknown_id_is_named_by_its_index() {
        for unknown in [Some(7), None] {
            let batch = Batch::new(vec![Some(1), Some(1), unknown, Some(8)], &["input", "roleIds"]);
            let batch = batch.expect("a short list");
            let refusal = batch.require_known("role", |id| id == 1).expect_err("the third is unknown");
            assert_eq!(
                (refusal.code, refusal.path),
                (RefusalCode::NotFound, vec!["input".to_owned(), "roleIds".to_owned(), "2".to_owned()])
            );
        }
    }

    #[test]
    fn more_than_a_hundred_are_too_many() {
        assert!(Batch::new(vec![Some(0); 100], &["roleIds"]).is_ok());
        let Err(crate::Error::Refused(refusals)) = Batch::new(vec![Some(0); 101], &["roleIds"]) else {
            panic!("too many")
        };
        assert_eq!(refusals[0].code, RefusalCode::TooLong);
    }
}

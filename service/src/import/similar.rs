//! New names that resemble existing ones: one edit away (an insertion, a deletion, a substitution or a transposition of
//! neighbours), or equal without regard to case.
//!
//! Two texts are one edit apart only if they are equal after at most one character is deleted from each. An index of the
//! new names with each of their deletions is searched with those of the existing names: the work grows with the sum of
//! the lengths of all names, not with the number of pairs.

use rustc_hash::FxHasher;
use std::hash::Hasher as _;

/// New names in one index, which bounds its memory; more are searched in several passes.
const PASS: usize = 50_000;

/// For each of `new`, the position of an existing name that resembles it: an equal one if there is one, else the first by
/// name. All names are in the form for comparison.
pub(super) fn similar(new: &[&str], existing: &[&str]) -> Vec<Option<usize>> {
    let mut found = Vec::with_capacity(new.len());
    for names in new.chunks(PASS) {
        found.extend(Index::new(names).search(existing));
    }
    found
}

/// New names by the hashes of their variants.
struct Index<'n> {
    names: &'n [&'n str],
    /// Sorted by hash.
    variants: Vec<Variant>,
}

/// A name, or the name without one character.
struct Variant {
    hash: u64,
    /// Position of the name.
    position: usize,
}

impl<'n> Index<'n> {
    fn new(names: &'n [&'n str]) -> Self {
        let mut variants = Vec::new();
        for (position, name) in names.iter().enumerate() {
            for_each_variant(name, |hash| variants.push(Variant { hash, position }));
        }
        variants.sort_unstable_by_key(|variant| variant.hash);
        Self { names, variants }
    }

    fn search(&self, existing: &[&str]) -> Vec<Option<usize>> {
        let mut found: Vec<Option<Match<'_>>> = vec![None; self.names.len()];
        for (place, &candidate) in existing.iter().enumerate() {
            for_each_variant(candidate, |hash| {
                let start = self.variants.partition_point(|variant| variant.hash < hash);
                let same = self.variants.iter().skip(start).take_while(|variant| variant.hash == hash);
                for &Variant { position, .. } in same {
                    let (Some(name), Some(best)) = (self.names.get(position), found.get_mut(position)) else {
                        continue;
                    };
                    let distance = strsim::osa_distance(name, candidate);
                    let new = Match { distance, name: candidate, place };
                    if distance <= 1 && best.is_none_or(|best| new < best) {
                        *best = Some(new);
                    }
                }
            });
        }
        found.into_iter().map(|best| best.map(|best| best.place)).collect()
    }
}

/// An existing name and its distance; the better match is the smaller one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Match<'a> {
    distance: usize,
    name: &'a str,
    /// Position among the existing names.
    place: usize,
}

/// Calls `visit` with the hash of the name and of the name without each of its characters.
fn for_each_variant(name: &str, mut visit: impl FnMut(u64)) {
    visit(hash(name, ""));
    for (start, character) in name.char_indices() {
        let (before, rest) = name.split_at(start);
        visit(hash(before, rest.get(character.len_utf8()..).unwrap_or_default()));
    }
}

/// The hash of two parts as one text.
fn hash(before: &str, after: &str) -> u64 {
    let mut hasher = FxHasher::default();
    before.bytes().chain(after.bytes()).for_each(|byte| hasher.write_u8(byte));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(new: &str, existing: &[&str]) -> Option<String> {
        similar(&[new], existing).remove(0).map(|place| existing[place].to_owned())
    }

    #[test]
    fn one_edit_is_similar_and_two_are_not() {
        for new in ["ben", "bne", "be", "en", "bens", "bean", "ban", "abne"] {
            let is_near = new != "abne";
            assert_eq!(one(new, &["ben", "zoe"]).as_deref(), is_near.then_some("ben"), "{new}");
        }
        assert_eq!(one("clerck", &["clerk"]).as_deref(), Some("clerk"));
        assert_eq!(one("élodie", &["elodie"]).as_deref(), Some("elodie"));
        assert_eq!(one("ab", &["dc"]), None);
        assert_eq!(one("", &["a"]).as_deref(), Some("a"));
        assert_eq!(one("ab", &[]), None);
    }

    #[test]
    fn an_equal_name_is_preferred_to_a_similar_one_then_the_first() {
        assert_eq!(one("clerk", &["clark", "clerk"]).as_deref(), Some("clerk"));
        assert_eq!(one("clerk", &["clork", "clark", "clirk"]).as_deref(), Some("clark"));
    }

    #[test]
    fn the_index_finds_what_a_comparison_of_all_pairs_finds() {
        // All texts of up to four letters out of three.
        let mut texts = vec![String::new()];
        for length in 0..4 {
            let last: Vec<String> = texts.iter().filter(|text| text.len() == length).cloned().collect();
            texts.extend(last.iter().flat_map(|text| ["a", "b", "c"].map(|letter| format!("{text}{letter}"))));
        }
        let names: Vec<&str> = texts.iter().map(String::as_str).collect();
        for name in &names {
            let others: Vec<&str> = names.iter().copied().filter(|other| other != name).collect();
            let near = |other: &&&str| strsim::osa_distance(name, other) == 1;
            let expected = others.iter().filter(near).min().map(|name| (*name).to_owned());
            assert_eq!(one(name, &others), expected, "{name}");
        }
    }

    #[test]
    fn names_in_several_passes_are_all_compared() {
        let new: Vec<String> = (0..=PASS).map(|number| format!("user{number:06}")).collect();
        let new: Vec<&str> = new.iter().map(String::as_str).collect();
        let existing = ["xser000000", "user050000x"];
        let found = similar(&new, &existing);
        assert_eq!((found[0], found[PASS]), (Some(0), Some(1)));
    }
}

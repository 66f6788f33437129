//! The texts by which users are sorted and found, one after the other in one allocation.

use crate::text::folded;
use memchr::{memchr, memmem};
use roaring::RoaringBitmap;

/// Longest text that is searched for, in characters: no name or address is longer.
const MAX_SEARCH: usize = 2_000;
/// Ends each text; no text contains it.
const END: u8 = 0;

/// Texts by the number of their user: username and display name as sort keys, address in lower case.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    /// In the order of `bytes`. A changed record is appended; the former one stays until it is compacted.
    records: Vec<Record>,
    /// Index of the latest record by user.
    latest: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Record {
    start: usize,
    user: u32,
}

/// The sort keys of a user's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Names<'a> {
    pub(super) username: &'a [u8],
    pub(super) display_name: &'a [u8],
}

impl Texts {
    /// Replaces the texts of a user, who is known or the next.
    pub(super) fn set(&mut self, user: u32, username_key: &str, display_key: &str, email: Option<&str>) {
        let record = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        self.records.push(Record { start: self.bytes.len(), user });
        for text in [username_key, display_key, &email.map(folded).unwrap_or_default()] {
            self.bytes.extend(text.bytes().filter(|&byte| byte != END));
            self.bytes.push(END);
        }
        match self.latest.get_mut(user as usize) {
            Some(latest) => *latest = record,
            None => self.latest.push(record),
        }
    }

    /// Removes former records once they are as many as the present ones.
    pub(super) fn compact(&mut self) {
        if self.records.len() <= 2 * self.latest.len() {
            return;
        }
        let former = std::mem::take(self);
        for user in 0..u32::try_from(former.latest.len()).unwrap_or(u32::MAX) {
            let record = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
            self.records.push(Record { start: self.bytes.len(), user });
            self.bytes.extend_from_slice(former.latest.get(user as usize).map_or(&[], |&record| former.text(record)));
            self.latest.push(record);
        }
    }

    /// The record as it is stored: three texts, each with its end.
    fn text(&self, record: u32) -> &[u8] {
        let start = |record: usize| self.records.get(record).map_or(self.bytes.len(), |record| record.start);
        self.bytes.get(start(record as usize)..start(record as usize + 1)).unwrap_or_default()
    }

    /// The sort keys of a user's names; empty for an unknown user.
    pub(super) fn names(&self, user: u32) -> Names<'_> {
        let text = self.latest.get(user as usize).map_or(&[][..], |&record| self.text(record));
        let (username, rest) = until_end(text);
        Names { username, display_name: until_end(rest).0 }
    }

    /// Users with a text that contains `text`, compared case-insensitively. Every user has the empty text.
    pub(super) fn containing(&self, text: &str) -> RoaringBitmap {
        let mut found = RoaringBitmap::new();
        let users = u32::try_from(self.latest.len()).unwrap_or(u32::MAX);
        if text.is_empty() {
            found.insert_range(0..users);
        }
        if text.is_empty() || text.contains('\0') || text.chars().nth(MAX_SEARCH).is_some() {
            return found;
        }
        let searched = folded(text);
        let finder = memmem::Finder::new(searched.as_bytes());
        let mut records = self.records.iter().enumerate().peekable();
        let (mut from, mut next_start) = (0, 0);
        while let Some(at) = self.bytes.get(from..).and_then(|rest| finder.find(rest)) {
            let at = from + at;
            let mut hit = None;
            while next_start <= at {
                hit = records.next();
                next_start = records.peek().map_or(usize::MAX, |(_, next)| next.start);
            }
            if let Some((index, record)) = hit
                && self.latest.get(record.user as usize).is_some_and(|&latest| latest as usize == index)
            {
                found.insert(record.user);
            }
            from = next_start;
        }
        found
    }
}

/// The text before the next end, and what follows it.
fn until_end(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr(END, bytes).unwrap_or(bytes.len());
    (bytes.get(..end).unwrap_or_default(), bytes.get(end + 1..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts() -> Texts {
        let mut texts = Texts::default();
        texts.set(0, "ana", "zoë", Some("Ana@Example.com"));
        texts.set(1, "ben", "émile", None);
        texts.set(2, "bea", "bea", Some("x_y@example.org"));
        texts
    }

    fn found(texts: &Texts, text: &str) -> Vec<u32> {
        texts.containing(text).into_iter().collect()
    }

    #[test]
    fn a_text_is_found_in_each_name_and_in_the_address() {
        let texts = texts();
        let cases: [(&str, &[u32]); 11] = [
            ("AN", &[0]),
            ("be", &[1, 2]),
            ("ÉMILE", &[1]),
            ("a@e", &[0]),
            ("@EXAMPLE", &[0, 2]),
            ("_", &[2]),
            ("", &[0, 1, 2]),
            ("%", &[]),
            ("anazoë", &[]),
            ("a\0z", &[]),
            ("nobody", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(found(&texts, text), expected, "{text}");
        }
        assert!(found(&texts, &"a".repeat(MAX_SEARCH + 1)).is_empty());
    }

    #[test]
    fn a_former_text_is_found_no_longer() {
        let mut texts = texts();
        for round in 0..10 {
            texts.set(1, &format!("carl{round}"), "carl", None);
            texts.compact();
            assert!(texts.records.len() <= 6, "{}", texts.records.len());
            assert_eq!(found(&texts, "be"), [2]);
            assert_eq!(found(&texts, &format!("carl{round}")), [1]);
        }
        let names = Names { username: b"carl9", display_name: b"carl" };
        assert_eq!(texts.names(1), names);
        assert_eq!(texts.names(0).display_name, "zoë".as_bytes());
    }
}

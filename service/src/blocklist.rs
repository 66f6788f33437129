//! Blocklist of passwords: an embedded list of 19,640 common ones (licence in `LICENCES.md`), and the operator's own,
//! for example of passwords known from leaks.

use flate2::read::GzDecoder;
use std::fmt;
use std::io::Read;
use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Length in bytes of the longest entry that is searched for inside passwords; no entry of the embedded list is longer.
pub(crate) const MAX_ENTRY_LEN: usize = 128;

/// The embedded list, unpacked on first use. A test checks that it unpacks.
static COMMON: LazyLock<PasswordList> = LazyLock::new(|| {
    let mut text = String::new();
    let packed: &[u8] = include_bytes!("common-passwords.txt.gz");
    if let Err(error) = GzDecoder::new(packed).read_to_string(&mut text) {
        tracing::error!(%error, "the embedded list of common passwords cannot be read");
    }
    PasswordList::of(&text)
});

/// List of passwords, compared without regard to case.
pub struct PasswordList {
    text: String,
    /// Sorted by password.
    lines: Vec<Line>,
}

/// Place of a password in the text: start and length in bytes. Half the size of a range: lists can be long.
#[derive(Clone, Copy)]
struct Line(u32, u32);

impl Line {
    /// `None` beyond 4 GiB.
    fn at(start: usize, length: usize) -> Option<Self> {
        Some(Self(u32::try_from(start).ok()?, u32::try_from(length).ok()?))
    }

    fn of(self, text: &str) -> &str {
        let (start, length) = (self.0 as usize, self.1 as usize);
        text.get(start..start + length).unwrap_or_default()
    }
}

/// The embedded list, and the operator's if one is set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocklist<'a>(pub(crate) Option<&'a PasswordList>);

impl Blocklist<'_> {
    /// Returns true when the password, given in lower case, is listed.
    pub(crate) fn contains(self, folded: &str) -> bool {
        COMMON.contains(folded) || self.0.is_some_and(|list| list.contains(folded))
    }
}

impl PasswordList {
    /// Parses a text of one password a line. Blank lines and blanks around a password are ignored; case and
    /// composition of characters do not matter. The text is shorter than 4 GiB.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = if is_nfc(text) { text.to_lowercase() } else { text.nfc().collect::<String>().to_lowercase() };
        let base = text.as_ptr().addr();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut lines: Vec<Line> = lines.filter_map(|line| Line::at(line.as_ptr().addr() - base, line.len())).collect();
        lines.sort_unstable_by(|a, b| a.of(&text).cmp(b.of(&text)));
        Self { text, lines }
    }

    /// Number of passwords.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Returns true for a list without passwords.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn contains(&self, folded: &str) -> bool {
        self.lines.binary_search_by(|line| line.of(&self.text).cmp(folded)).is_ok()
    }
}

/// Passwords are not printed.
impl fmt::Debug for PasswordList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordList").field("lines", &self.lines.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_complete_and_sorted() {
        assert_eq!(COMMON.len(), 19_640);
        assert!(COMMON.lines.is_sorted_by_key(|line| line.of(&COMMON.text)));
        assert!(COMMON.lines.iter().all(|line| (line.1 as usize) < MAX_ENTRY_LEN));
    }

    #[test]
    fn the_most_common_passwords_are_in_it() {
        for password in ["123456", "password", "qwerty", "111111", "letmein", "dragon"] {
            assert!(Blocklist(None).contains(password), "{password}");
        }
        for password in ["", "Password", "correct horse battery staple", "\u{10ffff}"] {
            assert!(!Blocklist(None).contains(password), "{password}");
        }
    }

    #[test]
    fn the_operators_list_adds_to_the_embedded_one() {
        let own = PasswordList::of("Tr0ub4dor&3\r\n\n   \n hunter2hunter2 \ncafe\u{301} au lait\nTr0ub4dor&3");
        assert_eq!((own.len(), own.is_empty()), (4, false));
        let both = Blocklist(Some(&own));
        for password in ["tr0ub4dor&3", "hunter2hunter2", "caf\u{e9} au lait", "password"] {
            assert!(both.contains(password), "{password}");
        }
        assert!(!both.contains("") && !Blocklist(None).contains("tr0ub4dor&3"));
        assert!(PasswordList::of(" \n\r\n\t").is_empty());
        assert!(!format!("{own:?}").contains("hunter"));
    }
}

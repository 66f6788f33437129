//! Passwords that are tried first: an embedded list of 19,640 common ones (licence in `LICENCES.md`), and the
//! operator's own, of those that are known from leaks.

use flate2::read::GzDecoder;
use std::fmt;
use std::io::Read;
use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Length in bytes of the longest password that is looked for inside others; none of the embedded list is longer.
pub(super) const LONGEST: usize = 128;

/// The embedded list, unpacked when first asked for.
static COMMON: LazyLock<PasswordList> = LazyLock::new(|| {
    let mut text = String::new();
    let packed = include_bytes!("common-passwords.txt.gz");
    GzDecoder::new(&packed[..]).read_to_string(&mut text).expect("the list was packed by gzip and is UTF-8");
    PasswordList::of(&text)
});

/// A list of passwords, without regard to case: its text, and where each line lies, in order.
pub struct PasswordList {
    text: String,
    lines: Vec<(u32, u32)>,
}

/// What a password is looked for in: the embedded list, and the operator's where there is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'a>(pub(super) Option<&'a PasswordList>);

impl Known<'_> {
    /// Is this password, in lower case, known?
    pub(super) fn contains(self, folded: &str) -> bool {
        COMMON.contains(folded) || self.0.is_some_and(|list| list.contains(folded))
    }
}

impl PasswordList {
    /// Takes a text of one password a line for a list. Blank lines and blanks around a password do not count; case
    /// and how characters are composed do not matter.
    ///
    /// # Panics
    /// When the text is longer than 4 GiB.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let text = if is_nfc(text) { text.to_lowercase() } else { text.nfc().collect::<String>().to_lowercase() };
        let place = |at: usize| u32::try_from(at).expect("the list is shorter than 4 GiB");
        let start = text.as_ptr().addr();
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut lines: Vec<_> = lines.map(|line| (place(line.as_ptr().addr() - start), place(line.len()))).collect();
        lines.sort_unstable_by(|a, b| line(&text, *a).cmp(line(&text, *b)));
        Self { text, lines }
    }

    /// How many passwords it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Does it hold none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn contains(&self, folded: &str) -> bool {
        self.lines.binary_search_by(|place| line(&self.text, *place).cmp(folded)).is_ok()
    }
}

/// Passwords do not print.
impl fmt::Debug for PasswordList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordList").field("lines", &self.lines.len()).finish_non_exhaustive()
    }
}

fn line(text: &str, (start, length): (u32, u32)) -> &str {
    &text[start as usize..(start + length) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_in_order() {
        assert_eq!(COMMON.len(), 19_640);
        assert!(COMMON.lines.is_sorted_by_key(|place| line(&COMMON.text, *place)));
        assert!(COMMON.lines.iter().all(|(_, length)| (*length as usize) < LONGEST));
    }

    #[test]
    fn the_most_common_passwords_are_in_it() {
        for password in ["123456", "password", "qwerty", "111111", "letmein", "dragon"] {
            assert!(Known(None).contains(password), "{password}");
        }
        for password in ["", "Password", "correct horse battery staple", "\u{10ffff}"] {
            assert!(!Known(None).contains(password), "{password}");
        }
    }

    #[test]
    fn a_list_of_ones_own_adds_to_the_embedded_one() {
        let own = PasswordList::of("Tr0ub4dor&3\r\n\n   \n hunter2hunter2 \ncafe\u{301} au lait\nTr0ub4dor&3");
        assert_eq!((own.len(), own.is_empty()), (4, false));
        let known = Known(Some(&own));
        for password in ["tr0ub4dor&3", "hunter2hunter2", "caf\u{e9} au lait", "password"] {
            assert!(known.contains(password), "{password}");
        }
        assert!(!known.contains("") && !Known(None).contains("tr0ub4dor&3"));
        assert!(PasswordList::of(" \n\r\n\t").is_empty());
        assert!(!format!("{own:?}").contains("hunter"));
    }
}

//! The common passwords that are tried first: a list of 19,640, embedded (licence in `LICENCES.md`).

use flate2::read::GzDecoder;
use std::io::Read;
use std::sync::LazyLock;

/// Length of the longest password of the list, in bytes, with some room.
pub(super) const LONGEST: usize = 128;

/// The list, unpacked when first asked for: its text, and where each line lies, in order.
static LIST: LazyLock<List> = LazyLock::new(|| List::unpack(include_bytes!("common-passwords.txt.gz")));

struct List {
    text: String,
    lines: Vec<(u32, u32)>,
}

/// Is this password, in lower case, in the list?
pub(super) fn contains(folded: &str) -> bool {
    let list = &*LIST;
    list.lines.binary_search_by(|line| list.line(*line).cmp(folded)).is_ok()
}

impl List {
    fn unpack(packed: &[u8]) -> Self {
        let mut text = String::new();
        GzDecoder::new(packed).read_to_string(&mut text).expect("the list was packed by gzip and is UTF-8");
        let text = text.to_lowercase();
        let place = |at: usize| u32::try_from(at).expect("the list is small");
        let start = text.as_ptr().addr();
        let lines = text.lines().map(|line| line.trim()).filter(|line| !line.is_empty());
        let lines = lines.map(|line| (place(line.as_ptr().addr() - start), place(line.len()))).collect();
        let mut list = Self { text, lines };
        let mut lines = std::mem::take(&mut list.lines);
        lines.sort_unstable_by(|a, b| list.line(*a).cmp(list.line(*b)));
        list.lines = lines;
        list
    }

    fn line(&self, (start, length): (u32, u32)) -> &str {
        &self.text[start as usize..(start + length) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_in_order() {
        assert_eq!(LIST.lines.len(), 19_640);
        assert!(LIST.lines.is_sorted_by_key(|line| LIST.line(*line)));
        assert!(LIST.lines.iter().all(|(_, length)| (*length as usize) < LONGEST));
    }

    #[test]
    fn the_most_common_passwords_are_in_it() {
        for password in ["123456", "password", "qwerty", "111111", "letmein", "dragon"] {
            assert!(contains(password), "{password}");
        }
        for password in ["", "Password", "correct horse battery staple", "\u{10ffff}"] {
            assert!(!contains(password), "{password}");
        }
    }
}

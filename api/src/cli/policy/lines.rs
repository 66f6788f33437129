//! Lines of a file, of limited length.

use anyhow::{Result, bail};
use std::io::{BufRead, Read as _};

/// Longest line, in MiB: enough for a model with a million links.
const MAX_MIB: usize = 64;

/// The lines of an input that are not blank, numbered from 1.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: R,
    number: usize,
    line: Vec<u8>,
    max_bytes: usize,
}

/// A line without its line end.
pub(super) struct Line<'a> {
    pub(super) number: usize,
    pub(super) text: &'a [u8],
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, number: 0, line: Vec::new(), max_bytes: MAX_MIB << 20 }
    }

    /// The next line; `None` at the end.
    ///
    /// # Errors
    /// One line when it cannot be read or is too long.
    pub(super) fn next(&mut self) -> Result<Option<Line<'_>>> {
        loop {
            self.line.clear();
            // One byte more than the limit: the line end, or the excess.
            let mut limited = self.input.by_ref().take(self.max_bytes as u64 + 1);
            if limited.read_until(b'\n', &mut self.line)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            let is_terminated = self.line.ends_with(b"\n");
            let length = self.line.len() - usize::from(is_terminated);
            if length > self.max_bytes {
                bail!("line {} is longer than {} bytes", self.number, self.max_bytes);
            }
            if !self.line.trim_ascii().is_empty() {
                self.line.truncate(length);
                return Ok(Some(Line { number: self.number, text: &self.line }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, max_bytes: usize) -> Result<Vec<(usize, String)>> {
        let mut lines = Lines { max_bytes, ..Lines::new(text.as_bytes()) };
        let mut all = Vec::new();
        while let Some(Line { number, text }) = lines.next()? {
            all.push((number, String::from_utf8_lossy(text).into_owned()));
        }
        Ok(all)
    }

    #[test]
    fn blank_lines_are_counted_and_skipped() {
        let all = read("one\r\n\n  \ntwo\nthree", 10).expect("short lines");
        assert_eq!(all, [(1, "one\r".to_owned()), (4, "two".to_owned()), (5, "three".to_owned())]);
        assert!(read("", 10).expect("nothing").is_empty() && read("\n", 10).expect("nothing").is_empty());
    }

    #[test]
    fn the_length_of_a_line_is_limited() {
        for text in ["12345\n12345\n", "12345\n12345"] {
            assert_eq!(read(text, 5).expect("short lines").len(), 2);
            let error = read(&text.replacen("5\n1", "5\n01", 1), 5).expect_err("too long").to_string();
            assert_eq!(error, "line 2 is longer than 5 bytes");
        }
    }
}

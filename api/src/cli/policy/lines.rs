//! Lines of a file, one at a time, none longer than there is room for.

use anyhow::{Result, bail};
use std::io::{BufRead, Read as _};

/// Longest line, in MiB: room for a model of a million links, and little enough for a small machine.
const MEBIBYTES: usize = 64;

/// The lines of an input that are not blank, with their numbers from 1 on.
#[derive(Debug)]
pub(super) struct Lines<R> {
    input: R,
    number: usize,
    line: Vec<u8>,
    most_bytes: usize,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, number: 0, line: Vec::new(), most_bytes: MEBIBYTES << 20 }
    }

    /// The next one, or nothing at the end.
    ///
    /// # Errors
    /// One line when it cannot be read or is too long.
    pub(super) fn next(&mut self) -> Result<Option<(usize, &[u8])>> {
        loop {
            self.line.clear();
            // One byte more than a line may have: its end, or what makes it too long.
            let mut room = self.input.by_ref().take(self.most_bytes as u64 + 1);
            if room.read_until(b'\n', &mut self.line)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            let length = self.line.strip_suffix(b"\n").unwrap_or(&self.line).len();
            if length > self.most_bytes {
                bail!("line {} is longer than {} bytes", self.number, self.most_bytes);
            }
            if !self.line.trim_ascii().is_empty() {
                return Ok(Some((self.number, &self.line[..length])));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, most_bytes: usize) -> Result<Vec<(usize, String)>> {
        let mut lines = Lines { most_bytes, ..Lines::new(text.as_bytes()) };
        let mut all = Vec::new();
        while let Some((number, line)) = lines.next()? {
            all.push((number, String::from_utf8_lossy(line).into_owned()));
        }
        Ok(all)
    }

    #[test]
    fn blank_lines_are_counted_and_passed_over() {
        let all = read("one\r\n\n  \ntwo\nthree", 10).expect("short lines");
        assert_eq!(all, [(1, "one\r".to_owned()), (4, "two".to_owned()), (5, "three".to_owned())]);
        assert!(read("", 10).expect("nothing").is_empty() && read("\n", 10).expect("nothing").is_empty());
    }

    #[test]
    fn a_line_has_at_most_so_many_bytes() {
        for text in ["12345\n12345\n", "12345\n12345"] {
            assert_eq!(read(text, 5).expect("short lines").len(), 2);
            let error = read(&text.replacen("5\n1", "5\n01", 1), 5).expect_err("too long").to_string();
            assert_eq!(error, "line 2 is longer than 5 bytes");
        }
    }
}

//! Texts from files or standard input.

use anyhow::{Context, Result, anyhow, bail};
use clap::ValueEnum;
use service::policy_document::{Format, Limits, Position};
use std::fs::File;
use std::io::{Read, stdin};
use std::path::Path;

/// Forms of a document, as a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatFlag {
    Yaml,
    Json,
}

impl FormatFlag {
    /// The format of a file: that of the flag, else JSON when its name ends with `.json`, else YAML.
    pub(super) fn of(flag: Option<Self>, path: Option<&Path>) -> Format {
        let is_json = |path: &Path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        match flag {
            Some(Self::Json) => Format::Json,
            Some(Self::Yaml) => Format::Yaml,
            None if path.is_some_and(is_json) => Format::Json,
            None => Format::Yaml,
        }
    }
}

/// A text and the name of its file.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) text: String,
}

/// Whether a path stands for standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

impl Source {
    /// Reads a file, or standard input for `-`.
    ///
    /// # Errors
    /// One line when it cannot be read, is too large or is not UTF-8.
    pub(super) fn read(path: &Path) -> Result<Self> {
        if is_stdin(path) {
            return Self::of("standard input".to_owned(), stdin().lock());
        }
        let name = path.display().to_string();
        let file = File::open(path).with_context(|| format!("cannot open {name}"))?;
        Self::of(name, file)
    }

    fn of(name: String, input: impl Read) -> Result<Self> {
        let max = Limits::FILE.bytes;
        let mut bytes = Vec::new();
        // One byte more than the limit tells that there is more.
        input.take(max as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {name}"))?;
        if bytes.len() > max {
            bail!("{name} is larger than {} MiB", max >> 20);
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
            let line = valid.split(|byte| *byte == b'\n').count();
            anyhow!("{name} is not UTF-8: line {line} has other bytes")
        })?;
        Ok(Self { name, text })
    }

    /// A message with the name of the file and the place.
    pub(super) fn at(&self, at: Option<Position>, message: &str) -> String {
        let Self { name, .. } = self;
        let message = crate::startup::flat(message);
        match at {
            Some(Position { line, column }) => format!("{name}: line {line}, column {column}: {message}"),
            None => format!("{name}: {message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_that_of_the_flag_or_of_the_name() {
        let of = |flag, path: &str| FormatFlag::of(flag, Some(Path::new(path)));
        assert_eq!(of(None, "policy.json"), Format::Json);
        assert_eq!(of(None, "policy.JSON"), Format::Json);
        assert_eq!(of(None, "policy.yaml"), Format::Yaml);
        assert_eq!(of(None, "-"), Format::Yaml);
        assert_eq!(of(Some(FormatFlag::Yaml), "policy.json"), Format::Yaml);
        assert_eq!(of(Some(FormatFlag::Json), "policy.yaml"), Format::Json);
        assert_eq!(FormatFlag::of(None, None), Format::Yaml);
    }

    #[test]
    fn a_text_that_is_not_utf_8_is_refused_with_its_line() {
        let error = Source::of("p".to_owned(), b"a\nb\xff".as_slice()).expect_err("not UTF-8").to_string();
        assert_eq!(error, "p is not UTF-8: line 2 has other bytes");
        assert_eq!(Source::of("p".to_owned(), "é\n".as_bytes()).expect("a text").text, "é\n");
    }

    #[test]
    fn the_size_of_a_text_is_limited() {
        let blanks = |bytes: usize| std::io::repeat(b' ').take(bytes as u64);
        let max = Limits::FILE.bytes;
        assert_eq!(Source::of("p".to_owned(), blanks(max)).expect("a text").text.len(), max);
        let error = Source::of("p".to_owned(), blanks(max + 1)).expect_err("too large").to_string();
        assert_eq!(error, "p is larger than 256 MiB");
    }
}

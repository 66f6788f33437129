//! The document of `plan` and `apply`.

use super::source::{FormatFlag, Source};
use anyhow::Result;
use clap::{Args, ValueEnum};
use service::policies::DocumentInput;
use service::policy_document::{Limits, Mode};
use std::path::PathBuf;

#[derive(Args, Debug)]
pub(super) struct DocumentArguments {
    /// The document; `-` for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What happens to things that the document does not mention: they stay, or they are deleted
    #[arg(long, value_enum, default_value_t = ModeFlag::Merge)]
    mode: ModeFlag,
    /// Format of the document [default: json for *.json, else yaml]
    #[arg(long, value_enum)]
    format: Option<FormatFlag>,
}

/// What a document means for things that it does not mention, as a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ModeFlag {
    Merge,
    Replace,
}

/// A document, and where it is from.
#[derive(Debug)]
pub(super) struct NamedDocument {
    pub(super) source: Source,
    pub(super) input: DocumentInput,
}

impl DocumentArguments {
    /// Reads the document.
    ///
    /// # Errors
    /// One line when it cannot be read.
    pub(super) fn read(&self) -> Result<NamedDocument> {
        let source = Source::read(&self.file)?;
        let input = DocumentInput {
            content: source.text.clone(),
            format: FormatFlag::of(self.format, Some(&self.file)),
            mode: match self.mode {
                ModeFlag::Merge => Mode::Merge,
                ModeFlag::Replace => Mode::Replace,
            },
            limits: Limits::FILE,
        };
        Ok(NamedDocument { source, input })
    }
}

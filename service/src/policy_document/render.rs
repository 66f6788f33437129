//! The canonical text of a policy.

mod json;
mod scalars;
mod yaml;

pub(super) use yaml::{Line, blocks};

use super::{Format, State};
use std::fmt::Write;

impl State {
    /// The canonical text, with a line feed at its end. Parsing it yields the same state.
    #[must_use]
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Yaml => {
                let blocks = blocks(self);
                let lines = || blocks.iter().flat_map(|block| &block.lines);
                let mut text = String::with_capacity(lines().map(|line| line.text.len() + 1).sum());
                lines().for_each(|line| {
                    let _ = writeln!(text, "{}", line.text);
                });
                text
            }
            Format::Json => json::render(self),
        }
    }
}

/// An instant as documents write it.
fn instant(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

//! Results on standard output.

use crate::config::Settings;
use anyhow::{Context, Result};
use std::fmt::Display;
use std::io::{ErrorKind, Write};

/// Prints a result and a line end. A closed pipe (`| head`) is not an error.
pub(super) fn print(text: impl Display) -> Result<()> {
    match writeln!(std::io::stdout(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error).context("cannot write to standard output"),
        _ => Ok(()),
    }
}

/// The folder in which a command would make a new embedded database; `None` when there is one, or a server.
pub(super) fn new_database_folder(settings: &Settings) -> Option<String> {
    if settings.database.url.is_some() || settings.database_file().exists() {
        return None;
    }
    let folder = std::path::absolute(&settings.data_dir).unwrap_or_else(|_| settings.data_dir.clone());
    Some(folder.display().to_string())
}

/// Says on standard error that a new database is about to be made: in a wrong working folder that looks like success.
pub(super) fn announce_database(folder: &str) {
    eprintln!("note: there is no database in {folder}: making a new one there (`--data-dir` names another folder)");
}

/// A number with thousands separators.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_separated() {
        assert_eq!([0, 999, 1_000, 165_179, 1_234_567].map(grouped), ["0", "999", "1,000", "165,179", "1,234,567"]);
    }
}

//! Failures in one line for the operator: what is wrong, and what to do.

use anyhow::{Error, anyhow};
use std::error::Error as StdError;

/// An error with its causes in one line.
#[must_use]
pub fn one_line(error: &Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in error.chain().map(|cause| flat(&cause.to_string())) {
        // Many errors repeat their cause.
        if !parts.iter().any(|shown| shown.contains(&part)) {
            parts.push(part);
        }
    }
    parts.join(": ")
}

/// The failure of a use case.
#[must_use]
pub fn describe(error: &service::Error) -> Error {
    match error {
        service::Error::Refused(refusals) => {
            let messages: Vec<&str> = refusals.iter().map(|refusal| refusal.message.as_str()).collect();
            anyhow!(messages.join("; "))
        }
        other => anyhow!(causes(other)),
    }
}

/// The failure of a migration.
pub(super) fn migration(error: &dyn StdError) -> Error {
    let cause = causes(error);
    let remedy = if is_damaged(&cause) {
        ": restore a backup, or move the database away to start with an empty one"
    } else {
        ""
    };
    anyhow!("cannot migrate the database: {cause}{remedy}")
}

/// The failure to start a service on an open database.
pub(super) fn cannot_start(error: &service::Error, has_redis: bool) -> Error {
    let cause = causes(error);
    let lower = cause.to_lowercase();
    let remedy = if has_redis && (lower.contains("redis") || lower.contains("connection refused")) {
        ": check `KEYWARD_REDIS_URL` and that Redis is running"
    } else if is_damaged(&cause) {
        ": restore a backup of the database"
    } else if lower.contains("pepper") {
        ": set `KEYWARD_PASSWORD_PEPPER` to it, or `KEYWARD_PASSWORD_PEPPER_PREVIOUS` to replace it; if it is lost, see \
         docs/passwords.md"
    } else if lower.contains("secret") {
        " (`KEYWARD_SECRET`, or the file `secret` in the data folder), or set `KEYWARD_SECRET_PREVIOUS` to it to replace the \
         secret"
    } else {
        ""
    };
    anyhow!("cannot start: {cause}{remedy}")
}

/// Whether SQLite reports a damaged file.
fn is_damaged(cause: &str) -> bool {
    ["not a database", "malformed", "corrupt", "disk I/O error"].iter().any(|words| cause.contains(words))
}

/// The innermost cause; the outer messages of a service error add nothing to it.
fn causes(error: &dyn StdError) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    flat(&innermost.to_string())
}

/// A text in one line, without control characters, which could be terminal escape sequences.
#[must_use]
pub fn flat(text: &str) -> String {
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn an_error_of_many_lines_becomes_one() {
        let error = anyhow!("first\n  second").context("outer");
        assert_eq!(one_line(&error), "outer: first second");
    }

    #[test]
    fn control_characters_are_removed() {
        assert_eq!(flat("role `x\u{1b}[2J\u{9b}31m\r\n\0y`"), "role `x [2J 31m y`");
    }

    #[test]
    fn a_repeated_cause_is_shown_once() {
        let error = Err::<(), _>(std::io::Error::other("the disk is full")).context("writing: the disk is full");
        assert_eq!(one_line(&error.expect_err("it is an error")), "writing: the disk is full");
    }

    #[test]
    fn a_damaged_database_names_the_remedy() {
        let line = migration(&std::io::Error::other("database disk image is malformed"));
        assert_eq!(
            line.to_string(),
            "cannot migrate the database: database disk image is malformed: restore a backup, or move the database away \
             to start with an empty one"
        );
    }
}

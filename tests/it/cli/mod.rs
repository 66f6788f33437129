//! The built binary on the command line.

mod commands;
mod durability;
mod failures;
mod import;
mod keys;
mod policy;
mod schema;
mod serve;

use std::process::Output;

/// Standard output as text.
fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Standard error as text.
fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Asserts exit code 0; returns standard output.
#[track_caller]
fn done(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", err(output));
    out(output)
}

/// Asserts exit code 1 and a single line that begins with `error:`, after notes at most; returns that line.
#[track_caller]
pub(crate) fn refused(output: &Output) -> String {
    let text = err(output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(out(output), "", "results only on standard output");
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with("note: ")).collect();
    assert_eq!(lines.len(), 1, "one line: {text}");
    assert!(lines[0].starts_with("error: "), "{text}");
    for leak in ["panicked", "RUST_BACKTRACE", "Error {", "Some(", "sqlx", "DbErr"] {
        assert!(!text.contains(leak), "{text}");
    }
    lines[0].to_owned()
}

/// Asserts that the line contains each of these.
#[track_caller]
pub(crate) fn assert_names(line: &str, words: &[&str]) {
    for word in words {
        assert!(line.contains(word), "`{word}` is not in: {line}");
    }
}

//! Agreement of an operator at a terminal.

use anyhow::{Context, Result};
use std::io::{BufRead, IsTerminal, Write};

/// Asks a question at a terminal; `None` where there is no one to ask.
pub(super) fn ask(question: &str) -> Result<Option<bool>> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(None);
    }
    put(question, std::io::stdin().lock(), std::io::stderr()).map(Some)
}

/// Asks, and returns whether the answer is yes. Without an answer it is no.
fn put(question: &str, mut input: impl BufRead, mut output: impl Write) -> Result<bool> {
    let asked = write!(output, "{question} [y/N] ").and_then(|()| output.flush());
    asked.context("cannot ask")?;
    let mut answer = String::new();
    input.read_line(&mut answer).context("cannot read the answer")?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::put;

    #[test]
    fn only_yes_is_yes() {
        for answer in ["y\n", "yes\r\n", " YES \n"] {
            assert!(put("Go on?", answer.as_bytes(), Vec::new()).expect("an answer"), "{answer:?}");
        }
        for answer in ["", "\n", "n\n", "no\n", "yes please\n", "yy\n"] {
            assert!(!put("Go on?", answer.as_bytes(), Vec::new()).expect("an answer"), "{answer:?}");
        }
    }
}

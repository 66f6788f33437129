//! How many tokens a text has, and how deep they nest, told in one quick pass before anything is parsed.
//!
//! The parser takes a microsecond or more for each token, so that a text which is short but dense keeps
//! a core busy for long; and it steps into lists within lists until the stack ends, and the process with
//! it. This looks at each byte once and builds nothing. INVARIANT: it never counts less than the parser
//! would read; of a text that the parser gives up, it may count more.

/// Words that the parser takes for a token of their own also where a longer word begins with them.
const GLUED: [&str; 7] = ["true", "false", "null", "query", "mutation", "subscription", "fragment"];

/// What a text holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tokens {
    /// Names, numbers, texts and signs. Signs count one by one: three for `...`, one for the point of
    /// `1.5`.
    pub(super) count: usize,
    /// Most brackets of any kind that are open at once.
    pub(super) depth: usize,
}

/// Counts what a text holds.
pub(super) fn tokens(text: &str) -> Tokens {
    let (mut rest, mut counted, mut open) = (text.as_bytes(), Tokens::default(), 0_usize);
    while let [first, ..] = rest {
        let (length, tokens) = match first {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => (1, 0),
            b'#' => (rest.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count(), 0),
            b'"' => quoted(rest),
            b'_' | b'A'..=b'Z' | b'a'..=b'z' | b'1'..=b'9' => {
                let word = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
                (word, words(&rest[..word]))
            }
            // What belongs nowhere counts as well. Nothing goes on after a zero.
            _ => (1, 1),
        };
        open = match first {
            b'(' | b'[' | b'{' => open + 1,
            b')' | b']' | b'}' => open.saturating_sub(1),
            // What may be read in two ways may open as many.
            b'"' if tokens > 1 => open + tokens,
            _ => open,
        };
        rest = &rest[length..];
        counted.count += tokens;
        counted.depth = counted.depth.max(open);
    }
    counted
}

/// The length of a text in quotes, and how many tokens it may be taken for.
fn quoted(text: &[u8]) -> (usize, usize) {
    let block = b"\"\"\"";
    let (quote, is_block) = if text.starts_with(block) { (&block[..], true) } else { (&block[..1], false) };
    let mut at = quote.len();
    while at < text.len() {
        match &text[at..] {
            rest if rest.starts_with(quote) => return (at + quote.len(), 1),
            // In a block only three quotes are escaped, and a backslash stands for itself otherwise.
            [b'\\', rest @ ..] if is_block && rest.starts_with(block) => at += 1 + block.len(),
            [b'\\', _, ..] if !is_block => at += 2,
            [b'\r' | b'\n', ..] if !is_block => return (at, 1),
            _ => at += 1,
        }
    }
    // A block that does not end is read as an empty text with anything behind it.
    if is_block { (text.len(), text.len()) } else { (text.len().min(at), 1) }
}

/// How many tokens one word may be taken for.
fn words(mut word: &[u8]) -> usize {
    let mut count = 1;
    while let Some(glued) = GLUED.iter().find(|glued| word.starts_with(glued.as_bytes()) && word.len() > glued.len()) {
        word = &word[glued.len()..];
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests;

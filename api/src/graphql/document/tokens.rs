//! The number of tokens of a source text and the depth of its brackets, counted in one pass before parsing.
//!
//! Parser and validation take a microsecond or more for each token, so that a short but dense text occupies a core for
//! long; and they are recursive. The count visits each byte once and allocates nothing. INVARIANT: it is never less than
//! the number of tokens that the parser reads; for a text with a syntax error it may be more.

/// Tokens of a source text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tokens {
    /// Names, numbers, strings and punctuators. Each character of a punctuator counts: three for `...`, one for the
    /// point of `1.5`.
    pub(super) count: usize,
    /// Depth of nested brackets of any kind.
    pub(super) depth: usize,
}

/// Counts the tokens of a source text.
pub(super) fn tokens(source: &str) -> Tokens {
    let (mut rest, mut counted, mut open) = (source.as_bytes(), Tokens::default(), 0_usize);
    while let [first, ..] = rest {
        let length = match first {
            b'#' => length_while(rest, |byte| !matches!(byte, b'\r' | b'\n')),
            b'"' => match string(rest) {
                Some(length) => length,
                // Where the parser ends the string is not known, so everything behind it counts.
                None => return counted.with_each_byte(rest, open),
            },
            b'_' | b'A'..=b'Z' | b'a'..=b'z' | b'1'..=b'9' => length_while(rest, is_name),
            // Characters outside of the grammar count as well. A zero ends a number.
            _ => 1,
        };
        open = match first {
            b'(' | b'[' | b'{' => open + 1,
            b')' | b']' | b'}' => open.saturating_sub(1),
            _ => open,
        };
        counted.count += usize::from(!is_ignored(*first));
        counted.depth = counted.depth.max(open);
        rest = rest.get(length..).unwrap_or_default();
    }
    counted
}

impl Tokens {
    /// The most tokens and the deepest brackets that `rest` can have.
    fn with_each_byte(self, rest: &[u8], open: usize) -> Self {
        let count = rest.iter().filter(|byte| !is_ignored(**byte)).count();
        let opening = rest.iter().filter(|byte| matches!(byte, b'(' | b'[' | b'{')).count();
        Self { count: self.count + count, depth: self.depth.max(open + opening) }
    }
}

/// Whether a token that begins with `byte` is ignored.
fn is_ignored(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b'#')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn length_while(text: &[u8], holds: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|byte| holds(**byte)).count()
}

/// The length of the string at the beginning of `text`; `None` for a malformed one.
fn string(text: &[u8]) -> Option<usize> {
    let block = b"\"\"\"";
    let is_block = text.starts_with(block);
    let quote: &[u8] = if is_block { block } else { b"\"" };
    let mut at = quote.len();
    loop {
        at += match text.get(at..)? {
            [] => return None,
            rest if rest.starts_with(quote) => return Some(at + quote.len()),
            // The only escape sequence of a block string.
            [b'\\', rest @ ..] if is_block && rest.starts_with(block) => 1 + block.len(),
            _ if is_block => 1,
            [b'\r' | b'\n', ..] => return None,
            [b'\\', b'u', b'{', rest @ ..] => match length_while(rest, |byte| byte.is_ascii_hexdigit()) {
                digits if digits > 0 && rest.get(digits) == Some(&b'}') => 4 + digits,
                _ => return None,
            },
            [b'\\', b'u', rest @ ..] if length_while(rest, |byte| byte.is_ascii_hexdigit()) >= 4 => 6,
            [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 2,
            [b'\\', ..] => return None,
            _ => 1,
        };
    }
}

/// A token of a source text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    /// Bytes before it.
    pub(super) offset: usize,
    /// A name, a number, a string or one character of a punctuator.
    pub(super) text: &'a [u8],
}

impl Token<'_> {
    /// Its first character.
    pub(super) fn first(&self) -> u8 {
        self.text.first().copied().unwrap_or_default()
    }

    /// Whether it is a name.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.first(), b'_' | b'A'..=b'Z' | b'a'..=b'z')
    }
}

/// The tokens of a source text; of a text with a malformed string those before it.
pub(super) fn read(source: &str) -> Vec<Token<'_>> {
    let (mut rest, mut tokens) = (source.as_bytes(), Vec::new());
    while let [first, ..] = rest {
        let length = match first {
            b'#' => length_while(rest, |byte| !matches!(byte, b'\r' | b'\n')),
            b'"' => match string(rest) {
                Some(length) => length,
                None => break,
            },
            b'_' | b'A'..=b'Z' | b'a'..=b'z' => length_while(rest, is_name),
            // With fraction and exponent.
            b'0'..=b'9' => length_while(rest, |byte| is_name(byte) || matches!(byte, b'.' | b'+' | b'-')),
            _ => 1,
        };
        let (text, behind) = rest.split_at_checked(length).unwrap_or((rest, &[]));
        if !is_ignored(*first) {
            tokens.push(Token { offset: source.len() - rest.len(), text });
        }
        rest = behind;
    }
    tokens
}

#[cfg(test)]
mod tests;

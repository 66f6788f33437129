//! The text of assertions.

use super::{Assertion, Assertions, Claim, Held};
use crate::RefusalCode::{Invalid, TooLong};
use crate::policy_document::node::shown;
use crate::policy_document::problem::{Located, Position, Problems};

const FORMS: &str = "an assertion is `<user> can <permission>`, `<user> cannot <permission>`, `<user> holds <role>`, \
    `<user> does not hold <role>`, `role <role> can <permission>`, `role <role> cannot <permission>`, \
    `no one can <permission>`, `no one holds <role>` or `no one holds both <role> and <role>`";

/// A word of a line.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    is_quoted: bool,
    at: Position,
}

/// Parses all lines.
pub(super) fn parse(text: &str, problems: &mut Problems) -> Vec<Located<Assertion>> {
    if text.len() > Assertions::MAX_BYTES {
        let message = format!("the file has {} bytes; at most {} are accepted", text.len(), Assertions::MAX_BYTES);
        problems.push(Position::new(1, 1), TooLong, message);
        return Vec::new();
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut assertions = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let Some(words) = words(line, number + 1, problems) else { continue };
        let Some(first) = words.first() else { continue };
        match assertion(&words) {
            Some(value) => assertions.push(Located { value, at: first.at }),
            None => problems.push(first.at, Invalid, format!("not understood: {FORMS}")),
        }
    }
    assertions
}

/// The words of a line up to a comment; `None` with a problem for a quote that does not end.
fn words(line: &str, number: usize, problems: &mut Problems) -> Option<Vec<Word>> {
    let mut characters = line.chars().enumerate().peekable();
    let mut words = Vec::new();
    while let Some(&(column, first)) = characters.peek() {
        let at = Position::new(number, column + 1);
        if first.is_whitespace() {
            characters.next();
        } else if first == '#' {
            break;
        } else if first == '"' {
            characters.next();
            let (mut text, mut is_closed) = (String::new(), false);
            for (_, next) in characters.by_ref() {
                is_closed = next == '"';
                if is_closed {
                    break;
                }
                text.push(next);
            }
            if !is_closed || characters.peek().is_some_and(|(_, next)| !next.is_whitespace()) {
                problems.push(at, Invalid, "a name in quotes ends with `\"` and a space");
                return None;
            }
            words.push(Word { text, is_quoted: true, at });
        } else {
            let mut text = String::new();
            while let Some((_, next)) = characters.next_if(|(_, next)| !next.is_whitespace()) {
                text.push(next);
            }
            if text.contains('"') {
                problems.push(at, Invalid, format!("`{}`: a quote is at the beginning of a name", shown(&text)));
                return None;
            }
            words.push(Word { text, is_quoted: false, at });
        }
    }
    Some(words)
}

/// The word as a keyword: one in quotes is a name.
fn keyword(word: &Word) -> &str {
    if word.is_quoted { "" } else { &word.text }
}

fn assertion(words: &[Word]) -> Option<Assertion> {
    let keywords: Vec<&str> = words.iter().map(keyword).collect();
    match (keywords.as_slice(), words) {
        (["no", "one", "can", _], [.., permission]) => {
            Some(Assertion::NoOneHolds(vec![held(permission, Held::Permission)]))
        }
        (["no", "one", "holds", "both", rest @ ..], [_, _, _, _, words @ ..]) => {
            let and = (1..rest.len()).find(|&at| rest.get(at) == Some(&"and"))?;
            let (one, other) = (words.get(..and)?, words.get(and + 1..)?);
            Some(Assertion::NoOneHolds(vec![held_name(one)?, held_name(other)?]))
        }
        (["no", "one", "holds", ..], [_, _, _, name @ ..]) => Some(Assertion::NoOneHolds(vec![held_name(name)?])),
        (["no", "one", ..], _) => None,
        (["role", _, verb @ ("can" | "cannot"), _], [_, role, _, permission]) => {
            let claim = claim(role, permission);
            Some(if *verb == "can" { Assertion::RoleCan(claim) } else { Assertion::RoleCannot(claim) })
        }
        ([_, "can", _], [user, _, permission]) => Some(Assertion::UserCan(claim(user, permission))),
        ([_, "cannot", _], [user, _, permission]) => Some(Assertion::UserCannot(claim(user, permission))),
        ([_, "holds", _], [user, _, role]) => Some(Assertion::UserHolds(claim(user, role))),
        ([_, "does", "not", "hold", _], [user, .., role]) => Some(Assertion::UserDoesNotHold(claim(user, role))),
        _ => None,
    }
}

fn claim(subject: &Word, object: &Word) -> Claim {
    let located = |word: &Word| Located { value: word.text.clone(), at: word.at };
    Claim { subject: located(subject), object: located(object) }
}

/// `<name>`, `role <name>` or `permission <name>`.
fn held_name(words: &[Word]) -> Option<Located<Held>> {
    match words {
        [name] => Some(held(name, Held::Either)),
        [kind, name] if keyword(kind) == "role" => Some(held(name, Held::Role)),
        [kind, name] if keyword(kind) == "permission" => Some(held(name, Held::Permission)),
        _ => None,
    }
}

fn held(name: &Word, kind: fn(String) -> Held) -> Located<Held> {
    Located { value: kind(name.text.clone()), at: name.at }
}

//! The form in which e-mail addresses are compared: two spellings of one mailbox have the same.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use std::borrow::Cow;

/// The canonical form of the key of an address: the domain by its A-labels (RFC 5890), and the local part without
/// quotes that it does not need (RFC 5321, 4.1.2). The key is in lower case and NFC already.
///
/// A domain without A-labels, such as an address literal, stays as it is. `m0012_addresses` has a copy of this function
/// for the addresses stored before: a change of the result takes a migration.
pub(super) fn canonical(key: &str) -> String {
    match key.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{}", unquoted(local), a_labels(domain)),
        None => key.to_owned(),
    }
}

fn a_labels(domain: &str) -> Cow<'_, str> {
    let a_labels = Uts46::new().to_ascii(domain.as_bytes(), AsciiDenyList::EMPTY, Hyphens::Allow, DnsLength::Verify);
    a_labels.unwrap_or(Cow::Borrowed(domain))
}

/// The local part as a dot-atom if it is one, else quoted, with a backslash only where one is needed.
fn unquoted(local: &str) -> Cow<'_, str> {
    let Some(quoted) = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else {
        return Cow::Borrowed(local);
    };
    let content = unescaped(quoted);
    let is_dot_atom = content.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atom_text));
    Cow::Owned(if is_dot_atom { content } else { format!("\"{}\"", escaped(&content)) })
}

fn unescaped(quoted: &str) -> String {
    let (mut content, mut characters) = (String::with_capacity(quoted.len()), quoted.chars());
    while let Some(character) = characters.next() {
        let is_escape = character == '\\';
        content.extend(if is_escape { characters.next() } else { Some(character) });
    }
    content
}

fn escaped(content: &str) -> String {
    content.replace('\\', "\\\\").replace('"', "\\\"")
}

/// `atext` of RFC 5322 (3.2.3), and what RFC 6531 (3.3) adds to it.
fn is_atom_text(character: char) -> bool {
    let is_special = |character| "!#$%&'*+-/=?^_`{|}~".contains(character);
    character.is_ascii_alphanumeric() || is_special(character) || (!character.is_ascii() && !character.is_control())
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn a_domain_is_compared_by_its_a_labels() {
        for (key, expected) in [
            ("ana@bücher.example", "ana@xn--bcher-kva.example"),
            ("ana@xn--bcher-kva.example", "ana@xn--bcher-kva.example"),
            ("ana@mail.bücher.example", "ana@mail.xn--bcher-kva.example"),
            ("ana@example。com", "ana@example.com"),
            ("élodie@exemple.fr", "élodie@exemple.fr"),
            ("ana@[192.0.2.1]", "ana@[192.0.2.1]"),
            ("ana@[ipv6:2001:db8::1]", "ana@[ipv6:2001:db8::1]"),
            ("ana@xn--a.example", "ana@xn--a.example"),
        ] {
            assert_eq!(canonical(key), expected);
        }
        // Labels end at 63 bytes: a longer one has no A-label.
        let long = format!("ana@{}.example", "ü".repeat(70));
        assert_eq!(canonical(&long), long);
    }

    #[test]
    fn quotes_and_backslashes_that_are_not_needed_make_no_difference() {
        for (key, expected) in [
            (r#""ana"@example.com"#, "ana@example.com"),
            (r#""ana.maria"@example.com"#, "ana.maria@example.com"),
            (r#""a\na"@example.com"#, "ana@example.com"),
            (r#""élodie"@example.com"#, "élodie@example.com"),
            (r#""a b"@example.com"#, r#""a b"@example.com"#),
            (r#""a\ b"@example.com"#, r#""a b"@example.com"#),
            (r#""a\"b"@example.com"#, r#""a\"b"@example.com"#),
            (r#""a\\b"@example.com"#, r#""a\\b"@example.com"#),
            (r#""a@b"@example.com"#, r#""a@b"@example.com"#),
            (r#""a..b"@example.com"#, r#""a..b"@example.com"#),
            (r#"".a"@example.com"#, r#"".a"@example.com"#),
            ("o'hara+news@example.com", "o'hara+news@example.com"),
        ] {
            assert_eq!(canonical(key), expected);
        }
    }

    #[test]
    fn the_canonical_form_is_its_own_canonical_form() {
        for key in [r#""a\"b"@bücher.example"#, r#""ana"@EXAMPLE.com"#, "ana@bücher.example", "no address", "\"@x"] {
            let once = canonical(key);
            assert_eq!(canonical(&once), once);
        }
    }
}

//! How YAML reads a scalar without quotes: the core schema of YAML 1.2 (10.3.2).

/// What a plain scalar is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    Null,
    Boolean,
    Number,
    Text,
}

/// What a plain scalar is read as. `no`, `on` and `2024-01-01` are texts: only YAML 1.1 reads them otherwise.
pub(super) fn resolve(text: &str) -> Plain {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Plain::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Plain::Boolean,
        ".nan" | ".NaN" | ".NAN" => Plain::Number,
        _ if is_number(text) => Plain::Number,
        _ => Plain::Text,
    }
}

fn is_number(text: &str) -> bool {
    let all = |digits: &str, is: fn(&char) -> bool| !digits.is_empty() && digits.chars().all(|digit| is(&digit));
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, |digit| digit.is_digit(8));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, char::is_ascii_hexdigit);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

/// Whether a text may be written without quotes: YAML 1.1 and 1.2 read it as the same text, whatever follows it.
/// Quotes are used for much that would not need them, so that a reader never has to think about it.
pub(super) fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let begins = text.starts_with(|first: char| first.is_alphabetic() || first == '_');
    let ends = text.ends_with(|last: char| last.is_alphanumeric() || ".!?)_/*+%".contains(last));
    let is_allowed = |c: char| c.is_alphanumeric() || " _.:/-+,;'()=@&%!?#*<>|~$".contains(c);
    begins
        && ends
        && text.chars().all(is_allowed)
        && !text.contains(": ")
        && !text.contains(" #")
        && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_are_read_by_the_core_schema() {
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(resolve(text), Plain::Null, "{text}");
        }
        for text in ["true", "True", "FALSE"] {
            assert_eq!(resolve(text), Plain::Boolean, "{text}");
        }
        for text in
            ["0", "-1", "+1", "1.0", ".5", "5.", "1e3", "-1.5E-3", "0o17", "0xFf", ".inf", "-.INF", ".NaN", "007"]
        {
            assert_eq!(resolve(text), Plain::Number, "{text}");
        }
        for text in [
            "no",
            "on",
            "yes",
            "y",
            "nULL",
            "tRUE",
            "2024-01-01",
            "1_000",
            "1:30",
            "0o8",
            "0x",
            "0xg",
            "e3",
            "1e",
            ".",
            "-",
            "+",
            "1.2.3",
            "-.nan",
            "<<",
            "=",
            "1e3e4",
            "12:30:45",
        ] {
            assert_eq!(resolve(text), Plain::Text, "{text}");
        }
    }

    #[test]
    fn what_a_version_of_yaml_reads_otherwise_is_quoted() {
        for text in [
            "no",
            "On",
            "YES",
            "y",
            "null",
            "~",
            "1.0",
            "2024-01-01",
            "1:30",
            "<<",
            "=",
            "a: b",
            "a #b",
            "a:",
            " a",
            "a ",
            "",
            "- a",
            "#a",
            "[a]",
            "a\n",
            "a\u{a0}b",
            "a\u{2028}b",
            "@a",
            "0x1",
            "-a",
            "a,",
            "a\tb",
        ] {
            assert!(!is_plain(text), "{text:?}");
        }
        for text in ["invoice:read", "Head of IT", "a.b-c/d", "Read invoices.", "_x", "nope", "a:b:c", "größe", "a#b"]
        {
            assert!(is_plain(text), "{text:?}");
            assert_eq!(resolve(text), Plain::Text, "{text:?}");
        }
    }
}

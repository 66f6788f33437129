//! Free texts of the input: checked for length and for the NUL character, which not every database stores, then
//! stored unchanged.

use crate::{Refusal, RefusalCode};
use engine::{NameError, PatternError};
use unicode_normalization::UnicodeNormalization;

/// Longest description, in characters.
const MAX_DESCRIPTION: usize = 2_000;
/// Longest display name, in characters.
const MAX_DISPLAY_NAME: usize = 200;
/// Longest name of a constraint, in characters.
const MAX_NAME: usize = 200;
/// Longest reason, in characters.
const MAX_REASON: usize = 1_000;
/// Longest key of session data, in characters.
const MAX_DATA_KEY: usize = 64;
/// Longest sort key, in characters.
const MAX_KEY: usize = 255;

/// Checks a description: at most 2,000 characters, or empty.
pub(crate) fn check_description(text: Option<&str>) -> Result<(), Refusal> {
    text.map_or(Ok(()), |text| check(text, MAX_DESCRIPTION))
}

/// Checks the reason of an act: at most 1,000 characters, or empty.
pub(crate) fn check_reason(text: Option<&str>) -> Result<(), Refusal> {
    text.map_or(Ok(()), |text| check(text, MAX_REASON))
}

/// Checks a display name: 1 to 200 characters, not all of them blank.
pub(crate) fn check_display_name(text: Option<&str>) -> Result<(), Refusal> {
    let Some(text) = text else { return Ok(()) };
    check(text, MAX_DISPLAY_NAME)?;
    if text.trim().is_empty() {
        return Err(Refusal::new(RefusalCode::Required, "a display name cannot be blank"));
    }
    Ok(())
}

/// Checks a name of free text: 1 to 200 characters, not all of them blank.
pub(crate) fn check_name(text: &str) -> Result<(), Refusal> {
    check(text, MAX_NAME)?;
    if text.trim().is_empty() {
        return Err(Refusal::new(RefusalCode::Required, "a name is required"));
    }
    Ok(())
}

/// Checks a key of session data: 1 to 64 characters, not all of them blank.
pub(crate) fn check_key(text: &str) -> Result<(), Refusal> {
    check(text, MAX_DATA_KEY)?;
    if text.trim().is_empty() {
        return Err(Refusal::new(RefusalCode::Required, "a key is required"));
    }
    Ok(())
}

/// The refusal of an invalid permission or role name, without a path.
pub(crate) fn name_refusal(error: NameError) -> Refusal {
    let code = match error {
        NameError::Empty => RefusalCode::Required,
        NameError::TooLong => RefusalCode::TooLong,
        NameError::BadCharacter | NameError::BadBlank => RefusalCode::Invalid,
    };
    Refusal::new(code, error.to_string())
}

/// The refusal of a text that is no pattern of permissions, without a path.
pub(crate) fn pattern_refusal(error: PatternError) -> Refusal {
    match error {
        PatternError::Name(error) => name_refusal(error),
        PatternError::Malformed => Refusal::new(RefusalCode::Invalid, error.to_string()),
    }
}

/// Refuses a text that is too long, reading no further than the limit, or contains NUL, which PostgreSQL cannot
/// store.
fn check(text: &str, max: usize) -> Result<(), Refusal> {
    if exceeds(text, max) {
        return Err(Refusal::new(RefusalCode::TooLong, format!("the text is longer than {max} characters")));
    }
    if text.contains('\0') {
        return Err(Refusal::new(RefusalCode::Invalid, "a text cannot contain the NUL character"));
    }
    Ok(())
}

/// Whether the text has more than `max` characters. Reads no further than the limit.
pub(crate) fn exceeds(text: &str, max: usize) -> bool {
    text.chars().nth(max).is_some()
}

/// The form in which texts are sorted and searched case-insensitively: lower case, NFC.
pub(crate) fn folded(text: &str) -> String {
    text.to_lowercase().nfc().collect()
}

/// [`folded`], truncated to the length of a sort key.
pub(crate) fn sort_key(text: &str) -> String {
    folded(text).chars().take(MAX_KEY).collect()
}

/// The start of a text, at most `max` characters, with NUL replaced: for logs of attempts, whose texts are unchecked.
pub(crate) fn excerpt(text: &str, max: usize) -> String {
    let shown = |character| if character == '\0' { char::REPLACEMENT_CHARACTER } else { character };
    text.chars().take(max).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<(), Refusal>) -> Option<RefusalCode> {
        result.err().map(|refusal| refusal.code)
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert_eq!(code(check_reason(Some(&"ü".repeat(1_000)))), None);
        assert_eq!(code(check_reason(Some(&"ü".repeat(1_001)))), Some(RefusalCode::TooLong));
        assert_eq!(code(check_description(Some(&"x".repeat(2_000_000)))), Some(RefusalCode::TooLong));
    }

    #[test]
    fn nul_is_refused_and_everything_else_is_accepted() {
        assert_eq!(code(check_description(Some("a\0b"))), Some(RefusalCode::Invalid));
        for text in ["", " ", "😀", "\u{202e}abc", "'; DROP TABLE roles; --", "100%_"] {
            assert_eq!(code(check_description(Some(text))), None, "{text:?}");
        }
    }

    #[test]
    fn a_display_name_is_not_blank() {
        assert_eq!(code(check_display_name(Some(" \t"))), Some(RefusalCode::Required));
        assert_eq!(code(check_display_name(Some(""))), Some(RefusalCode::Required));
        assert_eq!(code(check_display_name(None)), None);
    }

    #[test]
    fn a_name_in_free_words_has_1_to_200_characters() {
        assert_eq!(code(check_name("Pay & approve")), None);
        assert_eq!(code(check_name(&"ü".repeat(200))), None);
        assert_eq!(code(check_name(&"ü".repeat(201))), Some(RefusalCode::TooLong));
        assert_eq!(code(check_name("\u{a0} ")), Some(RefusalCode::Required));
        assert_eq!(code(check_name("a\0b")), Some(RefusalCode::Invalid));
    }

    #[test]
    fn sort_keys_are_case_insensitive_and_bounded() {
        assert_eq!(sort_key("Ana"), sort_key("aNA"));
        assert_eq!(sort_key("E\u{301}"), "é");
        assert_eq!(sort_key(&"İ".repeat(200)).chars().count(), MAX_KEY);
    }

    #[test]
    fn an_excerpt_can_always_be_stored() {
        assert_eq!(excerpt("a\0bc", 3), "a\u{fffd}b");
    }
}

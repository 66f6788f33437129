//! Password policy (NIST SP 800-63B-4, 3.1.1.2): a minimum length and a blocklist. No composition rules.

use super::password::{MAX_LEN, Password};
use crate::blocklist::{Blocklist, MAX_ENTRY_LEN};
use crate::{PasswordSettings, Refusal, RefusalCode};
use secrecy::SecretString;
use zeroize::Zeroizing;

/// Shortest word that is searched for inside passwords: shorter ones are common inside strong passwords.
const MIN_WORD_LEN: usize = 3;
/// Longest pattern whose repetition is refused, in characters.
const MAX_PATTERN_LEN: usize = 4;

/// Accepts a text as a new password. `context` holds words that an attacker would try first: the username, the e-mail
/// address, the name of the service.
///
/// # Errors
/// `REQUIRED`, `TOO_LONG` or `WEAK_PASSWORD`, without a path.
pub(crate) fn accept<'a>(
    text: &SecretString,
    settings: &PasswordSettings,
    context: impl IntoIterator<Item = &'a str>,
) -> Result<Password, Refusal> {
    let too_long = || Refusal::new(RefusalCode::TooLong, format!("the password is longer than {MAX_LEN} bytes"));
    let password = Password::parse(text).ok_or_else(too_long)?;
    if password.as_str().is_empty() {
        return Err(Refusal::new(RefusalCode::Required, "a password is required"));
    }
    let weak = |message: String| Err(Refusal::new(RefusalCode::WeakPassword, message));
    if password.as_str().chars().count() < settings.min_length {
        return weak(format!("the password is shorter than {} characters", settings.min_length));
    }
    let folded = Zeroizing::new(password.as_str().to_lowercase());
    if is_common(&folded, Blocklist(settings.blocklist.as_deref())) {
        return weak("the password is on the list of common passwords: choose another one".to_owned());
    }
    if is_composed_of(&folded, context) {
        return weak("the password consists of your name or that of the service: choose another one".to_owned());
    }
    Ok(password)
}

/// Returns true for a common password, also padded with digits and punctuation, or repeated.
fn is_common(folded: &str, blocklist: Blocklist<'_>) -> bool {
    if blocklist.contains(folded) || is_repeated(folded, blocklist) || is_padded(folded, blocklist) {
        return true;
    }
    let mut words = folded.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    let one_word = words.all(|word| word == first);
    one_word && (is_word(first) && blocklist.contains(first) || is_repeated(first, blocklist))
}

/// Returns true for a repeated common password, padded or not, or a repeated short pattern. The last repetition may be
/// cut.
fn is_repeated(folded: &str, blocklist: Blocklist<'_>) -> bool {
    let letters: Zeroizing<Vec<char>> = Zeroizing::new(folded.chars().collect());
    let Some(period) = period(&letters) else { return false };
    let unit: Zeroizing<String> = Zeroizing::new(letters.iter().take(period).collect());
    period <= MAX_PATTERN_LEN.min(letters.len() / 2) || blocklist.contains(&unit) || is_padded(&unit, blocklist)
}

/// Length of the shortest part that the text repeats, wholly or in part.
fn period(letters: &[char]) -> Option<usize> {
    (1..letters.len()).find(|&period| letters.iter().zip(letters.iter().skip(period)).all(|(one, other)| one == other))
}

/// Returns true for a common password with only digits and punctuation around it.
fn is_padded(folded: &str, blocklist: Blocklist<'_>) -> bool {
    let Some(first) = folded.find(char::is_alphabetic) else { return false };
    let last = folded.rfind(char::is_alphabetic).unwrap_or(first);
    let starts = folded.char_indices().map(|(at, _)| at).take_while(|at| *at <= first);
    starts.into_iter().any(|start| {
        let rest = &folded[start..];
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).filter(|end| start + end > last);
        let ends = ends.take_while(|end| *end <= MAX_ENTRY_LEN);
        ends.into_iter().any(|end| is_word(&rest[..end]) && blocklist.contains(&rest[..end]))
    })
}

/// Returns true for a password that consists of these words, or of the name within an address, and padding.
fn is_composed_of<'a>(folded: &str, context: impl IntoIterator<Item = &'a str>) -> bool {
    let mut words: Vec<String> = context.into_iter().map(str::to_lowercase).collect();
    let names: Vec<String> =
        words.iter().filter_map(|word| word.split_once('@')).map(|(name, _)| name.into()).collect();
    words.extend(names);
    words.retain(|word| is_word(word));
    // Longer words first: an address is removed before the name within it.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let rest =
        words.iter().fold(Zeroizing::new(folded.to_owned()), |rest, word| Zeroizing::new(rest.replace(word, " ")));
    *rest != folded && !rest.contains(char::is_alphabetic)
}

/// Returns true for a word long enough to be searched for.
fn is_word(word: &str) -> bool {
    word.chars().nth(MIN_WORD_LEN - 1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<RefusalCode> {
        let settings = PasswordSettings { min_length: 15, ..PasswordSettings::default() };
        let context = ["Ana.Maria", "ana@example.com", "Keyward"];
        accept(&text.into(), &settings, context).err().map(|refusal| refusal.code)
    }

    #[test]
    fn long_passwords_of_any_composition_are_accepted() {
        let good = [
            "correct horse battery staple",
            "correct battery staple horse",
            "                   x y z 4 5",
            "пароль из многих слов",
            "我的密码是一个很长的句子所以很好",
            "🦀🐢🦊🐙🦉🐝🦋🐌🐞🦂🐬🐳🦈🐊🐅",
            "4815162342-8x7q",
            "ana likes green tea",
            "keyward is my favourite",
            "my password is a secret of state",
            "q7fm29xk0d8jw3z",
            "\u{202e}right to left text",
            "nul\0 inside a long text",
        ];
        for text in good {
            assert_eq!(code(text), None, "`{text}`");
        }
        assert_eq!(code(&"long words, many of them. ".repeat(39)), None);
        assert_eq!(code(&"q7fm29xk0d8jw3z".repeat(5)), None, "repeating a good password does not weaken it");
    }

    #[test]
    fn a_character_is_a_code_point_after_composition() {
        assert_eq!(code("q7fm29xk0d8jw3"), Some(RefusalCode::WeakPassword));
        assert_eq!(code("é7fm29xk0d8jwé"), Some(RefusalCode::WeakPassword));
        assert_eq!(code("e\u{301}7fm29xk0d8jw3"), Some(RefusalCode::WeakPassword), "14 after composition");
        assert_eq!(code("e\u{301}7fm29xk0d8jw3z"), None, "15 after composition");
    }

    #[test]
    fn empty_and_too_long_passwords_have_their_own_codes() {
        assert_eq!(code(""), Some(RefusalCode::Required));
        assert_eq!(code(&"q7fm29xk".repeat(128)), None, "1024 bytes");
        assert_eq!(code(&format!("{}x", "q7fm29xk".repeat(128))), Some(RefusalCode::TooLong));
        assert_eq!(code(&"é".repeat(1_000_000)), Some(RefusalCode::TooLong));
    }

    #[test]
    fn common_passwords_are_refused_in_every_form() {
        let bad = [
            "1q2w3e4r5t6y7u8i9o0p",
            "passwordpassword",
            "PasswordPassword",
            "password1234567",
            "Password1234567!",
            "!!!password!!!!!!!",
            "password password",
            "Password-Password-1",
            "123456789012345",
            "1234567890123456789",
            "aaaaaaaaaaaaaaa",
            "abababababababab",
            "abcabcabcabcabc",
            "qwertyqwertyqwerty",
            "qwerty.qwerty.qwerty",
            "qwertyuiop12345",
            "abc123abc123abc123",
            "abc123!!!!!!!!!!!!!!",
            "dragon2024......",
            "letmeinletmein1",
            "iloveyouiloveyou",
            "1q2w3e4r!!!!!!!!!",
            "Password1!Password1!",
            "...............",
            "000000000000000",
        ];
        for text in bad {
            assert_eq!(code(text), Some(RefusalCode::WeakPassword), "`{text}`");
        }
    }

    #[test]
    fn passwords_of_the_operators_list_are_refused_in_every_form() {
        let list = crate::auth::PasswordList::of("Tr0ub4dor&3\nthe seas run high at noon\nzanzibar");
        let settings = PasswordSettings { blocklist: Some(list.into()), ..PasswordSettings::default() };
        let code = |text: &str| accept(&text.into(), &settings, []).err().map(|refusal| refusal.code);
        for text in [
            "The Seas Run High At Noon",
            "the seas run high at noon!!",
            "Tr0ub4dor&3.2026",
            "--Tr0ub4dor&3--",
            "Tr0ub4dor&3!Tr0ub4dor&3!",
            "zanzibarzanzibar",
            "Zanzibar-Zanzibar-1",
            "passwordpassword",
        ] {
            assert_eq!(code(text), Some(RefusalCode::WeakPassword), "`{text}`");
        }
        for text in ["the seas run high at nine", "a train to zanzibar", "my Tr0ub4dor&3 of old"] {
            assert_eq!(code(text), None, "`{text}`");
        }
    }

    #[test]
    fn names_with_padding_are_refused() {
        let bad = [
            "ana@example.com",
            "ANA@EXAMPLE.COM!!1",
            "ana.maria12345678",
            "Ana.Maria-Ana.Maria",
            "anaanaanaanaana",
            "ana ana ana ana 1",
            "keyward12345678",
            "Keyward-Keyward",
            "keyward-ana-2024!",
        ];
        for text in bad {
            assert_eq!(code(text), Some(RefusalCode::WeakPassword), "`{text}`");
        }
    }

    #[test]
    fn a_hostile_password_is_checked_quickly() {
        for text in ["a".repeat(1024), "1".repeat(1024), "ab1".repeat(341), format!("{}a", "1".repeat(1023))] {
            let begun = std::time::Instant::now();
            code(&text);
            assert!(begun.elapsed().as_millis() < 500, "{:?}", begun.elapsed());
        }
    }
}

//! Rules for names that are new. A name that exists stays valid: its user logs in, and is edited and imported onto.

use super::{EmailAddress, Username};
use crate::context::LABELS;
use crate::{Refusal, RefusalCode};
use unicode_security::{GeneralSecurityProfile, RestrictionLevel, RestrictionLevelDetection};

/// Checks a username that no user has yet: it is no label of the audit log, and at most "moderately restrictive" by
/// UTS 39 (5.2), so that no name looks like another through letters of a second script.
///
/// # Errors
/// `INVALID`, without a path.
pub(super) fn check(name: &Username) -> Result<(), Refusal> {
    let invalid = |message: String| Err(Refusal::new(RefusalCode::Invalid, message));
    if LABELS.contains(&name.key()) {
        return invalid(format!("the username `{}` is reserved", name.key()));
    }
    if !parts(name).all(is_moderately_restrictive) {
        return invalid("a username cannot mix scripts so that it could be taken for another name".to_owned());
    }
    Ok(())
}

/// The parts that are judged alone: the local part and the labels of the domain of an address, which is written in
/// the scripts that its provider allows, else the whole name.
fn parts(name: &Username) -> impl Iterator<Item = &str> {
    let key = name.spelled_key();
    let address = EmailAddress::parse(key).is_ok().then(|| key.rsplit_once('@')).flatten();
    let (whole, domain) = address.unwrap_or((key, ""));
    std::iter::once(whole).chain(domain.split('.'))
}

/// UTS 39 judges identifiers, and RFC 8265 allows every symbol of ASCII besides: these belong to no script and are left
/// out.
fn is_moderately_restrictive(text: &str) -> bool {
    let is_symbol = |character: char| character.is_ascii() && !character.identifier_allowed();
    let text: String = text.chars().filter(|&character| !is_symbol(character)).collect();
    text.check_restriction_level(RestrictionLevel::ModeratelyRestrictive)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<RefusalCode> {
        check(&Username::parse(text).expect("a name")).err().map(|refusal| refusal.code)
    }

    #[test]
    fn labels_of_the_audit_log_are_reserved() {
        for text in ["system", "Operator", "ANONYMOUS", "ｓystem"] {
            assert_eq!(code(text), Some(RefusalCode::Invalid), "{text}");
        }
        for text in ["system1", "operators", "the.operator", "anonymous@example.com"] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn names_of_one_script_are_allowed() {
        for text in
            ["ana", "Élodie", "straße", "Ελένη", "иван1", "אבג", "مريم", "अनिता", "안나", "王小明", "100%_", "';--"]
        {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn scripts_that_are_written_together_are_allowed() {
        // Latin with Japanese, Korean, Chinese ("highly restrictive"), and with one other ("moderately restrictive").
        for text in ["anaさくら", "ana안나", "ana王", "さくらカナ王", "anaअनिता"] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn names_that_mix_scripts_to_look_alike_are_invalid() {
        // Cyrillic а, Greek ο, Cyrillic ѕ; Cyrillic with Greek; three scripts; a letter outside of the profile.
        for text in ["аdmin", "rοot", "ѕystem", "адμин", "anaअनिताไทย", "ɑna"] {
            assert_eq!(code(text), Some(RefusalCode::Invalid), "{text}");
        }
    }

    #[test]
    fn the_parts_of_an_address_are_judged_alone() {
        for text in ["иван@example.com", "ana@компания.example", "ana@bücher.example"] {
            assert_eq!(code(text), None, "{text}");
        }
        for text in ["аdmin@example.com", "ana@еxample.com", "аdmin@"] {
            assert_eq!(code(text), Some(RefusalCode::Invalid), "{text}");
        }
    }
}

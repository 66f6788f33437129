//! Identifiers: their source is injected, so that tests control them.

use chrono::{DateTime, Utc};
use std::fmt::Debug;
use uuid::{NoContext, Timestamp, Uuid};

/// Source of new identifiers.
pub trait IdSource: Debug + Send + Sync {
    /// New UUIDv7 (RFC 9562) with `now` as its timestamp.
    fn next(&self, now: DateTime<Utc>) -> Uuid;
}

/// An id as a request names it. `None` is a malformed id, an id of another kind or an unknown name: no object has it,
/// and a use case answers it like the id of a missing object.
pub type Requested<Id> = Option<Id>;

/// Random identifiers.
#[derive(Debug, Default)]
pub struct RandomIds;

impl IdSource for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "the only place that generates identifiers")]
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
    }
}

/// Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Length of an encoded UUID: 26 characters of 5 bits hold 130 bits, so the first is at most `7`.
const ENCODED_LEN: usize = 26;

/// Public form of an identifier, for example `user_01h2xcejqtf2nbrexx3vqjhp41` (TypeID 0.3).
#[must_use]
pub fn typeid(prefix: &str, id: Uuid) -> String {
    let mut text = String::with_capacity(prefix.len() + 1 + ENCODED_LEN);
    text.push_str(prefix);
    text.push('_');
    let bits = id.as_u128();
    for place in (0..ENCODED_LEN).rev() {
        let digit = usize::try_from((bits >> (5 * place)) & 0x1f).ok().and_then(|digit| ALPHABET.get(digit));
        text.extend(digit.copied().map(char::from));
    }
    text
}

/// Identifier in `text`; `None` unless `text` is exactly what [`typeid`] writes for this prefix.
#[must_use]
pub fn parse_typeid(prefix: &str, text: &str) -> Option<Uuid> {
    let digits = text.strip_prefix(prefix)?.strip_prefix('_')?.as_bytes();
    if digits.len() != ENCODED_LEN || !matches!(digits.first(), Some(b'0'..=b'7')) {
        return None;
    }
    let bits = digits.iter().try_fold(0_u128, |bits, digit| {
        let value = ALPHABET.iter().position(|letter| letter == digit)?;
        Some(bits << 5 | u128::try_from(value).ok()?)
    })?;
    Some(Uuid::from_u128(bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_public_form_of_the_specification() {
        let vectors = [
            ("00000000-0000-0000-0000-000000000000", "prefix_00000000000000000000000000"),
            ("00000000-0000-0000-0000-000000000001", "prefix_00000000000000000000000001"),
            ("00000000-0000-0000-0000-00000000000a", "prefix_0000000000000000000000000a"),
            ("00000000-0000-0000-0000-000000000010", "prefix_0000000000000000000000000g"),
            ("00000000-0000-0000-0000-000000000020", "prefix_00000000000000000000000010"),
            ("ffffffff-ffff-ffff-ffff-ffffffffffff", "prefix_7zzzzzzzzzzzzzzzzzzzzzzzzz"),
            ("0110c853-1d09-52d8-d73e-1194e95b5f19", "prefix_0123456789abcdefghjkmnpqrs"),
            ("01890a5d-ac96-774b-bcce-b302099a8057", "prefix_01h455vb4pex5vsknk084sn02q"),
        ];
        for (id, text) in vectors {
            let id = Uuid::parse_str(id).unwrap();
            assert_eq!(typeid("prefix", id), text);
            assert_eq!(parse_typeid("prefix", text), Some(id));
        }
    }

    #[test]
    fn texts_of_another_form_are_not_ids() {
        let bad = [
            "",
            "user",
            "user_",
            "01h455vb4pex5vsknk084sn02q",
            "role_01h455vb4pex5vsknk084sn02q",
            "user_01h455vb4pex5vsknk084sn02",
            "user_01h455vb4pex5vsknk084sn02qq",
            "user_81h455vb4pex5vsknk084sn02q",
            "user_01H455VB4PEX5VSKNK084SN02Q",
            "user_01h455vb4pex5vsknk084sn02u",
            "user__01h455vb4pex5vsknk084sn02",
            "user_01h455vb4pex5vsknk084sn02é",
            " user_01h455vb4pex5vsknk084sn02q",
            "01890a5d-ac96-774b-bcce-b302099a8057",
        ];
        for text in bad {
            assert_eq!(parse_typeid("user", text), None, "`{text}`");
        }
    }
}

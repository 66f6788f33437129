//! Tests of names.

use super::*;

fn username(text: &str) -> Result<Username, RefusalCode> {
    Username::parse(text).map_err(|refusal| refusal.code)
}

fn login_key(text: &str) -> Option<String> {
    Some(LoginName::parse(text)?.key().to_owned())
}

fn email(text: &str) -> Result<EmailAddress, RefusalCode> {
    EmailAddress::parse(text).map_err(|refusal| refusal.code)
}

#[test]
fn usernames_are_kept_as_typed_and_compared_without_regard_to_case() {
    let ana = username("Ana").expect("a name");
    assert_eq!((ana.as_str(), ana.key()), ("Ana", "ana"));
    let key = |text| username(text).map(|name| name.key().to_owned());
    assert_eq!(key("ÉLODIE"), Ok("élodie".to_owned()));
    assert_eq!(key("E\u{301}lodie"), key("élodie"));
    assert_eq!(key("ａｎａ"), Ok("ana".to_owned()), "full width is mapped");
    assert!(username("אבג").is_ok(), "right-to-left");
}

#[test]
fn what_rfc_8265_forbids_is_invalid() {
    for text in [" ", "ana maria", " ana", "a\0b", "a\nb", "😀", "a\u{202e}b", "\u{301}\u{0}"] {
        assert_eq!(username(text), Err(RefusalCode::Invalid), "{text:?}");
    }
    assert_eq!(username(""), Err(RefusalCode::Required));
}

#[test]
fn usernames_have_up_to_128_characters() {
    assert!(username(&"ü".repeat(128)).is_ok());
    assert_eq!(username(&"ü".repeat(129)), Err(RefusalCode::TooLong));
    assert_eq!(username(&"a".repeat(2_000_000)), Err(RefusalCode::TooLong));
}

#[test]
fn names_of_deleted_accounts_are_reserved() {
    assert_eq!(username("Deleted-1"), Err(RefusalCode::Invalid));
    assert!(username("deleted").is_ok());
}

#[test]
fn sql_and_patterns_are_ordinary_names() {
    for text in ["100%_", "';--", "ana@example.com", "a\\b"] {
        assert_eq!(username(text).map(|name| name.text), Ok(text.to_owned()));
    }
}

#[test]
fn addresses_lose_outer_blanks_and_nothing_else() {
    let ana = email(" Ana@Example.com\n").expect("an address");
    assert_eq!((ana.as_str(), ana.key()), ("Ana@Example.com", "ana@example.com"));
}

#[test]
fn what_is_no_address_is_invalid() {
    for text in ["", "ana", "@", "ana@", "a b@c.d", "Ana <ana@example.com>", "a@b\0.c", "\"a\0b\"@c.d", "<a@b.c>"] {
        assert_eq!(email(text), Err(RefusalCode::Invalid), "{text:?}");
    }
    assert_eq!(email(&format!("{}@b.c", "a".repeat(2_000_000))), Err(RefusalCode::TooLong));
}

#[test]
fn an_address_as_a_username_conflicts_with_the_same_address() {
    for text in ["Ana@Example.com", "ÉLODIE@exemple.fr", "ana@BÜCHER.example", "\"ana\"@example.com"] {
        assert_eq!(username(text).expect("a name").key(), email(text).expect("an address").key());
    }
}

#[test]
fn every_accepted_name_is_found_at_login_however_it_is_typed() {
    for name in ["Ana", "ÉLODIE", "o'hara", "אבג"] {
        let key = username(name).expect("a name").key().to_owned();
        assert_eq!(login_key(&format!(" {name} ")), Some(key.clone()));
        assert_eq!(login_key(&name.to_lowercase()), Some(key));
    }
    for address in ["Ana@Example.com", "\"a b\"@Example.com", "İ@example.com"] {
        assert_eq!(login_key(address).as_deref(), Some(email(address).expect("an address").key()));
    }
}

#[test]
fn a_text_that_cannot_be_a_name_is_not_looked_up() {
    for text in ["", "a b", "a\0b", "deleted-0", &"x".repeat(2_000_000)] {
        assert_eq!(login_key(text), None);
    }
}

#[test]
fn spellings_of_one_address_have_one_key_and_keep_their_spelling() {
    let spellings = [
        "Ana@Bücher.example",
        "ana@bu\u{308}cher.example",
        "ana@XN--BCHER-KVA.example",
        "\"ana\"@bücher.example",
        "\"a\\na\"@bücher.example",
    ];
    for text in spellings {
        assert_eq!(email(text).expect("an address").key(), "ana@xn--bcher-kva.example", "{text}");
        assert_eq!(login_key(text).as_deref(), Some("ana@xn--bcher-kva.example"), "{text}");
    }
    let ana = username("Ana@Bücher.example").expect("a name");
    assert_eq!((ana.as_str(), ana.spelled_key()), ("Ana@Bücher.example", "ana@bücher.example"));
    assert_eq!(ana.login_name().keys(), ["ana@bücher.example", "ana@xn--bcher-kva.example"]);
    assert_eq!(username("a@@bücher").expect("a name").key(), "a@@bücher", "no address");
}

#[test]
fn a_name_that_is_reserved_now_stays_a_name() {
    for text in ["system", "\u{430}dmin"] {
        assert_eq!(Username::parse_new(text).map_err(|refusal| refusal.code), Err(RefusalCode::Invalid), "{text}");
        assert_eq!(login_key(text).as_deref(), Some(text));
    }
}

#[test]
fn names_in_ascii_are_those_of_the_profile() {
    assert_eq!(case_mapped(""), by_profile(""));
    for character in (0..=127_u8).map(char::from) {
        for text in [format!("{character}"), format!("a{character}B"), format!("{character}{character}Z9")] {
            assert_eq!(case_mapped(&text), by_profile(&text), "{text:?}");
        }
    }
}

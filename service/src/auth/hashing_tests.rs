//! Hashing: parameters, peppers, and stand-ins.

use super::*;
use argon2::PasswordVerifier;
use std::time::{Duration, Instant};

const OLD: &str = "an old pepper of 32 and more bytes";
const NEW: &str = "a new pepper of 32 and more bytes";

fn with(pepper: Option<&str>, previous_pepper: Option<&str>) -> PasswordHashing {
    let [pepper, previous_pepper] = [pepper, previous_pepper].map(|given| given.map(SecretString::from));
    let settings = PasswordSettings { memory_kib: 64, iterations: 1, ..PasswordSettings::default() };
    PasswordHashing::new(&PasswordSettings { pepper, previous_pepper, ..settings }).unwrap()
}

fn password(text: &str) -> Password {
    Password::parse(&text.into()).unwrap()
}

fn compare(hashing: &mut PasswordHashing, hash: &str) -> PasswordMatch {
    assert_eq!(hashing.verify(&password("wrong"), hash).unwrap(), PasswordMatch::Mismatch);
    hashing.verify(&password("secret"), hash).unwrap()
}

#[test]
fn the_crate_itself_agrees_with_the_hash() {
    let text = "correct horse battery staple";
    let hash = with(None, None).hash(&password(text)).unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
    let hash = PasswordHash::new(&hash).unwrap();
    assert!(Argon2::default().verify_password(text.as_bytes(), &hash).is_ok());

    let hash = with(Some(NEW), None).hash(&password(text)).unwrap();
    let hash = PasswordHash::new(&hash).unwrap();
    assert!(Argon2::default().verify_password(text.as_bytes(), &hash).is_err());
    let params = Params::default();
    let peppered = Argon2::new_with_secret(NEW.as_bytes(), Algorithm::Argon2id, Version::V0x13, params).unwrap();
    assert!(peppered.verify_password(text.as_bytes(), &hash).is_ok());
}

#[test]
fn a_pepper_is_named_by_the_hash_and_not_revealed() {
    let hash = with(Some(NEW), None).hash(&password("secret")).unwrap();
    assert!(hash.contains(",p=1,keyid=") && hash.len() < 255, "{hash}");
    let again = with(Some(NEW), Some(OLD)).hash(&password("secret")).unwrap();
    let name = |hash: &str| StoredHash::parse(hash).unwrap().params.keyid().to_vec();
    assert_eq!(name(&hash), name(&again));
    assert_ne!(name(&hash), name(&with(Some(OLD), None).hash(&password("secret")).unwrap()));
    assert!(
        !format!(
            "{:?}",
            Peppers::new(&PasswordSettings { pepper: Some(NEW.into()), ..PasswordSettings::default() }).unwrap()
        )
        .contains(NEW)
    );
}

#[test]
fn a_pepper_can_be_introduced_replaced_and_removed() {
    let mut plain = with(None, None);
    let hash = plain.hash(&password("secret")).unwrap();
    assert_eq!(compare(&mut plain, &hash), PasswordMatch::Match);
    assert_eq!(compare(&mut with(Some(OLD), None), &hash), PasswordMatch::OutdatedMatch);

    let hash = with(Some(OLD), None).hash(&password("secret")).unwrap();
    assert_eq!(compare(&mut with(Some(OLD), None), &hash), PasswordMatch::Match);
    assert_eq!(compare(&mut with(Some(OLD), Some(NEW)), &hash), PasswordMatch::Match);
    assert_eq!(compare(&mut with(Some(NEW), Some(OLD)), &hash), PasswordMatch::OutdatedMatch);
    let mut back = with(None, Some(OLD));
    assert_eq!(compare(&mut back, &hash), PasswordMatch::OutdatedMatch);
    let hash = back.hash(&password("secret")).unwrap();
    assert_eq!(compare(&mut plain, &hash), PasswordMatch::Match, "the previous one hashes nothing");
}

#[test]
fn a_hash_with_an_unknown_pepper_matches_no_password() {
    let hash = with(Some(OLD), None).hash(&password("secret")).unwrap();
    for (now, before) in [(None, None), (Some(NEW), None), (None, Some(NEW))] {
        assert_eq!(compare(&mut with(now, before), &hash), PasswordMatch::Mismatch, "{now:?} {before:?}");
    }
    let unnamed = hash.replace(hash.split('$').nth(3).unwrap(), "m=64,t=1,p=1");
    for (now, before) in [(None, None), (Some(OLD), None)] {
        assert_eq!(compare(&mut with(now, before), &unnamed), PasswordMatch::Mismatch, "{now:?} {before:?}");
    }
}

#[test]
fn peppers_are_missing_when_hashes_name_only_unknown_ones() {
    let hash = |pepper| with(pepper, None).hash(&password("secret")).unwrap();
    let (plain, old, new) = (hash(None), hash(Some(OLD)), hash(Some(NEW)));
    let lost = |given: &PasswordHashing, hashes: &[&str]| given.peppers.miss_all_of(hashes.iter().copied());
    assert!(!lost(&with(None, None), &[]) && !lost(&with(None, None), &[&plain, "damaged"]));
    assert!(lost(&with(None, None), &[&plain, &old]) && lost(&with(Some(NEW), None), &[&plain, &old]));
    assert!(!lost(&with(Some(NEW), None), &[&old, &plain, &new]));
    assert!(!lost(&with(Some(NEW), Some(OLD)), &[&old]) && !lost(&with(None, Some(OLD)), &[&old]));
}

#[test]
fn comparing_with_a_stand_in_costs_the_same_work() {
    for pepper in [None, Some(NEW.into())] {
        let settings = PasswordSettings { memory_kib: 2048, iterations: 1, pepper, ..PasswordSettings::default() };
        let mut hashing = PasswordHashing::new(&settings).unwrap();
        let stand_in = hashing.parameters().unmatched().unwrap();
        let stored = StoredHash::parse(&stand_in).expect("a hash that parses");
        assert_eq!((stored.params.m_cost(), stored.params.t_cost()), (2048, 1));
        assert_eq!((stored.salt.len(), stored.hash.len()), (SALT_LEN, HASH_LEN));
        assert_eq!(stored.params.keyid().is_empty(), settings.pepper.is_none());

        let hash = hashing.hash(&password("secret")).unwrap();
        let mut fastest = |hash: &str| {
            let time = |_| {
                let begun = Instant::now();
                assert_eq!(hashing.verify(&password("wrong"), hash).unwrap(), PasswordMatch::Mismatch);
                begun.elapsed()
            };
            (0..5).map(time).min().unwrap()
        };
        let (real, stand_in) = (fastest(&hash), fastest(&stand_in));
        assert!(stand_in * 4 > real && real > Duration::from_micros(50), "{stand_in:?} instead of {real:?}");
    }
}

#[test]
fn a_stand_in_can_have_the_cost_of_an_older_hash() {
    let pepper = Some(NEW.into());
    let settings = PasswordSettings { memory_kib: 2048, iterations: 3, pepper, ..PasswordSettings::default() };
    let parameters = PasswordHashing::new(&settings).unwrap().parameters();
    let older = parameters.with_cost("m=1024,t=2,p=1,keyid=AAAAAAAAAAA").unwrap();
    let stand_in = StoredHash::parse(&older.unmatched().unwrap()).expect("a hash that parses");
    assert_eq!((stand_in.params.m_cost(), stand_in.params.t_cost(), older.work()), (1024, 2, 2048));
    // A pepper that is not configured would be logged.
    assert_eq!(stand_in.params.keyid(), parameters.0.keyid());
    for damaged in ["", "m=1024,t=2,p=1$salt", "m=4294967295,t=1,p=1", "rubbish"] {
        assert!(parameters.with_cost(damaged).is_none(), "`{damaged}`");
    }
}

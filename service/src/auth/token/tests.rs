//! Access tokens that are accepted.

mod rejected;

use super::*;
use crate::keys::{SigningAlgorithm, Verifier, generate};
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Value, json};
use zeroize::Zeroizing;

const NOW: i64 = 1_900_000_000;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

struct Keys {
    signing: Signer,
    verifying: VerificationKey,
    private: Zeroizing<Vec<u8>>,
    public_jwk: String,
}

fn keys() -> Keys {
    keys_of(SigningAlgorithm::EdDsa)
}

fn keys_of(algorithm: SigningAlgorithm) -> Keys {
    let new = generate(algorithm).unwrap();
    let signing = Signer::open(algorithm, &new.kid, &new.private);
    let verifier = match algorithm {
        SigningAlgorithm::Hs256 => Verifier::of_secret(&new.private),
        _ => Verifier::of_public(algorithm, &new.public_jwk).unwrap(),
    };
    let verifying = VerificationKey { verifier, trust: KeyTrust::Unlimited };
    Keys { signing, verifying, private: new.private, public_jwk: new.public_jwk }
}

fn new_token() -> NewAccessToken<'static> {
    NewAccessToken {
        issuer: "keyward",
        audience: "app",
        user: Uuid::from_u128(1).into(),
        session: Uuid::from_u128(2).into(),
        token: Uuid::from_u128(3),
        issued_at: at(NOW),
        expires_at: at(NOW + 600),
        roles: Some(vec!["clerk".to_owned()]),
        revision: 7,
    }
}

fn good_header(keys: &Keys) -> Value {
    json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": keys.signing.kid() })
}

fn good_claims() -> Value {
    json!({
        "iss": "keyward", "aud": "app", "sub": typeid(USER, Uuid::from_u128(1)),
        "sid": typeid(SESSION, Uuid::from_u128(2)), "jti": typeid(TOKEN, Uuid::from_u128(3)),
        "iat": NOW, "nbf": NOW - 60, "exp": NOW + 600, "roles": ["clerk"], "pv": 7,
    })
}

/// Signs anything with the right key.
fn forge(keys: &Keys, header: &Value, claims: &Value) -> String {
    let message = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&keys.private).unwrap();
    format!("{message}.{}", BASE64.encode(pair.sign(message.as_bytes())))
}

fn check(keys: &Keys, token: &str) -> Result<VerifiedClaims, TokenError> {
    check_at(keys, token, NOW)
}

fn check_at(keys: &Keys, token: &str, now: i64) -> Result<VerifiedClaims, TokenError> {
    let expected = ExpectedClaims { issuer: "keyward", audience: "app", now: at(now) };
    let find = |kid: &str| (kid == keys.signing.kid()).then_some(&keys.verifying);
    verify(token, find, expected).map(|token| token.claims)
}

fn signed(keys: &Keys) -> String {
    use secrecy::ExposeSecret;
    sign(&keys.signing, new_token()).unwrap().expose_secret().to_owned()
}

#[test]
fn a_token_says_what_was_signed() {
    let keys = keys();
    let verified = check(&keys, &signed(&keys)).unwrap();
    assert_eq!(verified.user, Uuid::from_u128(1).into());
    assert_eq!(verified.session, Uuid::from_u128(2).into());
    assert_eq!(verified.roles, Some(vec!["clerk".to_owned()]));
    assert_eq!((verified.revision, verified.expires_at), (7, NOW + 600));
}

#[test]
fn a_token_carries_the_type_and_the_thumbprint_of_its_key() {
    let keys = keys();
    let token = signed(&keys);
    let header: Value = serde_json::from_slice(&BASE64.decode(token.split('.').next().unwrap()).unwrap()).unwrap();
    assert_eq!(header, good_header(&keys));
}

#[test]
fn a_token_expires_to_the_second() {
    let keys = keys();
    let token = signed(&keys);
    let verified = check_at(&keys, &token, NOW + 600).unwrap();
    assert!(!verified.has_expired(at(NOW + 599)));
    assert!(verified.has_expired(at(NOW + 600)));
}

#[test]
fn clocks_may_differ_by_a_minute_and_not_by_ten() {
    let keys = keys();
    let token = signed(&keys);
    assert!(check_at(&keys, &token, NOW - 60).is_ok());
    assert_eq!(check_at(&keys, &token, NOW - 600), Err(TokenError::Invalid));
}

#[test]
fn what_the_test_signs_itself_is_accepted() {
    let keys = keys();
    assert!(check(&keys, &forge(&keys, &good_header(&keys), &good_claims())).is_ok());
    for typ in ["AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        let header = json!({ "alg": "EdDSA", "typ": typ, "kid": keys.signing.kid() });
        assert!(check(&keys, &forge(&keys, &header, &good_claims())).is_ok(), "{typ}");
    }
}

#[test]
fn tokens_of_every_algorithm_are_accepted_by_their_own_key_only() {
    let all = SigningAlgorithm::ALL.map(keys_of);
    for (signer, algorithm) in all.iter().zip(SigningAlgorithm::ALL) {
        let token = signed(signer);
        let header: Value = serde_json::from_slice(&BASE64.decode(token.split('.').next().unwrap()).unwrap()).unwrap();
        assert_eq!(header, json!({ "alg": algorithm.as_str(), "typ": "at+jwt", "kid": signer.signing.kid() }));
        for verifier in &all {
            let expected = ExpectedClaims { issuer: "keyward", audience: "app", now: at(NOW) };
            let checked = verify(&token, |_| Some(&verifier.verifying), expected);
            assert_eq!(checked.is_ok(), std::ptr::eq(signer, verifier), "{algorithm}");
        }
    }
}

#[test]
fn too_many_roles_leave_the_token_short() {
    use engine::{Activation, Assignment, Facts, RoleFacts, RoleName, Validity};
    let role = |n: u128, name: String, inherits_from| RoleFacts {
        id: Uuid::from_u128(n).into(),
        name: RoleName::parse(&name).unwrap(),
        is_system: false,
        is_default: false,
        requires_activation: false,
        revision: 1,
        grants: Vec::new(),
        patterns: Vec::new(),
        inherits_from,
    };
    let names = |juniors: u128, assigned: usize| {
        let all: Vec<engine::RoleId> = (1..=juniors).map(|n| Uuid::from_u128(n).into()).collect();
        let mut roles: Vec<RoleFacts> =
            (1..=juniors).map(|n| role(n, format!("{}-{n:04}", "r".repeat(40)), Vec::new())).collect();
        roles.push(role(5000, "chief".to_owned(), all.clone()));
        let policy =
            Policy::build(Facts { revision: 1, roles, permissions: Vec::new(), constraints: Vec::new() }).unwrap();
        let held = std::iter::once(Uuid::from_u128(5000).into()).chain(all.into_iter().take(assigned));
        let assignments = held
            .map(|role| Assignment {
                id: role_assignment(),
                role,
                assigned_at: chrono::DateTime::UNIX_EPOCH,
                validity: Validity::default(),
            })
            .collect();
        let subject = Subject {
            user: Uuid::from_u128(1).into(),
            status: engine::AccountStatus::Active,
            revision: 1,
            assignments,
            grants: Vec::new(),
            activation: Activation::All,
        };
        role_names(&policy, &subject, at(NOW)).map(|names| names.len())
    };
    assert_eq!(names(20, 0), Some(21));
    assert_eq!(names(100, 0), Some(1));
    assert_eq!(names(100, 100), None);
}

fn role_assignment() -> engine::AssignmentId {
    Uuid::from_u128(9).into()
}

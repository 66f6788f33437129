//! Access tokens: JWTs (RFC 9068, `typ: at+jwt`). What a token looks like is known here only; how keys
//! sign is known in `keys/pair.rs`.
//!
//! `sign(signer, Issue)`, `verify(token, find, expected)` → `Verified` and how far its key is trusted,
//! `role_names(policy, subject, now)`.

use crate::keys::{Signer, Trust, Verifier};
use crate::{Caller, Error, Result, parse_typeid, typeid};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Policy, SessionId, Subject, UserId};
use jsonwebtoken::Header;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What signing in, refreshing and the like hand out.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Short-lived signed token.
    pub access_token: SecretString,
    /// Opaque token for the next refresh; `None` where the one in hand stays good.
    pub refresh_token: Option<SecretString>,
    /// When the access token runs out.
    pub expires_at: DateTime<Utc>,
    /// When the session ends in any case, and the refresh token with it.
    pub ends_at: DateTime<Utc>,
    /// The session as it is now.
    pub caller: Caller,
}

/// Longest token that is looked at, in bytes.
pub(super) const MAX_LEN: usize = 8 * 1024;
/// Most bytes that the claim `roles` may take; a cookie has to hold the whole token.
const MAX_ROLES_LEN: usize = 1500;
/// How far ahead another replica's clock may be, beyond what `nbf` allows for already.
const LEEWAY: TimeDelta = TimeDelta::seconds(5);
/// `nbf` lies so much before `iat`: replicas whose clocks differ by a minute take each other's tokens.
const BACKDATED: i64 = 60;
/// Media type of access tokens (RFC 9068, 2.1), without `application/`.
const TYPE: &str = "at+jwt";

const USER: &str = "user";
const SESSION: &str = "ses";
const TOKEN: &str = "tok";

/// What a token says, in terms of the service.
#[derive(Clone, Debug)]
pub(crate) struct Issue<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    pub(crate) token: Uuid,
    pub(crate) issued_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) roles: Option<Vec<String>>,
    pub(crate) revision: u64,
}

/// The claims on the wire. Times are whole seconds since 1970; any other type is refused.
#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<String>>,
    pv: u64,
}

/// Signs a token.
pub(crate) fn sign(key: &Signer, issue: Issue<'_>) -> Result<SecretString> {
    let mut header = Header::new(key.algorithm());
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(key.kid().to_owned());
    let iat = issue.issued_at.timestamp();
    let claims = Claims {
        iss: issue.issuer.to_owned(),
        aud: issue.audience.to_owned(),
        sub: typeid(USER, issue.user.uuid()),
        sid: typeid(SESSION, issue.session.uuid()),
        jti: typeid(TOKEN, issue.token),
        iat,
        nbf: iat - BACKDATED,
        exp: issue.expires_at.timestamp(),
        roles: issue.roles,
        pv: issue.revision,
    };
    let token = jsonwebtoken::encode(&header, &claims, key.key()).map_err(|error| Error::Internal(error.into()))?;
    Ok(token.into())
}

/// A token whose signature and claims were checked; whether it has run out is asked separately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verified {
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    /// Seconds since 1970.
    pub(crate) expires_at: i64,
    pub(crate) roles: Option<Vec<String>>,
    pub(crate) revision: u64,
}

impl Verified {
    /// Has it run out at `now`?
    pub(crate) fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at <= now.timestamp()
    }
}

/// Why a token is not one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejected {
    /// Well-formed, and signed with a key that is not known.
    UnknownKey,
    /// Anything else.
    Invalid,
}

/// What a token must say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) now: DateTime<Utc>,
}

/// Checks a token's size, header, signature and claims, in this order; `find` gives the key with an id
/// and how far it is trusted. The key says how the signature is made, whatever the header says.
pub(crate) fn verify<'k>(
    token: &str,
    find: impl FnOnce(&str) -> Option<(&'k Verifier, Trust)>,
    expected: Expected<'_>,
) -> Result<(Verified, Trust), Rejected> {
    if token.len() > MAX_LEN {
        return Err(Rejected::Invalid);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| Rejected::Invalid)?;
    let kid = usable(&header).ok_or(Rejected::Invalid)?;
    let (key, trust) = find(&kid).ok_or(Rejected::UnknownKey)?;
    let decoded = jsonwebtoken::decode::<Claims>(token, key.key(), key.validation()).map_err(|_| Rejected::Invalid)?;
    Ok((meet(decoded.claims, expected).ok_or(Rejected::Invalid)?, trust))
}

/// The id of the key that a header names, if the header holds what ours hold and nothing else:
/// a key is never taken from the token (RFC 8725, 3.10).
fn usable(header: &Header) -> Option<String> {
    let typ = header.typ.as_deref()?.to_ascii_lowercase();
    let kid = header.kid.clone()?;
    let mut plain = Header::new(header.alg);
    plain.typ.clone_from(&header.typ);
    plain.kid.clone_from(&header.kid);
    (typ.strip_prefix("application/").unwrap_or(&typ) == TYPE && *header == plain).then_some(kid)
}

fn meet(claims: Claims, expected: Expected<'_>) -> Option<Verified> {
    let latest = (expected.now + LEEWAY).timestamp();
    let good = claims.iss == expected.issuer
        && claims.aud == expected.audience
        && parse_typeid(TOKEN, &claims.jti).is_some()
        && claims.nbf <= latest
        && claims.iat <= latest.saturating_add(BACKDATED)
        && claims.iat <= claims.exp;
    good.then_some(Verified {
        user: parse_typeid(USER, &claims.sub)?.into(),
        session: parse_typeid(SESSION, &claims.sid)?.into(),
        expires_at: claims.exp,
        roles: claims.roles,
        revision: claims.pv,
    })
}

/// What the claim `roles` says of `subject` at `now`: active and inherited roles by name; active
/// ones only where these are too long, nothing where those are.
pub(crate) fn role_names(policy: &Policy, subject: &Subject, now: DateTime<Utc>) -> Option<Vec<String>> {
    let fits = |roles: Vec<engine::RoleId>| -> Option<Vec<String>> {
        let names = roles.into_iter().filter_map(|role| policy.role(role));
        let names: Vec<String> = names.map(|role| role.name.as_str().to_owned()).collect();
        // Role names need no escapes in JSON: two quotes and a comma each, within brackets.
        let length: usize = names.iter().map(|name| name.len() + 3).sum::<usize>() + 1;
        (length <= MAX_ROLES_LEN).then_some(names)
    };
    fits(policy.active_role_closure(subject, now)).or_else(|| fits(policy.active_roles(subject, now)))
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;

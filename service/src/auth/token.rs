//! Format of access tokens: JWTs (RFC 9068, `typ: at+jwt`). Signatures are made in `keys/pair.rs`.

use crate::keys::{KeyTrust, Signer, VerificationKey};
use crate::{Caller, Error, Result, parse_typeid, typeid};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Policy, SessionId, Subject, UserId};
use jsonwebtoken::Header;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Tokens issued at login, refresh and the like.
#[derive(Clone, Debug)]
pub struct IssuedTokens {
    /// Access token.
    pub access_token: SecretString,
    /// Refresh token; `None` where the present one stays valid.
    pub refresh_token: Option<SecretString>,
    /// Time at which the access token expires.
    pub expires_at: DateTime<Utc>,
    /// End of the absolute lifetime of the session, and of the refresh token with it.
    pub ends_at: DateTime<Utc>,
    /// Caller of the session.
    pub caller: Caller,
}

/// Longest accepted token, in bytes.
pub(super) const MAX_LEN: usize = 8 * 1024;
/// Longest `roles` claim, in bytes: a cookie has to hold the whole token.
const MAX_ROLES_LEN: usize = 1500;
/// Tolerated difference of clocks between replicas, beyond that of `nbf`.
const LEEWAY: TimeDelta = TimeDelta::seconds(5);
/// Time of `nbf` before `iat`, in seconds: replicas whose clocks differ by a minute accept each other's tokens.
const BACKDATED: i64 = 60;
/// Media type of access tokens (RFC 9068, 2.1), without `application/`.
const TYPE: &str = "at+jwt";

const USER: &str = "user";
const SESSION: &str = "ses";
const TOKEN: &str = "tok";

/// Content of a new access token.
#[derive(Clone, Debug)]
pub(crate) struct NewAccessToken<'a> {
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

/// Claims on the wire. Times are whole seconds since 1970; another type is refused.
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

/// Signs an access token.
pub(crate) fn sign(key: &Signer, new: NewAccessToken<'_>) -> Result<SecretString> {
    let mut header = Header::new(key.algorithm());
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(key.kid().to_owned());
    let iat = new.issued_at.timestamp();
    let claims = Claims {
        iss: new.issuer.to_owned(),
        aud: new.audience.to_owned(),
        sub: typeid(USER, new.user.uuid()),
        sid: typeid(SESSION, new.session.uuid()),
        jti: typeid(TOKEN, new.token),
        iat,
        nbf: iat - BACKDATED,
        exp: new.expires_at.timestamp(),
        roles: new.roles,
        pv: new.revision,
    };
    let token = jsonwebtoken::encode(&header, &claims, key.key()).map_err(|error| Error::Internal(error.into()))?;
    Ok(token.into())
}

/// Claims of a token whose signature and content were checked. Its expiry is checked separately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VerifiedClaims {
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    /// Seconds since 1970.
    pub(crate) expires_at: i64,
    pub(crate) roles: Option<Vec<String>>,
    pub(crate) revision: u64,
}

impl VerifiedClaims {
    /// Returns true when the token is expired at `now`.
    pub(crate) fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at <= now.timestamp()
    }
}

/// Claims of a token, and the trust in the key that signed it.
#[derive(Debug)]
pub(crate) struct VerifiedToken {
    pub(crate) claims: VerifiedClaims,
    pub(crate) trust: KeyTrust,
}

/// Reason why a token is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenError {
    /// Well-formed, and signed with an unknown key.
    UnknownKey,
    /// Anything else.
    Invalid,
}

/// Required content of a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExpectedClaims<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) now: DateTime<Utc>,
}

/// Checks the size, header, signature and claims of a token, in this order. `find` returns the key of an id. The key
/// determines the algorithm, not the header.
pub(crate) fn verify<'k>(
    token: &str,
    find: impl FnOnce(&str) -> Option<&'k VerificationKey>,
    expected: ExpectedClaims<'_>,
) -> Result<VerifiedToken, TokenError> {
    if token.len() > MAX_LEN {
        return Err(TokenError::Invalid);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Invalid)?;
    let kid = key_id(&header).ok_or(TokenError::Invalid)?;
    let VerificationKey { verifier, trust } = find(&kid).ok_or(TokenError::UnknownKey)?;
    let decoded = jsonwebtoken::decode::<Claims>(token, verifier.key(), verifier.validation());
    let claims = decoded.map_err(|_| TokenError::Invalid)?.claims;
    Ok(VerifiedToken { claims: check(claims, expected).ok_or(TokenError::Invalid)?, trust: *trust })
}

/// Key id of a header; `None` for a header with other members than ours: a key is never taken from the token (RFC 8725,
/// 3.10).
fn key_id(header: &Header) -> Option<String> {
    let typ = header.typ.as_deref()?.to_ascii_lowercase();
    let kid = header.kid.clone()?;
    let mut plain = Header::new(header.alg);
    plain.typ.clone_from(&header.typ);
    plain.kid.clone_from(&header.kid);
    (typ.strip_prefix("application/").unwrap_or(&typ) == TYPE && *header == plain).then_some(kid)
}

fn check(claims: Claims, expected: ExpectedClaims<'_>) -> Option<VerifiedClaims> {
    let latest = (expected.now + LEEWAY).timestamp();
    let is_valid = claims.iss == expected.issuer
        && claims.aud == expected.audience
        && parse_typeid(TOKEN, &claims.jti).is_some()
        && claims.nbf <= latest
        && claims.iat <= latest.saturating_add(BACKDATED)
        && claims.iat <= claims.exp;
    is_valid.then_some(VerifiedClaims {
        user: parse_typeid(USER, &claims.sub)?.into(),
        session: parse_typeid(SESSION, &claims.sid)?.into(),
        expires_at: claims.exp,
        roles: claims.roles,
        revision: claims.pv,
    })
}

/// `roles` claim of a subject at `now`: names of its active and inherited roles; of the active ones only where all are
/// too long, `None` where those are too long as well.
pub(crate) fn role_names(policy: &Policy, subject: &Subject, now: DateTime<Utc>) -> Option<Vec<String>> {
    let fits = |roles: Vec<engine::RoleId>| -> Option<Vec<String>> {
        let names = roles.into_iter().filter_map(|role| policy.role(role));
        let names: Vec<String> = names.map(|role| role.name.as_str().to_owned()).collect();
        // Role names need no escapes in JSON: each has two quotes and a comma, inside brackets.
        let length: usize = names.iter().map(|name| name.len() + 3).sum::<usize>() + 1;
        (length <= MAX_ROLES_LEN).then_some(names)
    };
    fits(policy.active_role_closure(subject, now)).or_else(|| fits(policy.active_roles(subject, now)))
}

#[cfg(test)]
mod tests;

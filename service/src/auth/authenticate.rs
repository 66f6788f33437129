//! Authentication of access tokens.
//!
//! The roles that a token claims are for other services. Here a token only names its session: its rights are those of
//! the present policy.

use super::present::{caller_of, live_session};
use super::token::{ExpectedClaims, MAX_LEN, TokenError, VerifiedClaims, VerifiedToken, role_names, verify};
use crate::clock::time_delta;
use crate::crypto::sha256;
use crate::keys::{KeySet, KeyTrust};
use crate::sessions::SessionCache;
use crate::{Caller, Result, Service, UnauthenticatedReason, boxed};
use chrono::{DateTime, Utc};
use engine::{Policy, SessionId, Subject};
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};
use rustc_hash::FxBuildHasher;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Most memory for verified tokens, in bytes.
const CAPACITY: usize = 16 * 1024 * 1024;
/// Approximate size of an entry without its role names, in bytes.
const ENTRY: usize = 320;

/// Access tokens whose signature was checked, until they expire, and the sessions in use.
///
/// INVARIANT: only valid tokens are kept, under the hash of the whole token, with the key set that they were checked
/// with: once that is replaced, they are checked again.
#[derive(Debug)]
pub struct VerifiedTokens {
    tokens: Cache<[u8; 32], Arc<CachedToken>, TokenWeighter, FxBuildHasher>,
    sessions: Arc<SessionCache>,
    /// Time up to which sealed refresh tokens have been erased.
    erased_to: Mutex<Option<DateTime<Utc>>>,
}

/// Token whose signature was checked.
#[derive(Debug)]
struct CachedToken {
    claims: VerifiedClaims,
    keys: Arc<KeySet>,
    /// Time at which its key retires.
    trusted_until: Option<DateTime<Utc>>,
    staleness: Mutex<Option<ClaimStaleness>>,
}

/// Staleness of the claims of a token, and what it was derived from.
#[derive(Debug)]
struct ClaimStaleness {
    policy: u64,
    /// Subject of the session: another one after each change.
    subject: Weak<Subject>,
    until: Option<DateTime<Utc>>,
    stale: bool,
}

/// Approximate size of an entry in bytes.
#[derive(Clone, Debug)]
struct TokenWeighter;

impl Weighter<[u8; 32], Arc<CachedToken>> for TokenWeighter {
    fn weight(&self, _: &[u8; 32], token: &Arc<CachedToken>) -> u64 {
        let roles = token.claims.roles.iter().flatten().map(|role| role.len() + size_of::<String>());
        (ENTRY + roles.sum::<usize>()) as u64
    }
}

impl Default for VerifiedTokens {
    fn default() -> Self {
        Self::new()
    }
}

impl VerifiedTokens {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        let lifecycle = DefaultLifecycle::default();
        let tokens = Cache::with(CAPACITY / (2 * ENTRY), CAPACITY as u64, TokenWeighter, FxBuildHasher, lifecycle);
        Self { tokens, sessions: Arc::default(), erased_to: Mutex::default() }
    }

    /// The sessions in use.
    pub(crate) fn sessions(&self) -> &Arc<SessionCache> {
        &self.sessions
    }

    /// Time up to which this process has erased sealed refresh tokens.
    pub(super) fn erased_to(&self) -> Option<DateTime<Utc>> {
        *self.erased_to.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that sealed refresh tokens have been erased up to `to`.
    pub(super) fn observe_erased(&self, to: DateTime<Utc>) {
        *self.erased_to.lock().unwrap_or_else(PoisonError::into_inner) = Some(to);
    }

    /// The token, from the cache or after a check of its signature. Expired tokens count too.
    async fn verified(&self, service: &Service, token: &str, now: DateTime<Utc>) -> Result<Arc<CachedToken>> {
        if token.len() > MAX_LEN {
            return Err(UnauthenticatedReason::Invalid.into());
        }
        let hash = sha256(token.as_bytes());
        service.keys.ensure_fresh(&service.database).await?;
        let keys = service.keys.set();
        let cached = self
            .tokens
            .get(&hash)
            .filter(|token| Arc::ptr_eq(&token.keys, &keys) && token.trusted_until.is_none_or(|until| now < until));
        if let Some(token) = cached {
            return Ok(token);
        }
        let SignedToken { claims, trust, keys } = check_signature(service, token, now).await?;
        if !trust.holds(now) {
            // The rightful holder can refresh; a thief of the key cannot.
            return Err(UnauthenticatedReason::Expired.into());
        }
        let trusted_until = trust.end();
        let token = Arc::new(CachedToken { claims, keys, trusted_until, staleness: Mutex::default() });
        if !token.claims.has_expired(now) {
            self.tokens.insert(hash, Arc::clone(&token));
        }
        Ok(token)
    }
}

/// Token that one of the keys signed.
#[derive(Debug)]
pub(super) struct SignedToken {
    pub(super) claims: VerifiedClaims,
    /// Trust in that key.
    pub(super) trust: KeyTrust,
    /// The keys it was checked with.
    keys: Arc<KeySet>,
}

/// Checks the signature and the claims of a token, but neither its expiry nor the trust in its key.
///
/// # Errors
/// [`UnauthenticatedReason::Invalid`]; [`Error::Unavailable`] when the keys cannot be read.
#[boxed]
pub(super) async fn check_signature(service: &Service, token: &str, now: DateTime<Utc>) -> Result<SignedToken> {
    let settings = &service.config.token;
    let expected = ExpectedClaims { issuer: &settings.issuer, audience: &settings.audience, now };
    let asked = service.keys.asked();
    let check = |keys: Arc<KeySet>| {
        let VerifiedToken { claims, trust } = verify(token, |kid| keys.verifying(kid), expected)?;
        Ok(SignedToken { claims, trust, keys })
    };
    let checked = match check(service.keys.set()) {
        // Another replica may have created a key since the keys were read here.
        Err(TokenError::UnknownKey) => {
            service.keys.refresh(&service.database, asked).await?;
            check(service.keys.set())
        }
        checked => checked,
    };
    checked.map_err(|_| UnauthenticatedReason::Invalid.into())
}

/// Authenticates the caller of an access token: checks signature, claims, session and account against the present
/// state. From memory it costs no statement, no Redis command and no signature check. Ensures that the policy is fresh.
///
/// # Errors
/// [`crate::Error::Unauthenticated`], or [`crate::Error::Unavailable`] when the token cannot be checked.
pub async fn authenticate(service: &Service, token: &str) -> Result<Caller> {
    let now = service.now();
    let token = service.tokens.verified(service, token, now).await?;
    if token.claims.has_expired(now) {
        return Err(UnauthenticatedReason::Expired.into());
    }
    let session = live_session(service, token.claims.session, token.claims.user, now).await?;
    let caller = caller_of(service, &session).await?;
    service.tokens.sessions.observe_use(&session, now, time_delta(service.config.session.idle));
    Ok(Caller { token_stale: token.is_stale(&caller.policy, &caller.subject, now), ..caller })
}

/// Session of an access token. Expired tokens and ended sessions count too.
///
/// # Errors
/// [`UnauthenticatedReason::Invalid`] for a token of another origin.
pub(super) async fn session_of(service: &Service, token: &str) -> Result<SessionId> {
    Ok(service.tokens.verified(service, token, service.now()).await?.claims.session)
}

impl CachedToken {
    /// Returns true when the claims are older than the rights of the session, or a new token would name other roles.
    fn is_stale(&self, policy: &Policy, subject: &Arc<Subject>, now: DateTime<Utc>) -> bool {
        let mut cached = self.staleness.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cached) = &*cached {
            let same = cached.policy == policy.revision() && cached.subject.as_ptr() == Arc::as_ptr(subject);
            if same && cached.until.is_none_or(|until| now < until) {
                return cached.stale;
            }
        }
        let stale = self.claims.revision < policy.rights_revision(subject)
            || self.claims.roles != role_names(policy, subject, now);
        let (policy, until) = (policy.revision(), next_boundary(subject, now));
        *cached = Some(ClaimStaleness { policy, subject: Arc::downgrade(subject), until, stale });
        stale
    }
}

/// Time at which the next assignment of a subject begins or ends.
fn next_boundary(subject: &Subject, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let boundaries = subject.assignments.iter().flat_map(|held| [held.validity.from, held.validity.until]);
    boundaries.flatten().filter(|boundary| now < *boundary).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Sealer;
    use uuid::Uuid;

    #[test]
    fn verified_tokens_are_bounded_by_their_size() {
        let sealer = Sealer::new(&"a secret of the tests, long enough".into(), None, "tests").unwrap();
        let keys = Arc::new(KeySet::open(&sealer, Vec::new()));
        for roles in [0, 100] {
            let tokens = VerifiedTokens::new();
            let claims = VerifiedClaims {
                user: Uuid::nil().into(),
                session: Uuid::nil().into(),
                expires_at: 0,
                roles: Some(vec!["a name of a role".to_owned(); roles]),
                revision: 0,
            };
            let size = ENTRY + roles * ("a name of a role".len() + size_of::<String>());
            for number in 0..2 * CAPACITY / size {
                let token = CachedToken {
                    claims: claims.clone(),
                    keys: Arc::clone(&keys),
                    trusted_until: None,
                    staleness: Mutex::default(),
                };
                tokens.tokens.insert(sha256(&number.to_be_bytes()), Arc::new(token));
            }
            let weight = tokens.tokens.weight();
            assert!(weight <= CAPACITY as u64 && weight > CAPACITY as u64 / 2, "{weight}");
            assert!(tokens.tokens.len() <= CAPACITY / size);
        }
    }
}

//! From a bearer token to a caller.
//!
//! `VerifiedTokens::new()`; `authenticate(&Service, &str) -> Result<Caller>` (async). It makes sure
//! itself that decisions are fresh (`Service::ensure_fresh(None)`); a client's wish for a revision
//! is the caller's business.
//!
//! What a token claims of roles is for other services. Here it only says which session asks; what
//! that may do is taken from the policy of now.

use super::seal::sha256;
use super::token::{Expected, MAX_LEN, Rejected, Verified, role_names, verify};
use crate::decisions::subject;
use crate::keys::{KeySet, Trust};
use crate::sessions::{self, Record, Records, Standing};
use crate::{Caller, Error, Result, Service, UnauthenticatedReason, boxed};
use chrono::{DateTime, Utc};
use engine::{AccountStatus, Activation, Policy, SessionId, Subject, UserId};
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};
use rustc_hash::FxBuildHasher;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Most memory for verified tokens, in bytes.
const CAPACITY: usize = 16 * 1024 * 1024;
/// What an entry takes besides its role names, about.
const ENTRY: usize = 320;
/// Reading a session's row must not take longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Access tokens whose signature was checked, until they run out, and the sessions in use.
///
/// INVARIANT: only good tokens are kept, under the hash of the whole token, together with the set of
/// keys they were checked with: when that is replaced, none of them is found any more.
#[derive(Debug)]
pub struct VerifiedTokens {
    tokens: Cache<[u8; 32], Arc<Known>, Weight, FxBuildHasher>,
    sessions: Arc<Records>,
    /// Until when the sealed successors of refresh tokens have been erased.
    erased_to: Mutex<Option<DateTime<Utc>>>,
}

/// A token whose signature was checked.
#[derive(Debug)]
struct Known {
    verified: Verified,
    keys: Arc<KeySet>,
    /// When its key retires.
    good_until: Option<DateTime<Utc>>,
    staleness: Mutex<Option<Staleness>>,
}

/// Whether a token's claims were out of date, and for how long that answer holds.
#[derive(Debug)]
struct Staleness {
    policy: u64,
    /// What its session held: another one whenever that changes.
    subject: Weak<Subject>,
    until: Option<DateTime<Utc>>,
    stale: bool,
}

/// About how many bytes an entry takes.
#[derive(Clone, Debug)]
struct Weight;

impl Weighter<[u8; 32], Arc<Known>> for Weight {
    fn weight(&self, _: &[u8; 32], known: &Arc<Known>) -> u64 {
        let roles = known.verified.roles.iter().flatten().map(|role| role.len() + size_of::<String>());
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
        let tokens = Cache::with(CAPACITY / (2 * ENTRY), CAPACITY as u64, Weight, FxBuildHasher, lifecycle);
        Self { tokens, sessions: Arc::default(), erased_to: Mutex::default() }
    }

    /// The sessions in use.
    pub(crate) fn sessions(&self) -> &Arc<Records> {
        &self.sessions
    }

    /// Until when the sealed successors of refresh tokens have been erased by this process.
    pub(super) fn erased_to(&self) -> Option<DateTime<Utc>> {
        *self.erased_to.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that they have been erased up to `to`.
    pub(super) fn note_erased(&self, to: DateTime<Utc>) {
        *self.erased_to.lock().unwrap_or_else(PoisonError::into_inner) = Some(to);
    }

    async fn known(&self, service: &Service, token: &str, now: DateTime<Utc>) -> Result<Arc<Known>> {
        if token.len() > MAX_LEN {
            return Err(UnauthenticatedReason::Invalid.into());
        }
        let hash = sha256(token.as_bytes());
        service.keys.ensure_fresh(&service.database).await?;
        let keys = service.keys.set();
        let kept = self.tokens.get(&hash).filter(|known| {
            Arc::ptr_eq(&known.keys, &keys) && known.good_until.is_none_or(|good_until| now < good_until)
        });
        if let Some(known) = kept {
            return Ok(known);
        }
        let Signed { verified, trust, keys } = check_signature(service, token, now).await?;
        if !trust.holds(now) {
            // A refresh helps whoever was given it, and nobody else.
            return Err(UnauthenticatedReason::Expired.into());
        }
        let good_until = trust.end();
        let known = Arc::new(Known { verified, keys, good_until, staleness: Mutex::default() });
        if !known.verified.has_expired(now) {
            self.tokens.insert(hash, Arc::clone(&known));
        }
        Ok(known)
    }
}

/// A token that one of the keys signed.
#[derive(Debug)]
pub(super) struct Signed {
    pub(super) verified: Verified,
    /// How far that key is trusted.
    pub(super) trust: Trust,
    /// The keys it was checked with.
    keys: Arc<KeySet>,
}

/// Checks a token's signature and claims, whether or not it has run out or its key is still trusted.
#[boxed]
pub(super) async fn check_signature(service: &Service, token: &str, now: DateTime<Utc>) -> Result<Signed> {
    let settings = &service.config.token;
    let expected = Expected { issuer: &settings.issuer, audience: &settings.audience, now };
    let asked = Instant::now();
    let check = |keys: Arc<KeySet>| {
        let checked = verify(token, |kid| keys.verifying(kid), expected);
        checked.map(|(verified, trust)| Signed { verified, trust, keys })
    };
    let checked = match check(service.keys.set()) {
        // Another replica may have made a key since the keys were read here.
        Err(Rejected::UnknownKey) => {
            service.keys.follow(&service.database, asked).await?;
            check(service.keys.set())
        }
        checked => checked,
    };
    checked.map_err(|_| UnauthenticatedReason::Invalid.into())
}

/// Checks an access token: signature, claims, session, account. Warm, it costs no SQL, no Redis and
/// no signature; the caller is as of now, whatever the token claims.
///
/// # Errors
/// [`crate::Error::Unauthenticated`], or [`crate::Error::Unavailable`] when that cannot be told.
pub async fn authenticate(service: &Service, token: &str) -> Result<Caller> {
    let now = service.now();
    let known = service.tokens.known(service, token, now).await?;
    if known.verified.has_expired(now) {
        return Err(UnauthenticatedReason::Expired.into());
    }
    let record = live_session(service, &known.verified, now).await?;
    service.ensure_fresh(None).await?;
    let (base, policy) = active_user(service, record.user).await?;
    let subject = record.subject(&base);
    if record.is_older_than(subject.revision) {
        read(service, &record).await?;
    }
    service.tokens.sessions.note_use(&record, now, sessions::span(service.config.session.idle));
    let (username, email) = record.names();
    Ok(Caller {
        user: record.user,
        username,
        email,
        session: record.id,
        authenticated_at: record.authenticated_at(),
        token_stale: known.is_stale(&policy, &subject, now),
        subject,
        policy,
    })
}

/// What the user of an active account holds in all, and the policy to decide by.
async fn active_user(service: &Service, user: UserId) -> Result<(Arc<Subject>, Arc<Policy>)> {
    let found = subject(service, user).await?.filter(|subject| subject.status == AccountStatus::Active);
    Ok((found.ok_or(UnauthenticatedReason::Revoked)?, service.policy()))
}

/// The session that an access token names, whether or not it has run out or the session has ended.
///
/// # Errors
/// [`UnauthenticatedReason::Invalid`] when it is none of ours.
pub(super) async fn session_of(service: &Service, token: &str) -> Result<SessionId> {
    Ok(service.tokens.known(service, token, service.now()).await?.verified.session)
}

/// What a session of an active account holds, and the policy to decide by.
///
/// # Errors
/// [`UnauthenticatedReason::Revoked`] when there is no such account, or it may not be used.
pub(super) async fn active_subject(
    service: &Service,
    user: UserId,
    activation: Activation,
) -> Result<(Arc<Subject>, Arc<Policy>)> {
    let (base, policy) = active_user(service, user).await?;
    Ok((Arc::new(base.in_session(activation)), policy))
}

/// The session that a token belongs to, if it has neither ended nor run out.
async fn live_session(service: &Service, verified: &Verified, now: DateTime<Utc>) -> Result<Arc<Record>> {
    let session = verified.session;
    let sessions = &service.tokens.sessions;
    let kept = match service.denylist.check(session, now) {
        Standing::Ended => return Err(UnauthenticatedReason::Revoked.into()),
        Standing::Clear => sessions.get(session).filter(|record| record.live_at(now) && record.is_current()),
        Standing::Unknown => None,
    };
    let record = match kept {
        Some(record) => record,
        None => open_session(service, session).await?,
    };
    if record.user != verified.user {
        return Err(UnauthenticatedReason::Invalid.into());
    }
    if !record.live_at(now) {
        return Err(UnauthenticatedReason::Revoked.into());
    }
    Ok(record)
}

/// Reads a session that has not ended, and keeps it.
#[boxed]
async fn open_session(service: &Service, session: SessionId) -> Result<Arc<Record>> {
    let row = timeout(PATIENCE, sessions::find(service.database.connection(), session)).await;
    let stored = row.map_err(|late| Error::Unavailable(late.into()))??;
    let open = stored.filter(|stored| stored.session.revoked_at.is_none());
    Ok(service.tokens.sessions.put(&open.ok_or(UnauthenticatedReason::Revoked)?))
}

/// Reads a session's row again, for the names of its user.
#[boxed]
async fn read(service: &Service, record: &Record) -> Result<()> {
    if let Some(stored) = sessions::find(service.database.connection(), record.id).await? {
        record.update(&stored);
    }
    Ok(())
}

impl Known {
    /// Are the token's claims older than the rights they speak of, or would it name other roles now?
    fn is_stale(&self, policy: &Policy, subject: &Arc<Subject>, now: DateTime<Utc>) -> bool {
        let mut kept = self.staleness.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*kept {
            let same = known.policy == policy.revision() && known.subject.as_ptr() == Arc::as_ptr(subject);
            if same && known.until.is_none_or(|until| now < until) {
                return known.stale;
            }
        }
        let stale = self.verified.revision < policy.rights_revision(subject)
            || self.verified.roles != role_names(policy, subject, now);
        let (policy, until) = (policy.revision(), next_turn(subject, now));
        *kept = Some(Staleness { policy, subject: Arc::downgrade(subject), until, stale });
        stale
    }
}

/// When the next of a subject's assignments begins or ends.
fn next_turn(subject: &Subject, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let turns = subject.assignments.iter().flat_map(|held| [held.validity.from, held.validity.until]);
    turns.flatten().filter(|turn| now < *turn).min()
}

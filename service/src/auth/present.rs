//! The present state behind a credential: the live session, the active user and the rights of both.

use crate::decisions::subject;
use crate::freshness::READ_TIMEOUT;
use crate::sessions::{self, CachedSession, RevocationStatus};
use crate::{Caller, Error, Result, Service, UnauthenticatedReason, boxed};
use chrono::{DateTime, Utc};
use engine::{AccountStatus, Activation, Policy, SessionId, Subject, UserId};
use std::sync::Arc;
use tokio::time::timeout;

/// The caller with the rights that its session has now: a request that makes several changes asks again after each.
/// Costs no statement while neither the session nor the user has changed. Ensures that the policy is fresh.
///
/// # Errors
/// [`UnauthenticatedReason::Revoked`] when the session has ended or the account is no longer active;
/// [`Error::Unavailable`] when that cannot be read.
#[boxed]
pub async fn present(service: &Service, caller: &Caller) -> Result<Caller> {
    let session = live_session(service, caller.session, caller.user, service.now()).await?;
    let present = caller_of(service, &session).await?;
    Ok(Caller { token_stale: caller.token_stale, ..present })
}

/// The caller of a live session, as of now.
pub(super) async fn caller_of(service: &Service, session: &Arc<CachedSession>) -> Result<Caller> {
    service.ensure_fresh(None).await?;
    let (base, policy) = active_user(service, session.user).await?;
    let subject = service.tokens.sessions().subject(session, &base);
    if session.is_older_than(subject.revision) {
        update(service, session).await?;
    }
    let (username, email) = session.names();
    Ok(Caller {
        user: session.user,
        username,
        email,
        session: session.id,
        authenticated_at: session.authenticated_at(),
        token_stale: false,
        subject,
        policy,
    })
}

/// Subject of an active user, with all roles active, and the policy.
async fn active_user(service: &Service, user: UserId) -> Result<(Arc<Subject>, Arc<Policy>)> {
    let found = subject(service, user).await?.filter(|subject| subject.status == AccountStatus::Active);
    Ok((found.ok_or(UnauthenticatedReason::Revoked)?, service.policy()))
}

/// Subject of a session of an active user, and the policy.
///
/// # Errors
/// [`UnauthenticatedReason::Revoked`] for an unknown user or one that is not active.
pub(super) async fn active_subject(
    service: &Service,
    user: UserId,
    activation: Activation,
) -> Result<(Arc<Subject>, Arc<Policy>)> {
    let (base, policy) = active_user(service, user).await?;
    Ok((Arc::new(base.with_activation(activation)), policy))
}

/// A session of `user` that is live at `now`.
///
/// # Errors
/// [`UnauthenticatedReason::Invalid`] when it is another user's; [`UnauthenticatedReason::Revoked`] when it has ended.
pub(super) async fn live_session(
    service: &Service,
    id: SessionId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Arc<CachedSession>> {
    let cached = match service.denylist.check(id, now) {
        RevocationStatus::Ended => return Err(UnauthenticatedReason::Revoked.into()),
        RevocationStatus::Live => {
            let cached = service.tokens.sessions().get(id);
            cached.filter(|session| session.live_at(now) && session.is_current())
        }
        RevocationStatus::Unknown => None,
    };
    let session = match cached {
        Some(session) => session,
        None => read(service, id).await?,
    };
    if session.user != user {
        return Err(UnauthenticatedReason::Invalid.into());
    }
    if !session.live_at(now) {
        return Err(UnauthenticatedReason::Revoked.into());
    }
    Ok(session)
}

/// Reads a session that has not ended into the cache.
#[boxed]
async fn read(service: &Service, session: SessionId) -> Result<Arc<CachedSession>> {
    let stored = timeout(READ_TIMEOUT, sessions::find(service.database.reserved(), session)).await;
    let stored = stored.map_err(|late| Error::Unavailable(late.into()))??;
    let open = stored.filter(|stored| stored.session.revoked_at.is_none());
    Ok(service.tokens.sessions().put(&open.ok_or(UnauthenticatedReason::Revoked)?))
}

/// Reads the row of a session again, for the names of its user.
#[boxed]
async fn update(service: &Service, session: &CachedSession) -> Result<()> {
    if let Some(stored) = sessions::find(service.database.reserved(), session.id).await? {
        session.update(&stored);
    }
    Ok(())
}

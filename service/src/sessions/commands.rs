//! Ending sessions: SQL first, then the denylist, then the announcement.

use super::Session;
use crate::{Context, Result, Service};
use engine::{SessionId, UserId};

/// Ends one session; its access token is refused from now on. Ending an ended one succeeds.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn revoke(service: &Service, ctx: &Context, session: SessionId) -> Result<Session> {
    let _ = (service, ctx, session);
    todo!()
}

/// Ends all of the caller's own sessions but the one that asks; gives those ended.
///
/// # Errors
/// [`crate::Error::Unauthenticated`] without a caller.
pub async fn revoke_others(service: &Service, ctx: &Context) -> Result<Vec<Session>> {
    let _ = (service, ctx);
    todo!()
}

/// Ends all sessions of a user; gives those ended.
///
/// # Errors
/// `NOT_FOUND`.
pub async fn revoke_all_of(service: &Service, ctx: &Context, user: UserId) -> Result<Vec<Session>> {
    let _ = (service, ctx, user);
    todo!()
}

/// Puts sessions whose rows were just ended and committed on the denylist, and announces it.
pub(crate) async fn end(service: &Service, sessions: &[SessionId]) -> Result<()> {
    let _ = (service, sessions);
    todo!()
}

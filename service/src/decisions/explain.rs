//! Decisions about others, and why.

use crate::{Context, Result, Service};
use engine::{SessionId, UserId};

/// An answer to "may they?".
#[derive(Clone, Debug)]
pub struct Decision {
    /// What was asked.
    pub permission: String,
    /// About whom; `None` when anonymous.
    pub user: Option<UserId>,
    /// The answer.
    pub allowed: bool,
    /// Why.
    pub reason: DecisionReason,
    /// Revision of the policy it was decided by.
    pub policy_revision: u64,
}

/// Why access was allowed or denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionReason {
    /// As the engine says.
    Engine(engine::Reason),
    /// No one is signed in.
    NotSignedIn,
}

/// A decision with all its grounds.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The answer.
    pub decision: Decision,
    /// Paths, shortest first, at most as many as were asked for.
    pub paths: engine::Paths,
    /// The grounds in one sentence.
    pub summary: String,
}

/// May that user do this? `UNKNOWN_PERMISSION` is shown as `NOT_GRANTED` to callers without `permission:read`.
///
/// # Errors
/// [`crate::Error::BadInput`] when there is no such user, or no such session of theirs.
pub async fn check_access(service: &Service, ctx: &Context, question: Question<'_>) -> Result<Decision> {
    let _ = (service, ctx, question);
    todo!()
}

/// Why that user may or may not do this, path by path (at most `limit`); otherwise as [`check_access`].
///
/// # Errors
/// As [`check_access`].
pub async fn explain_access(service: &Service, ctx: &Context, question: Question<'_>) -> Result<Explanation> {
    let _ = (service, ctx, question);
    todo!()
}

/// What is asked of [`check_access`] and [`explain_access`].
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// About whom.
    pub user: UserId,
    /// What.
    pub permission: &'a str,
    /// For which session; a fresh default one when absent.
    pub session: Option<SessionId>,
    /// Most paths wanted.
    pub limit: usize,
}

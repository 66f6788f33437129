//! A past revision of the policy.

use chrono::{DateTime, Utc};
use engine::{RevisionId, UserId};

/// A past revision of the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRevision {
    /// Identifier.
    pub id: RevisionId,
    /// Revision of the policy after the change.
    pub number: u64,
    /// Time of the change.
    pub at: DateTime<Utc>,
    /// User who made it; `None` for the operator and the service itself.
    pub by: Option<UserId>,
    /// The change in one sentence.
    pub summary: String,
}

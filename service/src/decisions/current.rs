//! The policy in force, swapped whole; the subjects in use; how fresh both are.

use crate::{Result, Service};
use engine::{PermissionId, Policy, RoleId, UserId};
use std::sync::Arc;

/// What this replica decides by.
#[derive(Debug)]
pub struct Current {
    policy: arc_swap::ArcSwap<Policy>,
}

/// What a revision of the policy touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Touched {
    /// A user's status, assignments or direct grants.
    User(UserId),
    /// A role, its grants or its inheritance.
    Role(RoleId),
    /// A permission.
    Permission(PermissionId),
    /// Everything is to be read again.
    Everything,
}

impl Service {
    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> Arc<Policy> {
        self.current.policy.load_full()
    }

    /// Makes sure that decisions are taken from a policy that is not stale and not older than
    /// `at_least`: in the ordinary case two atomic reads; when the feed was lost, reads the revision
    /// from the database; waits up to 500 ms for a revision that is not known yet.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when it cannot be made sure.
    pub async fn ensure_fresh(&self, at_least: Option<u64>) -> Result<()> {
        let _ = at_least;
        todo!()
    }
}

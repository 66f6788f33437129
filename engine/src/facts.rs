//! What is true before anything is worked out: plain values, as storage holds them.

use crate::{AssignmentId, PermissionId, PermissionName, RoleId, RoleName, UserId};
use chrono::{DateTime, Utc};

/// All roles and permissions, with grants and immediate inheritance nested in the role they belong
/// to, so that one changed role is replaced in one step. The order of the vectors is irrelevant.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The revision of the policy that these facts make.
    pub revision: u64,
    /// Roles.
    pub roles: Vec<RoleFacts>,
    /// Permissions.
    pub permissions: Vec<PermissionFacts>,
}

/// A role with what hangs on it.
#[derive(Clone, Debug)]
pub struct RoleFacts {
    /// Identifier.
    pub id: RoleId,
    /// Unique name.
    pub name: RoleName,
    /// Built in: cannot be deleted or renamed.
    pub is_system: bool,
    /// Given to every new account.
    pub is_default: bool,
    /// Left inactive at login until asked for.
    pub requires_activation: bool,
    /// Policy revision at which the role, its grants or its inheritance last changed.
    pub revision: u64,
    /// Permissions granted to the role itself (PA).
    pub grants: Vec<PermissionId>,
    /// Roles it inherits from in one step (RH), as asked for.
    pub inherits_from: Vec<RoleId>,
}

/// A registered permission.
#[derive(Clone, Debug)]
pub struct PermissionFacts {
    /// Identifier.
    pub id: PermissionId,
    /// Unique name.
    pub name: PermissionName,
    /// Guards the service itself: cannot be deleted.
    pub is_system: bool,
}

/// States of an account, as far as decisions go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountStatus {
    /// Usable.
    Active,
    /// Barred by an administrator.
    Suspended,
    /// Gone.
    Deleted,
}

/// One user's part of the facts.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The user.
    pub user: UserId,
    /// May the account be used?
    pub status: AccountStatus,
    /// Policy revision at which this user's status, assignments or direct grants last changed.
    pub revision: u64,
    /// Roles assigned (UA).
    pub assignments: Vec<Assignment>,
    /// Permissions granted directly.
    pub grants: Vec<DirectGrant>,
    /// Which assigned roles count.
    pub activation: Activation,
}

/// Which of a subject's roles are active.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// Every role assigned: what a user holds in all, and what a session opened without a choice
    /// of roles may use.
    #[default]
    Default,
    /// Exactly these, as far as the user is authorised for them now.
    Chosen(Vec<RoleId>),
}

/// A role assigned to a user.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Identifier.
    pub id: AssignmentId,
    /// The role.
    pub role: RoleId,
    /// When it counts.
    pub validity: Validity,
}

/// A permission granted to a user directly.
#[derive(Clone, Debug)]
pub struct DirectGrant {
    /// The permission.
    pub permission: PermissionId,
    /// When it counts.
    pub validity: Validity,
}

/// From when until when something counts: `from` inclusive, `until` exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Validity {
    /// Not before; at once when absent.
    pub from: Option<DateTime<Utc>>,
    /// No longer from here on; for good when absent.
    pub until: Option<DateTime<Utc>>,
}

/// Where an instant lies in a [`Validity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValidityState {
    /// It does not count yet.
    NotYet,
    /// It counts.
    Valid,
    /// It has run out.
    Ended,
}

impl Validity {
    /// Where `now` lies. An empty interval (`until` not after `from`) is never valid.
    #[must_use]
    pub fn state(&self, now: DateTime<Utc>) -> ValidityState {
        if self.until.is_some_and(|until| until <= now) {
            ValidityState::Ended
        } else if self.from.is_some_and(|from| now < from) {
            ValidityState::NotYet
        } else {
            ValidityState::Valid
        }
    }

    /// Does it count at `now`?
    #[must_use]
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        self.state(now) == ValidityState::Valid
    }
}

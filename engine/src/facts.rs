//! What is true before anything is worked out: plain values, as storage holds them.

use crate::{AssignmentId, ConstraintId, PermissionId, PermissionName, RoleId, RoleName, UserId};
use chrono::{DateTime, Utc};
use std::ops::RangeInclusive;

/// All roles, permissions and constraints, with grants and immediate inheritance nested in the role they belong
/// to, so that one changed role is replaced in one step. The order of the vectors is irrelevant.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The revision of the policy that these facts make.
    pub revision: u64,
    /// Roles.
    pub roles: Vec<RoleFacts>,
    /// Permissions.
    pub permissions: Vec<PermissionFacts>,
    /// Separation of duty.
    pub constraints: Vec<Constraint>,
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

/// A set of roles that are to be kept apart (INCITS 359: SSD or DSD set). Judged over *authorised*
/// roles: those that others inherit from count as well. Direct grants never count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// Identifier.
    pub id: ConstraintId,
    /// Name; unique without regard to case.
    pub name: String,
    /// What it is judged over.
    pub kind: ConstraintKind,
    /// The conflicting roles; at least two.
    pub roles: Vec<RoleId>,
    /// How many of them may not come together: at least 2, at most the number of roles.
    pub limit: usize,
}

impl Constraint {
    /// The limits that make sense for a set of so many roles; none for fewer than two.
    #[must_use]
    pub fn limits(roles: usize) -> RangeInclusive<usize> {
        2..=roles
    }
}

/// What a [`Constraint`] is judged over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstraintKind {
    /// The roles that a user is authorised for (SSD). An assignment that begins later counts from now
    /// on; one that has ended does not count.
    Static,
    /// The roles that are active in one session (DSD).
    Dynamic,
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

impl Subject {
    /// The same user in a session whose active roles are found so.
    #[must_use]
    pub fn in_session(&self, activation: Activation) -> Self {
        Self { activation, ..self.clone() }
    }

    /// A new user, who holds nothing yet.
    #[must_use]
    pub fn new(user: UserId) -> Self {
        let (assignments, grants, activation) = Default::default();
        Self { user, status: AccountStatus::Active, revision: 0, assignments, grants, activation }
    }
}

/// Which of a subject's roles are active.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// Every role assigned: what a user holds in all, whatever a session makes of it.
    #[default]
    All,
    /// What a session opened without a choice of roles has: the roles assigned, but for those that
    /// require activation, and as many as dynamic separation of duty allows. Which ones is worked out
    /// by each decision from nothing but the assignments and the clock, so that every replica has the
    /// same and a new assignment joins at once: in the order in which the roles came to count (when
    /// assigned, or later, when the assignment began), those of one instant by name, each that goes
    /// with the ones before it.
    ///
    /// So a role that comes never displaces one that is active. When a role goes, those that it kept
    /// out come back in the same order, which may set a younger one aside.
    Default,
    /// Exactly these, as far as the user is authorised for them now. [`Policy::choose_roles`] makes
    /// choices that keep to dynamic separation of duty; from one that does not (any more), roles are
    /// left out, the last by name first.
    ///
    /// [`Policy::choose_roles`]: crate::Policy::choose_roles
    Chosen(Vec<RoleId>),
}

/// A role assigned to a user.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Identifier.
    pub id: AssignmentId,
    /// The role.
    pub role: RoleId,
    /// When it was made.
    pub assigned_at: DateTime<Utc>,
    /// When it counts.
    pub validity: Validity,
}

impl Assignment {
    /// Since when it counts, once it does; in a default session, the older of two that conflict is active.
    #[must_use]
    pub fn counts_from(&self) -> DateTime<Utc> {
        self.validity.from.map_or(self.assigned_at, |from| from.max(self.assigned_at))
    }
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

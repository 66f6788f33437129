//! Subjects: one user's status, assignments, direct grants and activation.

use crate::{AssignmentId, PermissionId, RoleId, UserId, Validity};
use chrono::{DateTime, Utc};

/// Status of an account. A lockout is no status: rate limits hold it.
///
/// ```
/// # use chrono::DateTime;
/// # use uuid::Uuid;
/// use engine::{AccountStatus, Facts, Policy, Reason, Subject};
///
/// let policy = Policy::build(Facts::default())?;
/// let suspended = Subject { status: AccountStatus::Suspended, ..Subject::new(Uuid::from_u128(1).into()) };
/// let decision = policy.check(&suspended, "invoice:read", DateTime::UNIX_EPOCH);
/// assert_eq!(decision.reason, Reason::AccountNotActive);
/// # Ok::<(), engine::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountStatus {
    /// The account is usable.
    Active,
    /// The account is suspended by an administrator.
    Suspended,
    /// The account is deleted.
    Deleted,
}

/// One user's part of the model, in one session or without one.
///
/// ```
/// # use chrono::DateTime;
/// # use uuid::Uuid;
/// use engine::{DirectGrant, Facts, PermissionFacts, PermissionName, Policy, Subject, Validity};
///
/// let read = PermissionFacts::new(Uuid::from_u128(1).into(), PermissionName::parse("invoice:read")?);
/// let mut subject = Subject::new(Uuid::from_u128(2).into());
/// subject.grants.push(DirectGrant { permission: read.id, validity: Validity::default() });
///
/// let policy = Policy::build(Facts { permissions: vec![read], ..Facts::default() })?;
/// assert!(policy.check(&subject, "invoice:read", DateTime::UNIX_EPOCH).allowed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Subject {
    /// The user.
    pub user: UserId,
    /// State of the account.
    pub status: AccountStatus,
    /// Policy revision at which this user's status, assignments or direct grants last changed.
    pub revision: u64,
    /// Role assignments (INCITS 359: UA).
    pub assignments: Vec<Assignment>,
    /// Direct grants.
    pub grants: Vec<DirectGrant>,
    /// Which roles are active.
    pub activation: Activation,
}

impl Subject {
    /// A new active user without assignments and grants.
    #[must_use]
    pub fn new(user: UserId) -> Self {
        Self {
            user,
            status: AccountStatus::Active,
            revision: 0,
            assignments: Vec::new(),
            grants: Vec::new(),
            activation: Activation::default(),
        }
    }

    /// The same user in a session with this activation.
    #[must_use]
    pub fn with_activation(&self, activation: Activation) -> Self {
        Self { activation, ..self.clone() }
    }
}

/// Which roles of a subject are active (INCITS 359: session roles).
///
/// ```
/// # use uuid::Uuid;
/// use engine::{Activation, Subject};
///
/// let user = Subject::new(Uuid::from_u128(1).into());
/// assert_eq!(user.activation, Activation::All);
/// let session = user.with_activation(Activation::Chosen(Vec::new()));
/// assert_eq!(session.activation, Activation::Chosen(Vec::new()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Activation {
    /// Every assigned role: the subject is the user, not a session.
    #[default]
    All,
    /// The roles of a session that chose none: the assigned roles, without those that require activation, and as many
    /// of them as dynamic separation of duty allows. Each decision computes them from the assignments and the time
    /// alone, so that every replica has the same roles and a new assignment becomes active at once.
    ///
    /// Roles are considered in the order in which they became effective, those of one instant by name. Each is active
    /// if it does not conflict with the ones before it, nor with the direct grants, which are always active. So a new role
    /// never displaces an active one; when a role is
    /// removed, the roles that it excluded are considered again in the same order, and one of these may displace a
    /// newer one.
    Default,
    /// Those of these roles that the user is authorized for now. [`Policy::choose_roles`] makes choices that
    /// satisfy dynamic separation of duty. From a choice that no longer does, by itself or together with the direct
    /// grants, roles are left out, the last by name first.
    ///
    /// [`Policy::choose_roles`]: crate::Policy::choose_roles
    Chosen(Vec<RoleId>),
}

/// A role assigned to a user.
///
/// ```
/// # use chrono::{DateTime, TimeDelta};
/// # use uuid::Uuid;
/// use engine::{Assignment, Validity};
///
/// let assigned_at = DateTime::UNIX_EPOCH;
/// let tomorrow = assigned_at + TimeDelta::days(1);
/// let assignment = Assignment {
///     id: Uuid::from_u128(1).into(),
///     role: Uuid::from_u128(2).into(),
///     assigned_at,
///     validity: Validity { from: Some(tomorrow), until: None },
/// };
/// assert_eq!(assignment.effective_from(), tomorrow);
/// ```
#[derive(Clone, Debug)]
pub struct Assignment {
    /// Identifier.
    pub id: AssignmentId,
    /// The role.
    pub role: RoleId,
    /// Time at which the role was assigned.
    pub assigned_at: DateTime<Utc>,
    /// When the assignment is valid.
    pub validity: Validity,
}

impl Assignment {
    /// Time at which it became or becomes effective: the later of the assignment and the start of its validity. Of
    /// two roles that conflict in a default session, the one that is effective for longer is active.
    #[must_use]
    pub fn effective_from(&self) -> DateTime<Utc> {
        self.validity.from.map_or(self.assigned_at, |from| from.max(self.assigned_at))
    }
}

/// A permission granted to a user directly.
///
/// ```
/// # use chrono::DateTime;
/// # use uuid::Uuid;
/// use engine::{DirectGrant, Validity};
///
/// let grant = DirectGrant { permission: Uuid::from_u128(1).into(), validity: Validity::default() };
/// assert!(grant.validity.is_valid_at(DateTime::UNIX_EPOCH));
/// ```
#[derive(Clone, Debug)]
pub struct DirectGrant {
    /// The permission.
    pub permission: PermissionId,
    /// When the grant is valid.
    pub validity: Validity,
}

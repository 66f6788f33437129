//! What a refusal may name: only objects that its caller may read, by the rule that `@visibleTo` publishes for their
//! type. The refusal itself tells no more than that there is a reason.

use crate::permissions::names::{PERMISSION_READ, ROLE_READ, USER_READ};
use chrono::{DateTime, Utc};
use engine::{Activation, PermissionName, Policy, RoleId, Subject, UserId};

/// The reader of a refusal.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reader<'a> {
    /// The command line and the service itself: reads everything.
    Operator,
    /// An anonymous caller: reads nothing.
    Anonymous,
    /// A user, in a session or while it is created.
    User {
        /// The policy that decides what the user may read.
        policy: &'a Policy,
        /// The user, with the active roles of the session.
        subject: &'a Subject,
        /// Time of the decision.
        now: DateTime<Utc>,
    },
}

impl Reader<'_> {
    /// Whether the reader may read the role: with `role:read`, or because the user is authorized for it.
    pub(crate) fn may_read_role(&self, role: RoleId) -> bool {
        self.may(ROLE_READ, |policy, subject, now| policy.authorized_roles(subject, now).contains(&role))
    }

    /// Whether the reader may read the user: with `user:read`, or because it is the user.
    pub(crate) fn may_read_user(&self, user: UserId) -> bool {
        self.may(USER_READ, |_, subject, _| subject.user == user)
    }

    /// Whether the reader may read the permission: with `permission:read`, or because the user holds it with all roles
    /// active.
    pub(crate) fn may_read_permission(&self, permission: &PermissionName) -> bool {
        self.may(PERMISSION_READ, |policy, subject, now| {
            policy.check(&subject.with_activation(Activation::All), permission.as_str(), now).allowed
        })
    }

    /// Whether the reader holds a permission.
    pub(crate) fn holds(&self, permission: &str) -> bool {
        self.may(permission, |_, _, _| false)
    }

    fn may(&self, permission: &str, is_own: impl Fn(&Policy, &Subject, DateTime<Utc>) -> bool) -> bool {
        match *self {
            Self::Operator => true,
            Self::Anonymous => false,
            Self::User { policy, subject, now } => {
                policy.check(subject, permission, now).allowed || is_own(policy, subject, now)
            }
        }
    }
}

//! Identifiers with kinds, so that a role's id cannot be passed for a user's.

use std::hash::{Hash, Hasher};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// Gives a kind to a bare identifier.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare identifier, for storage and wire formats.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        // As a number, which is quicker than as bytes: a check looks up a handful of ids.
        impl Hash for $name {
            fn hash<H: Hasher>(&self, state: &mut H) {
                state.write_u128(self.0.as_u128());
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }
    )+};
}

ids! {
    /// A user or a service account.
    UserId,
    /// A role.
    RoleId,
    /// A permission.
    PermissionId,
    /// A separation-of-duty constraint.
    ConstraintId,
    /// A role assigned to a user.
    AssignmentId,
    /// A session.
    SessionId,
    /// An entry of the audit log.
    AuditEventId,
    /// A key that signs access tokens.
    SigningKeyId,
    /// One request, as logs and audit events name it.
    RequestId,
}

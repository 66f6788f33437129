//! Typed identifiers.

use std::hash::{Hash, Hasher};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        ///
        /// ```
        /// # use uuid::Uuid;
        #[doc = concat!("use engine::", stringify!($name), ";")]
        ///
        /// let uuid = Uuid::from_u128(1);
        #[doc = concat!("assert_eq!(", stringify!($name), "::new(uuid).uuid(), uuid);")]
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID, for storage and wire formats.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        // Hashed as a number, which is faster than as bytes: each check looks up several ids.
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
    /// Identifier of a user.
    UserId,
    /// Identifier of a role.
    RoleId,
    /// Identifier of a permission.
    PermissionId,
    /// Identifier of a separation-of-duty constraint.
    ConstraintId,
    /// Identifier of a role assignment.
    AssignmentId,
    /// Identifier of a session.
    SessionId,
    /// Identifier of an entry of the audit log.
    AuditEventId,
    /// Identifier of a key that signs access tokens.
    SigningKeyId,
    /// Identifier of a revision of the policy.
    RevisionId,
    /// Identifier of a request, in logs and audit events.
    RequestId,
}

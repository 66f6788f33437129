//! Global ids on the wire: TypeIDs, a prefix that names the type and a UUID in 26 characters of base32.

use async_graphql::ID;
use engine::{AssignmentId, AuditEventId, ConstraintId, PermissionId, RoleId, SessionId, SigningKeyId, UserId};
use uuid::Uuid;

/// Types of things that have a global id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityType {
    /// A user or a service account.
    User,
    /// A role.
    Role,
    /// A permission.
    Permission,
    /// A role held by a user.
    RoleAssignment,
    /// A session.
    Session,
    /// A separation-of-duty constraint.
    SodConstraint,
    /// An entry of the audit log.
    AuditEvent,
    /// A key that signs tokens.
    SigningKey,
}

impl EntityType {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::User,
        Self::Role,
        Self::Permission,
        Self::RoleAssignment,
        Self::Session,
        Self::SodConstraint,
        Self::AuditEvent,
        Self::SigningKey,
    ];

    /// The name of the type in the schema.
    #[must_use]
    pub fn type_name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Role => "Role",
            Self::Permission => "Permission",
            Self::RoleAssignment => "RoleAssignment",
            Self::Session => "Session",
            Self::SodConstraint => "SodConstraint",
            Self::AuditEvent => "AuditEvent",
            Self::SigningKey => "SigningKey",
        }
    }

    /// What ids of this type begin with.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Role => "role",
            Self::Permission => "perm",
            Self::RoleAssignment => "asg",
            Self::Session => "ses",
            Self::SodConstraint => "sod",
            Self::AuditEvent => "evt",
            Self::SigningKey => "sig",
        }
    }
}

/// The global id of a thing.
#[must_use]
pub fn encode(kind: EntityType, id: Uuid) -> ID {
    ID(service::typeid(kind.prefix(), id))
}

/// The thing that a global id names; `None` for whatever is not one of ours, in every detail.
#[must_use]
pub fn parse(id: &ID) -> Option<(EntityType, Uuid)> {
    EntityType::ALL.into_iter().find_map(|kind| Some((kind, of_kind(kind, id)?)))
}

/// The user that a global id names.
#[must_use]
pub fn user_id(id: &ID) -> Option<UserId> {
    of_kind(EntityType::User, id).map(UserId::new)
}

/// The role that a global id names.
#[must_use]
pub fn role_id(id: &ID) -> Option<RoleId> {
    of_kind(EntityType::Role, id).map(RoleId::new)
}

/// The permission that a global id names.
#[must_use]
pub fn permission_id(id: &ID) -> Option<PermissionId> {
    of_kind(EntityType::Permission, id).map(PermissionId::new)
}

/// The assignment that a global id names.
#[must_use]
pub fn assignment_id(id: &ID) -> Option<AssignmentId> {
    of_kind(EntityType::RoleAssignment, id).map(AssignmentId::new)
}

/// The session that a global id names.
#[must_use]
pub fn session_id(id: &ID) -> Option<SessionId> {
    of_kind(EntityType::Session, id).map(SessionId::new)
}

/// The constraint that a global id names.
#[must_use]
pub fn constraint_id(id: &ID) -> Option<ConstraintId> {
    of_kind(EntityType::SodConstraint, id).map(ConstraintId::new)
}

/// The audit event that a global id names.
#[must_use]
pub fn audit_event_id(id: &ID) -> Option<AuditEventId> {
    of_kind(EntityType::AuditEvent, id).map(AuditEventId::new)
}

/// The signing key that a global id names.
#[must_use]
pub fn signing_key_id(id: &ID) -> Option<SigningKeyId> {
    of_kind(EntityType::SigningKey, id).map(SigningKeyId::new)
}

fn of_kind(kind: EntityType, id: &ID) -> Option<Uuid> {
    service::parse_typeid(kind.prefix(), id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_as_they_went_out() {
        for kind in EntityType::ALL {
            let id = Uuid::from_u128(0x0188_c0f2_7a7c_7d2b_8d6c_2b1a_9f3e_4d5c);
            assert_eq!(parse(&encode(kind, id)), Some((kind, id)));
        }
    }

    #[test]
    fn whatever_is_not_one_of_our_ids_is_unknown() {
        let bare = "01h455vb4pex5vsknk084sn02q";
        for prefix in ["", "_", "account_", "USER_", " user_", "user__", "key_", "user"] {
            assert_eq!(parse(&ID(format!("{prefix}{bare}"))), None, "{prefix}");
        }
        assert_eq!(parse(&ID("user_".to_owned())), None);
    }

    #[test]
    fn an_id_of_another_kind_is_unknown() {
        let role = encode(EntityType::Role, Uuid::from_u128(7));
        assert_eq!(user_id(&role), None);
        assert_eq!(role_id(&role), Some(RoleId::new(Uuid::from_u128(7))));
    }
}

//! Names of the built-in permissions, which the guards of the schema require.

use engine::PermissionFacts;

/// Ask for decisions about other users.
pub const ACCESS_CHECK: &str = "access:check";
/// Ask for explanations of decisions about other users.
pub const ACCESS_EXPLAIN: &str = "access:explain";
/// Review who has access, and when it was last used.
pub const ACCESS_REVIEW: &str = "access:review";
/// Read the audit log.
pub const AUDIT_READ: &str = "audit:read";
/// Read signing keys.
pub const KEY_READ: &str = "key:read";
/// Rotate and revoke signing keys.
pub const KEY_ROTATE: &str = "key:rotate";
/// Grant permissions to roles and users.
pub const PERMISSION_GRANT: &str = "permission:grant";
/// Read permissions.
pub const PERMISSION_READ: &str = "permission:read";
/// Create, change and delete permissions.
pub const PERMISSION_WRITE: &str = "permission:write";
/// Apply policy documents.
pub const POLICY_APPLY: &str = "policy:apply";
/// Export the policy, and plan documents.
pub const POLICY_READ: &str = "policy:read";
/// Assign roles to users.
pub const ROLE_ASSIGN: &str = "role:assign";
/// Delete roles.
pub const ROLE_DELETE: &str = "role:delete";
/// Read roles.
pub const ROLE_READ: &str = "role:read";
/// Create and change roles and their inheritance.
pub const ROLE_WRITE: &str = "role:write";
/// Read sessions of other users.
pub const SESSION_READ: &str = "session:read";
/// Revoke sessions of other users.
pub const SESSION_REVOKE: &str = "session:revoke";
/// Read separation-of-duty constraints.
pub const SOD_READ: &str = "sod:read";
/// Create, change and delete separation-of-duty constraints.
pub const SOD_WRITE: &str = "sod:write";
/// Delete users.
pub const USER_DELETE: &str = "user:delete";
/// Read users.
pub const USER_READ: &str = "user:read";
/// Create, change, suspend and reactivate users.
pub const USER_WRITE: &str = "user:write";

/// Lifts the limits of authority. No guard requires it.
pub use engine::ESCALATE;

/// Actions of system permissions that only show something.
const READING: [&str; 3] = ["read", "check", "explain"];

/// Whether a permission administers this service: a system permission that changes something.
pub(crate) fn is_administrative(permission: &PermissionFacts) -> bool {
    permission.is_system && !READING.contains(&permission.name.action())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const GUARDING: [&str; 22] = [
        ACCESS_CHECK,
        ACCESS_EXPLAIN,
        ACCESS_REVIEW,
        AUDIT_READ,
        KEY_READ,
        KEY_ROTATE,
        PERMISSION_GRANT,
        PERMISSION_READ,
        PERMISSION_WRITE,
        POLICY_APPLY,
        POLICY_READ,
        ROLE_ASSIGN,
        ROLE_DELETE,
        ROLE_READ,
        ROLE_WRITE,
        SESSION_READ,
        SESSION_REVOKE,
        SOD_READ,
        SOD_WRITE,
        USER_DELETE,
        USER_READ,
        USER_WRITE,
    ];

    #[test]
    fn they_are_the_permissions_that_the_guards_of_the_schema_require() {
        let schema = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../schema.graphql"));
        let guards = schema.split("permission: \"").skip(1);
        let required: BTreeSet<&str> = guards.filter_map(|guard| guard.split('"').next()).collect();
        assert_eq!(required, BTreeSet::from(GUARDING));
    }
}

//! The refusals of what violates separation of duty.

use super::{Reader, names, readable};
use crate::{Refusal, RefusalCode, Separation};
use engine::{Conflict, Constraint, PermissionId, Policy, UserId};

/// The refusal to delete a role or a permission of a constraint that would have fewer than its limit.
pub(super) fn too_few(policy: &Policy, reader: Reader<'_>, constraint: &Constraint) -> Refusal {
    let Constraint { id, name, roles, permissions, .. } = constraint.clone();
    let members = if permissions.is_empty() { "roles" } else { "permissions" };
    let message = format!(
        "constraint `{name}` would have fewer {members} than its limit: lower the limit or delete the constraint first"
    );
    let permissions = readable_permissions(policy, reader, permissions);
    let detail = Separation { constraint: id, name, roles: readable(reader, roles), permissions, user: None };
    Refusal::new(RefusalCode::SodViolation, message).with(detail)
}

/// The refusal of conflicting roles or permissions. The constraint may be one that `policy` does not hold yet.
pub(crate) fn separation(policy: &Policy, reader: Reader<'_>, conflict: Conflict, user: Option<UserId>) -> Refusal {
    separation_named(policy, reader, constraint_name(policy, &conflict), conflict, user)
}

/// The refusal of roles or permissions that conflict by the constraint of this name.
pub(super) fn separation_named(
    policy: &Policy,
    reader: Reader<'_>,
    constraint: String,
    conflict: Conflict,
    user: Option<UserId>,
) -> Refusal {
    let members = if conflict.permissions.is_empty() { "roles" } else { "permissions" };
    let listed = match conflict.permissions.is_empty() {
        true => names(policy, reader, &conflict.roles),
        false => permission_names(policy, reader, &conflict.permissions),
    };
    let message = match listed {
        Some(names) => format!("constraint `{constraint}` forbids these {members} together: {}", names.join(", ")),
        None => format!("constraint `{constraint}` would be violated"),
    };
    let user = user.filter(|&user| reader.may_read_user(user));
    let roles = readable(reader, conflict.roles);
    let permissions = readable_permissions(policy, reader, conflict.permissions);
    let detail = Separation { constraint: conflict.constraint, name: constraint, roles, permissions, user };
    Refusal::new(RefusalCode::SodViolation, message).with(detail)
}

/// The refusal of a constraint on `superadmin` and a default role.
pub(super) fn against_superadmin(policy: &Policy, reader: Reader<'_>, conflict: Conflict) -> Refusal {
    let constraint = constraint_name(policy, &conflict);
    let message = match names(policy, reader, &conflict.roles).as_deref() {
        Some([strong, ordinary]) => format!(
            "constraint `{constraint}` cannot name {strong} together with {ordinary}: every account has the default roles"
        ),
        _ => format!("constraint `{constraint}` cannot name `superadmin` together with a default role"),
    };
    let roles = readable(reader, conflict.roles);
    let detail =
        Separation { constraint: conflict.constraint, name: constraint, roles, permissions: Vec::new(), user: None };
    Refusal::new(RefusalCode::SodViolation, message).with(detail)
}

fn constraint_name(policy: &Policy, conflict: &Conflict) -> String {
    policy.constraint(conflict.constraint).map(|known| known.name.clone()).unwrap_or_default()
}

/// The permissions without those that the reader may not read.
fn readable_permissions(policy: &Policy, reader: Reader<'_>, mut ids: Vec<PermissionId>) -> Vec<PermissionId> {
    ids.retain(|&id| policy.permission(id).is_some_and(|known| reader.may_read_permission(&known.name)));
    ids
}

/// Names of permissions; `None` when the reader may not read one of them, since the others would mislead.
fn permission_names(policy: &Policy, reader: Reader<'_>, ids: &[PermissionId]) -> Option<Vec<String>> {
    let known: Vec<_> = ids.iter().filter_map(|&id| policy.permission(id)).collect();
    let are_readable = known.iter().all(|known| reader.may_read_permission(&known.name));
    are_readable.then(|| known.iter().map(|known| format!("`{}`", known.name)).collect())
}

//! Rules of administration that a change would break, put into words.

use crate::{Error, Refusal, RefusalCode, RefusalDetail, Separation};
use engine::{Conflict, Constraint, PermissionName, Policy, PolicyError, RoleId, UserId, Violation};

/// Permissions that a message lists by name.
const LISTED: usize = 5;

/// The refusal of a proposed change, without a path.
pub(super) fn of_change(policy: &Policy, change: engine::Change<'_>, violation: Violation) -> Refusal {
    match violation {
        Violation::Immutable => Refusal::new(RefusalCode::Immutable, immutable(policy, change)),
        Violation::Cycle(roles) => cycle(policy, roles),
        Violation::SeparationOfDuty { conflict, user } => match change {
            engine::Change::SetConstraint(constraint) => {
                separation_named(policy, constraint.name.clone(), conflict, user)
            }
            _ => separation(policy, conflict, user),
        },
        other => other.into(),
    }
}

/// The refusal of what a change wrote, when it makes no policy; whatever no rule speaks of is our own
/// mistake.
pub(super) fn of_facts(policy: &Policy, error: PolicyError) -> Error {
    match error {
        PolicyError::Cycle(roles) => cycle(policy, roles).into(),
        PolicyError::BrokenByOneRole { conflict, .. } => separation(policy, conflict, None).into(),
        PolicyError::LimitOutOfRange(name) => match policy.facts().constraints.iter().find(|c| c.name == name) {
            Some(constraint) => too_few_roles(constraint).into(),
            None => Error::Internal(PolicyError::LimitOutOfRange(name).into()),
        },
        other => Error::Internal(other.into()),
    }
}

/// The refusal to take a role out of a set, by deleting it, that would then have fewer than its limit.
fn too_few_roles(constraint: &Constraint) -> Refusal {
    let Constraint { id, name, roles, .. } = constraint.clone();
    let message = format!("constraint `{name}` would have fewer roles than its limit: change or delete it first");
    let detail = Separation { constraint: id, name, roles, user: None };
    Refusal::new(RefusalCode::SodViolation, message).with(detail)
}

/// The refusal of roles that a constraint keeps apart. The constraint may be one that `policy` does not
/// know yet.
pub(crate) fn separation(policy: &Policy, conflict: Conflict, user: Option<UserId>) -> Refusal {
    let constraint = policy.constraint(conflict.constraint).map(|known| known.name.clone()).unwrap_or_default();
    separation_named(policy, constraint, conflict, user)
}

/// The same, for a constraint with this name.
pub(crate) fn separation_named(
    policy: &Policy,
    constraint: String,
    conflict: Conflict,
    user: Option<UserId>,
) -> Refusal {
    let Conflict { constraint: id, roles } = conflict;
    let names: Vec<String> = roles.iter().map(|&role| name(policy, role)).collect();
    let message = format!("constraint `{constraint}` keeps roles apart: {}", names.join(", "));
    let detail = Separation { constraint: id, name: constraint, roles, user };
    Refusal::new(RefusalCode::SodViolation, message).with(detail)
}

/// The refusal of a circle of inheritance, first role repeated at the end.
fn cycle(policy: &Policy, roles: Vec<RoleId>) -> Refusal {
    let names: Vec<String> = roles.iter().map(|&role| name(policy, role)).collect();
    let message = format!("roles would inherit from each other in a circle: {}", names.join(" > "));
    Refusal::new(RefusalCode::HierarchyCycle, message).with(RefusalDetail::Cycle(roles))
}

impl From<Violation> for Refusal {
    /// For a violation that was found in what a change wrote.
    fn from(violation: Violation) -> Self {
        match violation {
            Violation::LockOut(permissions) => lock_out(&permissions),
            Violation::Immutable => Self::new(RefusalCode::Immutable, "this is built in and stays as it is"),
            Violation::Cycle(roles) => {
                let message = "roles would inherit from each other in a circle";
                Self::new(RefusalCode::HierarchyCycle, message).with(RefusalDetail::Cycle(roles))
            }
            Violation::BeyondAuthority { .. } => beyond(Vec::new(), None),
            Violation::SeparationOfDuty { .. } => {
                Self::new(RefusalCode::SodViolation, "roles would come together that are to be kept apart")
            }
        }
    }
}

/// The refusal of what is beyond the caller, who lacks these permissions, or the role; both are left out
/// where the caller may not know.
pub(super) fn beyond_authority(policy: &Policy, missing: Vec<PermissionName>, role: Option<RoleId>) -> Refusal {
    beyond(missing, role.map(|role| name(policy, role)))
}

fn beyond(missing: Vec<PermissionName>, role: Option<String>) -> Refusal {
    let message = match (missing.as_slice(), role) {
        ([], None) => "this is beyond what the caller holds".to_owned(),
        (_, Some(role)) => format!("this is beyond what the caller holds, who lacks {role} itself"),
        (missing, None) => format!("this is beyond what the caller holds, who lacks {}", few(missing)),
    };
    Refusal::new(RefusalCode::BeyondAuthority, message).with(RefusalDetail::Missing(missing))
}

/// The first few names, and how many more there are.
fn few(permissions: &[PermissionName]) -> String {
    let listed: Vec<String> = permissions.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    let more = match permissions.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", listed.join(", "))
}

fn lock_out(permissions: &[PermissionName]) -> Refusal {
    let message = format!("no person would be left who holds {} for good", few(permissions));
    Refusal::new(RefusalCode::WouldLockOut, message)
}

fn immutable(policy: &Policy, change: engine::Change<'_>) -> String {
    use engine::Change;
    match change {
        Change::RenameRole(role) => format!("role {} is built in and keeps its name", name(policy, role)),
        Change::DeleteRole(role) => format!("role {} is built in and cannot be deleted", name(policy, role)),
        Change::ChangeGrants { role, .. } => format!("role {} holds every permission by rule", name(policy, role)),
        Change::AddInheritance { senior: role, .. } | Change::RemoveInheritance { senior: role } => {
            format!("role {} holds every permission by rule and inherits from no other", name(policy, role))
        }
        Change::CreateRole { .. } => "a built-in role that holds every permission inherits from no other".to_owned(),
        Change::DeletePermission(permission) => match policy.permission(permission) {
            Some(known) => format!("permission `{}` guards this service and cannot be deleted", known.name),
            None => "this permission guards the service and cannot be deleted".to_owned(),
        },
        _ => "this is built in and stays as it is".to_owned(),
    }
}

fn name(policy: &Policy, role: RoleId) -> String {
    policy.role(role).map_or_else(|| "a new role".to_owned(), |role| format!("`{}`", role.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_out_names_a_few_permissions_and_counts_the_rest() {
        let names: Vec<PermissionName> =
            (1..=7).map(|number| PermissionName::parse(&format!("p:{number}")).expect("a name")).collect();
        let one = lock_out(&names[..1]);
        assert_eq!(
            (one.code, one.message.as_str()),
            (RefusalCode::WouldLockOut, "no person would be left who holds `p:1` for good")
        );
        assert!(lock_out(&names).message.contains("`p:5` and 2 more"));
    }
}

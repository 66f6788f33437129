//! The refusals of changes that violate a rule of administration. Fields and messages name only what the caller may
//! read; the name of a constraint, which every caller who violates it learns, is the one exception.

mod separation;

pub(crate) use separation::separation;

use super::Reader;
use crate::permissions::names::{PERMISSION_READ, ROLE_READ, USER_READ};
use crate::{Error, Refusal, RefusalCode, RefusalDetail};
use engine::{PermissionName, PermissionPattern, Policy, PolicyError, Proposal, RoleId, Violation};
use separation::{against_superadmin, separation_named, too_few};
use std::fmt::Display;

/// Most permissions that a message names.
const LISTED: usize = 5;

/// The refusal of a proposal, without a path.
pub(super) fn of_change(policy: &Policy, reader: Reader<'_>, proposal: Proposal<'_>, violation: Violation) -> Refusal {
    match violation {
        Violation::Immutable => Refusal::new(RefusalCode::Immutable, immutable(policy, reader, proposal)),
        Violation::SeparationOfDuty { conflict, user } => match proposal {
            Proposal::SetConstraint(constraint) => {
                separation_named(policy, reader, constraint.name.clone(), conflict, user)
            }
            _ => separation(policy, reader, conflict, user),
        },
        Violation::BeyondAuthority { missing, patterns, role } => {
            // What is missing reveals what the object at fault holds.
            let is_told = reader.holds(read_permission(proposal));
            let lacking = if is_told { Lacking { missing, patterns, role } } else { Lacking::default() };
            beyond_authority(policy, reader, lacking)
        }
        other => of_effect(policy, reader, other),
    }
}

/// The refusal of the effect of what was written. `policy` is that after the change.
pub(super) fn of_effect(policy: &Policy, reader: Reader<'_>, violation: Violation) -> Refusal {
    match violation {
        Violation::LockOut(permissions) => lock_out(reader, permissions),
        Violation::Immutable => Refusal::new(RefusalCode::Immutable, "a built-in object does not allow this change"),
        Violation::Cycle(roles) => cycle(policy, reader, roles),
        Violation::BeyondAuthority { missing, patterns, role } => {
            beyond_authority(policy, reader, Lacking { missing, patterns, role })
        }
        Violation::SeparationOfDuty { conflict, user } => separation(policy, reader, conflict, user),
        Violation::AgainstSuperadmin(conflict) => against_superadmin(policy, reader, conflict),
    }
}

/// The refusal of facts that make no valid policy after a change; an error that no rule of administration covers is
/// internal.
pub(super) fn of_facts(policy: &Policy, reader: Reader<'_>, error: PolicyError) -> Error {
    match error {
        PolicyError::Cycle(roles) => cycle(policy, reader, roles).into(),
        PolicyError::ViolatedByOneRole { conflict, .. } => separation(policy, reader, conflict, None).into(),
        PolicyError::LimitOutOfRange(name) => match policy.constraints().iter().find(|c| c.name == name) {
            Some(constraint) => too_few(policy, reader, constraint).into(),
            None => Error::Internal(PolicyError::LimitOutOfRange(name).into()),
        },
        other => Error::Internal(other.into()),
    }
}

/// The refusal of a cycle of inheritance; its first role is repeated at the end.
fn cycle(policy: &Policy, reader: Reader<'_>, roles: Vec<RoleId>) -> Refusal {
    let message = match names(policy, reader, &roles) {
        Some(names) => format!("the inheritance would form a cycle: {}", names.join(" > ")),
        None => "the inheritance would form a cycle".to_owned(),
    };
    Refusal::new(RefusalCode::HierarchyCycle, message).with(RefusalDetail::Cycle(readable(reader, roles)))
}

/// What the caller lacks for a change.
#[derive(Default)]
struct Lacking {
    missing: Vec<PermissionName>,
    patterns: Vec<PermissionPattern>,
    role: Option<RoleId>,
}

/// The refusal of a change beyond the caller's authority, with what the caller lacks.
fn beyond_authority(policy: &Policy, reader: Reader<'_>, lacking: Lacking) -> Refusal {
    let Lacking { missing, patterns, role } = lacking;
    let role = role.filter(|&role| reader.may_read_role(role)).map(|role| name(policy, role));
    let message = match (missing.as_slice(), patterns.as_slice(), role) {
        ([], [], None) => "beyond the caller's authority".to_owned(),
        (_, _, Some(role)) => format!("beyond the caller's authority, which lacks the role {role}"),
        (missing, [], None) => format!("beyond the caller's authority, which lacks {}", few(missing)),
        (_, patterns, None) => {
            format!("beyond the caller's authority, in which no pattern covers {}", few(patterns))
        }
    };
    Refusal::new(RefusalCode::BeyondAuthority, message).with(RefusalDetail::Missing { permissions: missing, patterns })
}

/// The permission to read the object at fault when a proposal is beyond authority. The user or role that is changed
/// is judged before the links it gets, so it is the object at fault of a proposal without links.
fn read_permission(proposal: Proposal<'_>) -> &'static str {
    match proposal {
        Proposal::ManageUser(_)
        | Proposal::AssignRoles { roles: [], .. }
        | Proposal::GrantDirectly { permissions: [], .. } => USER_READ,
        Proposal::GrantDirectly { .. }
        | Proposal::CreateRole { seniors: [], grants: [_, ..], .. }
        | Proposal::ChangeGrants { added: [_, ..], .. }
        | Proposal::ChangePatterns { added: [_, ..], .. }
        | Proposal::ConstrainPermission(_) => PERMISSION_READ,
        Proposal::CreateRole { .. }
        | Proposal::RenameRole(_)
        | Proposal::DescribeRole(_)
        | Proposal::RequireActivation(_)
        | Proposal::MakeDefault(_)
        | Proposal::DeleteRole(_)
        | Proposal::ChangeGrants { .. }
        | Proposal::ChangePatterns { .. }
        | Proposal::AddInheritance { .. }
        | Proposal::RemoveInheritance { .. }
        | Proposal::DeletePermission(_)
        | Proposal::SetConstraint(_)
        | Proposal::ChangeConstraint(_)
        | Proposal::ConstrainRole(_)
        | Proposal::AssignRoles { .. }
        | Proposal::Unrestricted => ROLE_READ,
    }
}

/// The first names, and the number of the others.
fn few(names: &[impl Display]) -> String {
    let listed: Vec<String> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    let more = match names.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", listed.join(", "))
}

fn lock_out(reader: Reader<'_>, mut permissions: Vec<PermissionName>) -> Refusal {
    permissions.retain(|permission| reader.may_read_permission(permission));
    let lost = if permissions.is_empty() { "some system permission".to_owned() } else { few(&permissions) };
    Refusal::new(RefusalCode::WouldLockOut, format!("no active human user would hold {lost} permanently"))
}

fn immutable(policy: &Policy, reader: Reader<'_>, proposal: Proposal<'_>) -> String {
    let the_role = |role| match reader.may_read_role(role) {
        true => format!("role {}", name(policy, role)),
        false => "the role".to_owned(),
    };
    match proposal {
        Proposal::RenameRole(role) => format!("{} is built in and cannot be renamed", the_role(role)),
        Proposal::DeleteRole(role) => format!("{} is built in and cannot be deleted", the_role(role)),
        Proposal::ChangeGrants { role, .. } | Proposal::ChangePatterns { role, .. } => {
            format!("{} holds every permission by rule: its grants cannot be changed", the_role(role))
        }
        Proposal::AddInheritance { senior: role, .. } | Proposal::RemoveInheritance { senior: role } => {
            format!("{} holds every permission by rule and cannot inherit from other roles", the_role(role))
        }
        Proposal::CreateRole { .. } => {
            let role = policy.superadmin().map_or_else(|| "the role".to_owned(), the_role);
            format!("{role} holds every permission by rule and cannot inherit from other roles")
        }
        Proposal::DeletePermission(permission) => {
            match policy.permission(permission).filter(|known| reader.may_read_permission(&known.name)) {
                Some(known) => format!("permission `{}` is built in and cannot be deleted", known.name),
                None => "a built-in permission cannot be deleted".to_owned(),
            }
        }
        _ => "a built-in object does not allow this change".to_owned(),
    }
}

/// The roles without those that the reader may not read.
fn readable(reader: Reader<'_>, mut roles: Vec<RoleId>) -> Vec<RoleId> {
    roles.retain(|&role| reader.may_read_role(role));
    roles
}

/// Names of roles; `None` when the reader may not read one of them, since the others would mislead.
fn names(policy: &Policy, reader: Reader<'_>, roles: &[RoleId]) -> Option<Vec<String>> {
    let are_readable = roles.iter().all(|&role| reader.may_read_role(role));
    are_readable.then(|| roles.iter().map(|&role| name(policy, role)).collect())
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
        let one = lock_out(Reader::Operator, names[..1].to_vec());
        assert_eq!(
            (one.code, one.message.as_str()),
            (RefusalCode::WouldLockOut, "no active human user would hold `p:1` permanently")
        );
        assert!(lock_out(Reader::Operator, names.clone()).message.contains("`p:5` and 2 more"));
        let hidden = lock_out(Reader::Anonymous, names);
        assert_eq!(hidden.message, "no active human user would hold some system permission permanently");
    }
}

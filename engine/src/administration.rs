//! The rules of changing a policy: facts and a proposed change in, a [`Permit`] or a typed
//! [`Violation`] out. No rule of administration lives anywhere else.

use crate::hierarchy::set_of;
use crate::{PermissionId, PermissionName, Policy, RoleId};
use fixedbitset::FixedBitSet;
use rustc_hash::FxHashSet;

/// A proposed change of roles, permissions or hierarchy.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// A new role that inherits from `juniors` and is inherited by `seniors` (AddRole,
    /// AddAscendant, AddDescendant).
    CreateRole {
        /// Roles it shall inherit from.
        juniors: &'a [RoleId],
        /// Roles that shall inherit from it.
        seniors: &'a [RoleId],
    },
    /// Another name.
    RenameRole(RoleId),
    /// Another description or flag.
    DescribeRole(RoleId),
    /// A role goes, with its assignments and grants (DeleteRole).
    DeleteRole(RoleId),
    /// A role's direct grants change (GrantPermission, RevokePermission).
    ChangeGrants(RoleId),
    /// A role shall inherit from others (AddInheritance).
    AddInheritance {
        /// The role that inherits.
        senior: RoleId,
        /// What it inherits from.
        juniors: &'a [RoleId],
    },
    /// A role shall no longer inherit from others (DeleteInheritance).
    RemoveInheritance {
        /// The role that inherits.
        senior: RoleId,
    },
    /// A permission goes, with its grants.
    DeletePermission(PermissionId),
    /// Something that no rule on the shape of the policy speaks about: users, assignments, direct
    /// grants, new permissions.
    Other,
}

/// Proof that a change may be written; only [`permit`] makes one.
#[derive(Debug)]
#[must_use]
pub struct Permit(());

/// A rule of administration that a change would break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// The role would inherit from itself; the first role is repeated at the end.
    Cycle(Vec<RoleId>),
    /// Built in: cannot be changed so.
    Immutable,
    /// No one would be left to hold these system permissions.
    LockOut(Vec<PermissionName>),
}

/// Who holds what for good, for the rule that nobody locks everyone out: of all users who are human
/// and neither suspended nor deleted, the roles assigned and the permissions granted directly that
/// have begun and have no end.
#[derive(Clone, Debug, Default)]
pub struct LastingHolders {
    /// Roles so assigned to somebody.
    pub roles: FxHashSet<RoleId>,
    /// Permissions so granted to somebody.
    pub permissions: FxHashSet<PermissionId>,
}

/// May `change` be made to `policy`? Judges shape only: cycles and built-in things. Roles and
/// permissions that the policy does not know break no rule here.
///
/// # Errors
/// The [`Violation`] that the change would be, built-in things before cycles. A cycle begins with
/// the senior and the junior asked for; a role still to be created, which would stand between these
/// two, has no id yet and is left out.
pub fn permit(policy: &Policy, change: Change<'_>) -> Result<Permit, Violation> {
    if alters_built_in(policy, change) {
        return Err(Violation::Immutable);
    }
    if let Some(cycle) = cycle_closed_by(policy, change) {
        return Err(Violation::Cycle(cycle));
    }
    Ok(Permit(()))
}

/// Would the change alter what is built in? System roles keep their name and stay, system
/// permissions stay, and `superadmin` keeps its grants and its inheritance as well.
fn alters_built_in(policy: &Policy, change: Change<'_>) -> bool {
    let is_superadmin = |role| policy.superadmin() == Some(role);
    match change {
        Change::RenameRole(role) | Change::DeleteRole(role) => policy.role(role).is_some_and(|role| role.is_system),
        Change::DeletePermission(permission) => policy.permission(permission).is_some_and(|known| known.is_system),
        Change::CreateRole { seniors, .. } => seniors.iter().copied().any(is_superadmin),
        Change::ChangeGrants(role)
        | Change::AddInheritance { senior: role, .. }
        | Change::RemoveInheritance { senior: role } => is_superadmin(role),
        Change::DescribeRole(_) | Change::Other => false,
    }
}

/// The cycle that the change would close: a senior that one of its new juniors inherits from.
fn cycle_closed_by(policy: &Policy, change: Change<'_>) -> Option<Vec<RoleId>> {
    let (seniors, juniors) = match change {
        Change::CreateRole { juniors, seniors } => (seniors, juniors),
        Change::AddInheritance { ref senior, juniors } => (std::slice::from_ref(senior), juniors),
        _ => return None,
    };
    let pairs = seniors.iter().flat_map(|&senior| juniors.iter().map(move |&junior| (senior, junior)));
    pairs.into_iter().find_map(|(senior, junior)| {
        let way_back = policy.way_down(junior, senior)?;
        Some(std::iter::once(senior).chain(way_back).collect())
    })
}

/// Invariant R6: every system permission that had a lasting human holder before a change has one
/// after it.
///
/// # Errors
/// [`Violation::LockOut`] with the permissions that nobody would hold, by name.
pub fn keeps_holders(before: (&Policy, &LastingHolders), after: (&Policy, &LastingHolders)) -> Result<(), Violation> {
    let held_after = held_for_good(after.0, after.1);
    let still_held = |id| after.0.permission_place(id).is_some_and(|permission| held_after.contains(permission));
    let lost: Vec<PermissionName> = held_for_good(before.0, before.1)
        .ones()
        .map(|permission| &before.0.facts().permissions[permission])
        .filter(|permission| permission.is_system && !still_held(permission.id))
        .map(|permission| permission.name.clone())
        .collect();
    if lost.is_empty() { Ok(()) } else { Err(Violation::LockOut(lost)) }
}

/// What somebody holds for good.
fn held_for_good(policy: &Policy, holders: &LastingHolders) -> FixedBitSet {
    let granted = holders.permissions.iter().filter_map(|&id| policy.permission_place(id));
    let mut held = set_of(policy.permission_count(), granted);
    for role in holders.roles.iter().filter_map(|&id| policy.role_place(id)) {
        held.union_with(policy.held(role));
    }
    held
}

#[cfg(test)]
mod tests;

//! The rules of changing a policy: facts and a proposed change in, a [`Permit`] or a typed
//! [`Violation`] out. No rule of administration lives anywhere else.

mod authority;

pub use authority::{Authority, ESCALATE};

use crate::hierarchy::set_of;
use crate::{Conflict, Constraint, PermissionId, PermissionName, Policy, RoleId, Subject, UserId};
use chrono::{DateTime, Utc};
use fixedbitset::FixedBitSet;
use rustc_hash::FxHashSet;

/// A proposed change. Users are given as they are before it.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// A new role that inherits from `juniors` and is inherited by `seniors` (AddRole,
    /// AddAscendant, AddDescendant).
    CreateRole {
        /// Roles it shall inherit from.
        juniors: &'a [RoleId],
        /// Roles that shall inherit from it.
        seniors: &'a [RoleId],
        /// Permissions it shall be granted.
        grants: &'a [PermissionId],
    },
    /// Another name.
    RenameRole(RoleId),
    /// Another description or flag, or no longer given to new accounts.
    DescribeRole(RoleId),
    /// A role shall be given to every new account.
    MakeDefault(RoleId),
    /// A role goes, with its assignments and grants (DeleteRole).
    DeleteRole(RoleId),
    /// A role's direct grants change (GrantPermission, RevokePermission).
    ChangeGrants {
        /// The role.
        role: RoleId,
        /// Permissions that come; others go.
        added: &'a [PermissionId],
    },
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
    /// A separation-of-duty constraint comes, or takes the place of the one with its id.
    SetConstraint(&'a Constraint),
    /// Roles are assigned to a user, or their times change (AssignUser).
    AssignRoles {
        /// The user.
        user: &'a Subject,
        /// The roles.
        roles: &'a [RoleId],
        /// When the assignments shall end; never when absent.
        until: Option<DateTime<Utc>>,
    },
    /// Permissions are granted to a user directly, or the times of such grants change.
    GrantDirectly {
        /// The user.
        user: &'a Subject,
        /// The permissions.
        permissions: &'a [PermissionId],
        /// When the grants shall end; never when absent.
        until: Option<DateTime<Utc>>,
    },
    /// A user is changed, suspended, reactivated, deleted, reset or signed out, or loses a role or a
    /// direct grant (DeassignUser, DeleteUser).
    ManageUser(&'a Subject),
    /// Something that no rule speaks about: new users with the default roles, new permissions.
    Other,
}

/// Proof that a change may be written; only [`Authority::permit`] makes one.
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
    /// The actor would hand out or touch more than it holds itself, or hand it out for longer.
    BeyondAuthority {
        /// What the actor lacks, by name.
        missing: Vec<PermissionName>,
        /// A built-in role, when the actor lacks what opens to that role only.
        role: Option<RoleId>,
    },
    /// Roles that are to be kept apart would come together.
    SeparationOfDuty {
        /// The constraint and its roles that conflict.
        conflict: Conflict,
        /// Who would have them, by assignment or in a session; nobody when one role breaks the
        /// constraint by itself, through what it inherits.
        user: Option<UserId>,
    },
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

/// May `change` be made to `policy`, whoever asks? Judges shape only: built-in things, cycles, and
/// roles that would break a constraint by themselves, in this order. Roles and permissions that the
/// policy does not know break no rule here. A cycle begins with the senior and the junior asked for; a
/// role still to be created, which would stand between these two, has no id yet and is left out.
fn permit(policy: &Policy, change: Change<'_>) -> Result<Permit, Violation> {
    if alters_built_in(policy, change) {
        return Err(Violation::Immutable);
    }
    if let Some(cycle) = cycle_closed_by(policy, change) {
        return Err(Violation::Cycle(cycle));
    }
    if let Some(conflict) = broken_by_one_role(policy, change) {
        return Err(Violation::SeparationOfDuty { conflict, user: None });
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
        Change::ChangeGrants { role, .. }
        | Change::AddInheritance { senior: role, .. }
        | Change::RemoveInheritance { senior: role } => is_superadmin(role),
        Change::DescribeRole(_)
        | Change::MakeDefault(_)
        | Change::SetConstraint(_)
        | Change::AssignRoles { .. }
        | Change::GrantDirectly { .. }
        | Change::ManageUser(_)
        | Change::Other => false,
    }
}

/// The cycle that the change would close: a senior that one of its new juniors inherits from.
fn cycle_closed_by(policy: &Policy, change: Change<'_>) -> Option<Vec<RoleId>> {
    let (seniors, juniors) = match change {
        Change::CreateRole { juniors, seniors, .. } => (seniors, juniors),
        Change::AddInheritance { ref senior, juniors } => (std::slice::from_ref(senior), juniors),
        _ => return None,
    };
    let pairs = seniors.iter().flat_map(|&senior| juniors.iter().map(move |&junior| (senior, junior)));
    pairs.into_iter().find_map(|(senior, junior)| {
        let way_back = policy.way_down(junior, senior)?;
        Some(std::iter::once(senior).chain(way_back).collect())
    })
}

/// The constraint that one role would break by itself after the change.
fn broken_by_one_role(policy: &Policy, change: Change<'_>) -> Option<Conflict> {
    match change {
        Change::CreateRole { juniors, seniors, .. } => policy.broken_by_inheritance(seniors, juniors),
        Change::AddInheritance { senior, juniors } => policy.broken_by_inheritance(&[senior], juniors),
        Change::SetConstraint(constraint) => policy.broken_by_one_role(constraint),
        _ => None,
    }
}

/// Invariant R8: none of `subjects` breaks a static constraint, nor a dynamic one by the roles that
/// its session chose. All are given as they are after the change, to be judged by the policy after it;
/// users as such and their live sessions alike. For assignments, inheritance and constraints; who can be
/// concerned is what [`Policy::separated_roles`] tells.
///
/// # Errors
/// [`Violation::SeparationOfDuty`] about the first that does.
pub fn keeps_apart<'a>(
    policy: &Policy,
    subjects: impl IntoIterator<Item = &'a Subject>,
    now: DateTime<Utc>,
) -> Result<(), Violation> {
    for subject in subjects {
        let broken = policy.static_conflicts(subject, now).into_iter().chain(policy.session_conflicts(subject, now));
        if let Some(conflict) = broken.into_iter().next() {
            return Err(Violation::SeparationOfDuty { conflict, user: Some(subject.user) });
        }
    }
    Ok(())
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

//! The rules of administration: a policy and a [`Proposal`] in, a [`Permit`] or a [`Violation`] out.

mod authority;
mod default_roles;
mod proposal;

pub use authority::{Authority, ESCALATE};
pub use default_roles::check_default_roles;
pub use proposal::{Permit, PermitKind, Proposal};

use crate::constraints::Gain;
use crate::{
    Conflict, PermissionFacts, PermissionId, PermissionName, PermissionPattern, Policy, RoleId, Subject, UserId,
};
use chrono::{DateTime, Utc};
use fixedbitset::FixedBitSet;
use rustc_hash::FxHashSet;

/// A rule of administration that a change would violate.
///
/// ```
/// # use chrono::DateTime;
/// # use uuid::Uuid;
/// # use engine::{Facts, Policy, RoleFacts, RoleName};
/// use engine::{Proposal, Violation};
///
/// # let clerk = RoleFacts::new(Uuid::from_u128(1).into(), RoleName::parse("clerk")?);
/// # let id = clerk.id;
/// # let policy = Policy::build(Facts { roles: vec![clerk], ..Facts::default() })?;
/// let operator = policy.operator(DateTime::UNIX_EPOCH);
/// let refused = operator.permit(Proposal::AddInheritance { senior: id, juniors: &[id] });
/// assert_eq!(refused.unwrap_err(), Violation::Cycle(vec![id, id]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// The role would inherit from itself; the first role is repeated at the end.
    Cycle(Vec<RoleId>),
    /// The role or permission is built in.
    Immutable,
    /// No human user would hold these system permissions permanently.
    LockOut(Vec<PermissionName>),
    /// The change is beyond the actor's authority: it concerns more than the actor holds, or for longer.
    BeyondAuthority {
        /// Names of the permissions that the actor lacks, without those that a pattern in `patterns` matches.
        missing: Vec<PermissionName>,
        /// Patterns that no pattern of the actor covers. They stand for what may be registered later.
        patterns: Vec<PermissionPattern>,
        /// A built-in role that the actor lacks, when guards name the role itself.
        role: Option<RoleId>,
    },
    /// A constraint would set the built-in role `superadmin` against a default role, which every account has; its
    /// roles are those two.
    AgainstSuperadmin(Conflict),
    /// A user, a session or a role would have conflicting roles or permissions.
    SeparationOfDuty {
        /// The constraint and its roles or permissions that conflict.
        conflict: Conflict,
        /// The user who would have them, by assignments, direct grants or in a session; `None` when one role violates
        /// the constraint by itself, through its grants or inheritance.
        user: Option<UserId>,
    },
}

/// Roles and permissions held permanently by at least one user who is human and neither suspended nor deleted:
/// assignments and direct grants that are valid and have no end. For the rule against lock-out.
///
/// ```
/// # use uuid::Uuid;
/// # use engine::{Facts, PermissionFacts, PermissionName, Policy};
/// use engine::{PermanentHolders, check_lock_out};
///
/// # let mut read = PermissionFacts::new(Uuid::from_u128(1).into(), PermissionName::parse("role:read")?);
/// # read.is_system = true;
/// # let id = read.id;
/// # let policy = Policy::build(Facts { permissions: vec![read], ..Facts::default() })?;
/// let before = PermanentHolders { permissions: [id].into_iter().collect(), ..PermanentHolders::default() };
/// assert!(check_lock_out(&policy, &before, &policy, &before).is_ok());
/// assert!(check_lock_out(&policy, &before, &policy, &PermanentHolders::default()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct PermanentHolders {
    /// Roles assigned permanently.
    pub roles: FxHashSet<RoleId>,
    /// Permissions granted directly and permanently.
    pub permissions: FxHashSet<PermissionId>,
}

/// Permits a change whose result is a valid policy, for any actor. Built-in objects are judged first, then
/// cycles, then roles that would violate a constraint by themselves. Unknown roles and permissions violate no
/// rule here. A cycle begins with the senior and the junior of the proposal; a role yet to be created, which
/// would stand between these two, has no id and is left out.
fn permit(policy: &Policy, proposal: Proposal<'_>) -> Result<Permit, Violation> {
    if alters_built_in(policy, proposal) {
        return Err(Violation::Immutable);
    }
    if let Some(cycle) = cycle_closed_by(policy, proposal) {
        return Err(Violation::Cycle(cycle));
    }
    if let Some(conflict) = broken_by_one_role(policy, proposal) {
        return Err(Violation::SeparationOfDuty { conflict, user: None });
    }
    Ok(Permit::new(proposal.kind()))
}

/// Whether the change alters a built-in object: system roles cannot be renamed or deleted, system permissions
/// cannot be deleted, and the grants and the inheritance of `superadmin` cannot change. Nor can `superadmin` require
/// activation, since sessions of administrators would begin without it, or be a default role of new accounts.
fn alters_built_in(policy: &Policy, proposal: Proposal<'_>) -> bool {
    let is_superadmin = |role| policy.superadmin() == Some(role);
    match proposal {
        Proposal::RenameRole(role) | Proposal::DeleteRole(role) => policy.role(role).is_some_and(|role| role.is_system),
        Proposal::DeletePermission(permission) => policy.permission(permission).is_some_and(|known| known.is_system),
        Proposal::CreateRole { seniors, .. } => seniors.iter().copied().any(is_superadmin),
        Proposal::RequireActivation(role)
        | Proposal::MakeDefault(role)
        | Proposal::ChangeGrants { role, .. }
        | Proposal::ChangePatterns { role, .. }
        | Proposal::AddInheritance { senior: role, .. }
        | Proposal::RemoveInheritance { senior: role } => is_superadmin(role),
        Proposal::DescribeRole(_)
        | Proposal::SetConstraint(_)
        | Proposal::ChangeConstraint(_)
        | Proposal::ConstrainRole(_)
        | Proposal::ConstrainPermission(_)
        | Proposal::AssignRoles { .. }
        | Proposal::GrantDirectly { .. }
        | Proposal::ManageUser(_)
        | Proposal::Unrestricted => false,
    }
}

/// The cycle that the change would close: a senior that one of its new juniors inherits from, directly or not.
fn cycle_closed_by(policy: &Policy, proposal: Proposal<'_>) -> Option<Vec<RoleId>> {
    let (seniors, juniors) = match proposal {
        Proposal::CreateRole { juniors, seniors, .. } => (seniors, juniors),
        Proposal::AddInheritance { ref senior, juniors } => (std::slice::from_ref(senior), juniors),
        _ => return None,
    };
    let pairs = seniors.iter().flat_map(|&senior| juniors.iter().map(move |&junior| (senior, junior)));
    pairs.into_iter().find_map(|(senior, junior)| {
        let path_back = policy.shortest_path(junior, senior)?;
        Some(std::iter::once(senior).chain(path_back).collect())
    })
}

/// The constraint that one role would violate by itself after the change.
fn broken_by_one_role(policy: &Policy, proposal: Proposal<'_>) -> Option<Conflict> {
    if let Proposal::SetConstraint(constraint) = proposal {
        return policy.broken_by_one_role(constraint);
    }
    let gain = gain(policy, proposal)?;
    policy.broken_by_gain(seniors(&proposal), &gain)
}

/// What roles would gain, where the proposal lets a role inherit or hold more.
fn gain(policy: &Policy, proposal: Proposal<'_>) -> Option<Gain> {
    match proposal {
        Proposal::CreateRole { juniors, grants, .. } => Some(Gain::of_links(policy, juniors, grants)),
        Proposal::AddInheritance { juniors, .. } => Some(Gain::of_links(policy, juniors, &[])),
        Proposal::ChangeGrants { added, .. } => Some(Gain::of_links(policy, &[], added)),
        Proposal::ChangePatterns { added, .. } => Some(Gain::of_patterns(policy, added)),
        _ => None,
    }
}

/// The lowest known roles that would have a [`gain`].
fn seniors<'p>(proposal: &'p Proposal<'p>) -> &'p [RoleId] {
    match proposal {
        Proposal::CreateRole { seniors, .. } => seniors,
        Proposal::AddInheritance { senior: role, .. }
        | Proposal::ChangeGrants { role, .. }
        | Proposal::ChangePatterns { role, .. } => std::slice::from_ref(role),
        _ => &[],
    }
}

/// Checks separation of duty (invariant R8): none of `subjects` violates a static constraint, nor a dynamic one
/// by its direct grants and the roles that its session has chosen. Subjects and policy are those after the change, users
/// and their live sessions alike; [`Policy::separated_roles`] and [`Policy::separated_permissions`] say which subjects can
/// be concerned.
///
/// # Errors
/// [`Violation::SeparationOfDuty`] about the first subject that violates a constraint.
pub fn check_separation<'a>(
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

/// Checks the rule against lock-out (invariant R6): every system permission that had a permanent human holder
/// before the change has one after it.
///
/// # Errors
/// [`Violation::LockOut`] with the names of the permissions that would have no holder.
pub fn check_lock_out(
    before: &Policy,
    holders_before: &PermanentHolders,
    after: &Policy,
    holders_after: &PermanentHolders,
) -> Result<(), Violation> {
    // It holds all permissions.
    if after.superadmin().is_some_and(|superadmin| holders_after.roles.contains(&superadmin)) {
        return Ok(());
    }
    let held_after = permanently_held(after, holders_after);
    let held_before = permanently_held(before, holders_before);
    let still_held = |id| after.permission_position(id).is_some_and(|permission| held_after.contains(permission));
    let is_lost = |permission: &PermissionFacts| permission.is_system && !still_held(permission.id);
    let lost = held_before.ones().filter(|&place| before.permission_at(place).is_some_and(is_lost));
    let lost: Vec<PermissionName> =
        before.permissions_by_name(lost).map(|permission| permission.name.clone()).collect();
    if lost.is_empty() { Ok(()) } else { Err(Violation::LockOut(lost)) }
}

/// The permissions that at least one user holds permanently.
fn permanently_held(policy: &Policy, holders: &PermanentHolders) -> FixedBitSet {
    let roles = holders.roles.iter().filter_map(|&id| policy.role_position(id));
    let mut held = policy.held_by(&policy.closure_of(roles));
    held.union_with(&policy.permission_set(holders.permissions.iter().copied()));
    held
}

#[cfg(test)]
mod tests;

//! Separation of duty: sets of roles or permissions that no user (SSD) and no session (DSD) may have together.

mod bypass;
mod gain;
mod held;
mod resolve;

pub(crate) use gain::Gain;
pub(crate) use held::Held;

use crate::shared::SharedList;
use crate::{Constraint, ConstraintId, ConstraintKind, PermissionId, Policy, RoleId, Subject};
use chrono::{DateTime, Utc};
use fixedbitset::FixedBitSet;
use std::sync::Arc;

/// A constraint that is violated, and the roles or permissions that violate it.
///
/// ```
/// # use uuid::Uuid;
/// # use engine::{Constraint, ConstraintKind, Facts, Policy, RoleFacts, RoleName};
/// use engine::Conflict;
///
/// # let clerk = RoleFacts::new(Uuid::from_u128(1).into(), RoleName::parse("clerk")?);
/// # let auditor = RoleFacts::new(Uuid::from_u128(2).into(), RoleName::parse("auditor")?);
/// # let books = Constraint {
/// #     id: Uuid::from_u128(3).into(),
/// #     name: "books".to_owned(),
/// #     kind: ConstraintKind::Static,
/// #     roles: vec![clerk.id, auditor.id],
/// #     permissions: Vec::new(),
/// #     limit: 2,
/// # };
/// # let (clerk_id, auditor_id, books_id) = (clerk.id, auditor.id, books.id);
/// # let roles = vec![clerk, auditor];
/// let policy = Policy::build(Facts { roles, constraints: vec![books], ..Facts::default() })?;
/// let roles = vec![auditor_id, clerk_id];
/// let conflict = Conflict { constraint: books_id, roles, permissions: Vec::new() };
/// assert_eq!(policy.static_conflicts_of(&[clerk_id, auditor_id]), [conflict]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The constraint.
    pub constraint: ConstraintId,
    /// The roles of the constraint that conflict, inherited ones included, by name. Empty when it names permissions.
    pub roles: Vec<RoleId>,
    /// The permissions of the constraint that conflict, by name. Empty when it names roles.
    pub permissions: Vec<PermissionId>,
}

/// The constraints of a policy. INVARIANT: no role violates one by itself.
#[derive(Debug, Default)]
pub(crate) struct Constraints {
    /// By name, the roles and permissions of each by name too.
    facts: Vec<Constraint>,
    /// In the order of `facts`.
    sets: Vec<ResolvedConstraint>,
    /// By role: its shares in dynamic constraints.
    shares: SharedList<Arc<[DynamicShare]>>,
    /// By permission: the shares of its direct grant in dynamic constraints.
    direct_shares: SharedList<Arc<[DynamicShare]>>,
}

/// The members of a dynamic constraint that a role or a direct grant brings: at least one.
#[derive(Clone, Debug)]
pub(crate) struct DynamicShare {
    constraint: usize,
    limit: usize,
    /// Positions in the list of members.
    members: FixedBitSet,
}

/// A constraint over slots.
#[derive(Debug)]
struct ResolvedConstraint {
    kind: ConstraintKind,
    members: Members,
    limit: usize,
}

/// What conflicts, as ascending slots.
#[derive(Debug)]
enum Members {
    Roles(Vec<usize>),
    Permissions(Vec<usize>),
}

impl Constraints {
    /// The constraints, by name, the roles and permissions of each by name too.
    pub(crate) fn facts(&self) -> &[Constraint] {
        &self.facts
    }

    /// Whether there are dynamic constraints.
    pub(crate) fn has_dynamic(&self) -> bool {
        self.sets.iter().any(|set| set.kind == ConstraintKind::Dynamic)
    }

    /// Whether a constraint names permissions.
    pub(crate) fn name_permissions(&self) -> bool {
        self.sets.iter().any(|set| matches!(set.members, Members::Permissions(_)))
    }

    /// Whether dynamic constraints allow `role` to be active beside what `others` are shares of, which violates none.
    pub(crate) fn admits<'a>(&self, role: usize, others: &(impl Iterator<Item = &'a DynamicShare> + Clone)) -> bool {
        self.shares(role).iter().all(|share| {
            let of_others = others.clone().filter(|other| other.constraint == share.constraint);
            let active = |block: usize| {
                let blocks = of_others.clone().filter_map(|other| other.members.as_slice().get(block));
                blocks.fold(0, |active, members| active | members)
            };
            let blocks = share.members.as_slice().iter().enumerate();
            let count = blocks.map(|(block, members)| (members | active(block)).count_ones() as usize).sum::<usize>();
            count < share.limit
        })
    }

    /// Whether a role brings a role or a permission of a dynamic constraint.
    pub(crate) fn is_constrained(&self, role: usize) -> bool {
        !self.shares(role).is_empty()
    }

    /// Shares of a role in dynamic constraints.
    pub(crate) fn shares(&self, role: usize) -> &[DynamicShare] {
        self.shares.get(role).map_or(&[], |shares| shares)
    }

    /// Shares of a direct grant of a permission in dynamic constraints.
    pub(crate) fn direct_shares(&self, permission: usize) -> &[DynamicShare] {
        self.direct_shares.get(permission).map_or(&[], |shares| shares)
    }
}

impl ResolvedConstraint {
    /// Whether what is held violates the constraint.
    fn is_broken_by(&self, policy: &Policy, held: &Held) -> bool {
        self.members.of(policy, held).count() >= self.limit
    }

    fn conflict(&self, constraint: ConstraintId, policy: &Policy, held: &Held) -> Conflict {
        let (mut roles, mut permissions) = (Vec::new(), Vec::new());
        match &self.members {
            Members::Roles(_) => roles = policy.role_ids(self.members.of(policy, held)),
            Members::Permissions(_) => {
                let found = policy.permissions_by_name(self.members.of(policy, held));
                permissions = found.map(|permission| permission.id).collect();
            }
        }
        Conflict { constraint, roles, permissions }
    }
}

impl Members {
    fn slots(&self) -> &[usize] {
        match self {
            Self::Roles(slots) | Self::Permissions(slots) => slots,
        }
    }

    /// The members that are held.
    fn of(&self, policy: &Policy, held: &Held) -> impl Iterator<Item = usize> {
        self.slots().iter().copied().filter(move |&member| match self {
            Self::Roles(_) => held.has_role(member),
            Self::Permissions(_) => held.has_permission(policy, member),
        })
    }

    /// The roles that bring a member, inherited ones included.
    fn roles_with(&self, policy: &Policy, member: usize) -> FixedBitSet {
        match self {
            Self::Roles(_) => policy.hierarchy.above([member]),
            Self::Permissions(_) => policy.roles_that_bring(member),
        }
    }
}

/// Separation of duty.
impl Policy {
    /// Static constraints that `subject` violates, by name. An assignment or a direct grant that is not yet valid counts,
    /// one that has expired at `now` does not. The status of the account and the activation are irrelevant.
    #[must_use]
    pub fn static_conflicts(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<Conflict> {
        self.conflicts(ConstraintKind::Static, &self.lasting(subject, now))
    }

    /// Dynamic constraints that a session with `active` roles and no direct grants violates, by name. Unknown roles
    /// violate none.
    #[must_use]
    pub fn dynamic_conflicts(&self, active: &[RoleId]) -> Vec<Conflict> {
        self.conflicts(ConstraintKind::Dynamic, &Held::of(self, active, &[]))
    }

    /// Dynamic constraints that the chosen roles of `subject`'s session violate together with its direct grants, by name;
    /// assignments and direct grants count as in [`static_conflicts`](Self::static_conflicts). Other activations are
    /// computed so that they satisfy all constraints: of these, only what the direct grants violate by themselves is
    /// returned, since they are always active.
    #[must_use]
    pub fn session_conflicts(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<Conflict> {
        self.conflicts(ConstraintKind::Dynamic, &self.chosen(subject, now))
    }

    /// Static constraints that a user with all of `roles` and no direct grants violates, by name. Unknown roles violate
    /// none.
    #[must_use]
    pub fn static_conflicts_of(&self, roles: &[RoleId]) -> Vec<Conflict> {
        self.static_conflicts_with(roles, &[])
    }

    /// Static constraints that a user with all of `roles` and direct grants of all `permissions` violates, by name.
    /// Unknown ones violate none.
    #[must_use]
    pub fn static_conflicts_with(&self, roles: &[RoleId], permissions: &[PermissionId]) -> Vec<Conflict> {
        self.conflicts(ConstraintKind::Static, &Held::of(self, roles, permissions))
    }

    /// Roles that bring a role or a permission of constraints of a kind, by inheritance too, by name. Only a user with at
    /// least two among these roles assigned and the [permissions](Self::separated_permissions) granted directly can
    /// violate a static constraint; a dynamic one only a session with two among these roles active and those direct
    /// grants.
    #[must_use]
    pub fn separated_roles(&self, kind: ConstraintKind) -> Vec<RoleId> {
        let mut concerned = FixedBitSet::with_capacity(self.role_slots());
        for set in self.constraints.sets.iter().filter(|set| set.kind == kind) {
            let roles = set.members.slots().iter().map(|&member| set.members.roles_with(self, member));
            roles.for_each(|roles| concerned.union_with(&roles));
        }
        self.role_ids(concerned.ones())
    }

    /// Permissions that constraints of a kind name, by name: a direct grant of one counts beside
    /// [roles](Self::separated_roles).
    #[must_use]
    pub fn separated_permissions(&self, kind: ConstraintKind) -> Vec<PermissionId> {
        let sets = self.constraints.sets.iter().filter(|set| set.kind == kind);
        let named = sets.flat_map(|set| match &set.members {
            Members::Roles(_) => &[],
            Members::Permissions(slots) => slots.as_slice(),
        });
        self.permissions_by_name(named.copied()).map(|permission| permission.id).collect()
    }

    /// Constraints that name a role, by name.
    pub fn constraints_of(&self, role: RoleId) -> impl Iterator<Item = &Constraint> {
        self.constraints().iter().filter(move |constraint| constraint.roles.contains(&role))
    }

    /// Constraints that name a permission, by name.
    pub fn constraints_of_permission(&self, permission: PermissionId) -> impl Iterator<Item = &Constraint> {
        self.constraints().iter().filter(move |constraint| constraint.permissions.contains(&permission))
    }

    /// Roles that bring a permission, by inheritance too. What `superadmin` holds by rule does not count.
    fn roles_that_bring(&self, permission: usize) -> FixedBitSet {
        let holders = self.sources(permission).roles().into_iter();
        self.hierarchy.above(holders.filter(|&role| !self.is_superadmin(role)))
    }

    /// Constraints of a kind that what is held violates.
    pub(crate) fn conflicts(&self, kind: ConstraintKind, held: &Held) -> Vec<Conflict> {
        let sets = self.constraints.sets.iter().zip(self.constraints());
        let broken = sets.filter(|(set, _)| set.kind == kind && set.is_broken_by(self, held));
        broken.map(|(set, constraint)| set.conflict(constraint.id, self, held)).collect()
    }
}

#[cfg(test)]
mod permission_tests;
#[cfg(test)]
mod tests;

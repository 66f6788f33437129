//! Constraints over slots, from their facts.

use super::{Constraints, DynamicShare, Held, Members, ResolvedConstraint};
use crate::hierarchy::set_of;
use crate::shared::SharedList;
use crate::{Constraint, ConstraintKind, Policy, PolicyError};
use fixedbitset::FixedBitSet;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Shares by slot.
type Shares = FxHashMap<usize, Vec<DynamicShare>>;

impl Constraints {
    /// Resolves constraints by the roles and permissions of a policy, whose own constraints are ignored, and sorts them
    /// and the roles and permissions of each by name. Takes time in proportion to the roles that have a part in
    /// constraints, by name, by grants or by inheritance.
    ///
    /// # Errors
    /// A [`PolicyError`] about the first invalid constraint, by name.
    pub(crate) fn resolve(mut facts: Vec<Constraint>, policy: &Policy) -> Result<Self, PolicyError> {
        facts.sort_by_cached_key(|constraint| (constraint.name.to_lowercase(), constraint.name.clone(), constraint.id));
        reject_duplicates(&facts)?;
        let mut sets = Vec::with_capacity(facts.len());
        let (mut shares, mut direct_shares) = (Shares::default(), Shares::default());
        for (position, constraint) in facts.iter_mut().enumerate() {
            let set = resolve_one(constraint, policy)?;
            sort_members(constraint, &set.members, policy);
            let parts = parts_of_roles(&set.members, policy);
            reject_broken(constraint, &set, &parts, policy)?;
            if set.kind == ConstraintKind::Dynamic {
                let share = |members| DynamicShare { constraint: position, limit: set.limit, members };
                for (role, members) in parts {
                    shares.entry(role).or_default().push(share(members));
                }
                if let Members::Permissions(permissions) = &set.members {
                    for (member, &permission) in permissions.iter().enumerate() {
                        let own = share(set_of(permissions.len(), [member]));
                        direct_shares.entry(permission).or_default().push(own);
                    }
                }
            }
            sets.push(set);
        }
        Ok(Self { facts, sets, shares: by_slot(shares), direct_shares: by_slot(direct_shares) })
    }
}

fn by_slot(shares: Shares) -> SharedList<Arc<[DynamicShare]>> {
    let mut list = SharedList::default();
    shares.into_iter().for_each(|(slot, shares)| list.set(slot, shares.into()));
    list
}

/// The slots of a constraint's roles or permissions.
fn resolve_one(constraint: &Constraint, policy: &Policy) -> Result<ResolvedConstraint, PolicyError> {
    let Constraint { name, kind, roles, permissions, limit, .. } = constraint;
    if !roles.is_empty() && !permissions.is_empty() {
        return Err(PolicyError::MixedConstraint(name.clone()));
    }
    let unknown_role = |role| PolicyError::UnknownConstrainedRole { constraint: name.clone(), role };
    let unknown_permission =
        |permission| PolicyError::UnknownConstrainedPermission { constraint: name.clone(), permission };
    let slots = |slots: Vec<u32>| slots.into_iter().map(|slot| slot as usize).collect();
    let members = match permissions.is_empty() {
        true => Members::Roles(slots(policy.resolve_roles(roles).map_err(unknown_role)?)),
        false => Members::Permissions(slots(policy.resolve_permissions(permissions).map_err(unknown_permission)?)),
    };
    if !Constraint::limit_range(members.slots().len()).contains(limit) {
        return Err(PolicyError::LimitOutOfRange(name.clone()));
    }
    Ok(ResolvedConstraint { kind: *kind, members, limit: *limit })
}

fn sort_members(constraint: &mut Constraint, members: &Members, policy: &Policy) {
    match members {
        Members::Roles(roles) => constraint.roles = policy.role_ids(roles.iter().copied()),
        Members::Permissions(permissions) => {
            let sorted = policy.permissions_by_name(permissions.iter().copied());
            constraint.permissions = sorted.map(|permission| permission.id).collect();
        }
    }
}

/// By role: the positions of the members that it brings, at least one.
fn parts_of_roles(members: &Members, policy: &Policy) -> FxHashMap<usize, FixedBitSet> {
    let mut parts: FxHashMap<usize, FixedBitSet> = FxHashMap::default();
    let count = members.slots().len();
    for (position, &member) in members.slots().iter().enumerate() {
        for role in members.roles_with(policy, member).ones() {
            parts.entry(role).or_insert_with(|| FixedBitSet::with_capacity(count)).insert(position);
        }
    }
    parts
}

/// Rejects a constraint that one role violates by itself.
fn reject_broken(
    constraint: &Constraint,
    set: &ResolvedConstraint,
    parts: &FxHashMap<usize, FixedBitSet>,
    policy: &Policy,
) -> Result<(), PolicyError> {
    let broken = parts.iter().filter(|(_, members)| members.count_ones(..) >= set.limit).map(|(&role, _)| role);
    let Some(first) = broken.min_by_key(|&role| policy.rank(role)) else { return Ok(()) };
    let Some(role) = policy.role_id(first) else { return Ok(()) };
    let conflict = set.conflict(constraint.id, policy, &Held::of(policy, &[role], &[]));
    Err(PolicyError::ViolatedByOneRole { role, conflict })
}

/// Rejects constraints that share an id or a name. They are sorted by name.
fn reject_duplicates(constraints: &[Constraint]) -> Result<(), PolicyError> {
    let (mut ids, mut names) = (FxHashSet::default(), FxHashSet::default());
    let mut is_new =
        |constraint: &Constraint| ids.insert(constraint.id) && names.insert(constraint.name.to_lowercase());
    match constraints.iter().find(|constraint| !is_new(constraint)) {
        None => Ok(()),
        Some(duplicate) => Err(PolicyError::DuplicateConstraint(duplicate.name.clone())),
    }
}

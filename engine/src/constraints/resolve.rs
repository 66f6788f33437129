//! Constraints over the slots of roles, from their facts.

use super::{Conflict, Constraints, DynamicShare, ResolvedConstraint};
use crate::hierarchy::{Hierarchy, set_of};
use crate::shared::SharedList;
use crate::table::Table;
use crate::{Constraint, ConstraintKind, KnownRole, PolicyError};
use rustc_hash::{FxHashMap, FxHashSet};

impl Constraints {
    /// Resolves constraints and sorts them and the roles of each by name. Takes time in proportion to the roles that
    /// constraints name and to those that inherit from these.
    ///
    /// # Errors
    /// A [`PolicyError`] about the first invalid constraint, by name.
    pub(crate) fn resolve(
        mut facts: Vec<Constraint>,
        roles: &Table<KnownRole>,
        hierarchy: &Hierarchy,
    ) -> Result<Self, PolicyError> {
        facts.sort_by_cached_key(|constraint| (constraint.name.to_lowercase(), constraint.name.clone(), constraint.id));
        reject_duplicates(&facts)?;
        let id = |role: usize| roles.get(role).map(|role| role.id);
        let mut sets = Vec::with_capacity(facts.len());
        let mut shares: FxHashMap<usize, Vec<DynamicShare>> = FxHashMap::default();
        for (position, constraint) in facts.iter_mut().enumerate() {
            let set = resolve_one(constraint, roles)?;
            constraint.roles = roles.by_name(set.members.iter().copied()).into_iter().filter_map(id).collect();
            let concerned = hierarchy.above(set.members.iter().copied());
            let is_broken = |&role: &usize| set.is_broken_by(hierarchy.closure(role));
            let broken = concerned.ones().filter(is_broken).min_by_key(|&role| roles.rank(role));
            if let Some((role, broken)) = broken.and_then(|role| Some((id(role)?, role))) {
                let common = roles.by_name(set.common(hierarchy.closure(broken)));
                let conflict =
                    Conflict { constraint: constraint.id, roles: common.into_iter().filter_map(id).collect() };
                return Err(PolicyError::ViolatedByOneRole { role, conflict });
            }
            if set.kind == ConstraintKind::Dynamic {
                for role in concerned.ones() {
                    let common = set.members.iter().enumerate();
                    let common = common.filter(|&(_, &member)| hierarchy.includes(role, member));
                    let members = set_of(set.members.len(), common.map(|(member, _)| member));
                    let share = DynamicShare { constraint: position, limit: set.limit, members };
                    shares.entry(role).or_default().push(share);
                }
            }
            sets.push(set);
        }
        let mut by_role = SharedList::default();
        shares.into_iter().for_each(|(role, shares)| by_role.set(role, shares.into()));
        Ok(Self { facts, sets, shares: by_role })
    }
}

/// The slots of a constraint's roles.
fn resolve_one(constraint: &Constraint, roles: &Table<KnownRole>) -> Result<ResolvedConstraint, PolicyError> {
    let unknown = |role| PolicyError::UnknownConstrainedRole { constraint: constraint.name.clone(), role };
    let members = roles.resolve(&constraint.roles).map_err(unknown)?;
    if !Constraint::limit_range(members.len()).contains(&constraint.limit) {
        return Err(PolicyError::LimitOutOfRange(constraint.name.clone()));
    }
    let members = members.into_iter().map(|member| member as usize).collect();
    Ok(ResolvedConstraint { kind: constraint.kind, members, limit: constraint.limit })
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

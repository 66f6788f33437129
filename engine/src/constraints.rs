//! Separation of duty: sets of roles that no user (SSD) and no session (DSD) may have together.

use crate::hierarchy::{Hierarchy, set_of};
use crate::index::Index;
use crate::policy::places;
use crate::{
    Activation, Constraint, ConstraintId, ConstraintKind, Facts, Policy, PolicyError, RoleId, Subject, ValidityState,
};
use chrono::{DateTime, Utc};
use fixedbitset::FixedBitSet;

/// A constraint that is broken, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The constraint.
    pub constraint: ConstraintId,
    /// Those of its roles that come together, inherited ones included, by name.
    pub roles: Vec<RoleId>,
}

/// The constraints of a policy, worked out. INVARIANT: no role breaks one by itself.
#[derive(Debug, Default)]
pub(crate) struct Constraints {
    /// In the order of `facts.constraints`.
    rules: Vec<Rule>,
    /// Per role: its stakes in dynamic rules. Nothing at all without such rules.
    stakes: Vec<Vec<Stake>>,
}

/// What a role, with all it inherits from, has of a dynamic rule: never nothing.
#[derive(Debug)]
struct Stake {
    rule: usize,
    limit: usize,
    /// Which of the rule's members: places in the list of these.
    members: FixedBitSet,
}

/// A constraint over places.
#[derive(Debug)]
struct Rule {
    kind: ConstraintKind,
    members: FixedBitSet,
    limit: usize,
}

impl Constraints {
    /// Works out the constraints of `facts` and brings the roles of each into the order of names.
    ///
    /// # Errors
    /// A [`PolicyError`] about the first constraint, by name, that makes no sense.
    pub(crate) fn resolve(
        facts: &mut Facts,
        roles: &Index<RoleId>,
        hierarchy: &Hierarchy,
    ) -> Result<Self, PolicyError> {
        refuse_duplicates(&facts.constraints)?;
        let ids: Vec<RoleId> = facts.roles.iter().map(|role| role.id).collect();
        let mut rules = Vec::with_capacity(facts.constraints.len());
        for known in &mut facts.constraints {
            let unknown = |role| PolicyError::UnknownConstrainedRole { constraint: known.name.clone(), role };
            let members = places(&known.roles, roles).map_err(unknown)?;
            known.roles = members.iter().map(|&place| ids[place]).collect();
            if !Constraint::limits(members.len()).contains(&known.limit) {
                return Err(PolicyError::LimitOutOfRange(known.name.clone()));
            }
            let rule = Rule { kind: known.kind, members: set_of(ids.len(), members), limit: known.limit };
            if let Some(role) = (0..ids.len()).find(|&role| rule.is_broken_by(hierarchy.closure(role))) {
                let roles = rule.met(hierarchy.closure(role)).map(|place| ids[place]).collect();
                let conflict = Conflict { constraint: known.id, roles };
                return Err(PolicyError::BrokenByOneRole { role: ids[role], conflict });
            }
            rules.push(rule);
        }
        let stakes = stakes(&rules, ids.len(), hierarchy);
        Ok(Self { rules, stakes })
    }

    /// Is there a dynamic rule at all?
    pub(crate) fn has_dynamic(&self) -> bool {
        !self.stakes.is_empty()
    }

    /// Does any dynamic rule speak of the role, or of what it inherits from?
    pub(crate) fn is_contested(&self, role: usize) -> bool {
        self.stakes.get(role).is_some_and(|stakes| !stakes.is_empty())
    }

    /// May `role` be active beside `others` as far as dynamic rules go, given that these break none?
    pub(crate) fn lets_in(&self, role: usize, others: &(impl Iterator<Item = usize> + Clone)) -> bool {
        let stakes = self.stakes.get(role).into_iter().flatten();
        stakes.into_iter().all(|stake| {
            let of_others = others.clone().filter_map(|other| self.stakes[other].iter().find(|o| o.rule == stake.rule));
            let taken =
                |block: usize| of_others.clone().fold(0, |taken, other| taken | other.members.as_slice()[block]);
            let blocks = stake.members.as_slice().iter().enumerate();
            let count = blocks.map(|(block, members)| (members | taken(block)).count_ones() as usize).sum::<usize>();
            count < stake.limit
        })
    }
}

impl Rule {
    /// Is the rule broken by having all of `roles`, which are closed under inheritance?
    fn is_broken_by(&self, roles: &FixedBitSet) -> bool {
        self.members.intersection_count(roles) >= self.limit
    }

    /// Roles of the rule that are among `roles`.
    fn met<'a>(&'a self, roles: &'a FixedBitSet) -> impl Iterator<Item = usize> + 'a {
        self.members.intersection(roles)
    }
}

/// Separation of duty.
impl Policy {
    /// Static constraints that `subject` breaks, by name. An assignment that begins later counts from
    /// now on, one that has ended at `now` does not; the account's status and what a session has
    /// active are irrelevant.
    #[must_use]
    pub fn static_conflicts(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<Conflict> {
        self.conflicts(ConstraintKind::Static, &self.lasting_roles(subject, now))
    }

    /// Dynamic constraints that a session with `active` roles breaks, by name. Roles that the policy
    /// does not know break none.
    #[must_use]
    pub fn dynamic_conflicts(&self, active: &[RoleId]) -> Vec<Conflict> {
        let active = active.iter().filter_map(|&role| self.role_place(role));
        self.conflicts(ConstraintKind::Dynamic, &self.closure_of(active))
    }

    /// Dynamic constraints that the choice of roles of `subject`'s session breaks, by name, counting
    /// roles as [`static_conflicts`](Self::static_conflicts) does. None unless roles were chosen: other
    /// sessions are worked out so that they keep to all.
    #[must_use]
    pub fn session_conflicts(&self, subject: &Subject, now: DateTime<Utc>) -> Vec<Conflict> {
        let Activation::Chosen(chosen) = &subject.activation else { return Vec::new() };
        let authorised = self.lasting_roles(subject, now);
        let chosen = chosen.iter().filter_map(|&role| self.role_place(role));
        let active = self.closure_of(chosen.filter(|&role| authorised.contains(role)));
        self.conflicts(ConstraintKind::Dynamic, &active)
    }

    /// Static constraints that having all of `roles`, with what they inherit, would break, by name. Roles
    /// that the policy does not know break none.
    #[must_use]
    pub fn static_conflicts_of(&self, roles: &[RoleId]) -> Vec<Conflict> {
        let roles = roles.iter().filter_map(|&role| self.role_place(role));
        self.conflicts(ConstraintKind::Static, &self.closure_of(roles))
    }

    /// Roles that a constraint of a kind names, and all that inherit from them, by name. Only a user who
    /// is assigned at least two of these can break a static one, and only a session that has at least two
    /// of these active a dynamic one.
    #[must_use]
    pub fn separated_roles(&self, kind: ConstraintKind) -> Vec<RoleId> {
        let mut members = FixedBitSet::with_capacity(self.role_count());
        let rules = self.constraints.rules.iter().filter(|rule| rule.kind == kind);
        rules.for_each(|rule| members.union_with(&rule.members));
        let is_concerned = |&role: &usize| !self.hierarchy.closure(role).is_disjoint(&members);
        (0..self.role_count()).filter(is_concerned).map(|role| self.role_id(role)).collect()
    }

    /// Constraints that name the role, by name.
    pub fn constraints_of(&self, role: RoleId) -> impl Iterator<Item = &Constraint> {
        self.facts().constraints.iter().filter(move |constraint| constraint.roles.contains(&role))
    }

    /// Constraints of a kind that having all of `roles` breaks; they are closed under inheritance.
    pub(crate) fn conflicts(&self, kind: ConstraintKind, roles: &FixedBitSet) -> Vec<Conflict> {
        let rules = self.constraints.rules.iter().zip(&self.facts().constraints);
        let broken = rules.filter(|(rule, _)| rule.kind == kind && rule.is_broken_by(roles));
        let conflict = |(rule, known): (&Rule, &Constraint)| Conflict {
            constraint: known.id,
            roles: rule.met(roles).map(|role| self.role_id(role)).collect(),
        };
        broken.map(conflict).collect()
    }

    /// Roles of assignments that have not ended, and all they inherit from.
    pub(crate) fn lasting_roles(&self, subject: &Subject, now: DateTime<Utc>) -> FixedBitSet {
        let assigned = self.assigned(&subject.assignments);
        let lasting = assigned.filter(|(_, validity)| validity.state(now) != ValidityState::Ended);
        self.closure_of(lasting.map(|(role, _)| role))
    }

    /// The first constraint, of either kind, that one role would break by itself if each of `seniors`,
    /// and so all that inherit from them, came to inherit from all of `juniors`.
    pub(crate) fn broken_by_inheritance(&self, seniors: &[RoleId], juniors: &[RoleId]) -> Option<Conflict> {
        let gained = self.closure_of(juniors.iter().filter_map(|&junior| self.role_place(junior)));
        let seniors: Vec<usize> = seniors.iter().filter_map(|&senior| self.role_place(senior)).collect();
        let is_above = |&role: &usize| seniors.iter().any(|&senior| self.hierarchy.includes(role, senior));
        let above = (0..self.role_count()).filter(is_above).map(|role| self.hierarchy.closure(role));
        // What a role without seniors gains may break a constraint as well.
        above.map(|held| held | &gained).chain([gained.clone()]).find_map(|roles| {
            let statics = self.conflicts(ConstraintKind::Static, &roles);
            let dynamics = self.conflicts(ConstraintKind::Dynamic, &roles);
            statics.into_iter().chain(dynamics).next()
        })
    }

    /// What one role would break by itself if `constraint` were one of the policy's, in place of any with its id.
    pub(crate) fn broken_by_one_role(&self, constraint: &Constraint) -> Option<Conflict> {
        let members: Vec<usize> = constraint.roles.iter().filter_map(|&role| self.role_place(role)).collect();
        let members = set_of(self.role_count(), members);
        let rule = Rule { kind: constraint.kind, members, limit: constraint.limit.max(1) };
        let role = (0..self.role_count()).find(|&role| rule.is_broken_by(self.hierarchy.closure(role)))?;
        let roles = rule.met(self.hierarchy.closure(role)).map(|role| self.role_id(role)).collect();
        Some(Conflict { constraint: constraint.id, roles })
    }
}

/// Refuses constraints that share an id or a name. They are in the order of names.
fn refuse_duplicates(constraints: &[Constraint]) -> Result<(), PolicyError> {
    let named = constraints.iter().map(|known| (known.id, known.name.to_lowercase().into_boxed_str()));
    match Index::new(named) {
        Ok(_) => Ok(()),
        Err(place) => Err(PolicyError::DuplicateConstraint(constraints[place].name.clone())),
    }
}

/// The stakes of each role; nothing at all when there are no dynamic rules.
fn stakes(rules: &[Rule], roles: usize, hierarchy: &Hierarchy) -> Vec<Vec<Stake>> {
    let dynamic: Vec<usize> = (0..rules.len()).filter(|&rule| rules[rule].kind == ConstraintKind::Dynamic).collect();
    if dynamic.is_empty() {
        return Vec::new();
    }
    let stake = |role: usize, rule: usize| {
        let Rule { members, limit, .. } = &rules[rule];
        let held = hierarchy.closure(role);
        if members.is_disjoint(held) {
            return None;
        }
        let met = members.ones().enumerate().filter(|&(_, member)| held.contains(member)).map(|(place, _)| place);
        Some(Stake { rule, limit: *limit, members: set_of(members.count_ones(..), met) })
    };
    (0..roles).map(|role| dynamic.iter().filter_map(|&rule| stake(role, rule)).collect()).collect()
}

#[cfg(test)]
mod tests;

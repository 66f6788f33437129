//! A policy that was updated again and again equals the one built from the same facts, in every answer.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod answers;
#[expect(dead_code, reason = "the properties of decisions use the rest")]
mod worlds;

use answers::answers;
use engine::{
    Constraint, ConstraintId, ConstraintKind, Facts, PermissionFacts, PermissionId, PermissionName, PermissionPattern,
    Policy, PolicyChanges, PolicyError, RoleFacts, RoleId, RoleName, SUPERADMIN,
};
use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;
use worlds::{constraint, permission, role};

/// Numbers of the roles, permissions and constraints that exist at some time.
const NUMBERS: usize = 12;
/// Steps of one sequence.
const STEPS: usize = 25;

/// One step: what becomes of which object.
#[derive(Clone, Debug)]
enum Step {
    /// A role is created, or replaced with all its links.
    PutRole {
        number: usize,
        name: usize,
        flags: u8,
        grants: Vec<usize>,
        patterns: Vec<PermissionPattern>,
        inherits_from: Vec<usize>,
    },
    /// A permission is created or renamed.
    PutPermission {
        number: usize,
        name: usize,
        is_system: bool,
    },
    PutConstraint {
        number: usize,
        name: usize,
        is_static: bool,
        names_roles: bool,
        members: Vec<usize>,
        limit: usize,
    },
    /// A role is deleted, and its links with it or not.
    DeleteRole {
        number: usize,
        with_links: bool,
    },
    DeletePermission {
        number: usize,
        with_links: bool,
    },
    DeleteConstraint {
        number: usize,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let number = || 0..NUMBERS;
    let some = || vec(0..NUMBERS, 0..4);
    let role = (number(), 0..NUMBERS + 1, any::<u8>(), some(), worlds::patterns(), some());
    let role = role.prop_map(|(number, name, flags, grants, patterns, inherits_from)| Step::PutRole {
        number,
        name,
        flags,
        grants,
        patterns,
        inherits_from,
    });
    let permission = (number(), number(), any::<bool>());
    let permission = permission.prop_map(|(number, name, is_system)| Step::PutPermission { number, name, is_system });
    let constraint = (0..4_usize, 0..4_usize, any::<[bool; 2]>(), vec(0..NUMBERS, 2..5), 1..4_usize);
    let constraint = constraint.prop_map(|(number, name, [is_static, names_roles], members, limit)| {
        Step::PutConstraint { number, name, is_static, names_roles, members, limit }
    });
    let step = prop_oneof![
        8 => role,
        4 => permission,
        3 => constraint,
        3 => (number(), prop_oneof![9 => Just(true), 1 => Just(false)])
            .prop_map(|(number, with_links)| Step::DeleteRole { number, with_links }),
        1 => (number(), prop_oneof![9 => Just(true), 1 => Just(false)])
            .prop_map(|(number, with_links)| Step::DeletePermission { number, with_links }),
        1 => (0..4_usize).prop_map(|number| Step::DeleteConstraint { number }),
    ];
    vec(step, STEPS)
}

/// The changes of some steps that are made at once, and the facts after them.
struct Changer {
    facts: Facts,
    roles: Vec<RoleId>,
    permissions: Vec<PermissionId>,
    constraints: Vec<ConstraintId>,
}

impl Changer {
    fn new(facts: &Facts, revision: u64) -> Self {
        let facts = Facts { revision, ..facts.clone() };
        Self { facts, roles: Vec::new(), permissions: Vec::new(), constraints: Vec::new() }
    }

    fn make(&mut self, step: &Step) {
        let Self { facts, roles, permissions, constraints } = self;
        let knows_role = |facts: &Facts, id| facts.roles.iter().any(|known| known.id == id);
        match step {
            Step::PutRole { number, name, flags, grants, patterns, inherits_from } => {
                let known = facts.clone();
                let grants = grants.iter().map(|&number| permission(number));
                let juniors = inherits_from.iter().map(|&number| role(number));
                facts.roles.retain(|known| known.id != role(*number));
                facts.roles.push(RoleFacts {
                    id: role(*number),
                    name: role_name(*name),
                    is_system: flags & 1 == 1,
                    is_default: flags & 2 == 2,
                    requires_activation: flags & 4 == 4,
                    revision: facts.revision,
                    grants: grants.filter(|&id| known.permissions.iter().any(|known| known.id == id)).collect(),
                    patterns: patterns.clone(),
                    inherits_from: juniors.filter(|&id| knows_role(&known, id)).collect(),
                });
                roles.push(role(*number));
            }
            Step::PutPermission { number, name, is_system } => {
                let id = permission(*number);
                facts.permissions.retain(|known| known.id != id);
                let name = PermissionName::parse(&worlds::permission_name(*name)).expect("a name");
                facts.permissions.push(PermissionFacts { is_system: *is_system, ..PermissionFacts::new(id, name) });
                permissions.push(id);
            }
            Step::PutConstraint { number, name, is_static, names_roles, members, limit } => {
                let id = constraint(*number);
                facts.constraints.retain(|known| known.id != id);
                let kind = if *is_static { ConstraintKind::Static } else { ConstraintKind::Dynamic };
                let name = format!("{}et {name}", if *is_static { 's' } else { 'S' });
                let of_roles = members.iter().filter(|_| *names_roles).map(|&number| role(number));
                let roles = of_roles.filter(|&id| knows_role(facts, id)).collect();
                let of_permissions = members.iter().filter(|_| !*names_roles).map(|&number| permission(number));
                let is_known = |&id: &PermissionId| facts.permissions.iter().any(|known| known.id == id);
                let permissions = of_permissions.filter(is_known).collect();
                facts.constraints.push(Constraint { id, name, kind, roles, permissions, limit: *limit });
                constraints.push(id);
            }
            Step::DeleteRole { number, with_links } => {
                let id = role(*number);
                facts.roles.retain(|known| known.id != id);
                roles.push(id);
                if *with_links {
                    let seniors = facts.roles.iter_mut().filter(|role| role.inherits_from.contains(&id));
                    seniors.for_each(|senior| {
                        senior.inherits_from.retain(|&junior| junior != id);
                        roles.push(senior.id);
                    });
                    let sets = facts.constraints.iter_mut().filter(|set| set.roles.contains(&id));
                    sets.for_each(|set| {
                        set.roles.retain(|&role| role != id);
                        constraints.push(set.id);
                    });
                }
            }
            Step::DeletePermission { number, with_links } => {
                let id = permission(*number);
                facts.permissions.retain(|known| known.id != id);
                permissions.push(id);
                if *with_links {
                    let holders = facts.roles.iter_mut().filter(|role| role.grants.contains(&id));
                    holders.for_each(|holder| {
                        holder.grants.retain(|&granted| granted != id);
                        roles.push(holder.id);
                    });
                    let sets = facts.constraints.iter_mut().filter(|set| set.permissions.contains(&id));
                    sets.for_each(|set| {
                        set.permissions.retain(|&permission| permission != id);
                        constraints.push(set.id);
                    });
                }
            }
            Step::DeleteConstraint { number } => {
                facts.constraints.retain(|known| known.id != constraint(*number));
                constraints.push(constraint(*number));
            }
        }
    }

    fn changes(&self) -> PolicyChanges {
        let Self { facts, roles, permissions, constraints } = self;
        let mut changes = PolicyChanges::default();
        changes.changed.revision = facts.revision;
        changes.changed.roles = facts.roles.iter().filter(|known| roles.contains(&known.id)).cloned().collect();
        changes.changed.permissions =
            facts.permissions.iter().filter(|known| permissions.contains(&known.id)).cloned().collect();
        changes.changed.constraints =
            facts.constraints.iter().filter(|known| constraints.contains(&known.id)).cloned().collect();
        let is_gone = |&id: &RoleId| facts.roles.iter().all(|known| known.id != id);
        changes.deleted_roles = distinct(roles.iter().copied().filter(is_gone));
        let is_gone = |&id: &PermissionId| facts.permissions.iter().all(|known| known.id != id);
        changes.deleted_permissions = distinct(permissions.iter().copied().filter(is_gone));
        let is_gone = |&id: &ConstraintId| facts.constraints.iter().all(|known| known.id != id);
        changes.deleted_constraints = distinct(constraints.iter().copied().filter(is_gone));
        changes
    }
}

fn distinct<T: Ord>(ids: impl Iterator<Item = T>) -> Vec<T> {
    ids.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

/// Names that differ in case only count as the same.
fn role_name(number: usize) -> RoleName {
    let name = match number {
        NUMBERS => SUPERADMIN.to_owned(),
        number if number.is_multiple_of(2) => format!("role {}", number / 2),
        number => format!("Role {}", number / 2 + 4),
    };
    RoleName::parse(&name).expect("a name")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Ten thousand steps; a third of them are made two or three at a time.
    #[test]
    fn an_updated_policy_equals_the_one_built_from_the_same_facts(
        steps in steps(), batches in vec(1..4_usize, STEPS), subjects in vec(worlds::subjects(), 2)
    ) {
        let mut facts = Facts::default();
        let mut policy = Policy::build(facts.clone()).expect("nothing contradicts");
        let mut rest = steps.as_slice();
        for (revision, size) in (1..).zip(batches) {
            let (batch, after) = rest.split_at(size.saturating_sub(1).max(1).min(rest.len()));
            rest = after;
            let mut changer = Changer::new(&facts, revision);
            batch.iter().for_each(|step| changer.make(step));
            match (policy.update(changer.changes()), Policy::build(changer.facts.clone())) {
                (Ok(updated), Ok(built)) => {
                    prop_assert_eq!(answers(&updated, &subjects), answers(&built, &subjects));
                    (facts, policy) = (changer.facts, updated);
                }
                (Err(updated), Err(built)) => prop_assert_eq!(updated, built),
                (updated, built) => prop_assert!(false, "{updated:?} against {built:?}"),
            }
        }
    }
}

#[test]
fn the_policy_before_an_update_stays_as_it_was() {
    let clerk = RoleFacts { grants: vec![permission(1)], ..RoleFacts::new(role(1), role_name(1)) };
    let read = PermissionFacts::new(permission(1), PermissionName::parse("p:1").expect("a name"));
    let facts = Facts { roles: vec![clerk.clone()], permissions: vec![read], ..Facts::default() };
    let before = Policy::build(facts).expect("a policy");
    let mut changes = PolicyChanges { deleted_permissions: vec![permission(1)], ..PolicyChanges::default() };
    changes.changed.roles.push(RoleFacts { grants: Vec::new(), name: role_name(3), ..clerk });
    let after = before.update(changes).expect("a policy");
    assert!(before.is_granted(role(1), permission(1)) && !after.is_granted(role(1), permission(1)));
    assert_eq!(before.role(role(1)).expect("there").name, role_name(1));
    assert!(after.role_named(role_name(1).as_str()).is_none() && after.permission(permission(1)).is_none());
}

#[test]
fn what_contradicts_is_refused_as_when_it_is_built() {
    let clerk = RoleFacts::new(role(1), role_name(1));
    let policy = Policy::build(Facts { roles: vec![clerk.clone()], ..Facts::default() }).expect("a policy");
    let refused = |changed: RoleFacts| {
        let changed = Facts { roles: vec![changed], ..Facts::default() };
        policy.update(PolicyChanges { changed, ..PolicyChanges::default() }).expect_err("a contradiction")
    };
    let itself = RoleFacts { inherits_from: vec![role(1)], ..clerk.clone() };
    assert_eq!(refused(itself), PolicyError::Cycle(vec![role(1), role(1)]));
    let namesake = RoleFacts::new(role(2), RoleName::parse(&clerk.name.as_str().to_uppercase()).expect("a name"));
    assert!(matches!(refused(namesake), PolicyError::DuplicateRole(_)));
    let ghost = RoleId::new(Uuid::from_u128(99));
    let of_ghost = RoleFacts { inherits_from: vec![ghost], ..clerk };
    assert!(matches!(refused(of_ghost), PolicyError::UnknownRole { inherits_from, .. } if inherits_from == ghost));
}

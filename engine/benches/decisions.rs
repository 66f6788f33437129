//! Time of decisions and explanations with 1,000 roles and 10,000 permissions, five levels deep.
//!
//! `cargo bench -p engine`

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]

use chrono::{DateTime, Utc};
use divan::{Bencher, black_box};
use engine::{
    Activation, Assignment, AssignmentId, Constraint, ConstraintId, ConstraintKind, DirectGrant, Facts,
    PermissionFacts, PermissionId, PermissionName, PermissionPattern, Policy, RoleFacts, RoleId, RoleName, Subject,
    UserId, Validity,
};
use uuid::Uuid;

const ROLES: usize = 1_000;
const PERMISSIONS: usize = 10_000;
const DEPTH: usize = 5;
/// Number of permissions granted to each role.
const GRANTS: usize = 10;
const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn main() {
    divan::main();
}

fn role_id(number: usize) -> RoleId {
    RoleId::new(scattered(number))
}

fn permission_id(number: usize) -> PermissionId {
    PermissionId::new(scattered(number))
}

/// An id as random as real ones.
fn scattered(number: usize) -> Uuid {
    Uuid::from_u128((number as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}

fn role(number: usize) -> RoleFacts {
    RoleFacts::new(role_id(number), RoleName::parse(&format!("department {number}")).expect("a name"))
}

fn permission(number: usize) -> PermissionFacts {
    let name = PermissionName::parse(&format!("resource-{}:action-{}", number / 10, number % 10)).expect("a name");
    PermissionFacts::new(permission_id(number), name)
}

/// Chains of five roles, each role with ten permissions of its own.
fn chains() -> Facts {
    let roles = (0..ROLES).map(|number| RoleFacts {
        grants: (0..GRANTS).map(|grant| permission_id(number * GRANTS + grant)).collect(),
        inherits_from: if (number + 1) % DEPTH == 0 { Vec::new() } else { vec![role_id(number + 1)] },
        ..role(number)
    });
    Facts {
        revision: 1,
        roles: roles.collect(),
        permissions: (0..PERMISSIONS).map(permission).collect(),
        constraints: Vec::new(),
    }
}

/// The chains with fifty static and fifty dynamic constraints of three roles each, over the last roles of distant
/// chains. The subject of [`question`] has two roles of one constraint of each kind.
fn constrained_chains() -> Facts {
    let bottom = |chain: usize| role_id(chain * DEPTH + DEPTH - 1);
    let constraint = |number: usize| Constraint {
        id: ConstraintId::new(scattered(number)),
        name: format!("constraint {number}"),
        kind: if number.is_multiple_of(2) { ConstraintKind::Static } else { ConstraintKind::Dynamic },
        roles: [number / 2, number / 2 + 50, number / 2 + 100].map(bottom).to_vec(),
        permissions: Vec::new(),
        limit: 3,
    };
    Facts { constraints: (0..100).map(constraint).collect(), ..chains() }
}

/// Diamonds on top of each other: 2^levels paths from the first role to the last.
fn ladder(levels: usize) -> Facts {
    let juniors = |number: usize| match (number / 3, number % 3) {
        (level, _) if level == levels => Vec::new(),
        (_, 0) => vec![role_id(number + 1), role_id(number + 2)],
        (level, _) => vec![role_id((level + 1) * 3)],
    };
    let mut roles: Vec<RoleFacts> =
        (0..=levels * 3).map(|number| RoleFacts { inherits_from: juniors(number), ..role(number) }).collect();
    roles[levels * 3].grants.push(permission_id(0));
    Facts { revision: 1, roles, permissions: vec![permission(0)], constraints: Vec::new() }
}

fn holder_of(roles: &[usize]) -> Subject {
    let assignment = |&number: &usize| Assignment {
        id: AssignmentId::new(Uuid::nil()),
        role: role_id(number),
        assigned_at: NOW,
        validity: Validity::default(),
    };
    Subject { assignments: roles.iter().map(assignment).collect(), ..Subject::new(UserId::new(Uuid::nil())) }
}

fn built(facts: Facts) -> Policy {
    Policy::build(facts).expect("a policy")
}

struct Question {
    policy: Policy,
    subject: Subject,
    name: String,
}

/// Two roles at the top of their chains, and a permission at the bottom of the second.
fn question() -> Question {
    let name = permission((500 + DEPTH - 1) * GRANTS).name.to_string();
    Question { policy: built(chains()), subject: holder_of(&[0, 500]), name }
}

#[divan::bench]
fn check_allowed(bencher: Bencher<'_, '_>) {
    let Question { policy, subject, name } = question();
    assert!(policy.check(&subject, &name, NOW).allowed);
    bencher.bench_local(|| policy.check(black_box(&subject), black_box(&name), NOW));
}

#[divan::bench]
fn check_denied(bencher: Bencher<'_, '_>) {
    let Question { policy, subject, .. } = question();
    let name = permission(PERMISSIONS - 1).name.to_string();
    assert!(!policy.check(&subject, &name, NOW).allowed);
    bencher.bench_local(|| policy.check(black_box(&subject), black_box(&name), NOW));
}

/// In a default session, two of whose roles are in one dynamic constraint.
#[divan::bench]
fn check_constrained(bencher: Bencher<'_, '_>) {
    let Question { mut subject, name, .. } = question();
    let policy = built(constrained_chains());
    subject.activation = Activation::Default;
    assert!(policy.check(&subject, &name, NOW).allowed);
    bencher.bench_local(|| policy.check(black_box(&subject), black_box(&name), NOW));
}

/// The same with constraints on permissions that these roles bring, and with a direct grant.
#[divan::bench]
fn check_constrained_by_permissions(bencher: Bencher<'_, '_>) {
    let Question { mut subject, name, .. } = question();
    let mut facts = constrained_chains();
    let brought = |constraint: &Constraint| {
        let of_role = |role: &RoleFacts| constraint.roles.contains(&role.id).then(|| role.grants[0]);
        facts.roles.iter().filter_map(of_role).collect::<Vec<_>>()
    };
    let permissions: Vec<Vec<PermissionId>> = facts.constraints.iter().map(brought).collect();
    for (constraint, permissions) in facts.constraints.iter_mut().zip(permissions) {
        (constraint.roles, constraint.permissions) = (Vec::new(), permissions);
    }
    let policy = built(facts);
    subject.activation = Activation::Default;
    subject.grants.push(DirectGrant { permission: permission_id(5), validity: Validity::default() });
    assert!(policy.check(&subject, &name, NOW).allowed);
    bencher.bench_local(|| policy.check(black_box(&subject), black_box(&name), NOW));
}

/// By a pattern that the second role inherits, in a policy in which every tenth role has two patterns.
#[divan::bench]
fn check_by_pattern(bencher: Bencher<'_, '_>) {
    let Question { subject, name, .. } = question();
    let mut facts = chains();
    for (number, role) in facts.roles.iter_mut().enumerate().filter(|(number, _)| number % 10 == 4) {
        let texts = [format!("resource-{number}:*"), format!("*:action-{}", number % 10)];
        role.grants.clear();
        role.patterns = texts.iter().map(|text| PermissionPattern::parse(text).expect("a pattern")).collect();
    }
    let policy = built(facts);
    assert!(policy.check(&subject, &name, NOW).allowed);
    bencher.bench_local(|| policy.check(black_box(&subject), black_box(&name), NOW));
}

/// In a default session, two of whose roles conflict: the older one is active.
#[divan::bench]
fn check_in_conflict(bencher: Bencher<'_, '_>) {
    let Question { mut subject, .. } = question();
    let mut facts = constrained_chains();
    facts.constraints.iter_mut().for_each(|constraint| constraint.limit = 2);
    let policy = built(facts);
    subject.activation = Activation::Default;
    let name = permission(0).name.to_string();
    assert_eq!(policy.active_roles(&subject, NOW).len(), 1);
    assert!(policy.check(&subject, &name, NOW).allowed);
    bencher.bench_local(|| policy.check(black_box(&subject), black_box(&name), NOW));
}

/// In a default session, none of whose roles is in a constraint.
#[divan::bench]
fn check_unconstrained(bencher: Bencher<'_, '_>) {
    let policy = built(constrained_chains());
    let mut subject = holder_of(&[900, 950]);
    subject.activation = Activation::Default;
    let name = permission((950 + DEPTH - 1) * GRANTS).name.to_string();
    assert!(policy.check(&subject, &name, NOW).allowed);
    bencher.bench_local(|| policy.check(black_box(&subject), black_box(&name), NOW));
}

/// Without a session, with constraints.
#[divan::bench]
fn check_all_with_constraints(bencher: Bencher<'_, '_>) {
    let Question { subject, name, .. } = question();
    let policy = built(constrained_chains());
    bencher.bench_local(|| policy.check(black_box(&subject), black_box(&name), NOW));
}

/// All permissions in turn, so that none stays in the nearest cache.
#[divan::bench]
fn check_scattered(bencher: Bencher<'_, '_>) {
    let Question { policy, subject, .. } = question();
    let names: Vec<String> =
        (0..PERMISSIONS).map(|number| permission(number * 7_919 % PERMISSIONS).name.to_string()).collect();
    let mut turn = 0;
    bencher.bench_local(|| {
        turn = (turn + 1) % PERMISSIONS;
        policy.check(black_box(&subject), &names[turn], NOW)
    });
}

#[divan::bench]
fn explain(bencher: Bencher<'_, '_>) {
    let Question { policy, subject, name } = question();
    assert_eq!(policy.explain(&subject, &name, NOW, 20).paths.paths.len(), 1);
    bencher.bench_local(|| policy.explain(black_box(&subject), black_box(&name), NOW, 20));
}

#[divan::bench]
fn explain_twenty_of_2_to_the_30_paths(bencher: Bencher<'_, '_>) {
    let (policy, subject) = (built(ladder(30)), holder_of(&[0]));
    let name = permission(0).name.to_string();
    assert!(policy.explain(&subject, &name, NOW, 20).paths.has_more);
    bencher.bench_local(|| policy.explain(black_box(&subject), black_box(&name), NOW, 20));
}

#[divan::bench]
fn permissions_of(bencher: Bencher<'_, '_>) {
    let Question { policy, subject, .. } = question();
    bencher.bench_local(|| policy.permissions_of(black_box(&subject), NOW));
}

#[divan::bench(sample_count = 20)]
fn build(bencher: Bencher<'_, '_>) {
    let facts = chains();
    bencher.with_inputs(|| facts.clone()).bench_local_values(built);
}

#[divan::bench(sample_count = 20)]
fn build_with_constraints(bencher: Bencher<'_, '_>) {
    let facts = constrained_chains();
    bencher.with_inputs(|| facts.clone()).bench_local_values(built);
}

/// All roles that an administrator with two roles may assign.
#[divan::bench]
fn assignable_roles(bencher: Bencher<'_, '_>) {
    let Question { policy, subject, .. } = question();
    bencher.bench_local(|| policy.authority(black_box(&subject), NOW).assignable_roles());
}

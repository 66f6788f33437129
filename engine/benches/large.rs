//! Building, changing and asking a large policy: 10,000 roles in five levels with 20,000 inheritances, 50,000 permissions and
//! 1,000,000 grants. The columns of the allocator show the memory that a policy takes.
//!
//! `cargo bench -p engine --bench large`

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark fails by panicking")]

use chrono::{DateTime, Utc};
use divan::{AllocProfiler, Bencher, black_box};
use engine::{
    Assignment, AssignmentId, Facts, PermissionFacts, PermissionId, PermissionName, PermissionPattern, Policy,
    PolicyChanges, RoleFacts, RoleId, RoleName, Subject, UserId, Validity,
};
use std::sync::LazyLock;
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

const ROLES: usize = 10_000;
const PERMISSIONS: usize = 50_000;
/// Number of permissions granted to each role.
const GRANTS: usize = 100;
const LEVELS: usize = 5;
const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

static POLICY: LazyLock<Policy> = LazyLock::new(|| built(facts()));

fn main() {
    LazyLock::force(&POLICY);
    divan::main();
}

/// An id as random as real ones.
fn scattered(number: usize) -> Uuid {
    Uuid::from_u128((number as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835))
}

fn role_id(number: usize) -> RoleId {
    RoleId::new(scattered(number))
}

fn permission_id(number: usize) -> PermissionId {
    PermissionId::new(scattered(number))
}

/// A number below `bound` that depends on two others.
fn any_below(bound: usize, seed: usize, turn: usize) -> usize {
    let mixed =
        (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (turn as u64 + 1).wrapping_mul(0xd1b5_4a32_d192_ed03);
    usize::try_from(mixed.rotate_left(31).wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33).expect("is small") % bound
}

fn permission(number: usize) -> PermissionFacts {
    let name = PermissionName::parse(&format!("resource-{}:action-{}", number / 10, number % 10)).expect("a name");
    PermissionFacts::new(permission_id(number), name)
}

/// Roles of one level inherit from two or three of the next one; the first role is inherited by all above it.
fn role(number: usize) -> RoleFacts {
    let per_level = ROLES / LEVELS;
    let level = number / per_level;
    let junior = |turn| role_id((level + 1) * per_level + any_below(per_level, number, turn));
    let mut role = RoleFacts::new(role_id(number), RoleName::parse(&format!("department {number}")).expect("a name"));
    role.grants = (0..GRANTS).map(|turn| permission_id(any_below(PERMISSIONS, number, turn))).collect();
    if level + 1 < LEVELS {
        role.inherits_from = (0..2).map(junior).collect();
        role.inherits_from.push(role_id((level + 1) * per_level));
    }
    role
}

fn facts() -> Facts {
    Facts {
        revision: 1,
        roles: (0..ROLES).map(role).collect(),
        permissions: (0..PERMISSIONS).map(permission).collect(),
        constraints: Vec::new(),
    }
}

fn built(facts: Facts) -> Policy {
    Policy::build(facts).expect("a policy")
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

#[divan::bench(sample_count = 10)]
fn build(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(facts).bench_local_values(built);
}

/// A subject with two roles of the first level asks for all permissions in turn.
#[divan::bench]
fn check_scattered(bencher: Bencher<'_, '_>) {
    let subject = holder_of(&[17, 1_042]);
    let names: Vec<String> =
        (0..PERMISSIONS).map(|number| permission(number * 7_919 % PERMISSIONS).name.to_string()).collect();
    let mut turn = 0;
    bencher.bench_local(|| {
        turn = (turn + 1) % PERMISSIONS;
        POLICY.check(black_box(&subject), &names[turn], NOW)
    });
}

#[divan::bench]
fn check_again(bencher: Bencher<'_, '_>) {
    let subject = holder_of(&[17, 1_042]);
    let name = permission(7).name.to_string();
    bencher.bench_local(|| POLICY.check(black_box(&subject), black_box(&name), NOW));
}

#[divan::bench]
fn permissions_of(bencher: Bencher<'_, '_>) {
    let subject = holder_of(&[17, 1_042]);
    bencher.bench_local(|| POLICY.permissions_of(black_box(&subject), NOW));
}

/// A policy in which some objects differ.
fn changed(roles: Vec<RoleFacts>, permissions: Vec<PermissionFacts>) -> Policy {
    let changed = Facts { revision: 2, roles, permissions, constraints: Vec::new() };
    POLICY.update(PolicyChanges { changed, ..PolicyChanges::default() }).expect("a policy")
}

/// One more permission for the role that most others inherit from.
#[divan::bench(sample_count = 50)]
fn grant(bencher: Bencher<'_, '_>) {
    let mut role = role(ROLES / LEVELS * (LEVELS - 1));
    role.grants.push(permission_id(1));
    bencher.bench_local(|| changed(vec![role.clone()], Vec::new()));
}

#[divan::bench(sample_count = 50)]
fn create_role(bencher: Bencher<'_, '_>) {
    let new = RoleFacts { grants: Vec::new(), ..role(ROLES) };
    bencher.bench_local(|| changed(vec![new.clone()], Vec::new()));
}

#[divan::bench(sample_count = 50)]
fn create_permission(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| changed(Vec::new(), vec![permission(PERMISSIONS)]));
}

/// The same while a thousand roles have a pattern each, two of which match.
#[divan::bench(sample_count = 50)]
fn create_permission_beside_patterns(bencher: Bencher<'_, '_>) {
    let mut roles: Vec<RoleFacts> = (0..1_000).map(role).collect();
    for (number, role) in roles.iter_mut().enumerate() {
        let text = if number == 0 { "*:*".to_owned() } else { format!("resource-{}:*", number * 5) };
        role.patterns.push(PermissionPattern::parse(&text).expect("a pattern"));
    }
    let policy = changed(roles, Vec::new());
    bencher.bench_local(|| {
        let changed = Facts { revision: 3, permissions: vec![permission(PERMISSIONS)], ..Facts::default() };
        policy.update(PolicyChanges { changed, ..PolicyChanges::default() }).expect("a policy")
    });
}

/// A pattern that matches every permission, for one role.
#[divan::bench(sample_count = 50)]
fn grant_a_pattern(bencher: Bencher<'_, '_>) {
    let mut role = role(ROLES / LEVELS * (LEVELS - 1));
    role.patterns.push(PermissionPattern::parse("*:*").expect("a pattern"));
    bencher.bench_local(|| changed(vec![role.clone()], Vec::new()));
}

/// Roles of three levels inherit more.
#[divan::bench(sample_count = 50)]
fn add_inheritance(bencher: Bencher<'_, '_>) {
    let mut senior = role(ROLES / LEVELS * 3);
    senior.inherits_from.push(role_id(ROLES - 1));
    bencher.bench_local(|| changed(vec![senior.clone()], Vec::new()));
}

/// As many as an import may bring.
#[divan::bench(sample_count = 10)]
fn create_a_thousand_roles(bencher: Bencher<'_, '_>) {
    let new = |number| RoleFacts { inherits_from: vec![role_id(number % ROLES)], ..role(number % ROLES) };
    let new: Vec<RoleFacts> = (ROLES..ROLES + 1_000)
        .map(|number| RoleFacts { id: role_id(number), name: role(number).name, ..new(number) })
        .collect();
    bencher.bench_local(|| changed(new.clone(), Vec::new()));
}

#[divan::bench(sample_count = 20)]
fn assignable_roles(bencher: Bencher<'_, '_>) {
    let subject = holder_of(&[17, 1_042]);
    bencher.bench_local(|| POLICY.authority(black_box(&subject), NOW).assignable_roles());
}

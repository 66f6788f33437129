//! Small policies for the tests of this crate, written as text.

use crate::{
    Activation, Assignment, AssignmentId, Constraint, ConstraintId, ConstraintKind, DirectGrant, Facts,
    PermissionFacts, PermissionId, PermissionName, PermissionPattern, Policy, RoleFacts, RoleId, RoleName, SUPERADMIN,
    Subject, UserId, Validity,
};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// The policy of [`facts`] with constraints.
pub(crate) fn policy_apart(text: &str, constraints: &[Constraint]) -> Policy {
    Policy::build(Facts { constraints: constraints.to_vec(), ..facts(text) }).expect("the sample makes a policy")
}

/// No user may have `limit` of these roles.
pub(crate) fn ssd(name: &str, limit: usize, names: &str) -> Constraint {
    let roles = names.split_whitespace().map(role).collect();
    let permissions = Vec::new();
    Constraint { id: constraint(name), name: name.to_owned(), kind: ConstraintKind::Static, roles, permissions, limit }
}

/// No session may have `limit` of these roles.
pub(crate) fn dsd(name: &str, limit: usize, names: &str) -> Constraint {
    Constraint { kind: ConstraintKind::Dynamic, ..ssd(name, limit, names) }
}

/// The same over permissions.
pub(crate) fn over_permissions(constraint: Constraint, names: &str) -> Constraint {
    let permissions = names.split_whitespace().map(permission).collect();
    Constraint { roles: Vec::new(), permissions, ..constraint }
}

/// The id of the constraint with this name in every sample.
pub(crate) fn constraint(name: &str) -> ConstraintId {
    ConstraintId::new(id(name))
}

/// The policy of [`facts`].
pub(crate) fn policy(text: &str) -> Policy {
    Policy::build(facts(text)).expect("the sample makes a policy")
}

/// Facts from lines `role > junior junior = permission permission`, where `> …` and `= …` may be
/// absent, and the role too, to register permissions only. What has a `*` is a pattern. Names are registered at their
/// first use.
pub(crate) fn facts(text: &str) -> Facts {
    let mut facts = Facts::default();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (roles, permissions) = line.split_once('=').unwrap_or((line, ""));
        let (senior, juniors) = roles.split_once('>').unwrap_or((roles, ""));
        let (open, named): (Vec<&str>, Vec<&str>) = permissions.split_whitespace().partition(|name| name.contains('*'));
        let grants: Vec<PermissionId> = named.into_iter().map(|name| register_permission(&mut facts, name)).collect();
        let juniors: Vec<RoleId> = juniors.split_whitespace().map(|name| register_role(&mut facts, name)).collect();
        for senior in senior.split_whitespace() {
            let id = register_role(&mut facts, senior);
            let senior = facts.roles.iter_mut().find(|known| known.id == id).expect("just registered");
            senior.grants.extend(&grants);
            senior.patterns.extend(open.iter().map(|text| pattern(text)));
            senior.inherits_from.extend(&juniors);
        }
    }
    facts
}

fn register_role(facts: &mut Facts, name: &str) -> RoleId {
    let id = role(name);
    if facts.roles.iter().all(|known| known.id != id) {
        facts.roles.push(RoleFacts {
            is_system: name == SUPERADMIN,
            revision: 1,
            ..RoleFacts::new(id, RoleName::parse(name).expect("a role's name"))
        });
    }
    id
}

fn register_permission(facts: &mut Facts, name: &str) -> PermissionId {
    let id = permission(name);
    if facts.permissions.iter().all(|known| known.id != id) {
        let name = PermissionName::parse(name).expect("a permission's name");
        facts.permissions.push(PermissionFacts::new(id, name));
    }
    id
}

/// The id of the role with this name in every sample.
pub(crate) fn role(name: &str) -> RoleId {
    RoleId::new(id(name))
}

/// The ids of roles.
pub(crate) fn roles(names: &[&str]) -> Vec<RoleId> {
    names.iter().map(|name| role(name)).collect()
}

/// The id of the permission with this name in every sample.
pub(crate) fn permission(name: &str) -> PermissionId {
    PermissionId::new(id(name))
}

/// A pattern of permissions.
pub(crate) fn pattern(text: &str) -> PermissionPattern {
    PermissionPattern::parse(text).expect("a pattern")
}

/// FNV-1a.
fn id(name: &str) -> Uuid {
    let step = |hash: u128, byte: u8| (hash ^ u128::from(byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
    Uuid::from_u128(name.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d, step))
}

/// The current time of the tests.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("a date")
}

/// Some minutes after [`now`], or before.
pub(crate) fn minutes(after_now: i64) -> DateTime<Utc> {
    now() + TimeDelta::minutes(after_now)
}

pub(crate) const PERMANENT: Validity = Validity { from: None, until: None };

/// Begins in an hour.
pub(crate) fn not_yet() -> Validity {
    Validity { from: Some(minutes(60)), until: None }
}

/// Ended an hour ago.
pub(crate) fn ended() -> Validity {
    Validity { from: None, until: Some(minutes(-60)) }
}

/// An active user without assignments and grants.
pub(crate) fn new_user() -> Subject {
    Subject { revision: 1, ..Subject::new(UserId::new(id("ana"))) }
}

/// A user with permanent roles.
pub(crate) fn holder_of(roles: &[&str]) -> Subject {
    roles.iter().fold(new_user(), |subject, role| with_role(subject, role, PERMANENT))
}

/// The user with one more role, assigned after those before.
pub(crate) fn with_role(mut subject: Subject, name: &str, validity: Validity) -> Subject {
    let assigned_at = minutes(subject.assignments.len() as i64 - 1_000);
    subject.assignments.push(Assignment { id: AssignmentId::new(id(name)), role: role(name), assigned_at, validity });
    subject
}

/// The user with one more direct grant.
pub(crate) fn with_grant(mut subject: Subject, name: &str, validity: Validity) -> Subject {
    subject.grants.push(DirectGrant { permission: permission(name), validity });
    subject
}

/// The user in a session that chose its roles.
pub(crate) fn choosing(mut subject: Subject, names: &[&str]) -> Subject {
    subject.activation = Activation::Chosen(roles(names));
    subject
}

/// The user in a session that chose no roles.
pub(crate) fn by_default(mut subject: Subject) -> Subject {
    subject.activation = Activation::Default;
    subject
}

/// The facts with these roles requiring activation.
pub(crate) fn flagged(mut facts: Facts, names: &[&str]) -> Facts {
    for role in facts.roles.iter_mut().filter(|role| names.contains(&role.name.as_str())) {
        role.requires_activation = true;
    }
    facts
}

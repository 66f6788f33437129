use super::permit;
use crate::sample::*;
use crate::{Change, Conflict, LastingHolders, PermissionName, Policy, Subject, Violation, keeps_apart, keeps_holders};

const HOUSE: &str = "
    superadmin
    head > clerk
    clerk > intern = invoice:read
    intern
    = role:read
";

/// The house with `user` and `role:read` built in.
fn house() -> Policy {
    let mut facts = facts(HOUSE);
    facts.roles.extend(crate::sample::facts("user").roles);
    for role in facts.roles.iter_mut().filter(|role| role.name.as_str() == "user") {
        role.is_system = true;
    }
    for permission in facts.permissions.iter_mut().filter(|known| known.name.as_str() == "role:read") {
        permission.is_system = true;
    }
    Policy::build(facts).expect("a policy")
}

fn verdict(change: Change<'_>) -> Result<(), Violation> {
    permit(&house(), change).map(|_permit| ())
}

fn cycle(names: &[&str]) -> Result<(), Violation> {
    Err(Violation::Cycle(roles(names)))
}

#[test]
fn a_role_cannot_come_to_inherit_from_itself() {
    let add =
        |senior, juniors: &[&str]| verdict(Change::AddInheritance { senior: role(senior), juniors: &roles(juniors) });
    assert_eq!(add("clerk", &["clerk"]), cycle(&["clerk", "clerk"]));
    assert_eq!(add("clerk", &["head"]), cycle(&["clerk", "head", "clerk"]));
    assert_eq!(add("intern", &["user", "head"]), cycle(&["intern", "head", "clerk", "intern"]));
    assert_eq!(add("head", &["intern", "user", "superadmin"]), Ok(()));
}

#[test]
fn a_new_role_cannot_close_a_cycle() {
    let create = |juniors: &[&str], seniors: &[&str]| {
        verdict(Change::CreateRole { juniors: &roles(juniors), seniors: &roles(seniors), grants: &[] })
    };
    assert_eq!(create(&[], &[]), Ok(()));
    assert_eq!(create(&["intern"], &["head"]), Ok(()));
    assert_eq!(create(&["clerk"], &["clerk"]), cycle(&["clerk", "clerk"]));
    assert_eq!(create(&["head"], &["user", "intern"]), cycle(&["intern", "head", "clerk", "intern"]));
}

#[test]
fn built_in_roles_keep_their_name_and_stay() {
    for name in ["user", "superadmin"] {
        assert_eq!(verdict(Change::RenameRole(role(name))), Err(Violation::Immutable));
        assert_eq!(verdict(Change::DeleteRole(role(name))), Err(Violation::Immutable));
        assert_eq!(verdict(Change::DescribeRole(role(name))), Ok(()));
    }
    assert_eq!(verdict(Change::RenameRole(role("clerk"))), Ok(()));
    assert_eq!(verdict(Change::DeleteRole(role("clerk"))), Ok(()));
}

#[test]
fn superadmins_grants_and_inheritance_stay() {
    let boss = role("superadmin");
    let junior = roles(&["user"]);
    assert_eq!(verdict(Change::ChangeGrants { role: boss, added: &[] }), Err(Violation::Immutable));
    assert_eq!(verdict(Change::AddInheritance { senior: boss, juniors: &junior }), Err(Violation::Immutable));
    assert_eq!(verdict(Change::RemoveInheritance { senior: boss }), Err(Violation::Immutable));
    assert_eq!(verdict(Change::CreateRole { juniors: &[], seniors: &[boss], grants: &[] }), Err(Violation::Immutable));
    assert_eq!(verdict(Change::CreateRole { juniors: &[boss], seniors: &[], grants: &[] }), Ok(()));
}

#[test]
fn other_built_in_roles_may_gain_and_lose_grants_and_inheritance() {
    let user = role("user");
    assert_eq!(verdict(Change::ChangeGrants { role: user, added: &[] }), Ok(()));
    assert_eq!(verdict(Change::AddInheritance { senior: user, juniors: &roles(&["intern"]) }), Ok(()));
    assert_eq!(verdict(Change::RemoveInheritance { senior: user }), Ok(()));
}

#[test]
fn built_in_permissions_stay() {
    assert_eq!(verdict(Change::DeletePermission(permission("role:read"))), Err(Violation::Immutable));
    assert_eq!(verdict(Change::DeletePermission(permission("invoice:read"))), Ok(()));
}

#[test]
fn things_the_policy_does_not_know_break_no_rule_of_shape() {
    let ghost = role("ghost");
    assert_eq!(verdict(Change::DeleteRole(ghost)), Ok(()));
    assert_eq!(verdict(Change::AddInheritance { senior: ghost, juniors: &[role("clerk")] }), Ok(()));
    assert_eq!(verdict(Change::DeletePermission(permission("ghost"))), Ok(()));
    assert_eq!(verdict(Change::Other), Ok(()));
}

fn holders(role_names: &[&str], permission_names: &[&str]) -> LastingHolders {
    LastingHolders {
        roles: role_names.iter().map(|name| role(name)).collect(),
        permissions: permission_names.iter().map(|name| permission(name)).collect(),
    }
}

/// Two system permissions and one of an application's.
fn office(text: &str) -> Policy {
    let mut facts = facts(text);
    for permission in &mut facts.permissions {
        permission.is_system = permission.name.as_str() != "invoice:read";
    }
    Policy::build(facts).expect("a policy")
}

fn lock_out(names: &[&str]) -> Result<(), Violation> {
    Err(Violation::LockOut(names.iter().map(|name| PermissionName::parse(name).expect("a name")).collect()))
}

const OFFICE: &str = "superadmin \n desk > aide = user:read \n aide = role:read \n = invoice:read";

#[test]
fn the_last_holder_of_a_system_permission_cannot_go() {
    let policy = office(OFFICE);
    let from_to = |before: &LastingHolders, after: &LastingHolders| keeps_holders((&policy, before), (&policy, after));
    let boss = holders(&["superadmin"], &[]);
    let nobody = holders(&[], &[]);
    assert_eq!(from_to(&boss, &nobody), lock_out(&["role:read", "user:read"]));
    assert_eq!(from_to(&boss, &holders(&["desk"], &[])), Ok(()));
    assert_eq!(from_to(&boss, &holders(&["aide"], &[])), lock_out(&["user:read"]));
    assert_eq!(from_to(&boss, &holders(&["aide"], &["user:read"])), Ok(()));
    assert_eq!(from_to(&boss, &holders(&["ghost"], &["ghost"])), lock_out(&["role:read", "user:read"]));
}

#[test]
fn what_nobody_held_before_need_not_be_held_after() {
    let policy = office(OFFICE);
    let nobody = holders(&[], &[]);
    assert_eq!(keeps_holders((&policy, &nobody), (&policy, &nobody)), Ok(()));
    let aide = holders(&["aide"], &[]);
    assert_eq!(keeps_holders((&policy, &aide), (&policy, &nobody)), lock_out(&["role:read"]));
}

#[test]
fn a_change_of_the_policy_can_lock_out_too() {
    let desk = holders(&["desk"], &[]);
    let before = office(OFFICE);
    let after = |text: &str| keeps_holders((&before, &desk), (&office(text), &desk));
    assert_eq!(after("desk = user:read \n aide = role:read"), lock_out(&["role:read"]));
    assert_eq!(after("desk > aide = role:read \n aide = user:read"), Ok(()));
    assert_eq!(after("desk > aide"), lock_out(&["role:read", "user:read"]));
}

#[test]
fn users_and_sessions_keep_apart_what_is_to_be_kept_apart() {
    let policy = policy_apart(HOUSE, &[ssd("user", 2, "intern superadmin"), dsd("session", 2, "clerk superadmin")]);
    let judged = |subjects: &[Subject]| keeps_apart(&policy, subjects, now());
    let fine = [holder_of(&["head"]), holder_of(&["superadmin"]), by_default(holder_of(&["clerk"]))];
    assert_eq!(judged(&fine), Ok(()));
    let both = holder_of(&["head", "superadmin"]);
    let broken = |name, names: &[&str]| {
        let conflict = Conflict { constraint: constraint(name), roles: roles(names) };
        Err(Violation::SeparationOfDuty { conflict, user: Some(both.user) })
    };
    assert_eq!(judged(&[fine[0].clone(), both.clone()]), broken("user", &["intern", "superadmin"]));

    let policy = policy_apart(HOUSE, &[dsd("session", 2, "clerk superadmin")]);
    let judged = |subject: Subject| keeps_apart(&policy, [&subject], now());
    assert_eq!(judged(both.clone()), Ok(()));
    assert_eq!(judged(by_default(both.clone())), Ok(()));
    assert_eq!(judged(choosing(both.clone(), &["intern", "superadmin"])), Ok(()));
    assert_eq!(judged(choosing(both.clone(), &["head", "superadmin"])), broken("session", &["clerk", "superadmin"]));
}

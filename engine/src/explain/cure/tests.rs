use crate::sample::*;
use crate::{AccountStatus, Activation, Cure, CureKind, Policy, Subject, UserId};
use uuid::Uuid;

const SHOP: &str = "
    boss > clerk = money:move
    clerk = invoice:pay desk:use
    payer = invoice:pay
    auditor = books:read
    vault = invoice:pay gold:move
    superadmin
";

fn shop() -> Policy {
    let facts = flagged(facts(SHOP), &["vault"]);
    let constraints = vec![ssd("users", 2, "auditor payer"), dsd("sessions", 2, "auditor clerk")];
    Policy::build(crate::Facts { constraints, ..facts }).expect("the sample makes a policy")
}

/// Cures as text: role and number of permissions, `!constraint` when blocked.
fn texts(policy: &Policy, subject: &Subject, permission: &str, kind: CureKind) -> Vec<String> {
    let Some(cures) = policy.cures(subject, permission, now()) else { return Vec::new() };
    let found = match kind {
        CureKind::AssignRole => cures.assignments(),
        CureKind::GrantDirectly => vec![cures.direct_grant()],
        CureKind::GrantToRole => cures.active_roles().into_iter().map(|role| cures.grant_to(role)).collect(),
        CureKind::ActivateRole => cures.activations(),
    };
    let text = |cure: &Cure| {
        let role = cure.role.map_or("", |role| policy.role(role).expect("a role of the policy").name.as_str());
        let blocked = cures.blocked_by(cure, std::slice::from_ref(&subject.activation));
        let blocked = blocked.map(|id| policy.constraint(id).expect("a constraint").name.as_str());
        format!("{role} {}{}", cure.permissions_added, blocked.map(|name| format!(" !{name}")).unwrap_or_default())
    };
    assert!(found.iter().all(|cure| cure.kind == kind));
    found.iter().map(text).collect()
}

fn assignments(subject: &Subject, permission: &str) -> Vec<String> {
    texts(&shop(), subject, permission, CureKind::AssignRole)
}

#[test]
fn roles_to_assign_come_by_what_they_add_and_then_by_name() {
    assert_eq!(assignments(&by_default(new_user()), "invoice:pay"), ["payer 1", "clerk 2", "boss 3", "superadmin 5"]);
    let user = by_default(with_grant(new_user(), "desk:use", PERMANENT));
    assert_eq!(assignments(&user, "invoice:pay"), ["clerk 1", "payer 1", "boss 2", "superadmin 4"]);
}

#[test]
fn a_role_that_a_static_constraint_forbids_is_named_with_it() {
    let auditor = by_default(holder_of(&["auditor"]));
    assert_eq!(assignments(&auditor, "invoice:pay"), ["payer 1 !users", "superadmin 4"]);
}

#[test]
fn a_role_that_would_stay_inactive_is_no_cure_of_a_default_session() {
    let policy = shop();
    let found = assignments(&by_default(new_user()), "gold:move");
    assert_eq!(found, ["superadmin 5"], "the vault requires activation");
    // The auditor was there first, so that the clerk and the boss would be inactive.
    let auditor = by_default(holder_of(&["auditor"]));
    assert_eq!(texts(&policy, &auditor, "desk:use", CureKind::AssignRole), ["superadmin 4"]);
}

#[test]
fn an_assignment_that_has_expired_or_begins_later_is_extended() {
    for validity in [ended(), not_yet()] {
        let user = by_default(with_role(new_user(), "clerk", validity));
        assert_eq!(assignments(&user, "desk:use"), ["clerk 2", "boss 3", "superadmin 5"]);
    }
    // An assignment to come counts for static constraints.
    let user = by_default(with_role(new_user(), "auditor", not_yet()));
    assert_eq!(assignments(&user, "invoice:pay")[0], "payer 1 !users");
}

#[test]
fn a_session_that_chose_its_roles_is_changed_by_activation_only() {
    let (policy, user) = (shop(), holder_of(&["boss", "vault"]));
    let session = choosing(user.clone(), &[]);
    assert!(assignments(&session, "invoice:pay").is_empty());
    let found = texts(&policy, &session, "invoice:pay", CureKind::ActivateRole);
    assert_eq!(found, ["clerk 2", "vault 2", "boss 3"]);
    assert!(texts(&policy, &session, "invoice:pay", CureKind::GrantToRole).is_empty());
    let session = by_default(user);
    assert_eq!(texts(&policy, &session, "gold:move", CureKind::ActivateRole), ["vault 1"]);
}

#[test]
fn a_chosen_role_that_is_assigned_again_becomes_active() {
    let session = choosing(new_user(), &["clerk"]);
    assert_eq!(assignments(&session, "invoice:pay"), ["boss 2", "clerk 2"]);
}

#[test]
fn an_activation_that_a_dynamic_constraint_forbids_is_named_with_it() {
    let session = choosing(holder_of(&["auditor", "boss"]), &["auditor"]);
    let found = texts(&shop(), &session, "invoice:pay", CureKind::ActivateRole);
    assert_eq!(found, ["clerk 2 !sessions", "boss 3 !sessions"]);
}

#[test]
fn an_assignment_is_blocked_by_another_session_that_chose_the_role() {
    let policy = shop();
    let user = by_default(holder_of(&["auditor"]));
    let elsewhere = Activation::Chosen(roles(&["auditor", "clerk"]));
    let cures = policy.cures(&user, "desk:use", now()).expect("denied");
    let assignment = Cure { kind: CureKind::AssignRole, role: Some(role("boss")), permissions_added: 3 };
    assert_eq!(cures.blocked_by(&assignment, &[]), None);
    assert_eq!(cures.blocked_by(&assignment, &[elsewhere]), Some(constraint("sessions")));
}

#[test]
fn the_permission_can_be_granted_directly_and_to_active_roles_and_their_juniors() {
    let (policy, user) = (shop(), by_default(holder_of(&["boss", "vault"])));
    assert_eq!(texts(&policy, &user, "books:read", CureKind::GrantToRole), ["boss 1", "clerk 1"]);
    assert_eq!(texts(&policy, &user, "books:read", CureKind::GrantDirectly), [" 1"]);
}

#[test]
fn what_is_allowed_or_unknown_or_of_an_inactive_account_has_no_cure() {
    let policy = shop();
    assert!(policy.cures(&by_default(holder_of(&["clerk"])), "invoice:pay", now()).is_none());
    assert!(policy.cures(&by_default(new_user()), "no:such", now()).is_none());
    let suspended = Subject { status: AccountStatus::Suspended, ..new_user() };
    assert!(policy.cures(&suspended, "invoice:pay", now()).is_none());
}

#[test]
fn a_cure_is_within_the_authority_that_its_change_requires() {
    let policy = shop();
    let user = by_default(holder_of(&["payer"]));
    let cures = policy.cures(&user, "desk:use", now()).expect("denied");
    let allowed = |actor: &[&str]| {
        let actor = Subject { user: UserId::new(Uuid::from_u128(7)), ..holder_of(actor) };
        let authority = policy.authority(&actor, now());
        let all = cures.assignments().into_iter().chain([cures.direct_grant(), cures.grant_to(role("payer"))]);
        all.map(|cure| cures.is_within(&authority, &cure)).collect::<Vec<_>>()
    };
    // To assign clerk, boss and superadmin, to grant to the user, to grant to the payer.
    assert_eq!(allowed(&["clerk"]), [true, false, false, true, true]);
    assert_eq!(allowed(&["boss"]), [true, true, false, true, true]);
    assert_eq!(allowed(&["superadmin"]), [true; 5]);
    assert_eq!(allowed(&["auditor"]), [false; 5], "the user holds more");
}

use crate::sample::*;
use crate::{AccountStatus, Facts, PermissionSet, Policy, PolicyChanges, Subject};

fn shop() -> Policy {
    policy(
        "Accountant > clerk auditor = invoice:pay
         auditor = invoice:read
         clerk > intern = invoice:read
         intern = desk:use
         superadmin
         = zoo:feed",
    )
}

fn names(policy: &Policy, set: &PermissionSet) -> Vec<String> {
    policy.ids_in(set).filter_map(|id| Some(policy.permission(id)?.name.to_string())).collect()
}

#[test]
fn a_users_permissions_come_from_roles_and_direct_grants() {
    let policy = shop();
    let subject = with_grant(holder_of(&["clerk"]), "zoo:feed", PERMANENT);
    let subject = with_grant(with_role(subject, "Accountant", ended()), "invoice:pay", not_yet());
    let held = policy.permissions_of(&subject, now());
    assert_eq!(names(&policy, &held), ["desk:use", "invoice:read", "zoo:feed"]);
    assert_eq!(policy.ids_in(&held).next(), Some(permission("desk:use")));
    assert_eq!(held.len(), 3);
    assert!(policy.contains(&held, permission("zoo:feed")));
    assert!(!policy.contains(&held, permission("invoice:pay")));
    assert!(!policy.contains(&held, permission("unknown")));
}

#[test]
fn a_session_holds_what_its_roles_hold() {
    let policy = shop();
    let subject = choosing(with_grant(holder_of(&["clerk"]), "zoo:feed", PERMANENT), &["intern", "auditor"]);
    assert_eq!(names(&policy, &policy.permissions_of(&subject, now())), ["desk:use", "zoo:feed"]);
    assert_eq!(policy.active_roles(&subject, now()), roles(&["intern"]));
}

#[test]
fn an_account_that_is_not_active_holds_nothing_and_keeps_its_assignments() {
    let policy = shop();
    let subject = Subject { status: AccountStatus::Suspended, ..holder_of(&["clerk"]) };
    assert!(policy.permissions_of(&subject, now()).is_empty());
    assert!(policy.active_roles(&subject, now()).is_empty());
    assert!(policy.active_role_closure(&subject, now()).is_empty());
    assert_eq!(policy.assigned_roles(&subject, now()), roles(&["clerk"]));
    assert_eq!(policy.authorized_roles(&subject, now()), roles(&["clerk", "intern"]));
}

#[test]
fn roles_of_a_user_come_by_name_and_as_far_as_they_count() {
    let policy = shop();
    let subject = with_role(holder_of(&["intern", "Accountant"]), "superadmin", not_yet());
    assert_eq!(policy.assigned_roles(&subject, now()), roles(&["Accountant", "intern"]));
    let all = roles(&["Accountant", "auditor", "clerk", "intern"]);
    assert_eq!(policy.authorized_roles(&subject, now()), all);
    assert_eq!(policy.active_roles(&subject, now()), roles(&["Accountant", "intern"]));
    assert_eq!(policy.active_role_closure(&subject, now()), all);
    let narrow = choosing(subject, &["clerk", "superadmin"]);
    assert_eq!(policy.active_role_closure(&narrow, now()), roles(&["clerk", "intern"]));
}

#[test]
fn a_roles_permissions_name_every_source_its_own_first() {
    let policy = shop();
    let held = |name: &str| -> Vec<_> {
        policy.role_permissions(role(name)).iter().map(|held| (held.permission, held.source)).collect()
    };
    assert_eq!(
        held("Accountant"),
        [
            (permission("desk:use"), role("intern")),
            (permission("invoice:pay"), role("Accountant")),
            (permission("invoice:read"), role("auditor")),
            (permission("invoice:read"), role("clerk")),
        ]
    );
    assert_eq!(held("superadmin").len(), 4);
    assert!(held("ghost").is_empty());
    assert_eq!(names(&policy, &policy.permissions_of_role(role("clerk"))), ["desk:use", "invoice:read"]);
    assert!(policy.permissions_of_role(role("ghost")).is_empty());

    let both = crate::sample::policy("senior > junior = p:1 \n junior = p:1");
    let sources: Vec<_> = both.role_permissions(role("senior")).iter().map(|held| held.source).collect();
    assert_eq!(sources, roles(&["senior", "junior"]));
}

#[test]
fn juniors_and_seniors_are_listed() {
    let policy = shop();
    assert_eq!(policy.inherits_from_all(role("Accountant")), roles(&["auditor", "clerk", "intern"]));
    assert_eq!(policy.inherited_by(role("intern")), roles(&["clerk"]));
    assert_eq!(policy.inherited_by_all(role("intern")), roles(&["Accountant", "clerk"]));
    assert!(policy.inherited_by_all(role("ghost")).is_empty());
}

#[test]
fn roles_that_hold_a_permission_are_listed() {
    let policy = shop();
    assert_eq!(policy.granted_roles(permission("invoice:read")), roles(&["auditor", "clerk", "superadmin"]));
    assert_eq!(policy.granted_roles(permission("zoo:feed")), roles(&["superadmin"]));
    let all = roles(&["Accountant", "auditor", "clerk", "superadmin"]);
    assert_eq!(policy.authorized_roles_for(permission("invoice:read")), all);
    assert!(policy.granted_roles(permission("unknown")).is_empty());
    assert!(policy.authorized_roles_for(permission("unknown")).is_empty());
}

#[test]
fn rights_change_with_the_user_and_with_every_authorized_role() {
    let mut facts = shop().to_facts();
    for (name, revision) in [("intern", 7), ("Accountant", 9)] {
        let id = role(name);
        facts.roles.iter_mut().find(|role| role.id == id).expect("there").revision = revision;
    }
    let policy = Policy::build(facts).expect("a policy");
    assert_eq!(policy.rights_revision(&holder_of(&["auditor"])), 1);
    assert_eq!(policy.rights_revision(&holder_of(&["clerk"])), 7);
    assert_eq!(policy.rights_revision(&Subject { revision: 8, ..holder_of(&["clerk"]) }), 8);
    assert_eq!(policy.rights_revision(&with_role(new_user(), "Accountant", not_yet())), 9);
}

#[test]
fn sets_are_compared_by_their_members() {
    let policy = shop();
    let [clerk, accountant] = ["clerk", "Accountant"].map(|name| policy.permissions_of_role(role(name)));
    let nothing = policy.permissions_of(&new_user(), now());
    assert!(clerk.is_subset(&accountant) && !accountant.is_subset(&clerk));
    assert!(nothing.is_subset(&clerk) && PermissionSet::default().is_subset(&clerk));
    assert!(!clerk.is_subset(&PermissionSet::default()));
    assert_eq!(nothing, PermissionSet::default());
    assert_ne!(clerk, accountant);
}

#[test]
fn grants_read_the_same_from_both_ends() {
    let policy = shop();
    for role in policy.roles() {
        for permission in policy.permissions() {
            let from_role = policy.granted_permissions(role.id).contains(&permission.id);
            let from_permission = policy.granted_roles(permission.id).contains(&role.id);
            assert_eq!(from_role, from_permission, "{} {}", role.name, permission.name);
        }
    }
}

#[test]
fn roles_in_use_are_the_active_ones_that_hold_the_permission_and_what_they_inherit_it_by() {
    let policy = shop();
    let used = |subject: &Subject, name: &str| policy.roles_in_use(subject, permission(name), now());
    let accountant = holder_of(&["Accountant"]);
    assert_eq!(used(&accountant, "invoice:pay"), roles(&["Accountant"]));
    assert_eq!(used(&accountant, "invoice:read"), roles(&["Accountant", "auditor", "clerk"]));
    assert_eq!(used(&accountant, "desk:use"), roles(&["Accountant", "clerk", "intern"]));
    assert_eq!(used(&accountant, "zoo:feed"), []);
    assert_eq!(used(&with_grant(accountant.clone(), "zoo:feed", PERMANENT), "zoo:feed"), []);
    assert_eq!(used(&holder_of(&["superadmin"]), "zoo:feed"), roles(&["superadmin"]));
    let switched = choosing(holder_of(&["auditor", "clerk"]), &["auditor"]);
    assert_eq!(used(&switched, "invoice:read"), roles(&["auditor"]));
    assert_eq!(used(&with_role(holder_of(&["auditor"]), "clerk", ended()), "invoice:read"), roles(&["auditor"]));
    let suspended = Subject { status: AccountStatus::Suspended, ..accountant };
    assert_eq!(used(&suspended, "invoice:read"), []);
    assert_eq!(used(&holder_of(&["clerk"]), "unknown"), []);
}

#[test]
fn the_revision_of_the_model_is_that_of_its_last_change() {
    let policy = shop();
    let later = policy.at_revision(policy.revision() + 5);
    assert_eq!(later.model_revision(), policy.model_revision());
    let of_users = PolicyChanges { changed: Facts { revision: 20, ..Facts::default() }, ..PolicyChanges::default() };
    assert_eq!(later.update(of_users.clone()).expect("a policy").model_revision(), policy.model_revision());
    let deleted = PolicyChanges { deleted_roles: roles(&["Accountant"]), ..of_users };
    assert_eq!(later.update(deleted).expect("a policy").model_revision(), 20);
}

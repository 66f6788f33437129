//! Patterns granted to roles.

use crate::sample::*;
use crate::{Facts, PathKind, PermissionFacts, PermissionName, Policy, PolicyChanges, Reason, RoleId};

/// `manager` inherits the pattern of `clerk`, and `clerk` is granted one permission that it matches as well.
const SHOP: &str = "
    superadmin
    manager > clerk = *:sign
    clerk = invoice:* invoice:read
    auditor = *:read *:see
    = invoice:pay invoice:read book:read storage.objects.get
";

fn named(policy: &Policy, role_name: &str) -> Vec<String> {
    let held = policy.permissions_of_role(role(role_name));
    policy.permissions_in(&held).map(|known| known.name.to_string()).collect()
}

fn with_permissions(policy: &Policy, names: &[&str], deleted: &[&str]) -> Policy {
    let new = |name: &&str| PermissionFacts::new(permission(name), PermissionName::parse(name).expect("a name"));
    let changed = Facts { permissions: names.iter().map(new).collect(), ..Facts::default() };
    let deleted_permissions = deleted.iter().map(|name| permission(name)).collect();
    policy.update(PolicyChanges { changed, deleted_permissions, ..PolicyChanges::default() }).expect("a policy")
}

#[test]
fn a_role_holds_what_its_patterns_match() {
    let policy = policy(SHOP);
    assert_eq!(named(&policy, "clerk"), ["invoice:pay", "invoice:read"]);
    assert_eq!(named(&policy, "manager"), ["invoice:pay", "invoice:read"]);
    assert_eq!(named(&policy, "auditor"), ["book:read", "invoice:read"]);
    assert_eq!(policy.check(&holder_of(&["manager"]), "invoice:pay", now()).reason, Reason::GrantedByRole);
    assert_eq!(policy.check(&holder_of(&["auditor"]), "invoice:pay", now()).reason, Reason::NotGranted);
    assert_eq!(policy.check(&holder_of(&["clerk"]), "invoice:*", now()).reason, Reason::UnknownPermission);
    let later = with_role(new_user(), "clerk", not_yet());
    assert_eq!(policy.check(&later, "invoice:pay", now()).reason, Reason::GrantNotYetValid);
}

#[test]
fn a_later_permission_is_held_at_once_and_a_deleted_one_no_longer() {
    let before = policy(SHOP);
    let clerk = holder_of(&["clerk"]);
    assert_eq!(before.check(&clerk, "invoice:sign", now()).reason, Reason::UnknownPermission);
    let after = with_permissions(&before, &["invoice:sign", "invoice.sign", "order:sign"], &["invoice:pay"]);
    assert_eq!(named(&after, "clerk"), ["invoice:read", "invoice:sign"]);
    assert_eq!(named(&after, "manager"), ["invoice:read", "invoice:sign", "order:sign"]);
    assert_eq!(named(&before, "clerk"), ["invoice:pay", "invoice:read"]);
    assert_eq!(named(&with_permissions(&after, &[], &["invoice:sign", "order:sign"]), "manager"), ["invoice:read"]);
}

#[test]
fn patterns_are_listed_with_their_roles_and_what_they_match_today() {
    let policy = policy(SHOP);
    assert_eq!(policy.granted_patterns(role("auditor")), [pattern("*:read"), pattern("*:see")]);
    assert_eq!(policy.granted_patterns(role("superadmin")), []);
    assert_eq!(policy.roles_with_pattern(&pattern("invoice:*")), roles(&["clerk"]));
    assert_eq!(policy.roles_with_pattern(&pattern("*:*")), []);
    let matched = |text: &str| policy.ids_in(&policy.permissions_matched_by(&pattern(text))).count();
    assert_eq!((matched("*:read"), matched("*:see"), matched("*:*"), matched("storage.objects.*")), (2, 0, 3, 1));
    let held: Vec<(String, RoleId)> =
        policy.role_patterns(role("manager")).into_iter().map(|held| (held.pattern.to_string(), held.source)).collect();
    assert_eq!(held, [("*:sign".to_owned(), role("manager")), ("invoice:*".to_owned(), role("clerk"))]);
    let facts = policy.role_facts(role("clerk")).expect("there");
    assert_eq!((facts.grants, facts.patterns), (vec![permission("invoice:read")], vec![pattern("invoice:*")]));
}

#[test]
fn a_grant_and_a_pattern_of_one_role_are_two_sources() {
    let policy = policy(SHOP);
    let held = policy.role_permissions(role("manager"));
    let sources = |name: &str| -> Vec<Option<String>> {
        let of_name = held.iter().filter(|held| held.permission == permission(name));
        of_name.map(|held| held.pattern.as_ref().map(ToString::to_string)).collect()
    };
    assert_eq!(sources("invoice:pay"), [Some("invoice:*".to_owned())]);
    assert_eq!(sources("invoice:read"), [None, Some("invoice:*".to_owned())]);

    let subject = holder_of(&["manager"]);
    let found = policy.paths(&subject, permission("invoice:read"), now(), 10);
    let expected = [None, Some(pattern("invoice:*"))];
    assert_eq!(found.paths.iter().map(|path| path.pattern.clone()).collect::<Vec<_>>(), expected);
    assert!(found.paths.iter().all(|path| path.is_active && path.kind == PathKind::Role(roles(&["manager", "clerk"]))));
    assert!(policy.paths(&subject, permission("invoice:read"), now(), 1).has_more);

    // A permission that only a pattern matches is granted to no role itself.
    assert!(!policy.is_granted(role("clerk"), permission("invoice:pay")));
    assert_eq!(policy.granted_permissions(role("clerk")), [permission("invoice:read")]);
    assert_eq!(policy.granted_roles(permission("invoice:pay")), roles(&["superadmin"]));
    assert_eq!(policy.authorized_roles_for(permission("invoice:pay")), roles(&["clerk", "manager", "superadmin"]));
}

#[test]
fn what_superadmin_holds_comes_from_no_pattern() {
    let mut facts = facts(SHOP);
    facts.roles.iter_mut().filter(|role| role.is_system).for_each(|role| role.patterns.push(pattern("*:*")));
    let policy = Policy::build(facts).expect("a policy");
    let held = policy.role_permissions(role("superadmin"));
    assert!(held.len() == 4 && held.iter().all(|held| held.pattern.is_none()));
    let found = policy.paths(&holder_of(&["superadmin"]), permission("book:read"), now(), 10).paths;
    assert_eq!(found.iter().map(|path| path.pattern.clone()).collect::<Vec<_>>(), [None]);
}

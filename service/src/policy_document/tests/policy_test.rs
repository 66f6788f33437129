//! Assertions about a document.

use super::fixture::{lines, now, yaml};
use crate::policy_document::{Assertions, Failure, Snapshot};
use engine::PermissionName;
use std::collections::{BTreeMap, BTreeSet};

const DOCUMENT: &str = r#"version: 1
permissions: { invoice:read: {}, invoice:pay: {}, invoice:approve: {}, both: {} }
roles:
  clerk: { permissions: [invoice:read] }
  Head of IT: { inherits: [clerk], permissions: [user:read] }
  payer: { permissions: [invoice:pay] }
  controller: { permissions: [invoice:approve] }
  both: {}
assignments:
  ana: { roles: { Head of IT: {}, payer: {} }, permissions: { invoice:approve: {} } }
  bob: { roles: { clerk: { expiresAt: 2020-01-01T00:00:00Z }, payer: {}, controller: {} } }
  root: { roles: { superadmin: {} } }
"#;

fn snapshot() -> Snapshot {
    let system = [PermissionName::parse("user:read").unwrap()];
    Snapshot::of_document(&yaml(DOCUMENT).unwrap(), &system, now()).unwrap()
}

fn failures(text: &str) -> Vec<String> {
    let assertions = Assertions::parse(text).unwrap_or_else(|problems| panic!("{:?}", lines(&problems)));
    let line = |Failure { at, message }: Failure| format!("{}:{} {message}", at.line, at.column);
    assertions.check(&snapshot()).into_iter().map(line).collect()
}

#[test]
fn assertions_that_hold_have_no_failures() {
    let text = r#"
# Who reads
ana can invoice:read      # by inheritance
ana can user:read
bob cannot invoice:read   # expired
root can invoice:approve
ana holds clerk
bob does not hold "Head of IT"
role "Head of IT" can invoice:read
role clerk cannot user:read
no one holds both controller and clerk
no one holds both permission invoice:read and role controller
no one can both
"#;
    assert_eq!(failures(text), [""; 0]);
}

#[test]
fn failures_say_who_does_what() {
    let text = "ana cannot invoice:read\nbob can invoice:read\nana does not hold clerk\nbob holds clerk\n\
                role clerk can user:read\nrole superadmin cannot invoice:read\n  no one can invoice:pay\nno one holds payer\n\
                no one holds both payer and controller\nno one holds both invoice:pay and invoice:approve\n";
    assert_eq!(
        failures(text),
        [
            "1:1 ana can invoice:read",
            "2:1 bob cannot invoice:read",
            "3:1 ana holds clerk",
            "4:1 bob does not hold clerk",
            "5:1 role clerk cannot user:read",
            "6:1 role superadmin can invoice:read",
            "7:3 permission invoice:pay held by ana, bob",
            "8:1 role payer held by ana, bob",
            "9:1 role payer and role controller held by bob",
            "10:1 permission invoice:pay and permission invoice:approve held by ana, bob",
        ]
    );
}

#[test]
fn unknown_names_fail_also_where_the_assertion_would_hold() {
    let text = "eve cannot invoice:read\nana cannot invoice:raed\nana does not hold Clerk\nrole x cannot invoice:read\n\
                no one holds both payer and x\nno one can x\nno one holds both both and clerk\nno one holds role x\n";
    assert_eq!(
        failures(text),
        [
            "1:1 unknown user `eve`",
            "2:12 unknown permission `invoice:raed`",
            "3:19 unknown role `Clerk`",
            "4:6 unknown role `x`",
            "5:29 unknown role or permission `x`",
            "6:12 unknown permission `x`",
            "7:19 `both` is a role and a permission: write `role both` or `permission both`",
            "8:19 unknown role `x`",
        ]
    );
}

#[test]
fn every_line_that_is_not_understood_is_reported() {
    let text = "ana can\nana may invoice:read\nno one holds both a\n\"ana can x\nana can \"x\"y\nan\"a can x\nrole\n\
                no one is\nana can invoice:read now\n\"no\" can x\n\"role\" holds \"can\"\n";
    let problems = lines(&Assertions::parse(text).unwrap_err());
    let places: Vec<&str> = problems.iter().map(|problem| problem.split(' ').next().unwrap()).collect();
    assert_eq!(places, ["1:1", "2:1", "3:1", "4:1", "5:9", "6:1", "7:1", "8:1", "9:1"]);
    assert!(problems[0].contains("an assertion is `<user> can <permission>`"));
    assert!(problems[3].contains("a name in quotes ends"));
}

#[test]
fn the_size_of_a_file_is_limited_on_both_sides() {
    let of_size = |bytes: usize| "#".repeat(bytes);
    assert!(Assertions::parse(&of_size(Assertions::MAX_BYTES)).is_ok());
    assert!(Assertions::parse(&of_size(Assertions::MAX_BYTES + 1)).is_err());
}

#[test]
fn a_document_with_problems_has_no_snapshot() {
    let document = yaml("version: 1\nroles: { a: { permissions: [x] } }").unwrap();
    assert_eq!(lines(&Snapshot::of_document(&document, &[], now()).unwrap_err()), ["2:29 unknown permission `x`"]);
}

#[test]
fn users_who_contradict_an_assertion_are_enough_for_its_failure() {
    let text = "no one holds payer\nno one holds both payer and controller\nno one holds x\nno one holds \"both\"\n\
                no one can user:read\nno one can invoice:read\nrole clerk can user:read\n";
    let assertions = Assertions::parse(text).unwrap();
    assert!(assertions.concern_everyone());
    let mut piece = snapshot();
    let found: BTreeSet<String> = assertions.contradicting(&piece).into_iter().collect();
    assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), ["ana", "bob"]);
    let mut holdings = snapshot();
    holdings.replace(BTreeMap::new());
    assert_ne!(assertions.check(&holdings), assertions.check(&piece));
    holdings.extend(piece.take(&found));
    assert_eq!(assertions.check(&holdings), assertions.check(&snapshot()));
    assert!(!Assertions::parse("role clerk can user:read\nana can user:read\n").unwrap().concern_everyone());
}

//! Plans: problems, changes, hash and diff.

use super::fixture::{World, lines, summaries};
use crate::policy_document::{Mode, ObjectType, PlannedAction};
use serde_json::json;

const BEFORE: &str = "version: 1
permissions: { invoice:pay: {}, invoice:read: {} }
roles:
  clerk: { permissions: [invoice:read] }
  manager: { inherits: [clerk] }
  Payer: { permissions: [invoice:pay] }
constraints: {}
";

fn problems(text: &str, mode: Mode) -> Vec<String> {
    let mut world = World::of(BEFORE);
    let plan = world.plan(text, mode);
    assert!(plan.outcome.is_none(), "{:?}", plan.changes);
    lines(&plan.problems)
}

#[test]
fn unknown_names_are_reported_where_they_are() {
    let text = "version: 1
roles:
  clerk: { permissions: [invoice:read, invoice:raed], inherits: [payer, nobody] }
constraints: { c: { kind: static, limit: 2, roles: [clerk, ghost] } }
assignments: { ana: { roles: { ghost: {} }, permissions: { x: {} } } }
";
    assert_eq!(
        problems(text, Mode::Merge),
        [
            "3:40 unknown permission `invoice:raed`",
            "3:66 unknown role `payer`: the role is called `Payer`",
            "3:73 unknown role `nobody`",
            "4:60 unknown role `ghost`",
            "5:16 unknown user `ana`: a document does not create users",
            "5:32 unknown role `ghost`",
            "5:60 unknown permission `x`",
        ]
    );
}

#[test]
fn a_document_that_replaces_the_policy_refers_to_what_it_has() {
    let text = "version: 1
permissions: {}
roles: { manager: { permissions: [invoice:pay], inherits: [clerk, superadmin, gatekeeper] } }
constraints: {}
";
    assert_eq!(
        problems(text, Mode::Replace),
        [
            "3:35 permission `invoice:pay` would be deleted: the document does not have it",
            "3:60 role `clerk` would be deleted: the document does not have it",
        ]
    );
}

#[test]
fn built_in_objects_do_not_change() {
    let text = "version: 1
permissions: { user:read: Read users }
roles:
  superadmin: { permissions: [invoice:read] }
  SuperAdmin2: {}
  Clerk: {}
constraints: {}
";
    for mode in [Mode::Merge, Mode::Replace] {
        let found = problems(text, mode);
        for expected in [
            "2:16 permission `user:read` is built in: a document cannot change it",
            "4:3 role `superadmin` is built in: a document cannot change it",
            "6:3 role `Clerk` exists as `clerk`: names differ by more than case",
        ] {
            assert!(found.contains(&expected.to_owned()), "{expected} {found:?}");
        }
    }
}

#[test]
fn all_cycles_are_found_where_they_close() {
    let text = "version: 1
roles:
  a: { inherits: [b] }
  b: { inherits: [a] }
  clerk: { inherits: [manager] }
  self: { inherits: [self] }
";
    assert_eq!(
        problems(text, Mode::Merge),
        [
            "4:19 the role hierarchy has a cycle: `b` → `a` → `b`",
            "5:23 the role hierarchy has a cycle: `clerk` → `manager` → `clerk`",
            "6:22 the role hierarchy has a cycle: `self` → `self`",
        ]
    );
}

#[test]
fn roles_that_violate_a_constraint_by_themselves_are_found() {
    let text = "version: 1
roles:
  both: { inherits: [clerk, Payer] }
  user: { default: true }
constraints:
  money: { kind: static, limit: 2, roles: [clerk, Payer] }
  root: { kind: dynamic, limit: 2, roles: [superadmin, user] }
  session: { kind: dynamic, limit: 2, roles: [manager, clerk] }
";
    assert_eq!(
        problems(text, Mode::Merge),
        [
            "6:3 role `both` violates constraint `money` by itself: it is or inherits from `clerk`, `Payer`",
            "7:3 constraint `root` would set `superadmin` against a default role: `superadmin`, `user`",
            "8:3 role `manager` violates constraint `session` by itself: it is or inherits from `clerk`, `manager`",
        ]
    );
}

#[test]
fn a_constraint_is_complete_and_its_limit_fits() {
    let text = "version: 1\nconstraints:\n  a: { limit: 2 }\n  b: {}\n";
    assert_eq!(
        problems(text, Mode::Merge),
        [
            "3:3 constraint `a` needs `kind`",
            "3:3 constraint `a` needs `roles` or `permissions`",
            "4:3 constraint `b` needs `kind`",
            "4:3 constraint `b` needs `limit`",
            "4:3 constraint `b` needs `roles` or `permissions`",
        ]
    );
    let mut world = World::of(BEFORE);
    world.apply("version: 1\nconstraints: { a: { kind: static, limit: 2, roles: [clerk, Payer] } }", Mode::Merge);
    let plan = world.plan("version: 1\nconstraints: { a: { limit: 3 }, A2: {} }", Mode::Merge);
    assert_eq!(lines(&plan.problems).len(), 4);
    assert!(
        lines(&plan.problems)
            .iter()
            .any(|line| line.starts_with("2:28 constraint `a` has 2 roles, and its limit is 3"))
    );
    let plan = world.plan("version: 1\nconstraints: { A: {} }", Mode::Merge);
    assert_eq!(lines(&plan.problems), ["2:16 constraint `A` exists as `a`: names differ by more than case"]);
    let plan =
        world.plan("version: 1\nconstraints: { a: { limit: 3, roles: [clerk, Payer, gatekeeper] } }", Mode::Merge);
    assert!(plan.problems.is_empty());
}

#[test]
fn users_are_known() {
    let plan = World::of(BEFORE).plan("version: 1\nassignments: { ghost: {} }", Mode::Merge);
    assert_eq!(lines(&plan.problems), ["2:16 unknown user `ghost`: a document does not create users"]);
}

#[test]
fn changes_carry_their_states() {
    let mut world = World::of(BEFORE);
    let plan = world.plan("version: 1\nroles: { clerk: { description: x, permissions: [] } }", Mode::Merge);
    let [change] = plan.changes.as_slice() else { panic!("{:?}", plan.changes) };
    assert_eq!(
        (change.action, change.object_type, change.key.as_str()),
        (PlannedAction::Update, ObjectType::Role, "clerk")
    );
    let before = json!({
        "description": null, "default": false, "requiresActivation": false, "permissions": ["invoice:read"],
        "patterns": [], "inherits": [],
    });
    let after = json!({
        "description": "x", "default": false, "requiresActivation": false, "permissions": [], "patterns": [],
        "inherits": [],
    });
    assert_eq!((change.before.as_ref(), change.after.as_ref()), (Some(&before), Some(&after)));
    assert_eq!(change.summary, "change role `clerk`: revoke `invoice:read`, describe");
}

#[test]
fn patterns_and_constraints_on_permissions_are_planned() {
    let mut world = World::of(BEFORE);
    let text = "version: 1
permissions: { order:sign: {} }
roles: { clerk: { patterns: ['*:sign', 'order:*'] } }
constraints: { duties: { kind: static, limit: 2, permissions: [invoice:pay, invoice:read] } }";
    let plan = world.plan(text, Mode::Merge);
    let summaries: Vec<&str> = plan.changes.iter().map(|change| change.summary.as_str()).collect();
    assert_eq!(
        summaries,
        [
            "create permission `order:sign`",
            "change role `clerk`: grant `*:sign`, `order:*`",
            "create constraint `duties`"
        ]
    );
    let refused = text.replace("'order:*'", "'invoice:*'");
    assert_eq!(
        problems(&refused, Mode::Merge),
        ["4:16 role `clerk` violates constraint `duties` by itself: it holds `invoice:pay`, `invoice:read`"]
    );
    let unknown = text.replace("[invoice:pay, invoice:read]", "[invoice:pay, ghost:see]");
    assert_eq!(problems(&unknown, Mode::Merge), ["4:77 unknown permission `ghost:see`"]);
}

#[test]
fn the_hash_names_the_changes_and_the_revision() {
    let mut world = World::of(BEFORE);
    let text = "version: 1\nroles: { clerk: { permissions: [] } }";
    let plan = world.plan(text, Mode::Merge);
    assert_eq!(plan.hash.len(), 43);
    assert_eq!(plan.hash, world.plan(text, Mode::Merge).hash);
    assert_eq!(plan.base_revision, world.policy.revision());
    let other = "version: 1\nroles: { clerk: { permissions: [invoice:pay] } }";
    assert_ne!(plan.hash, world.plan(other, Mode::Merge).hash);
    world.policy = world.policy.at_revision(99);
    assert_ne!(plan.hash, world.plan(text, Mode::Merge).hash);
}

#[test]
fn the_diff_is_that_of_the_canonical_text() {
    let mut world = World::of(BEFORE);
    let text = "version: 1
permissions: { invoice:read: Read }
roles:
  clerk: { permissions: [invoice:pay], description: \"a\\nb\" }
  zoo: {}
";
    let plan = world.plan(text, Mode::Merge);
    assert_eq!(
        plan.diff(),
        "\
--- before
+++ after
@@ -1,11 +1,14 @@
 version: 1
 permissions:
   invoice:pay: {}
-  invoice:read: {}
+  invoice:read: Read
 roles:
   clerk:
+    description: |-
+      a
+      b
     permissions:
-      - invoice:read
+      - invoice:pay
   gatekeeper: {}
   manager:
     inherits:
@@ -13,4 +16,5 @@
   Payer:
     permissions:
       - invoice:pay
+  zoo: {}
 constraints: {}
"
    );
    assert_eq!(summaries(&plan).len(), 3);
}

#[test]
fn every_constraint_that_a_role_violates_is_found() {
    let mut text = "version: 1\nroles: { both: { inherits: [clerk, Payer] } }\nconstraints:\n".to_owned();
    (0..50).for_each(|at| text.push_str(&format!("  c{at}: {{ kind: static, limit: 2, roles: [Payer, clerk] }}\n")));
    let found = problems(&text, Mode::Merge);
    assert_eq!(found.len(), 50);
    assert!(found[49].starts_with("53:3 role `both` violates constraint `c49` by itself"), "{}", found[49]);

    // An existing constraint, which the document does not mention.
    let mut world = World::of(BEFORE);
    world.apply("version: 1\nconstraints: { c: { kind: static, limit: 2, roles: [clerk, Payer] } }", Mode::Merge);
    let plan = world.plan("version: 1\nroles: { both: { inherits: [clerk, Payer] } }", Mode::Merge);
    let message = "2:10 role `both` violates constraint `c` by itself: it is or inherits from `clerk`, `Payer`";
    assert_eq!(lines(&plan.problems), [message]);
}

#[test]
fn twenty_cycles_are_looked_for() {
    let of_cycles = |count: usize| {
        let pair = |at: usize| format!("  a{at}: {{ inherits: [b{at}] }}\n  b{at}: {{ inherits: [a{at}] }}\n");
        format!("version: 1\nroles:\n{}", (0..count).map(pair).collect::<String>())
    };
    assert_eq!(problems(&of_cycles(20), Mode::Merge).len(), 20);
    assert_eq!(problems(&of_cycles(21), Mode::Merge).len(), 20);
}

#[test]
fn what_has_expired_is_not_assigned() {
    let mut world = World::new(&["ana"]);
    let with = |end: &str| {
        format!("version: 1\nassignments: {{ ana: {{ roles: {{ gatekeeper: {{ expiresAt: {end} }} }} }} }}")
    };
    assert!(world.plan(&with("2027-01-15T08:00:00.001Z"), Mode::Merge).problems.is_empty());
    let plan = world.plan(&with("2027-01-15T08:00:00Z"), Mode::Merge);
    let message = "2:32 role `gatekeeper` has expired at 2027-01-15T08:00:00Z: remove it, or set a later end";
    assert_eq!(lines(&plan.problems), [message]);
}

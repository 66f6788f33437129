//! What a document means for what it does not mention.

use super::fixture::{World, lines, summaries, yaml};
use crate::policy_document::{Mode, PlannedAction, State};

pub(super) const BEFORE: &str = r#"version: 1
permissions:
  invoice:approve: {}
  invoice:read: Read invoices
roles:
  clerk:
    description: Enters invoices
    default: true
    permissions:
      - invoice:read
  gatekeeper:
    permissions:
      - invoice:read
      - user:read
    inherits:
      - clerk
  manager:
    permissions:
      - invoice:approve
    inherits:
      - clerk
  payer: {}
constraints:
  books:
    description: Fraud
    kind: static
    limit: 2
    roles:
      - manager
      - payer
assignments:
  ana:
    roles:
      clerk:
        reason: cover
      payer: {}
    permissions:
      invoice:approve: {}
  bob:
    roles:
      manager: {}
"#;

fn planned(text: &str, mode: Mode) -> Vec<String> {
    let mut world = World::of(BEFORE);
    let plan = world.plan(text, mode);
    assert!(plan.problems.is_empty(), "{:?}", lines(&plan.problems));
    summaries(&plan).into_iter().map(str::to_owned).collect()
}

#[test]
fn the_policy_of_a_document_is_exported_as_the_document() {
    assert_eq!(World::of(BEFORE).export(Default::default()), BEFORE);
}

#[test]
fn merging_keeps_what_is_not_mentioned() {
    for text in [
        "version: 1",
        "version: 1\npermissions: {}\nroles: {}\nconstraints: {}\nassignments: {}",
        "version: 1\nroles: { clerk: {}, manager: {} }\nconstraints: { books: {} }\npermissions: { invoice:read: {} }",
        "version: 1\nassignments: { ana: {}, bob: {} }",
        "version: 1\nroles: { superadmin: {} }\npermissions: { user:read: {} }",
    ] {
        assert_eq!(planned(text, Mode::Merge), [""; 0], "{text}");
    }
}

#[test]
fn merging_makes_a_list_that_is_mentioned_exact() {
    assert_eq!(
        planned("version: 1\nroles: { manager: { permissions: [invoice:read] } }", Mode::Merge),
        ["change role `manager`: revoke `invoice:approve`, grant `invoice:read`"]
    );
    assert_eq!(
        planned("version: 1\nroles: { manager: { inherits: [] } }", Mode::Merge),
        ["change role `manager`: no longer inherit from `clerk`"]
    );
    assert_eq!(
        planned("version: 1\nassignments: { ana: { roles: { clerk: {}, manager: {} } } }", Mode::Merge),
        ["change user `ana`: unassign `payer`, assign `manager`, change the terms of `clerk`"]
    );
    assert_eq!(
        planned("version: 1\nconstraints: { books: { roles: [clerk, payer] } }", Mode::Merge),
        ["change constraint `books`: remove `manager`, add `clerk`"]
    );
}

#[test]
fn merging_changes_attributes_that_are_mentioned() {
    let text = "version: 1\npermissions: { invoice:read: ~x }\nroles: { clerk: { description: ~, default: false, \
                requiresActivation: true } }\nconstraints: { books: { kind: dynamic } }";
    assert_eq!(
        planned(text, Mode::Merge),
        [
            "change permission `invoice:read`: describe",
            "change role `clerk`: not default role, requires activation, remove the description",
            "change constraint `books`: change the kind",
        ]
    );
}

#[test]
fn replacing_deletes_what_is_not_mentioned_except_built_in_roles() {
    let text = "version: 1\npermissions: { invoice:approve: {} }\nroles: { manager: {} }\nconstraints: {}";
    assert_eq!(
        planned(text, Mode::Replace),
        [
            "delete constraint `books`",
            "delete role `clerk`",
            "delete role `payer`",
            "delete permission `invoice:read`",
            "change role `gatekeeper`: revoke `invoice:read`, no longer inherit from `clerk`",
            "change role `manager`: revoke `invoice:approve`, no longer inherit from `clerk`",
        ]
    );
}

#[test]
fn replacing_is_about_users_only_where_the_document_is() {
    let without = BEFORE.split("assignments:").next().unwrap();
    assert_eq!(planned(without, Mode::Replace), [""; 0]);
    assert_eq!(
        planned(&format!("{without}assignments: {{ ana: {{ roles: {{ payer: {{}} }} }} }}"), Mode::Replace),
        ["change user `ana`: unassign `clerk`, revoke `invoice:approve`", "change user `bob`: unassign `manager`"]
    );
}

#[test]
fn replacing_needs_every_section() {
    let plan = World::of(BEFORE).plan("version: 1\nroles: {}", Mode::Replace);
    assert_eq!(
        lines(&plan.problems),
        [
            "- a document that replaces the policy has `permissions`: write `permissions: {}` to delete all",
            "- a document that replaces the policy has `constraints`: write `constraints: {}` to delete all",
        ]
    );
    assert!(plan.outcome.is_none());
}

#[test]
fn a_renamed_role_is_deleted_and_created() {
    let text = BEFORE.split("assignments:").next().unwrap().replace("payer", "cashier");
    let mut world = World::of(BEFORE);
    let old = world.policy.role_named("payer").unwrap().id;
    let plan = world.plan(&text, Mode::Replace);
    assert_eq!(
        summaries(&plan),
        ["delete role `payer`", "create role `cashier`", "change constraint `books`: remove `payer`, add `cashier`"]
    );
    let outcome = plan.outcome.unwrap();
    assert_eq!(outcome.changes.deleted_roles, [old]);
    assert_ne!(outcome.policy.role_named("cashier").unwrap().id, old);
}

#[test]
fn new_objects_refer_to_each_other() {
    let mut world = World::new(&["ana"]);
    let text = "version: 1\npermissions: { b:x: {}, a:x: {} }\nroles: { z: { inherits: [y] }, y: { permissions: [b:x, user:read] }, \
                x: { inherits: [z, superadmin] } }\nconstraints: { c: { kind: static, limit: 2, roles: [z, gatekeeper] } }\n\
                assignments: { ana: { roles: { x: {}, superadmin: {} }, permissions: { a:x: {} } } }";
    let plan = world.plan(text, Mode::Merge);
    assert!(plan.changes[..6].iter().all(|change| change.action == PlannedAction::Create));
    world.carry_out(plan);
    assert_eq!(State::with_assignments(&world.current()).roles.len(), 4);
    assert!(world.plan(text, Mode::Merge).is_empty());
    assert_eq!(yaml(text).unwrap().usernames().collect::<Vec<_>>(), ["ana"]);
}

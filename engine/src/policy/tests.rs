use crate::sample::{facts, holder_of, now, permission, policy, role, roles};
use crate::{Policy, PolicyError, RoleFacts, RoleId, RoleName};
use uuid::Uuid;

fn cycle_in(text: &str) -> Vec<RoleId> {
    match Policy::build(facts(text)) {
        Err(PolicyError::Cycle(cycle)) => cycle,
        other => panic!("expected a cycle, not {other:?}"),
    }
}

#[test]
fn facts_are_returned_in_the_order_of_names() {
    let policy = policy("Zebra > cat ant = z:2 a:1\n cat = a:1 a:1");
    let names: Vec<&str> = policy.roles().map(|role| role.name.as_str()).collect();
    assert_eq!(names, ["ant", "cat", "Zebra"]);
    let names: Vec<&str> = policy.permissions().map(|known| known.name.as_str()).collect();
    assert_eq!(names, ["a:1", "z:2"]);
    let zebra = policy.role_facts(role("Zebra")).expect("there");
    assert_eq!(zebra.grants, [permission("a:1"), permission("z:2")]);
    assert_eq!(zebra.inherits_from, roles(&["ant", "cat"]));
    assert_eq!(policy.role_facts(role("cat")).expect("there").grants, [permission("a:1")]);
}

#[test]
fn roles_are_found_without_regard_to_case_and_permissions_exactly() {
    let policy = policy("Clerk = invoice:read Invoice:Read");
    assert_eq!(policy.role_named("CLERK").expect("there").id, role("Clerk"));
    assert_eq!(policy.permission_named("Invoice:Read").expect("there").id, permission("Invoice:Read"));
    assert_eq!(policy.permission(permission("invoice:read")).expect("there").name.as_str(), "invoice:read");
    assert!(policy.permission_named("INVOICE:READ").is_none());
    assert!(policy.role_named("").is_none());
    assert!(policy.role(role("nobody")).is_none());
}

#[test]
fn two_roles_cannot_share_a_name_or_an_id() {
    let mut twice = facts("clerk");
    let again =
        RoleFacts { id: role("other"), name: RoleName::parse("CLERK").expect("a name"), ..twice.roles[0].clone() };
    twice.roles.push(again);
    assert_eq!(Policy::build(twice).expect_err("twice"), PolicyError::DuplicateRole("clerk".into()));

    let mut twice = facts("clerk");
    let again = RoleFacts { name: RoleName::parse("other").expect("a name"), ..twice.roles[0].clone() };
    twice.roles.push(again);
    assert_eq!(Policy::build(twice).expect_err("twice"), PolicyError::DuplicateRole("other".into()));
}

#[test]
fn two_permissions_cannot_share_a_name_or_an_id() {
    let mut twice = facts("= a:1 b:1");
    twice.permissions[1].name = twice.permissions[0].name.clone();
    assert_eq!(Policy::build(twice).expect_err("twice"), PolicyError::DuplicatePermission("a:1".into()));

    let mut twice = facts("= a:1 b:1");
    twice.permissions[1].id = twice.permissions[0].id;
    assert_eq!(Policy::build(twice).expect_err("twice"), PolicyError::DuplicatePermission("b:1".into()));
}

#[test]
fn links_to_unknown_objects_are_refused() {
    let mut dangling = facts("clerk");
    dangling.roles[0].grants.push(permission("a:1"));
    let expected = PolicyError::UnknownPermission { role: "clerk".into(), permission: permission("a:1") };
    assert_eq!(Policy::build(dangling).expect_err("dangling"), expected);

    let mut dangling = facts("clerk");
    dangling.roles[0].inherits_from.push(role("ghost"));
    let expected = PolicyError::UnknownRole { role: "clerk".into(), inherits_from: role("ghost") };
    assert_eq!(Policy::build(dangling).expect_err("dangling"), expected);
}

#[test]
fn a_cycle_is_a_path_back_to_its_first_role() {
    assert_eq!(cycle_in("a > a"), roles(&["a", "a"]));
    assert_eq!(cycle_in("a > b \n b > a"), roles(&["a", "b", "a"]));
    assert_eq!(cycle_in("b > c \n c > a \n a > b"), roles(&["a", "b", "c", "a"]));
    assert_eq!(cycle_in("a > d \n d > e z \n e > f \n f > c \n c > d y"), roles(&["c", "d", "e", "f", "c"]));
}

#[test]
fn superadmin_is_the_built_in_role_of_that_name_only() {
    assert_eq!(policy("superadmin = a:1").superadmin(), Some(role("superadmin")));
    assert_eq!(policy("clerk = a:1").superadmin(), None);
    let mut impostor = facts("superadmin \n = a:1");
    impostor.roles[0].is_system = false;
    let policy = Policy::build(impostor).expect("a policy");
    assert_eq!(policy.superadmin(), None);
    assert!(!policy.check(&holder_of(&["superadmin"]), "a:1", now()).allowed);
}

#[test]
fn a_chain_of_ten_thousand_roles_is_accepted() {
    let mut chain = facts("r = deep:read");
    let last = chain.roles[0].clone();
    let id = |level: u128| RoleId::new(Uuid::from_u128(level));
    for level in 1..10_000 {
        chain.roles.push(RoleFacts {
            id: id(level),
            name: RoleName::parse(&format!("r{level}")).expect("a name"),
            grants: Vec::new(),
            inherits_from: vec![if level == 1 { last.id } else { id(level - 1) }],
            ..last.clone()
        });
    }
    let policy = Policy::build(chain.clone()).expect("a policy");
    let mut top = holder_of(&["top"]);
    top.assignments[0].role = id(9_999);
    let explanation = policy.explain(&top, "deep:read", now(), 5);
    assert!(explanation.decision.allowed);
    assert_eq!(explanation.paths.paths.len(), 1);
    assert_eq!(policy.inherits_from_all(id(9_999)).len(), 9_999);

    chain.roles[0].inherits_from.push(id(9_999));
    assert!(matches!(Policy::build(chain), Err(PolicyError::Cycle(cycle)) if cycle.len() == 10_001));
}

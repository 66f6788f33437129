use super::*;
use crate::page::ForwardArguments;
use engine::{Facts, RoleFacts, RoleName};
use uuid::Uuid;

fn permission(number: u128, name: &str) -> PermissionFacts {
    PermissionFacts::new(Uuid::from_u128(number).into(), PermissionName::parse(name).expect("a name"))
}

fn role(number: u128, name: &str, grants: &[u128], juniors: &[u128]) -> RoleFacts {
    let mut role = RoleFacts::new(Uuid::from_u128(number).into(), RoleName::parse(name).expect("a name"));
    role.grants = grants.iter().map(|&id| Uuid::from_u128(id).into()).collect();
    role.inherits_from = juniors.iter().map(|&id| Uuid::from_u128(id).into()).collect();
    role
}

/// A diamond: `chief` over `Banker` and `auditor`, which are over `clerk`.
fn policy() -> Policy {
    let permissions = vec![
        permission(11, "invoice:read"),
        permission(12, "invoice:approve"),
        permission(13, "vault:open"),
        permission(14, "invoice.line:read"),
    ];
    let roles = vec![
        role(1, "clerk", &[11], &[]),
        role(2, "Banker", &[11, 13], &[1]),
        role(3, "auditor", &[11], &[1]),
        role(4, "chief", &[12, 11], &[2, 3]),
        role(5, "guest", &[], &[]),
    ];
    Policy::build(Facts { roles, permissions, ..Facts::default() }).expect("a policy")
}

fn request(first: i32, after: Option<&str>) -> PageRequest {
    let arguments = ForwardArguments { first_name: "firstRoles", first: Some(first), after_name: "afterRole", after };
    arguments.parse(DEFAULT_ROLES, MAX_ROLES).expect("arguments")
}

/// The ids of a page, from its cursors.
fn numbers<Id>(page: &Page<Id>) -> Vec<u128> {
    page.items.iter().map(|(cursor, _)| cursor.id.as_u128()).collect()
}

#[test]
fn roles_are_by_name_and_permissions_by_resource_and_action() {
    let policy = policy();
    assert_eq!(numbers(&roles(&policy, None, &request(200, None)).expect("a page")), [3, 2, 4, 1, 5]);
    let all = permissions(&policy, None, &request(200, None)).expect("a page");
    assert_eq!(numbers(&all), [12, 11, 14, 13]);
    let some = permissions(&policy, Some("invoice"), &request(200, None)).expect("a page");
    assert_eq!(numbers(&some), [12, 11]);
    assert!(permissions(&policy, Some("inv"), &request(200, None)).expect("a page").items.is_empty());
}

#[test]
fn pages_of_any_size_cover_the_list_once() {
    let policy = policy();
    for size in 1..=6 {
        let (mut found, mut after) = (Vec::new(), None::<String>);
        loop {
            let page = permissions(&policy, None, &request(size, after.as_deref())).expect("a page");
            found.extend(numbers(&page));
            assert_eq!(page.has_previous, after.is_some());
            after = page.items.last().map(|(cursor, _)| cursor.encode());
            if !page.has_next {
                break;
            }
        }
        assert_eq!(found, [12, 11, 14, 13], "{size}");
    }
    let first = roles(&policy, None, &request(2, None)).expect("a page");
    let next = request(9, Some(&first.items[1].0.encode()));
    assert_eq!(numbers(&roles(&policy, None, &next).expect("a page")), [4, 1, 5]);
    assert!(roles(&policy, None, &request(0, None)).expect("a page").items.is_empty());
}

#[test]
fn a_cell_has_its_own_grant_and_every_role_that_it_is_inherited_from() {
    let policy = policy();
    let [chief, clerk, guest] = [4, 1, 5].map(|id| RoleId::new(Uuid::from_u128(id)));
    let [read, open] = [11, 13].map(|id| PermissionId::new(Uuid::from_u128(id)));
    let found = cells(&policy, &[chief, guest, clerk], &[open, read]);
    let shown: Vec<_> = found
        .iter()
        .map(|cell| {
            let sources: Vec<u128> = cell.inherited_from.iter().map(|source| source.uuid().as_u128()).collect();
            format!(
                "{} {} {} {sources:?}",
                cell.permission.uuid().as_u128(),
                cell.role.uuid().as_u128(),
                cell.is_direct
            )
        })
        .collect();
    assert_eq!(shown, ["13 4 false [2]", "11 4 true [3, 2, 1]", "11 1 true []"]);
}

#[test]
fn cells_are_those_of_the_review_function() {
    let policy = policy();
    let all_roles: Vec<RoleId> = policy.roles().map(|role| role.id).collect();
    let all_permissions: Vec<PermissionId> = policy.permissions().map(|known| known.id).collect();
    let found = cells(&policy, &all_roles, &all_permissions);
    for &role in &all_roles {
        for &permission in &all_permissions {
            let held = policy.role_permissions(role);
            let sources: Vec<RoleId> =
                held.iter().filter(|held| held.permission == permission).map(|held| held.source).collect();
            let cell = found.iter().find(|cell| cell.role == role && cell.permission == permission);
            let own = sources.contains(&role).then_some(role);
            let listed = cell.map(|cell| cell.is_direct.then_some(role).into_iter().chain(cell.inherited_from.clone()));
            assert_eq!(listed.into_iter().flatten().collect::<Vec<_>>(), sources);
            assert_eq!(cell.is_some_and(|cell| cell.is_direct), own.is_some());
        }
    }
}

#[test]
fn selected_roles_are_known_ones_and_at_most_two_hundred() {
    let policy = policy();
    let id = |number| Some(RoleId::new(Uuid::from_u128(number)));
    let select = |ids: &[Requested<RoleId>]| roles(&policy, Some(ids), &request(200, None));
    assert_eq!(numbers(&select(&[id(1), id(3), id(1)]).expect("roles")), [3, 1]);
    assert!(select(&[]).expect("no roles").items.is_empty());
    for unknown in [None, id(11)] {
        let error = select(&[id(1), unknown]).expect_err("an unknown role");
        assert_eq!(error.to_string(), "`roleIds[1]` is not the id of a role");
    }
    assert!(select(&vec![id(1); 200]).is_ok());
    assert!(select(&vec![id(1); 201]).is_err());
}

#[test]
fn a_cursor_of_another_list_is_refused() {
    let policy = policy();
    let number = Cursor { key: CursorKey::Number(1), id: Uuid::nil() }.encode();
    let malformed = Cursor { key: CursorKey::Text("*".to_owned()), id: Uuid::nil() }.encode();
    assert!(roles(&policy, None, &request(1, Some(&number))).is_err());
    assert!(permissions(&policy, None, &request(1, Some(&number))).is_err());
    assert!(permissions(&policy, None, &request(1, Some(&malformed))).is_err());
}

#[test]
fn the_size_of_a_page_is_limited() {
    let parse = |first| {
        let arguments = ForwardArguments { first_name: "firstRoles", first, after_name: "afterRole", after: None };
        arguments.parse(DEFAULT_ROLES, MAX_ROLES).map(|request| request.limit)
    };
    assert_eq!(parse(None).expect("the default"), DEFAULT_ROLES);
    assert_eq!(parse(Some(200)).expect("the largest"), 200);
    for first in [-1, 201] {
        let error = parse(Some(first)).expect_err("out of range");
        assert_eq!(error.to_string(), "`firstRoles` is out of range; pass a number from 0 to 200");
    }
}

//! The permission matrix: roles against permissions, by pages.

use serde_json::{Value, json};
use service::import::{Document, ImportOutcome, ImportRow, apply};
use std::collections::BTreeSet;
use tests::{App, Client, Response};

const MATRIX: &str = "query ($roleIds: [ID!], $resource: String, $firstRoles: Int, $afterRole: String,
        $firstPermissions: Int, $afterPermission: String) {
    permissionMatrix(roleIds: $roleIds, resource: $resource, firstRoles: $firstRoles, afterRole: $afterRole,
        firstPermissions: $firstPermissions, afterPermission: $afterPermission) {
        roles { id name } rolePageInfo { hasNextPage hasPreviousPage endCursor }
        permissions { id name } permissionPageInfo { hasNextPage hasPreviousPage endCursor }
        cells { roleId permissionId isDirect inheritedFrom { name } } } }";

async fn ask(client: &Client, variables: Value) -> Response {
    client.graphql(MATRIX, variables).await
}

async fn matrix(client: &Client, variables: Value) -> Value {
    ask(client, variables).await.data()["permissionMatrix"].clone()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

fn names(items: &Value) -> Vec<&str> {
    list(items).iter().map(|item| item["name"].as_str().expect("a name")).collect()
}

/// Cells as `role permission`, with `direct` and the sources.
fn cells(matrix: &Value) -> Vec<String> {
    let name = |items: &Value, id: &Value| {
        let item =
            list(items).iter().find(|item| item["id"] == *id).unwrap_or_else(|| panic!("{id} is not on the page"));
        item["name"].as_str().expect("a name").to_owned()
    };
    let text = |cell: &Value| {
        let (role, permission) = (&cell["roleId"], &cell["permissionId"]);
        let direct = if cell["isDirect"] == true { " direct" } else { "" };
        let sources: String = names(&cell["inheritedFrom"]).into_iter().map(|source| format!(" <{source}")).collect();
        format!("{} {}{direct}{sources}", name(&matrix["roles"], role), name(&matrix["permissions"], permission))
    };
    list(&matrix["cells"]).iter().map(text).collect()
}

/// A diamond of roles; returns the ids of chief, auditor, banker and clerk.
async fn diamond(app: &App) -> [String; 4] {
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let banker = app.role("Banker").granting("vault:open").granting("invoice:read").inheriting("clerk").create().await;
    let auditor = app.role("auditor").inheriting("clerk").create().await;
    let chief = app.role("chief").granting("invoice:approve").granting("vault:open");
    let chief = chief.inheriting("Banker").inheriting("auditor").create().await;
    [chief, auditor, banker, clerk]
}

#[tokio::test]
async fn a_matrix_has_the_filled_cells_with_their_sources() {
    let app = App::start().await;
    let ids = diamond(&app).await;
    let root = app.admin().await;
    let found = matrix(root, json!({ "roleIds": ids, "resource": "invoice" })).await;
    assert_eq!(names(&found["roles"]), ["auditor", "Banker", "chief", "clerk"]);
    assert_eq!(names(&found["permissions"]), ["invoice:approve", "invoice:read"]);
    let expected = [
        "chief invoice:approve direct",
        "auditor invoice:read <clerk",
        "Banker invoice:read direct <clerk",
        "chief invoice:read <Banker <clerk",
        "clerk invoice:read direct",
    ];
    assert_eq!(cells(&found), expected);
    let vault = matrix(root, json!({ "roleIds": ids, "resource": "vault" })).await;
    assert_eq!(cells(&vault), ["Banker vault:open direct", "chief vault:open direct <Banker"]);
    let nothing = matrix(root, json!({ "roleIds": ids, "resource": "nothing" })).await;
    assert_eq!((&nothing["permissions"], &nothing["cells"]), (&json!([]), &json!([])));
    let all = matrix(root, json!({ "firstPermissions": 500 })).await;
    let everything = cells(&all).iter().filter(|cell| cell.starts_with("superadmin ")).count();
    assert_eq!(everything, list(&all["permissions"]).len(), "superadmin holds every permission by rule");
}

#[tokio::test]
async fn pages_of_roles_and_permissions_cover_the_whole_matrix_once() {
    let app = App::start().await;
    diamond(&app).await;
    let root = app.admin().await;
    let whole: BTreeSet<_> = cells(&matrix(root, json!({ "firstPermissions": 500 })).await).into_iter().collect();
    for [columns, rows] in [[1, 7], [3, 5], [200, 500]] {
        let (mut found, mut after_role) = (Vec::new(), Value::Null);
        loop {
            let mut after_permission = Value::Null;
            let roles = loop {
                let variables = json!({ "firstRoles": columns, "afterRole": after_role,
                    "firstPermissions": rows, "afterPermission": after_permission });
                let page = matrix(root, variables).await;
                assert_eq!(page["permissionPageInfo"]["hasPreviousPage"], !after_permission.is_null());
                assert_eq!(page["rolePageInfo"]["hasPreviousPage"], !after_role.is_null());
                assert!(list(&page["roles"]).len() <= columns && list(&page["permissions"]).len() <= rows);
                found.extend(cells(&page));
                after_permission = page["permissionPageInfo"]["endCursor"].clone();
                if page["permissionPageInfo"]["hasNextPage"] == false {
                    break page["rolePageInfo"].clone();
                }
            };
            after_role = roles["endCursor"].clone();
            if roles["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(found.len(), whole.len(), "{columns} {rows}");
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), whole, "{columns} {rows}");
    }
}

#[tokio::test]
async fn a_matrix_requires_to_read_roles_and_permissions() {
    let app = App::start().await;
    let half = app.user("half").with_permission("role:read").create().await;
    let other = app.user("other").with_permission("permission:read").create().await;
    for caller in [&half, &other] {
        assert_eq!(ask(caller, json!({})).await.error(), "FORBIDDEN");
        assert_eq!(ask(caller, json!({ "roleIds": ["x"] })).await.error(), "FORBIDDEN", "an unknown role is no other");
    }
    let both = app.user("both").with_permission("role:read").with_permission("permission:read").create().await;
    assert!(!list(&matrix(&both, json!({})).await["cells"]).is_empty());
}

#[tokio::test]
async fn arguments_out_of_range_are_bad_input() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.role_id("user").await;
    let many = |count: usize| json!({ "roleIds": vec![&id; count] });
    for fine in [
        json!({ "firstRoles": 200, "firstPermissions": 500 }),
        json!({ "firstRoles": 0, "firstPermissions": 0 }),
        many(200),
    ] {
        let _ = matrix(root, fine).await;
    }
    let role_cursor = matrix(root, json!({})).await["rolePageInfo"]["endCursor"].clone();
    let bad = [
        (json!({ "firstRoles": 201 }), "`firstRoles` is out of range; pass a number from 0 to 200"),
        (json!({ "firstRoles": -1 }), "`firstRoles` is out of range; pass a number from 0 to 200"),
        (json!({ "firstPermissions": 501 }), "`firstPermissions` is out of range; pass a number from 0 to 500"),
        (json!({ "afterRole": "x" }), "`afterRole` is not a cursor of this list; pass one that the list returned"),
        (
            json!({ "afterPermission": "" }),
            "`afterPermission` is not a cursor of this list; pass one that the list returned",
        ),
        (json!({ "roleIds": [id, "rubbish"] }), "`roleIds[1]` is not the id of a role"),
        (many(201), "`roleIds` has at most 200 entries"),
    ];
    for (variables, message) in bad {
        let answer = ask(root, variables.clone()).await;
        assert_eq!(answer.error(), "BAD_USER_INPUT", "{variables:.80}");
        assert_eq!(answer.body["errors"][0]["message"], message, "{variables:.80}");
    }
    // The last role is the last in its list, whatever else its cursor is.
    let end = matrix(root, json!({ "afterRole": role_cursor })).await;
    assert_eq!((&end["roles"], &end["rolePageInfo"]["endCursor"]), (&json!([]), &Value::Null));
}

/// Roles in pairs, each of which inherits from the next, with every twentieth permission.
async fn populate(app: &App, roles: usize, permissions: usize) {
    let row = |first: String, second: String| ImportRow { file: 0, line: 1, value: (first, second) };
    let mut document = Document::default();
    for role in 0..roles {
        for permission in (role % 40..permissions).step_by(40) {
            let ImportRow { file, line, value } = row(format!("r{role}"), format!("thing:do{permission}"));
            document.role_permissions.push(ImportRow { file, line, value: value.into() });
        }
        if role % 2 == 0 && role + 1 < roles {
            let ImportRow { file, line, value } = row(format!("r{role}"), format!("r{}", role + 1));
            document.role_hierarchy.push(ImportRow { file, line, value: value.into() });
        }
    }
    let outcome = apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect("an import");
    assert!(matches!(outcome, ImportOutcome::Applied(_)), "{outcome:?}");
}

#[tokio::test]
async fn two_hundred_roles_and_five_hundred_permissions_fit_in_one_answer() {
    let app = App::start().await;
    populate(&app, 300, 500).await;
    let root = app.admin().await;
    let page = json!({ "firstRoles": 200, "firstPermissions": 500, "resource": "thing" });
    let began = std::time::Instant::now();
    let found = matrix(root, page.clone()).await;
    println!("{} cells in {:?}", list(&found["cells"]).len(), began.elapsed());
    assert_eq!((list(&found["roles"]).len(), list(&found["permissions"]).len()), (200, 500));
    assert!(list(&found["cells"]).len() > 3_500);
    let wide =
        MATRIX.replace("inheritedFrom { name }", "inheritedFrom { id name description createdAt version isSystem }");
    assert_eq!(root.graphql(&wide, page).await.error(), "OPERATION_TOO_COMPLEX", "the cost of the cells is counted");
    let small = json!({ "firstRoles": 20, "firstPermissions": 100, "resource": "thing" });
    assert_eq!(list(&root.graphql(&wide, small).await.data()["permissionMatrix"]["roles"]).len(), 20);
}

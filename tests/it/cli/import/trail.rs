//! An import leaves the trail that the same changes through the API leave.

use serde_json::{Value, json};
use service::import::{
    AssignmentEntry, Document, GrantEntry, ImportOutcome, ImportRow, PermissionEntry, RoleEntry, Rules, apply,
};
use std::sync::Arc;
use tests::{App, Client};

const END: &str = "2099-01-01T00:00:00Z";

fn rows<T>(values: impl IntoIterator<Item = T>) -> Vec<ImportRow<T>> {
    (2..).zip(values).map(|(line, value)| ImportRow { file: 0, line, value }).collect()
}

fn pair<T: From<(String, String)>>(first: &str, second: &str) -> T {
    (first.to_owned(), second.to_owned()).into()
}

/// Assignments and grants of existing users and roles, a new role and a new permission.
fn document() -> Document {
    let terms = service::assignments::Terms {
        expires_at: Some(END.parse().expect("an instant")),
        reason: Some("leave".to_owned()),
        ..service::assignments::Terms::default()
    };
    let until = AssignmentEntry { terms: Some(Arc::new(terms)), ..pair("ann", "clerk") };
    let text = |text: &str| Some(text.to_owned());
    Document {
        permissions: rows([PermissionEntry { name: "patient:read".to_owned(), description: text("reads") }]),
        roles: rows([RoleEntry { name: "auditor".to_owned(), description: text("audits"), ..RoleEntry::default() }]),
        role_permissions: rows([pair("auditor", "patient:read"), pair("clerk", "patient:read")]),
        role_hierarchy: rows([pair("auditor", "clerk"), pair("clerk", "junior")]),
        user_roles: rows([until, pair("ann", "auditor")]),
        user_permissions: rows([GrantEntry::from(("ann".to_owned(), "patient:read".to_owned()))]),
        rules: Rules { reason: Some("ticket 7".to_owned()), ..Rules::default() },
        ..Document::default()
    }
}

async fn installation() -> App {
    let app = App::start().await;
    for role in ["clerk", "junior"] {
        app.role(role).create().await;
    }
    app.user("ann").create().await;
    app
}

async fn import(app: &App, document: Document) -> ImportOutcome {
    apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect("an import")
}

async fn id(root: &Client, field: &str, name: &str) -> String {
    let argument = if field == "userByUsername" { "username" } else { "name" };
    let answer = root.ask(&format!("{{ {field}({argument}: \"{name}\") {{ id }} }}")).await;
    answer.data()[field]["id"].as_str().expect("an id").to_owned()
}

/// The entries about an object, without their actors, in the order of their texts.
async fn trail(root: &Client, object: &str) -> Vec<Value> {
    let document = "query ($id: ID!) { auditLog(filter: { involvingId: $id }, first: 100) {
        nodes { action actorLabel targetType targetLabel summary before after reason outcome } } }";
    let answer = root.graphql(document, json!({ "id": object })).await;
    let mut entries = answer.data()["auditLog"]["nodes"].as_array().expect("a list").clone();
    for entry in &mut entries {
        let actor = entry["actorLabel"].as_str().expect("a label").to_owned();
        let summary = entry["summary"].as_str().expect("a summary").replacen(&actor, "", 1);
        entry["summary"] = json!(summary);
        entry["actorLabel"] = json!(null);
    }
    entries.sort_by_key(ToString::to_string);
    entries
}

/// The changes of [`document`], one by one.
async fn by_mutations(app: &App) {
    let root = app.admin().await;
    let input = json!({ "input": { "name": "patient:read", "description": "reads" } });
    let permission = root.mutate("permissionCreate", input).await.id("permission");
    let (clerk, junior) = (app.role_id("clerk").await, app.role_id("junior").await);
    let ann = id(root, "userByUsername", "ann").await;
    let input = json!({ "name": "auditor", "description": "audits", "permissionIds": [permission],
        "inheritsFromIds": [clerk] });
    let auditor = root.mutate("roleCreate", json!({ "input": input })).await.id("role");
    let grant = json!({ "roleId": clerk, "permissionIds": [permission] });
    let _ = root.mutate("roleGrantPermissions", grant).await.done();
    let _ = root.mutate("roleAddInheritance", json!({ "roleId": clerk, "inheritsFromIds": [junior] })).await.done();
    let terms = json!({ "userId": ann, "roleIds": [clerk], "expiresAt": END, "reason": "leave" });
    let _ = root.mutate("userAssignRoles", terms).await.done();
    let permanent = json!({ "userId": ann, "roleIds": [auditor], "reason": "ticket 7" });
    let _ = root.mutate("userAssignRoles", permanent).await.done();
    let direct = json!({ "userId": ann, "permissionIds": [permission], "reason": "ticket 7" });
    let _ = root.mutate("userGrantPermissions", direct).await.done();
}

#[tokio::test]
async fn each_object_has_the_entries_of_the_same_changes_through_the_api() {
    let (imported, changed) = (installation().await, installation().await);
    let outcome = import(&imported, document()).await;
    assert!(matches!(outcome, ImportOutcome::Applied(_)), "{outcome:?}");
    by_mutations(&changed).await;
    let objects = [
        ("userByUsername", "ann"),
        ("roleByName", "clerk"),
        ("roleByName", "junior"),
        ("roleByName", "auditor"),
        ("permissionByName", "patient:read"),
    ];
    for (field, name) in objects {
        let mut found = Vec::new();
        for app in [&imported, &changed] {
            let root = app.admin().await;
            found.push(trail(root, &id(root, field, name).await).await);
        }
        // Entries of the API have a reason only where the mutation takes one; those of an import have that of the import.
        for entry in found.iter_mut().flatten().filter(|entry| entry["reason"] == "ticket 7") {
            entry["reason"] = json!(null);
        }
        assert!(found[0].len() > 1, "{name}: {found:?}");
        assert_eq!(found[0], found[1], "{name}");
    }
}

#[tokio::test]
async fn the_operator_is_the_actor_and_the_reason_is_kept() {
    let app = installation().await;
    import(&app, document()).await;
    let root = app.admin().await;
    let actions = json!({ "actions": ["user.assign_roles", "role.create", "permission.create", "policy.import"] });
    let document = "query ($filter: AuditFilter!) { auditLog(filter: $filter) {
        nodes { action actorLabel actor { id } reason outcome requestId } } }";
    let answer = root.graphql(document, json!({ "filter": actions })).await;
    let events = answer.data()["auditLog"]["nodes"].as_array().expect("a list").clone();
    let by_operator: Vec<&Value> = events.iter().filter(|event| event["actorLabel"] == "operator").collect();
    assert_eq!(by_operator.len(), 5, "{events:#?}");
    assert!(by_operator.iter().all(|event| event["actor"].is_null() && event["outcome"] == "SUCCESS"));
    assert!(by_operator.iter().all(|event| event["requestId"] == by_operator[0]["requestId"]), "{by_operator:?}");
    let mut reasons: Vec<_> = by_operator.iter().map(|event| event["reason"].as_str().expect("a reason")).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["leave", "ticket 7", "ticket 7", "ticket 7", "ticket 7"]);
}

#[tokio::test]
async fn an_assignment_says_that_the_operator_made_it() {
    let app = installation().await;
    import(&app, document()).await;
    let root = app.admin().await;
    let ann = id(root, "userByUsername", "ann").await;
    let by_root = json!({ "userId": ann, "roleIds": [app.role_id("junior").await] });
    let _ = root.mutate("userAssignRoles", by_root).await.done();
    let document = "{ userByUsername(username: \"ann\") { roleAssignments { role { name } assignedBy { username }
        assignedByLabel reason } } }";
    let answer = root.ask(document).await;
    let mut found = answer.data()["userByUsername"]["roleAssignments"].as_array().expect("a list").clone();
    found.sort_by_key(|assignment| assignment["role"]["name"].to_string());
    let root_name = &found[2]["assignedBy"]["username"];
    assert!(root_name.is_string(), "{found:?}");
    let expected = json!([
        { "role": { "name": "auditor" }, "assignedBy": null, "assignedByLabel": "operator", "reason": "ticket 7" },
        { "role": { "name": "clerk" }, "assignedBy": null, "assignedByLabel": "operator", "reason": "leave" },
        { "role": { "name": "junior" }, "assignedBy": { "username": root_name }, "assignedByLabel": null, "reason": null },
    ]);
    assert_eq!(json!(found[..3]), expected);
}

#[tokio::test]
async fn a_new_user_is_created_with_the_roles_of_the_import() {
    let app = installation().await;
    let user_roles = (0..201).map(|number| pair("new", &format!("role{number:03}")));
    let outcome = import(&app, Document { user_roles: rows(user_roles), ..Document::default() }).await;
    assert!(matches!(outcome, ImportOutcome::Applied(_)), "{outcome:?}");
    let root = app.admin().await;
    let user = id(root, "userByUsername", "new").await;
    let entries = trail(root, &user).await;
    let mut named = Vec::new();
    for entry in &entries {
        assert_eq!((&entry["targetLabel"], &entry["before"]), (&json!("new"), &json!(null)));
        let roles = entry["after"]["roles"].as_array().expect("a list");
        assert!(roles.len() <= 100);
        named.extend(roles.iter().map(ToString::to_string));
    }
    let actions: Vec<_> = entries.iter().map(|entry| entry["action"].as_str().expect("an action")).collect();
    assert_eq!(actions, ["user.assign_roles", "user.assign_roles", "user.create"]);
    named.sort();
    named.dedup();
    assert_eq!(named.len(), 201);
    // And from the other side.
    let role = trail(root, &app.role_id("role007").await).await;
    assert!(role.iter().any(|entry| entry["targetLabel"] == "new"), "{role:?}");
}

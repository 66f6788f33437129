//! Each mutation writes one entry.

use super::{Since, actions};
use serde_json::{Value, json};
use tests::{App, Client};

/// The expected entry.
pub(super) struct Expected {
    action: &'static str,
    target: (&'static str, Value),
    label: &'static str,
    before: Value,
    after: Value,
}

/// Runs a mutation and compares its one entry with the expected one.
pub(super) async fn assert_entry(app: &App, who: &Client, field: &str, arguments: Value, expected: Expected) -> Value {
    let since = Since::now(app);
    let acted = who.mutate(field, arguments).await;
    let done = acted.done().clone();
    let entries = since.entries(app.admin().await).await;
    assert_eq!(actions(&entries), [expected.action], "{field}");
    let entry = &entries[0];
    let target = expected.target.1;
    // The id of a created object is known only afterwards.
    let target = if target.is_null() { made(&done) } else { target };
    assert_eq!(entry["targetId"], target, "{field}");
    assert_eq!((&entry["outcome"], &entry["targetType"]), (&json!("SUCCESS"), &json!(expected.target.0)), "{field}");
    assert_eq!(entry["targetLabel"], expected.label, "{field}");
    assert_eq!((&entry["before"], &entry["after"]), (&expected.before, &expected.after), "{field}");
    let request = acted.response.headers.get("x-request-id").expect("the request's id").to_str().expect("ASCII");
    assert_eq!(entry["requestId"], request, "{field}");
    assert_eq!(entry["ipAddress"], "127.0.0.1");
    assert_eq!(entry["at"], json!(since.0));
    let summary = entry["summary"].as_str().expect("a sentence");
    let actor = entry["actorLabel"].as_str().expect("a name");
    assert!(summary.starts_with(&format!("{actor} ")) && summary.len() > actor.len() + 3, "{summary}");
    done
}

/// The id of the payload's object.
fn made(payload: &Value) -> Value {
    let objects = ["role", "permission", "user", "sodConstraint"].map(|member| payload[member]["id"].clone());
    objects.into_iter().find(|id| !id.is_null()).expect("something made")
}

/// An entry with this target and label.
pub(super) fn on(action: &'static str, target: (&'static str, Value), label: &'static str) -> Expected {
    Expected { action, target, label, before: Value::Null, after: Value::Null }
}

impl Expected {
    pub(super) fn before(self, before: Value) -> Self {
        Self { before, ..self }
    }

    pub(super) fn after(self, after: Value) -> Self {
        Self { after, ..self }
    }
}

#[tokio::test]
async fn role_mutations_are_audited() {
    let app = App::start().await;
    let root = app.admin().await;
    let (junior, permission) = (app.role("junior").create().await, app.permission_id("a:b").await);
    let ana = app.user("ana").create().await;
    let after = json!({
        "name": "clerk", "description": "books", "permissions": ["a:b"], "patterns": [],
        "inheritsFrom": ["junior"], "inheritedBy": []
    });
    let new = json!({ "input": {
        "name": "clerk", "description": "books", "permissionIds": [permission], "inheritsFromIds": [junior] } });
    let made =
        assert_entry(&app, root, "roleCreate", new, on("role.create", ("Role", Value::Null), "clerk").after(after))
            .await;
    let clerk = made["role"]["id"].clone();
    let role = || ("Role", clerk.clone());
    let update = json!({ "id": clerk, "input": { "name": "scribe", "description": null } });
    let expected = on("role.update", role(), "clerk")
        .before(json!({ "name": "clerk", "description": "books" }))
        .after(json!({ "name": "scribe", "description": null }));
    assert_entry(&app, root, "roleUpdate", update, expected).await;

    let (grants, links) = (json!({ "permissions": ["a:b"] }), json!({ "inheritsFrom": ["junior"] }));
    let change = json!({ "roleId": clerk, "permissionIds": [permission] });
    let expected = on("role.revoke_permissions", role(), "scribe").before(grants.clone());
    assert_entry(&app, root, "roleRevokePermissions", change.clone(), expected).await;
    let expected = on("role.grant_permissions", role(), "scribe").after(grants);
    assert_entry(&app, root, "roleGrantPermissions", change, expected).await;
    let change = json!({ "roleId": clerk, "inheritsFromIds": [junior] });
    let expected = on("role.remove_inheritance", role(), "scribe").before(links.clone());
    assert_entry(&app, root, "roleRemoveInheritance", change.clone(), expected).await;
    let expected = on("role.add_inheritance", role(), "scribe").after(links);
    assert_entry(&app, root, "roleAddInheritance", change, expected).await;

    let members = json!({ "roleId": clerk, "userIds": [ana.id] });
    let expected = on("role.assign_users", role(), "scribe")
        .after(json!({ "users": ["ana"], "validFrom": null, "expiresAt": null }));
    assert_entry(&app, root, "roleAssignUsers", members.clone(), expected).await;
    let expected = on("role.unassign_users", role(), "scribe").before(json!({ "users": ["ana"] }));
    assert_entry(&app, root, "roleUnassignUsers", members, expected).await;
    let before = json!({
        "name": "scribe", "description": null, "isDefault": false, "permissions": ["a:b"], "patterns": [],
        "inheritsFrom": ["junior"], "inheritedBy": [], "assignedUsers": 0,
        "sodConstraints": []
    });
    let expected = on("role.delete", role(), "scribe").before(before);
    assert_entry(&app, root, "roleDelete", json!({ "id": clerk }), expected).await;
}

#[tokio::test]
async fn constraint_mutations_are_audited() {
    let app = App::start().await;
    let root = app.admin().await;
    let (a, b, c) = (app.role("a").create().await, app.role("b").create().await, app.role("c").create().await);
    let whole = |name: &str, limit: u8, roles: &[&str]| json!({ "name": name, "description": "why", "kind": "STATIC", "limit": limit, "roles": roles });
    let new = json!({ "input": { "name": "set", "description": "why", "kind": "STATIC", "roleIds": [b, a] } });
    let expected =
        on("sod_constraint.create", ("SodConstraint", Value::Null), "set").after(whole("set", 2, &["b", "a"]));
    let made = assert_entry(&app, root, "sodConstraintCreate", new, expected).await;
    let set = made["sodConstraint"]["id"].clone();
    let target = || ("SodConstraint", set.clone());
    let roles = json!({ "roles": ["c"] });
    let change = json!({ "id": set, "roleIds": [c] });
    let expected = on("sod_constraint.add_roles", target(), "set").after(roles.clone());
    assert_entry(&app, root, "sodConstraintAddRoles", change.clone(), expected).await;
    let update = json!({ "id": set, "input": { "name": "Set", "limit": 3 } });
    let expected = on("sod_constraint.update", target(), "set")
        .before(json!({ "name": "set", "limit": 2 }))
        .after(json!({ "name": "Set", "limit": 3 }));
    assert_entry(&app, root, "sodConstraintUpdate", update, expected).await;
    let update = json!({ "id": set, "input": { "limit": 2 } });
    let expected =
        on("sod_constraint.update", target(), "Set").before(json!({ "limit": 3 })).after(json!({ "limit": 2 }));
    assert_entry(&app, root, "sodConstraintUpdate", update, expected).await;
    let expected = on("sod_constraint.remove_roles", target(), "Set").before(roles);
    assert_entry(&app, root, "sodConstraintRemoveRoles", change, expected).await;
    let expected = on("sod_constraint.delete", target(), "Set").before(whole("Set", 2, &["a", "b"]));
    assert_entry(&app, root, "sodConstraintDelete", json!({ "id": set }), expected).await;
}

#[tokio::test]
async fn permission_mutations_are_audited() {
    let app = App::start().await;
    let root = app.admin().await;
    let new = json!({ "input": { "name": "a:b", "description": "x" } });
    let expected =
        on("permission.create", ("Permission", Value::Null), "a:b").after(json!({ "name": "a:b", "description": "x" }));
    let made = assert_entry(&app, root, "permissionCreate", new, expected).await;
    let permission = made["permission"]["id"].clone();
    let target = || ("Permission", permission.clone());
    let update = json!({ "id": permission, "input": { "description": "y" } });
    let expected = on("permission.update", target(), "a:b")
        .before(json!({ "description": "x" }))
        .after(json!({ "description": "y" }));
    assert_entry(&app, root, "permissionUpdate", update, expected).await;
    let before =
        json!({ "name": "a:b", "description": "y", "grantedRoles": [], "directUsers": 0, "sodConstraints": [] });
    let expected = on("permission.delete", target(), "a:b").before(before);
    assert_entry(&app, root, "permissionDelete", json!({ "id": permission }), expected).await;
}

#[tokio::test]
async fn user_mutations_are_audited() {
    let app = App::start().await;
    let root = app.admin().await;
    let new = json!({ "input": { "username": "ana", "email": "ana@example.com" } });
    let expected = on("user.create", ("User", Value::Null), "ana")
        .after(json!({ "username": "ana", "email": "ana@example.com", "displayName": null, "roles": ["user"] }));
    let ana = assert_entry(&app, root, "userCreate", new, expected).await["user"]["id"].clone();
    let user = || ("User", ana.clone());
    let update = json!({ "id": ana, "input": { "username": "anna", "email": null, "displayName": "A" } });
    let expected = on("user.update", user(), "ana")
        .before(json!({ "username": "ana", "email": "ana@example.com", "displayName": null }))
        .after(json!({ "username": "anna", "email": null, "displayName": "A" }));
    assert_entry(&app, root, "userUpdate", update, expected).await;
    let (active, suspended) = (json!({ "status": "ACTIVE" }), json!({ "status": "SUSPENDED" }));
    let expected = on("user.suspend", user(), "anna")
        .before(active.clone())
        .after(json!({ "status": "SUSPENDED", "endedSessions": 0 }));
    assert_entry(&app, root, "userSuspend", json!({ "id": ana }), expected).await;
    let expected = on("user.reactivate", user(), "anna").before(suspended).after(active);
    assert_entry(&app, root, "userReactivate", json!({ "id": ana }), expected).await;
    let expected = on("user.delete", user(), "anna").before(json!({ "username": "anna", "roles": ["user"] }));
    assert_entry(&app, root, "userDelete", json!({ "id": ana }), expected).await;

    let ben = app.user("ben").create().await;
    let profile = json!({ "input": { "displayName": "Ben!" } });
    let expected = on("profile.update", ("User", json!(ben.id)), "ben")
        .before(json!({ "displayName": null }))
        .after(json!({ "displayName": "Ben!" }));
    assert_entry(&app, &ben, "profileUpdate", profile, expected).await;
}

#[tokio::test]
async fn f16_assignments_and_grants_are_audited() {
    let app = App::start().await;
    let root = app.admin().await;
    let (clerk, permission) = (app.role("clerk").create().await, app.permission_id("a:b").await);
    let ana = app.user("ana").create().await;
    let user = || ("User", json!(ana.id));
    let end = "2999-01-01T00:00:00.000Z";
    for (kind, id, name, [give, take], [gave, took]) in [
        (
            "roles",
            clerk,
            "clerk",
            ["userAssignRoles", "userUnassignRoles"],
            ["user.assign_roles", "user.unassign_roles"],
        ),
        (
            "permissions",
            permission,
            "a:b",
            ["userGrantPermissions", "userRevokePermissions"],
            ["user.grant_permissions", "user.revoke_permissions"],
        ),
    ] {
        let ids = if kind == "roles" { "roleIds" } else { "permissionIds" };
        let state = |until: Value| json!({ kind: [name], "validFrom": null, "expiresAt": until });
        let first = json!({ "userId": ana.id, ids: [id], "expiresAt": end });
        assert_entry(&app, root, give, first, on(gave, user(), "ana").after(state(json!(end)))).await;
        // Assigned again with other terms: the entry contains the replaced ones.
        let mut replaced = state(json!(end));
        replaced["reason"] = Value::Null;
        let expected = on(gave, user(), "ana").before(json!([replaced])).after(state(Value::Null));
        assert_entry(&app, root, give, json!({ "userId": ana.id, ids: [id] }), expected).await;
        let expected = on(took, user(), "ana").before(json!({ kind: [name] }));
        assert_entry(&app, root, take, json!({ "userId": ana.id, ids: [id] }), expected).await;
    }
}

//! Each mutation leaves one entry.

use super::{Since, actions};
use serde_json::{Value, json};
use tests::{App, Client, PASSWORD};

/// What an entry is to say.
struct Expected {
    action: &'static str,
    target: (&'static str, Value),
    label: &'static str,
    before: Value,
    after: Value,
}

/// Does something and holds its one entry to what is expected.
async fn leaves(app: &App, who: &Client, (field, arguments): (&str, Value), expected: Expected) -> Value {
    let since = Since::now(app);
    let acted = who.act(field, arguments).await;
    let done = acted.done().clone();
    let entries = since.entries(app.admin().await).await;
    assert_eq!(actions(&entries), [expected.action], "{field}");
    let entry = &entries[0];
    let target = expected.target.1;
    // What is created has its id only afterwards.
    let target = if target.is_null() { made(&done) } else { target };
    assert_eq!(entry["targetId"], target, "{field}");
    assert_eq!((&entry["outcome"], &entry["targetType"]), (&json!("SUCCESS"), &json!(expected.target.0)), "{field}");
    assert_eq!(entry["targetLabel"], expected.label, "{field}");
    assert_eq!((&entry["before"], &entry["after"]), (&expected.before, &expected.after), "{field}");
    let request = acted.answer.headers.get("x-request-id").expect("the request's id").to_str().expect("ASCII");
    assert_eq!(entry["requestId"], request, "{field}");
    assert_eq!(entry["ipAddress"], "127.0.0.1");
    assert_eq!(entry["at"], json!(since.0));
    let summary = entry["summary"].as_str().expect("a sentence");
    let actor = entry["actorLabel"].as_str().expect("a name");
    assert!(summary.starts_with(&format!("{actor} ")) && summary.len() > actor.len() + 3, "{summary}");
    done
}

/// The id of what a payload shows.
fn made(payload: &Value) -> Value {
    let objects = ["role", "permission", "user", "sodConstraint"].map(|member| payload[member]["id"].clone());
    objects.into_iter().find(|id| !id.is_null()).expect("something made")
}

/// An entry on this target, under this label.
fn on(action: &'static str, target: (&'static str, Value), label: &'static str) -> Expected {
    Expected { action, target, label, before: Value::Null, after: Value::Null }
}

impl Expected {
    fn before(self, before: Value) -> Self {
        Self { before, ..self }
    }

    fn after(self, after: Value) -> Self {
        Self { after, ..self }
    }
}

#[tokio::test]
async fn of_roles() {
    let app = App::start().await;
    let root = app.admin().await;
    let (junior, permission) = (app.role("junior").create().await, app.permission_id("a:b").await);
    let ana = app.user("ana").create().await;
    let after = json!({
        "name": "clerk", "description": "books", "permissions": ["a:b"], "inheritsFrom": ["junior"], "inheritedBy": []
    });
    let new = json!({ "input": {
        "name": "clerk", "description": "books", "permissionIds": [permission], "inheritsFromIds": [junior] } });
    let made =
        leaves(&app, root, ("roleCreate", new), on("role.create", ("Role", Value::Null), "clerk").after(after)).await;
    let clerk = made["role"]["id"].clone();
    let role = || ("Role", clerk.clone());
    let update = json!({ "id": clerk, "input": { "name": "scribe", "description": null } });
    let expected = on("role.update", role(), "clerk")
        .before(json!({ "name": "clerk", "description": "books" }))
        .after(json!({ "name": "scribe", "description": null }));
    leaves(&app, root, ("roleUpdate", update), expected).await;

    let (grants, links) = (json!({ "permissions": ["a:b"] }), json!({ "inheritsFrom": ["junior"] }));
    let change = json!({ "roleId": clerk, "permissionIds": [permission] });
    let expected = on("role.revoke_permissions", role(), "scribe").before(grants.clone());
    leaves(&app, root, ("roleRevokePermissions", change.clone()), expected).await;
    let expected = on("role.grant_permissions", role(), "scribe").after(grants);
    leaves(&app, root, ("roleGrantPermissions", change), expected).await;
    let change = json!({ "roleId": clerk, "inheritsFromIds": [junior] });
    let expected = on("role.remove_inheritance", role(), "scribe").before(links.clone());
    leaves(&app, root, ("roleRemoveInheritance", change.clone()), expected).await;
    let expected = on("role.add_inheritance", role(), "scribe").after(links);
    leaves(&app, root, ("roleAddInheritance", change), expected).await;

    let members = json!({ "roleId": clerk, "userIds": [ana.id] });
    let expected = on("role.assign_users", role(), "scribe")
        .after(json!({ "users": ["ana"], "validFrom": null, "expiresAt": null }));
    leaves(&app, root, ("roleAssignUsers", members.clone()), expected).await;
    let expected = on("role.unassign_users", role(), "scribe").before(json!({ "users": ["ana"] }));
    leaves(&app, root, ("roleUnassignUsers", members), expected).await;
    let before = json!({
        "name": "scribe", "description": null, "isDefault": false, "permissions": ["a:b"],
        "inheritsFrom": ["junior"], "inheritedBy": [], "assignedUsers": 0,
        "sodConstraints": []
    });
    let expected = on("role.delete", role(), "scribe").before(before);
    leaves(&app, root, ("roleDelete", json!({ "id": clerk })), expected).await;
}

#[tokio::test]
async fn of_constraints() {
    let app = App::start().await;
    let root = app.admin().await;
    let (a, b, c) = (app.role("a").create().await, app.role("b").create().await, app.role("c").create().await);
    let whole = |name: &str, limit: u8, roles: &[&str]| json!({ "name": name, "description": "why", "kind": "STATIC", "limit": limit, "roles": roles });
    let new = json!({ "input": { "name": "set", "description": "why", "kind": "STATIC", "roleIds": [b, a] } });
    let expected =
        on("sod_constraint.create", ("SodConstraint", Value::Null), "set").after(whole("set", 2, &["b", "a"]));
    let made = leaves(&app, root, ("sodConstraintCreate", new), expected).await;
    let set = made["sodConstraint"]["id"].clone();
    let target = || ("SodConstraint", set.clone());
    let roles = json!({ "roles": ["c"] });
    let change = json!({ "id": set, "roleIds": [c] });
    let expected = on("sod_constraint.add_roles", target(), "set").after(roles.clone());
    leaves(&app, root, ("sodConstraintAddRoles", change.clone()), expected).await;
    let update = json!({ "id": set, "input": { "name": "Set", "limit": 3 } });
    let expected = on("sod_constraint.update", target(), "set")
        .before(json!({ "name": "set", "limit": 2 }))
        .after(json!({ "name": "Set", "limit": 3 }));
    leaves(&app, root, ("sodConstraintUpdate", update), expected).await;
    let update = json!({ "id": set, "input": { "limit": 2 } });
    let expected =
        on("sod_constraint.update", target(), "Set").before(json!({ "limit": 3 })).after(json!({ "limit": 2 }));
    leaves(&app, root, ("sodConstraintUpdate", update), expected).await;
    let expected = on("sod_constraint.remove_roles", target(), "Set").before(roles);
    leaves(&app, root, ("sodConstraintRemoveRoles", change), expected).await;
    let expected = on("sod_constraint.delete", target(), "Set").before(whole("Set", 2, &["a", "b"]));
    leaves(&app, root, ("sodConstraintDelete", json!({ "id": set })), expected).await;
}

#[tokio::test]
async fn of_permissions() {
    let app = App::start().await;
    let root = app.admin().await;
    let new = json!({ "input": { "name": "a:b", "description": "x" } });
    let expected =
        on("permission.create", ("Permission", Value::Null), "a:b").after(json!({ "name": "a:b", "description": "x" }));
    let made = leaves(&app, root, ("permissionCreate", new), expected).await;
    let permission = made["permission"]["id"].clone();
    let target = || ("Permission", permission.clone());
    let update = json!({ "id": permission, "input": { "description": "y" } });
    let expected = on("permission.update", target(), "a:b")
        .before(json!({ "description": "x" }))
        .after(json!({ "description": "y" }));
    leaves(&app, root, ("permissionUpdate", update), expected).await;
    let before = json!({ "name": "a:b", "description": "y", "grantedRoles": [], "directUsers": 0 });
    let expected = on("permission.delete", target(), "a:b").before(before);
    leaves(&app, root, ("permissionDelete", json!({ "id": permission })), expected).await;
}

#[tokio::test]
async fn of_users() {
    let app = App::start().await;
    let root = app.admin().await;
    let new = json!({ "input": { "username": "ana", "email": "ana@example.com" } });
    let expected = on("user.create", ("User", Value::Null), "ana")
        .after(json!({ "username": "ana", "email": "ana@example.com", "displayName": null, "roles": ["user"] }));
    let ana = leaves(&app, root, ("userCreate", new), expected).await["user"]["id"].clone();
    let user = || ("User", ana.clone());
    let update = json!({ "id": ana, "input": { "username": "anna", "email": null, "displayName": "A" } });
    let expected = on("user.update", user(), "ana")
        .before(json!({ "username": "ana", "email": "ana@example.com", "displayName": null }))
        .after(json!({ "username": "anna", "email": null, "displayName": "A" }));
    leaves(&app, root, ("userUpdate", update), expected).await;
    let (active, suspended) = (json!({ "status": "ACTIVE" }), json!({ "status": "SUSPENDED" }));
    let expected = on("user.suspend", user(), "anna")
        .before(active.clone())
        .after(json!({ "status": "SUSPENDED", "endedSessions": 0 }));
    leaves(&app, root, ("userSuspend", json!({ "id": ana })), expected).await;
    let expected = on("user.reactivate", user(), "anna").before(suspended).after(active);
    leaves(&app, root, ("userReactivate", json!({ "id": ana })), expected).await;
    let expected = on("user.delete", user(), "anna").before(json!({ "username": "anna", "roles": ["user"] }));
    leaves(&app, root, ("userDelete", json!({ "id": ana })), expected).await;

    let ben = app.user("ben").create().await;
    let profile = json!({ "input": { "displayName": "Ben!" } });
    let expected = on("profile.update", ("User", json!(ben.id)), "ben")
        .before(json!({ "displayName": null }))
        .after(json!({ "displayName": "Ben!" }));
    leaves(&app, &ben, ("profileUpdate", profile), expected).await;
}

#[tokio::test]
async fn f16_of_assignments_and_grants() {
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
        leaves(&app, root, (give, first), on(gave, user(), "ana").after(state(json!(end)))).await;
        // Again, on other terms: those that were replaced are told.
        let mut replaced = state(json!(end));
        replaced["reason"] = Value::Null;
        let expected = on(gave, user(), "ana").before(json!([replaced])).after(state(Value::Null));
        leaves(&app, root, (give, json!({ "userId": ana.id, ids: [id] })), expected).await;
        let expected = on(took, user(), "ana").before(json!({ kind: [name] }));
        leaves(&app, root, (take, json!({ "userId": ana.id, ids: [id] })), expected).await;
    }
}

#[tokio::test]
async fn f16_of_passwords_and_sessions() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let expected = on("user.change_password", ("User", json!(ana.id)), "ana");
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "rough-waters-under-9-skies" });
    leaves(&app, &ana, ("passwordChange", change), expected).await;
    let session = async |client: &Client| {
        client.ask("{ viewer { session { id device } } }").await.data()["viewer"]["session"].clone()
    };
    let (own, unknown) = (session(&ana).await, "Unknown device");
    assert_eq!(own["device"], unknown);
    let expected = on("session.reauthenticate", ("Session", own["id"].clone()), "ana");
    leaves(&app, &ana, ("reauthenticate", json!({ "password": "rough-waters-under-9-skies" })), expected).await;
    let expected = on("session.revoke", ("Session", own["id"].clone()), unknown);
    leaves(&app, root, ("sessionRevoke", json!({ "id": own["id"] })), expected).await;

    let ben = app.user("ben").create().await;
    let since = Since::now(&app);
    let another = app.login("ben").await;
    let entries = since.entries(root).await;
    assert_eq!(actions(&entries), ["session.login"]);
    let id = session(&another).await["id"].clone();
    assert_eq!((&entries[0]["targetType"], &entries[0]["targetId"]), (&json!("Session"), &id));
    assert_eq!((&entries[0]["actorLabel"], &entries[0]["actor"]["id"]), (&json!("ben"), &json!(ben.id)));
    let expected = on("session.logout", ("Session", id), unknown);
    leaves(&app, &another, ("logout", json!({})), expected).await;
    let since = Since::now(&app);
    let _ = ben.act("logout", json!({})).await.done();
    let _ = ben.act("logout", json!({})).await.done();
    assert_eq!(actions(&since.entries(root).await), ["session.logout"], "the second ended nothing");
}

#[tokio::test]
async fn of_signing_up() {
    let app = App::start().await;
    let root = app.admin().await;
    let since = Since::now(&app);
    let ana = app.user("ana").create().await;
    let entries = since.entries(root).await;
    assert_eq!(actions(&entries), ["user.signup"]);
    let entry = &entries[0];
    assert_eq!((&entry["targetId"], &entry["targetLabel"]), (&json!(ana.id), &json!("ana")));
    assert_eq!((&entry["after"]["username"], &entry["before"]), (&json!("ana"), &Value::Null));
}

#[tokio::test]
async fn of_one_document_with_several_mutations_each() {
    let app = App::start().await;
    let root = app.admin().await;
    let since = Since::now(&app);
    let document = r#"mutation { a: permissionCreate(input: { name: "a:a" }) { userErrors { code } }
        b: permissionCreate(input: { name: "a:a" }) { userErrors { code } }
        c: permissionCreate(input: { name: "c:c" }) { userErrors { code } } }"#;
    let answer = root.ask(document).await;
    assert_eq!(answer.data()["b"]["userErrors"][0]["code"], "TAKEN");
    let entries = since.entries(root).await;
    let mut outcomes: Vec<_> =
        entries.iter().map(|entry| (entry["targetLabel"].to_string(), entry["outcome"].to_string())).collect();
    outcomes.sort();
    let pair = |label: &str, outcome: &str| (format!("\"{label}\""), format!("\"{outcome}\""));
    assert_eq!(outcomes, [pair("a:a", "DENIED"), pair("a:a", "SUCCESS"), pair("c:c", "SUCCESS")]);
    let request = answer.headers.get("x-request-id").expect("the request's id").to_str().expect("ASCII").to_owned();
    assert!(entries.iter().all(|entry| entry["requestId"] == json!(request)));
}

#[tokio::test]
async fn a_reason_given_is_kept() {
    let app = App::start().await;
    let root = app.admin().await;
    let (clerk, ana) = (app.role("clerk").create().await, app.user("ana").create().await);
    let reason = "Mutterschutz 👶";
    for (field, arguments) in [
        ("userAssignRoles", json!({ "userId": ana.id, "roleIds": [clerk] })),
        ("userUnassignRoles", json!({ "userId": ana.id, "roleIds": [clerk] })),
        ("roleAssignUsers", json!({ "roleId": clerk, "userIds": [ana.id] })),
        ("roleUnassignUsers", json!({ "roleId": clerk, "userIds": [ana.id] })),
        ("userSuspend", json!({ "id": ana.id })),
    ] {
        let since = Since::now(&app);
        let mut arguments = arguments;
        arguments["reason"] = json!(reason);
        let _ = root.act(field, arguments).await.done();
        assert_eq!(since.entries(root).await[0]["reason"], reason, "{field}");
    }
}

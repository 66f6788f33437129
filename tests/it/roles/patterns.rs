//! Patterns of permissions granted to roles.

use super::{audited, names, role};
use serde_json::{Value, json};
use tests::{Actor, App, Client, MutationResult};

async fn act(client: &Client, field: &str, role: &str, patterns: &[&str]) -> MutationResult {
    client.mutate(field, json!({ "roleId": role, "patterns": patterns })).await
}

async fn grant(client: &Client, role: &str, patterns: &[&str]) -> MutationResult {
    act(client, "roleGrantPatterns", role, patterns).await
}

fn patterns(acted: &MutationResult) -> Vec<&str> {
    let granted = acted.done()["role"]["permissionPatterns"].as_array().expect("patterns");
    granted.iter().map(|granted| granted["pattern"].as_str().expect("a text")).collect()
}

async fn held(who: &Actor) -> Value {
    who.ask("{ viewer { permissions } }").await.data()["viewer"]["permissions"].clone()
}

#[tokio::test]
async fn a_role_holds_what_a_pattern_matches_now_and_later() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    app.role("boss").inheriting("clerk").create().await;
    let (read, _) = (app.permission_id("invoice:read").await, app.permission_id("order:read").await);
    let ana = app.user("ana").with_role("boss").create().await;

    let granted = grant(root, &clerk, &["invoice:*", "*:sign", "invoice:*"]).await;
    assert_eq!(patterns(&granted), ["*:sign", "invoice:*"], "each once, by text");
    assert_eq!(held(&ana).await, json!(["invoice:read"]));
    let sign = json!({ "input": { "name": "order:sign" } });
    let _ = root.mutate("permissionCreate", sign).await.done();
    assert_eq!(held(&ana).await, json!(["invoice:read", "order:sign"]));
    let _ = root.mutate("permissionDelete", json!({ "id": read })).await.done();
    assert_eq!(held(&ana).await, json!(["order:sign"]));
    let revoked = act(root, "roleRevokePatterns", &clerk, &["*:sign", "*:read"]).await;
    assert_eq!(patterns(&revoked), ["invoice:*"]);
    assert_eq!(held(&ana).await, json!([]));
    let _ = root.mutate("roleDelete", json!({ "id": clerk })).await.done();
}

#[tokio::test]
async fn a_pattern_is_shown_as_open_ended_with_what_it_matches_today() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let [_, _] = [app.permission_id("invoice:pay").await, app.permission_id("storage.objects.get").await];
    let ana = app.user("ana").with_role("clerk").create().await;
    let _ = grant(root, &clerk, &["invoice:*", "storage.objects.*"]).await.done();
    let document = "query ($role: ID!, $user: ID!) {
        role(id: $role) {
            permissions { name }
            permissionPatterns { pattern resource action permissionCount permissions { name } }
            effectivePermissions { permission { name } pattern }
        }
        explainAccess(userId: $user, permission: \"invoice:read\") { decision { allowed } paths { pattern roles { name } } } }";
    let answer = root.graphql(document, json!({ "role": clerk, "user": ana.id })).await;
    let seen = answer.data();
    assert_eq!(names(&seen["role"]["permissions"]), ["invoice:read"]);
    assert_eq!(
        seen["role"]["permissionPatterns"],
        json!([
            { "pattern": "invoice:*", "resource": "invoice", "action": "*", "permissionCount": 2,
              "permissions": [{ "name": "invoice:pay" }, { "name": "invoice:read" }] },
            { "pattern": "storage.objects.*", "resource": "storage.objects", "action": "*", "permissionCount": 1,
              "permissions": [{ "name": "storage.objects.get" }] },
        ])
    );
    let held = seen["role"]["effectivePermissions"].as_array().expect("permissions");
    let held: Vec<_> = held.iter().map(|held| (held["permission"]["name"].clone(), held["pattern"].clone())).collect();
    assert_eq!(
        json!(held),
        json!([
            ["invoice:pay", "invoice:*"],
            ["invoice:read", null],
            ["invoice:read", "invoice:*"],
            ["storage.objects.get", "storage.objects.*"],
        ])
    );
    let paths = json!([
        { "pattern": null, "roles": [{ "name": "clerk" }] },
        { "pattern": "invoice:*", "roles": [{ "name": "clerk" }] },
    ]);
    assert_eq!(seen["explainAccess"], json!({ "decision": { "allowed": true }, "paths": paths }));
}

#[tokio::test]
async fn no_other_form_of_an_asterisk_is_accepted() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let before = role(root, &clerk).await;
    for (text, code) in [
        ("inv*:read", "INVALID"),
        ("*", "INVALID"),
        ("invoice:read", "INVALID"),
        ("invoice:**", "INVALID"),
        ("", "REQUIRED"),
        (" invoice:*", "INVALID"),
        (&format!("{}:*", "x".repeat(254)), "TOO_LONG"),
    ] {
        let refused = grant(root, &clerk, &["invoice:*", text]).await;
        assert_eq!(refused.refused(), format!("{code} patterns.1"), "{text:?}");
    }
    let many = vec!["invoice:*"; 101];
    assert_eq!(grant(root, &clerk, &many).await.refused(), "TOO_LONG patterns");
    assert_eq!(grant(root, "role_", &["invoice:*"]).await.refused(), "NOT_FOUND roleId");
    assert_eq!(grant(root, &app.role_id("superadmin").await, &["invoice:*"]).await.refused(), "IMMUTABLE roleId");
    assert_eq!(role(root, &clerk).await, before);
    let _ = grant(root, &clerk, &many[..100]).await.done();
    let longest = format!("{}:*", "x".repeat(253));
    let _ = grant(root, &clerk, &[&longest]).await.done();
    let input = json!({ "input": { "name": "invoice:*" } });
    assert_eq!(root.mutate("permissionCreate", input).await.refused(), "INVALID input.name");
}

#[tokio::test]
async fn what_changes_nothing_audits_nothing_and_a_dry_run_leaves_no_trace() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let _ = app.permission_id("invoice:read").await;
    app.user("ana").with_role("clerk").create().await;
    let _ = grant(root, &clerk, &["invoice:*"]).await.done();
    let (before, entries) = (role(root, &clerk).await, audited(&app).await);
    let _ = grant(root, &clerk, &["invoice:*"]).await.done();
    let _ = act(root, "roleRevokePatterns", &clerk, &["*:*"]).await.done();
    let document = "mutation ($role: ID!, $patterns: [String!]!) {
        roleRevokePatterns(roleId: $role, patterns: $patterns, dryRun: true) {
            impact { usersAffected permissionsGained permissionsLost } userErrors { code } } }";
    let answer = root.graphql(document, json!({ "role": clerk, "patterns": ["invoice:*"] })).await;
    let impact = json!({ "usersAffected": 1, "permissionsGained": 0, "permissionsLost": 1 });
    assert_eq!(answer.data()["roleRevokePatterns"], json!({ "impact": impact, "userErrors": [] }));
    assert_eq!((role(root, &clerk).await, audited(&app).await), (before, entries));
}

#[tokio::test]
async fn a_pattern_counts_as_what_it_could_become() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let reads = app.role("reads").create().await;
    let _ = grant(root, &reads, &["invoice:*"]).await.done();
    app.role("granter")
        .granting("permission:grant")
        .granting("role:assign")
        .granting("role:read")
        .granting("permission:read")
        .create()
        .await;
    let named = app.user("named").with_role("granter").with_permission("invoice:read").create().await;
    let holder = app.user("holder").with_role("granter").with_role("reads").create().await;
    let ben = app.user("ben").create().await;

    // All that it matches today is not all that it could match.
    let refused = grant(&named, &clerk, &["invoice:*"]).await;
    assert_eq!(refused.refused(), "BEYOND_AUTHORITY patterns.0");
    let [error] = refused.user_errors() else { panic!("{refused:?}") };
    assert_eq!((&error["missing"], &error["missingPatterns"]), (&json!([]), &json!(["invoice:*"])));
    let assign = json!({ "userId": ben.id, "roleIds": [reads] });
    assert_eq!(named.mutate("userAssignRoles", assign.clone()).await.refused(), "BEYOND_AUTHORITY roleIds.0");
    let _ = grant(&holder, &clerk, &["invoice:*"]).await.done();
    let _ = holder.mutate("userAssignRoles", assign).await.done();
    assert_eq!(grant(&holder, &clerk, &["*:read"]).await.refused(), "BEYOND_AUTHORITY patterns.0");
    assert_eq!(grant(&named, &reads, &[]).await.refused(), "BEYOND_AUTHORITY roleId");
}

#[tokio::test]
async fn a_copied_role_has_the_patterns_of_the_other() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let _ = grant(root, &clerk, &["invoice:*"]).await.done();
    let copy = root.mutate("roleCreate", json!({ "input": { "name": "copy", "copyFromId": clerk } })).await;
    assert_eq!(patterns(&copy), ["invoice:*"]);
    app.role("granter").granting("permission:grant").granting("role:write").granting("role:read").create().await;
    let ben = app.user("ben").with_role("granter").create().await;
    let refused = ben.mutate("roleCreate", json!({ "input": { "name": "mine", "copyFromId": clerk } })).await;
    assert_eq!(refused.refused(), "BEYOND_AUTHORITY input.copyFromId");
}

#[tokio::test]
async fn another_replica_and_a_restart_know_the_patterns() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let _ = app.permission_id("invoice:read").await;
    let ana = app.user("ana").with_role("clerk").create().await;
    let granted = grant(root, &clerk, &["invoice:*"]).await;
    let replica = app.replica().await;
    let answer = ana.at(&replica).ask("{ viewer { permissions } }").await;
    assert_eq!(answer.data()["viewer"]["permissions"], json!(["invoice:read"]));
    assert_eq!(patterns(&granted), ["invoice:*"]);
}

#[tokio::test]
async fn a_permission_registered_under_a_pattern_counts_at_once_and_a_constraint_on_it_is_judged_by_that() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let [approve, desk] = [app.permission_id("invoice:approve").await, app.permission_id("desk:use").await];
    let _ = grant(root, &clerk, &["*:pay"]).await.done();
    let ana = app.user("ana").with_role("clerk").with_permission("invoice:approve").create().await;
    let register = "mutation { permissionCreate(input: { name: \"order:pay\" }) {
        permission { id } impact { deltas { user { username } gained } } userErrors { code } } }";
    let answer = root.ask(register).await;
    let created = &answer.data()["permissionCreate"];
    let pay = created["permission"]["id"].as_str().expect("an id").to_owned();
    let gained = json!({ "user": { "username": "ana" }, "gained": ["order:pay"] });
    assert!(created["impact"]["deltas"].as_array().expect("a list").contains(&gained), "{created:#}");

    let constrain = async || {
        let input = json!({ "name": "duties", "kind": "STATIC", "permissionIds": [approve, pay, desk] });
        root.mutate("sodConstraintCreate", json!({ "input": input })).await
    };
    let refused = constrain().await;
    assert_eq!(
        (refused.refused(), &refused.user_errors()[0]["userId"]),
        ("SOD_VIOLATION input.permissionIds".to_owned(), &json!(ana.id))
    );
    let _ = act(root, "roleRevokePatterns", &clerk, &["*:pay"]).await.done();
    let id = constrain().await.id("sodConstraint");
    assert_eq!(grant(root, &clerk, &["*:pay"]).await.refused(), "SOD_VIOLATION roleId");
    // A constraint names what is registered. Another permission of the same name is another one, which it does not name.
    let _ = root.mutate("permissionDelete", json!({ "id": pay })).await.done();
    let _ = grant(root, &clerk, &["*:pay"]).await.done();
    assert!(root.ask(register).await.data()["permissionCreate"]["userErrors"].as_array().is_some_and(Vec::is_empty));
    assert_eq!(held(&ana).await, json!(["invoice:approve", "order:pay"]));
    let document = "query ($id: ID!) { sodConstraint(id: $id) { permissions { name } } }";
    let seen = root.graphql(document, json!({ "id": id })).await;
    assert_eq!(names(&seen.data()["sodConstraint"]["permissions"]), ["desk:use", "invoice:approve"]);
}

//! Accepted text is stored exactly: not trimmed, folded or truncated.

use super::strings::texts;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Actor, App};

/// More texts, each valid for one field or another.
fn more() -> Vec<String> {
    let mut more: Vec<String> = texts().into_iter().map(|(_, text)| text).filter(|text| text.len() < 100_000).collect();
    for text in
        ["Ana", "ÉLODIE", "e\u{301}", "ａｎａ", "o'hara", "a\\b", "אבג", "Ⅷ", "ß", "İ", "x y", " x", "x ", "\u{feff}x"]
    {
        more.push(text.to_owned());
    }
    more.extend(["Ana@Example.com", "\"a b\"@example.com", "a+b@exämple.de", "100%_@example.com"].map(str::to_owned));
    more.extend([128, 129, 200, 201, 255, 256, 1_000, 1_001, 2_000, 2_001].map(|length| "ü".repeat(length)));
    more
}

/// Sends each text and reads the accepted ones back. Returns the number of accepted ones.
async fn count_accepted(
    app: &App,
    root: &Actor,
    mutation: &str,
    arguments: impl Fn(usize, &str) -> Value,
    read: impl AsyncFn(&Value) -> Value,
) -> usize {
    let mut accepted = 0;
    for (at, text) in more().iter().enumerate() {
        // Within one instant the audit log has no order.
        app.clock.advance(TimeDelta::milliseconds(1));
        let acted = root.mutate(mutation, arguments(at, text)).await;
        let answer = &acted.response.body["data"][mutation];
        assert!(acted.response.status == 200 && answer.is_object(), "{text:?}: {:#}", acted.response.body);
        if answer["userErrors"] == json!([]) {
            assert_eq!(read(answer).await, json!(text), "{mutation}");
            accepted += 1;
        }
    }
    accepted
}

async fn ask(root: &Actor, document: &str, id: &Value) -> Value {
    root.graphql(document, json!({ "id": id })).await.data().clone()
}

#[tokio::test]
async fn f12_usernames_email_addresses_and_display_names() {
    let app = App::start().await;
    let root = app.admin().await;
    let read = "query ($id: ID!) { user(id: $id) { username email displayName } }";
    let user =
        async |payload: &Value, member: &str| ask(root, read, &payload["user"]["id"]).await["user"][member].clone();
    // Email addresses first: usernames and addresses share one namespace.
    let email = |at: usize, text: &str| json!({ "input": { "username": format!("e{at}"), "email": text } });
    assert!(
        count_accepted(&app, root, "userCreate", email, async |payload: &Value| user(payload, "email").await).await
            >= 3
    );
    let username = |_: usize, text: &str| json!({ "input": { "username": text } });
    assert!(
        count_accepted(&app, root, "userCreate", username, async |payload: &Value| user(payload, "username").await)
            .await
            >= 10
    );
    let shown = |at: usize, text: &str| json!({ "input": { "username": format!("d{at}"), "displayName": text } });
    assert!(
        count_accepted(&app, root, "userCreate", shown, async |payload: &Value| user(payload, "displayName").await)
            .await
            >= 20
    );
}

#[tokio::test]
async fn f12_names_and_descriptions_of_roles_and_permissions() {
    let app = App::start().await;
    let root = app.admin().await;
    let role = "query ($id: ID!) { role(id: $id) { name description } }";
    let named = |_: usize, text: &str| json!({ "input": { "name": text } });
    let read = async |payload: &Value| ask(root, role, &payload["role"]["id"]).await["role"]["name"].clone();
    assert!(count_accepted(&app, root, "roleCreate", named, read).await >= 5);
    let described = |at: usize, text: &str| json!({ "input": { "name": format!("r{at}"), "description": text } });
    let read = async |payload: &Value| ask(root, role, &payload["role"]["id"]).await["role"]["description"].clone();
    assert!(count_accepted(&app, root, "roleCreate", described, read).await >= 20);
    let permission = "query ($id: ID!) { permission(id: $id) { name description } }";
    let named = |_: usize, text: &str| json!({ "input": { "name": text } });
    let read =
        async |payload: &Value| ask(root, permission, &payload["permission"]["id"]).await["permission"]["name"].clone();
    assert!(count_accepted(&app, root, "permissionCreate", named, read).await >= 5);
    let described = |at: usize, text: &str| json!({ "input": { "name": format!("p{at}:x"), "description": text } });
    let read = async |payload: &Value| {
        ask(root, permission, &payload["permission"]["id"]).await["permission"]["description"].clone()
    };
    assert!(count_accepted(&app, root, "permissionCreate", described, read).await >= 20);
}

#[tokio::test]
async fn f12_reasons_of_assignments_and_in_the_audit_log() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let role = app.role("clerk").create().await;
    let assigned = |_: usize, text: &str| json!({ "userId": ana.id, "roleIds": [role], "reason": text });
    let document = "query ($id: ID!) { user(id: $id) { roleAssignments { role { name } reason } } }";
    let read = async |payload: &Value| {
        let found = ask(root, document, &payload["user"]["id"]).await;
        let held = found["user"]["roleAssignments"].as_array().expect("a list").clone();
        held.into_iter().find(|held| held["role"]["name"] == "clerk").expect("the assignment")["reason"].clone()
    };
    assert!(count_accepted(&app, root, "userAssignRoles", assigned, read).await >= 20);
    let unassigned = |_: usize, text: &str| json!({ "userId": ana.id, "roleIds": [role], "reason": text });
    // Unassigning a missing role changes and audits nothing, so it is assigned again each time.
    let events =
        "query ($id: ID!) { auditLog(first: 1, filter: { involvingId: $id, actions: [\"user.unassign_roles\"] }) {
        nodes { reason } } }";
    let read = async |payload: &Value| {
        let event = ask(root, events, &payload["user"]["id"]).await["auditLog"]["nodes"][0]["reason"].clone();
        let _ = root.mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [role] })).await.done();
        event
    };
    assert!(count_accepted(&app, root, "userUnassignRoles", unassigned, read).await >= 20);
}

#[tokio::test]
async fn f12_a_password_of_any_characters_logs_in_and_similar_ones_do_not() {
    let app = App::start().await;
    let login = "mutation ($username: String!, $password: String!) {
        login(username: $username, password: $password) { accessToken userErrors { code } } }";
    for (at, password) in
        ["пароль из многих букв", "👩‍👩‍👧‍👦 and some friends of theirs", "'; DROP TABLE users; --", "   blanks around it   "]
            .into_iter()
            .enumerate()
    {
        let username = format!("p{at}");
        let made = app.anonymous().mutate("signup", json!({ "username": username, "password": password })).await;
        let _ = made.done();
        let sign_in = async |password: String| {
            app.anonymous().graphql(login, json!({ "username": username, "password": password })).await
        };
        let _ = sign_in(password.to_owned()).await.payload("login");
        for other in [format!("{password} "), password.trim().to_uppercase(), password.chars().skip(1).collect()] {
            if other != password {
                assert_eq!(sign_in(other).await.refusal("login"), "INVALID_CREDENTIALS");
            }
        }
    }
}

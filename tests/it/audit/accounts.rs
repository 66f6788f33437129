//! Audit log entries of passwords, sessions and signup, and of documents with several mutations.

use super::events::{assert_entry, on};
use super::{Since, actions};
use serde_json::{Value, json};
use tests::{App, Client, PASSWORD};

#[tokio::test]
async fn f16_passwords_and_sessions_are_audited() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let expected = on("user.change_password", ("User", json!(ana.id)), "ana");
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "rough-waters-under-9-skies" });
    assert_entry(&app, &ana, "passwordChange", change, expected).await;
    let session = async |client: &Client| {
        client.ask("{ viewer { session { id device } } }").await.data()["viewer"]["session"].clone()
    };
    let (own, unknown) = (session(&ana).await, "Unknown device");
    assert_eq!(own["device"], unknown);
    let expected = on("session.reauthenticate", ("Session", own["id"].clone()), "ana");
    assert_entry(&app, &ana, "reauthenticate", json!({ "password": "rough-waters-under-9-skies" }), expected).await;
    let expected = on("session.revoke", ("Session", own["id"].clone()), unknown);
    assert_entry(&app, root, "sessionRevoke", json!({ "id": own["id"] }), expected).await;

    let ben = app.user("ben").create().await;
    let since = Since::now(&app);
    let another = app.login("ben").await;
    let entries = since.entries(root).await;
    assert_eq!(actions(&entries), ["session.login"]);
    let id = session(&another).await["id"].clone();
    assert_eq!((&entries[0]["targetType"], &entries[0]["targetId"]), (&json!("Session"), &id));
    assert_eq!((&entries[0]["actorLabel"], &entries[0]["actor"]["id"]), (&json!("ben"), &json!(ben.id)));
    let expected = on("session.logout", ("Session", id), unknown);
    assert_entry(&app, &another, "logout", json!({}), expected).await;
    let since = Since::now(&app);
    let _ = ben.mutate("logout", json!({})).await.done();
    let _ = ben.mutate("logout", json!({})).await.done();
    assert_eq!(actions(&since.entries(root).await), ["session.logout"], "the second ended nothing");
}

#[tokio::test]
async fn signup_is_audited() {
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
async fn each_mutation_of_a_document_is_audited() {
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
async fn a_given_reason_is_audited() {
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
        let _ = root.mutate(field, arguments).await.done();
        assert_eq!(since.entries(root).await[0]["reason"], reason, "{field}");
    }
}

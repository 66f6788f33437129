//! A session that was ended by one field of a request does nothing more in the next one.

use super::{issue_reset, login, whoami};
use serde_json::{Value, json};
use tests::{App, Client, PASSWORD};

const NEW: &str = "rough-waters-under-9-skies";

/// Runs a field after a logout from this session, in one document; returns what the field returned and the code and
/// the reason of its error.
async fn after_logout(client: &Client, field: &str) -> (Value, String) {
    let document = format!("mutation {{ a: logout {{ endedSessions }} b: {field} }}");
    let answer = client.ask(&document).await;
    assert_eq!(answer.body["data"]["a"]["endedSessions"], 1, "{field} {:#}", answer.body);
    let extensions = &answer.body["errors"][0]["extensions"];
    let error = [&extensions["code"], &extensions["reason"]].map(|text| text.as_str().unwrap_or_default());
    (answer.body["data"]["b"].clone(), error.join(" ").trim().to_owned())
}

/// The id of the client's session.
async fn session(client: &Client) -> String {
    let answer = client.ask("{ viewer { session { id } } }").await;
    answer.data()["viewer"]["session"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn no_write_of_ones_own_happens_in_an_ended_session() {
    let app = App::start().await;
    let clerk = app.role("clerk").create().await;
    let other = app.user("ana").with_role("clerk").create().await;
    let (id, others) = (&other.id, session(&other).await);
    let fields = [
        format!(r#"passwordChange(currentPassword: "{PASSWORD}", newPassword: "{NEW}") {{ userErrors {{ code }} }}"#),
        format!(r#"reauthenticate(password: "{PASSWORD}") {{ accessToken userErrors {{ code }} }}"#),
        r#"profileUpdate(input: { displayName: "Eve" }) { userErrors { code } }"#.to_owned(),
        "sessionRevokeOthers { userErrors { code } }".to_owned(),
        format!(r#"sessionRevoke(id: "{others}") {{ userErrors {{ code }} }}"#),
        format!(r#"userRevokeSessions(id: "{id}") {{ userErrors {{ code }} }}"#),
        r#"sessionSetData(key: "k", value: 2) { session { id } userErrors { code } }"#.to_owned(),
        // The value that it has.
        r#"sessionSetData(key: "k", value: 1) { session { id } userErrors { code } }"#.to_owned(),
        "sessionDeactivateRoles(roleIds: []) { accessToken userErrors { code } }".to_owned(),
        format!(r#"sessionActivateRoles(roleIds: ["{clerk}"]) {{ accessToken userErrors {{ code }} }}"#),
        // The roles that are active already.
        "sessionActivateRoles(roleIds: []) { accessToken userErrors { code } }".to_owned(),
    ];
    for field in &fields {
        let ana = app.login("ana").await;
        let _ = ana.mutate("sessionSetData", json!({ "key": "k", "value": 1 })).await.done();
        let _ = ana.mutate("sessionActivateRoles", json!({ "roleIds": [clerk] })).await.done();
        assert_eq!(after_logout(&ana, field).await, (Value::Null, "UNAUTHENTICATED REVOKED".to_owned()), "{field}");
        assert_eq!(whoami(&other).await, "ana", "{field}");
    }
    let _ = login(&app, "ana", PASSWORD).await.done();
    let me = other.ask("{ me { displayName } }").await;
    assert_eq!(me.data()["me"]["displayName"], "ana");
}

#[tokio::test]
async fn an_ended_session_ends_no_others_and_rotates_no_token() {
    let app = App::start().await;
    let (other, ana) = (app.user("ana").create().await, app.login("ana").await);
    let (ended, error) = after_logout(&ana, "logout(everywhere: true) { endedSessions }").await;
    assert_eq!((&ended["endedSessions"], error.as_str()), (&json!(0), ""));
    assert_eq!(whoami(&other).await, "ana");

    let ana = app.login("ana").await;
    let refresh = format!(r#"refresh(refreshToken: "{}") {{ accessToken userErrors {{ code }} }}"#, ana.refresh_token);
    let (refreshed, _) = after_logout(&ana, &refresh).await;
    assert_eq!(refreshed, json!({ "accessToken": null, "userErrors": [{ "code": "REFRESH_TOKEN_INVALID" }] }));
}

#[tokio::test]
async fn an_administrators_ended_session_changes_nobody() {
    let app = App::start().await;
    app.admin().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let theirs = session(&ana).await;
    for field in [
        format!(r#"userRevokeSessions(id: "{}") {{ userErrors {{ code }} }}"#, ana.id),
        format!(r#"sessionRevoke(id: "{theirs}") {{ userErrors {{ code }} }}"#),
        format!(r#"userIssuePasswordReset(id: "{}") {{ token }}"#, ana.id),
        format!(r#"userSuspend(id: "{}") {{ userErrors {{ code }} }}"#, ben.id),
        r#"roleCreate(input: { name: "clerk" }) { userErrors { code } }"#.to_owned(),
    ] {
        let root = app.login("root").await;
        assert_eq!(after_logout(&root, &field).await, (Value::Null, "UNAUTHENTICATED REVOKED".to_owned()), "{field}");
    }
    assert_eq!((whoami(&ana).await, whoami(&ben).await), ("ana".to_owned(), "ben".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sessions_that_end_each_other_at_once_leave_at_most_one() {
    let app = App::start().await;
    app.user("ana").create().await;
    for _ in 0..10 {
        let (one, two) = (app.login("ana").await, app.login("ana").await);
        let (first, second) =
            tokio::join!(one.mutate("sessionRevokeOthers", json!({})), two.mutate("sessionRevokeOthers", json!({})),);
        let done = [&first, &second].map(|tried| tried.response.body["data"]["sessionRevokeOthers"].is_object());
        assert!(done.contains(&true), "{first:?} {second:?}");
        for (client, is_done) in [(&one, done[0]), (&two, done[1])] {
            assert_eq!(whoami(client).await, if is_done { "ana" } else { "REVOKED" });
        }
        assert_ne!(done, [true, true], "the one that ends the other is the first");
    }
}

#[tokio::test]
async fn a_logout_everywhere_is_not_undone_in_the_same_document() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let token = issue_reset(app.admin().await, &ana.id).await;
    let document = format!(
        r#"mutation {{ a: logout(everywhere: true) {{ endedSessions }}
            b: passwordChange(currentPassword: "{PASSWORD}", newPassword: "{NEW}") {{ userErrors {{ code }} }}
            c: sessionRevokeOthers {{ userErrors {{ code }} }} }}"#
    );
    let answer = ana.ask(&document).await;
    assert_eq!(answer.body["data"], json!({ "a": { "endedSessions": 1 }, "b": null, "c": null }), "{:#}", answer.body);
    assert_eq!(login(&app, "ana", NEW).await.refused(), "INVALID_CREDENTIALS");
    assert_eq!(super::reset(&app, &token, NEW).await.refused(), "INVALID_CREDENTIALS token");
    let _ = login(&app, "ana", PASSWORD).await.done();
}

//! Revoking sessions.

use super::{ids, session};
use serde_json::{Value, json};
use tests::{App, PROMISED, permanently};

#[tokio::test]
async fn b12_users_revoke_their_own_session_by_id() {
    let app = App::start().await;
    let other_replica = app.replica().await;
    let (one, two) = (app.user("ana").create().await, app.login("ana").await);
    let id = session(&two).await;
    let ended = one.mutate("sessionRevoke", json!({ "id": id })).await;
    assert_eq!(ended.done()["session"]["id"], id);
    assert!(ended.done()["session"]["revokedAt"].is_string());
    assert_eq!(session(&two).await, "REVOKED");
    let elsewhere = two.at(&other_replica);
    permanently(PROMISED, async || session(&elsewhere).await, |session| session == "REVOKED").await;
    assert!(session(&one).await.starts_with("ses_"));
    let refreshed = app.anonymous().mutate("refresh", json!({ "refreshToken": two.refresh_token })).await;
    assert_eq!(refreshed.refused(), "REFRESH_TOKEN_INVALID");
    // Repeating it has no effect.
    assert_eq!(one.mutate("sessionRevoke", json!({ "id": id })).await.done()["session"]["id"], id);
}

#[tokio::test]
async fn a_session_can_revoke_itself() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let id = session(&ana).await;
    assert_eq!(ana.mutate("sessionRevoke", json!({ "id": id })).await.done()["session"]["id"], id);
    assert_eq!(session(&ana).await, "REVOKED");
}

#[tokio::test]
async fn b12_a_session_of_another_user_looks_like_an_unknown_one() {
    let app = App::start().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let theirs = session(&ben).await;
    let refused = async |id: &str| {
        let refused = ana.mutate("sessionRevoke", json!({ "id": id })).await;
        assert_eq!(refused.denied(), "FORBIDDEN", "{id}");
        refused.response.body["errors"].clone()
    };
    let foreign = refused(&theirs).await;
    for unknown in ["ses_00000000000000000000000000", "", "rubbish", ben.id.as_str()] {
        assert_eq!(refused(unknown).await, foreign, "{unknown}");
    }
    assert_eq!(ana.mutate("userRevokeSessions", json!({ "id": ben.id })).await.denied(), "FORBIDDEN");
    assert_eq!(session(&ben).await, theirs);
    let node = ana.graphql("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": theirs })).await;
    assert_eq!(node.data()["node"], Value::Null);
}

#[tokio::test]
async fn b11_holders_of_session_revoke_revoke_any_session() {
    let app = App::start().await;
    let warden = app.user("warden").with_permission("session:revoke").create().await;
    let (one, two) = (app.user("ana").create().await, app.login("ana").await);
    let id = session(&one).await;
    let ended = warden.mutate("sessionRevoke", json!({ "id": id })).await;
    // Members that they may not read are null, but the session is revoked.
    assert_eq!(ended.done()["session"], Value::Null);
    assert_eq!(session(&one).await, "REVOKED");
    assert!(session(&two).await.starts_with("ses_"));
    for unknown in ["ses_00000000000000000000000000", "", "rubbish"] {
        assert_eq!(warden.mutate("sessionRevoke", json!({ "id": unknown })).await.refused(), "NOT_FOUND id");
        assert_eq!(warden.mutate("userRevokeSessions", json!({ "id": unknown })).await.refused(), "NOT_FOUND id");
    }
}

#[tokio::test]
async fn all_other_sessions_end_and_the_current_one_continues() {
    let app = App::start().await;
    let (one, two, three) = (app.user("ana").create().await, app.login("ana").await, app.login("ana").await);
    let ben = app.user("ben").create().await;
    let mut expected = vec![session(&one).await, session(&three).await];
    expected.sort();
    let ended = two.mutate("sessionRevokeOthers", json!({})).await;
    let mut found = ids(&ended.done()["endedSessions"]);
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!((session(&one).await, session(&three).await), ("REVOKED".to_owned(), "REVOKED".to_owned()));
    assert!(session(&two).await.starts_with("ses_") && session(&ben).await.starts_with("ses_"));
    assert_eq!(two.mutate("sessionRevokeOthers", json!({})).await.done()["endedSessions"], json!([]));
    assert_eq!(app.anonymous().mutate("sessionRevokeOthers", json!({})).await.denied(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn b11_all_sessions_of_a_user_end() {
    let app = App::start().await;
    let root = app.admin().await;
    let (one, two) = (app.user("ana").create().await, app.login("ana").await);
    let ended = root.mutate("userRevokeSessions", json!({ "id": one.id })).await;
    assert_eq!(ids(&ended.done()["endedSessions"]).len(), 2);
    assert_eq!((session(&one).await, session(&two).await), ("REVOKED".to_owned(), "REVOKED".to_owned()));
    assert_eq!(root.mutate("userRevokeSessions", json!({ "id": one.id })).await.done()["endedSessions"], json!([]));
    // The caller's own sessions, the current one included.
    let again = app.login("ana").await;
    assert_eq!(
        ids(&again.mutate("userRevokeSessions", json!({ "id": one.id })).await.done()["endedSessions"]).len(),
        1
    );
    assert_eq!(session(&again).await, "REVOKED");
}

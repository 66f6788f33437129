//! Sessions of suspended and deleted users.

use super::session;
use serde_json::json;
use tests::{App, PROMISED, permanently};

#[tokio::test]
async fn b9_suspending_or_deleting_a_user_ends_their_sessions_at_once_on_every_replica() {
    for field in ["userSuspend", "userDelete"] {
        let app = App::start().await;
        let other = app.replica().await;
        let (one, two, ben) =
            (app.user("ana").create().await, other.login("ana").await, app.user("ben").create().await);
        for who in [&one, &two] {
            assert!(session(&who.at(&app)).await.starts_with("ses_"));
            assert!(session(&who.at(&other)).await.starts_with("ses_"));
        }
        let _ = app.admin().await.mutate(field, json!({ "id": one.id })).await.done();
        for who in [&one, &two] {
            assert_eq!(session(&who.at(&app)).await, "REVOKED", "{field}");
            let elsewhere = who.at(&other);
            permanently(PROMISED, async || session(&elsewhere).await, |session| session == "REVOKED").await;
            for app in [&app, &other] {
                let refreshed = app.anonymous().mutate("refresh", json!({ "refreshToken": who.refresh_token })).await;
                assert_eq!(refreshed.refused(), "REFRESH_TOKEN_INVALID", "{field}");
            }
        }
        assert!(session(&ben.at(&other)).await.starts_with("ses_"));
        let app = app.restart().await;
        assert_eq!(session(&one.at(&app)).await, "REVOKED", "{field}");
    }
}

#[tokio::test]
async fn a_denied_suspension_ends_no_session() {
    let app = App::start().await;
    let root = app.admin().await;
    assert_eq!(root.mutate("userSuspend", json!({ "id": root.id })).await.refused(), "WOULD_LOCK_OUT");
    assert!(session(root).await.starts_with("ses_"));
}

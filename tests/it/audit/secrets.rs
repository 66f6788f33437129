//! No secret is in the audit log, nor in plain text in any table.

use chrono::TimeDelta;
use sea_orm::EntityTrait;
use serde_json::json;
use tests::{App, PASSWORD};

#[tokio::test]
async fn f17_passwords_and_tokens_are_not_in_the_log() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let (wrong, new) = ("this was a wrong password", "rough-waters-under-9-skies");
    let anyone = app.anonymous();
    let login = |password: &str| json!({ "username": "ana", "password": password });
    assert_eq!(anyone.mutate("login", login(wrong)).await.refused(), "INVALID_CREDENTIALS");
    let weak = json!({ "username": "ben", "password": "passwordpassword" });
    assert_eq!(anyone.mutate("signup", weak).await.refused(), "WEAK_PASSWORD password");
    let change = |current: &str| json!({ "currentPassword": current, "newPassword": new });
    assert_eq!(ana.mutate("passwordChange", change(wrong)).await.refused(), "INVALID_CREDENTIALS currentPassword");
    let _ = ana.mutate("passwordChange", change(PASSWORD)).await.done();
    let refreshed = anyone.mutate("refresh", json!({ "refreshToken": ana.refresh_token })).await;
    let second = refreshed.done()["refreshToken"].as_str().expect("a token").to_owned();
    app.clock.advance(TimeDelta::seconds(11));
    let reused = anyone.mutate("refresh", json!({ "refreshToken": ana.refresh_token })).await;
    assert_eq!(reused.refused(), "REFRESH_TOKEN_REUSED");
    let third = anyone.mutate("login", login(new)).await;
    let token = |name: &str| third.done()[name].as_str().expect("a token").to_owned();
    let (access, refresh) = (token("accessToken"), token("refreshToken"));
    let _ = anyone
        .with_token(&access)
        .mutate("logout", json!({ "refreshToken": refresh, "everywhere": true }))
        .await
        .done();
    let reset = crate::identity::issue_reset(root, &ana.id).await;
    let again = "calm-harbours-after-10-storms";
    assert_eq!(crate::identity::reset(&app, &reset, "passwordpassword").await.refused(), "WEAK_PASSWORD newPassword");
    let _ = crate::identity::reset(&app, &reset, again).await.done();
    assert_eq!(crate::identity::reset(&app, &reset, again).await.refused(), "INVALID_CREDENTIALS token");
    let ben = app.user("ben").create().await;
    let unused = crate::identity::issue_reset(root, &ben.id).await;
    let _ = root.mutate("userDelete", json!({ "id": ana.id })).await.done();

    let connection = app.database.connection();
    let log = entity::audit_event::Entity::find().all(connection).await.expect("the log");
    assert!(log.len() > 8, "{}", log.len());
    let signing_keys = entity::signing_key::Entity::find().all(connection).await.expect("keys");
    let users = entity::user::Entity::find().all(connection).await.expect("users");
    let sessions = entity::session::Entity::find().all(connection).await.expect("sessions");
    let tokens = entity::refresh_token::Entity::find().all(connection).await.expect("tokens");
    let resets = entity::password_reset::Entity::find().all(connection).await.expect("resets");
    assert_eq!(resets.len(), 1);
    let everything = format!("{log:?} {users:?} {sessions:?} {tokens:?} {resets:?} {signing_keys:?}");
    let signature = |token: &str| token.rsplit('.').next().expect("a signature").to_owned();
    let secrets = [
        PASSWORD,
        wrong,
        new,
        "passwordpassword",
        again,
        &reset,
        &unused,
        &ana.refresh_token,
        &second,
        &refresh,
        &access,
        ana.token(),
        &signature(&access),
        &signature(ana.token()),
        "a secret of the tests",
    ];
    for secret in secrets {
        assert!(!everything.contains(secret), "{secret}");
    }
    assert!(!format!("{log:?}").contains("$argon2"));
}

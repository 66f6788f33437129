//! Reauthentication in a live session.

use super::{decode, login, refresh, text, whoami};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Actor, App, Client, MutationResult, PASSWORD};

const WRONG: &str = "plain-sailing-over-8-seas";

/// An application whose access tokens outlive the ten minutes of a recent password confirmation.
async fn app() -> App {
    App::builder().config(|config| config.token.access_lifetime = Duration::from_secs(60 * 60)).start().await
}

/// A user who may run a mutation with `@recentLogin`.
async fn boss(app: &App) -> Actor {
    app.user("boss").with_permission("role:delete").create().await
}

async fn confirm(client: &Client, password: &str) -> MutationResult {
    client.mutate("reauthenticate", json!({ "password": password })).await
}

/// The client's result of a mutation with `@recentLogin`.
async fn reaches(client: &Client) -> String {
    let acted = client.mutate("roleDelete", json!({ "id": "role_x" })).await;
    match acted.response.body.get("errors") {
        Some(_) => acted.denied().to_owned(),
        None => acted.refused(),
    }
}

#[tokio::test]
async fn reauthentication_after_eleven_minutes_takes_effect_on_every_replica_at_once() {
    let app = app().await;
    let other = app.replica().await;
    let boss = boss(&app).await;
    let there = boss.at(&other);
    app.clock.advance(TimeDelta::minutes(11));
    for client in [&*boss, &there] {
        assert_eq!(reaches(client).await, "REAUTHENTICATION_REQUIRED");
    }
    let confirmed = confirm(&boss, PASSWORD).await;
    let again = app.anonymous().with_token(text(&confirmed, "accessToken"));
    // The other replica has cached the session.
    for client in [&there, &*boss, &again, &other.anonymous().with_token(again.token())] {
        assert_eq!(reaches(client).await, "NOT_FOUND id");
    }
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(reaches(&there).await, "NOT_FOUND id");
    app.clock.advance(TimeDelta::milliseconds(1));
    for client in [&*boss, &there] {
        assert_eq!(reaches(client).await, "REAUTHENTICATION_REQUIRED");
    }
}

#[tokio::test]
async fn the_session_continues_with_a_new_access_token_and_the_same_refresh_token() {
    let app = app().await;
    let boss = boss(&app).await;
    app.clock.advance(TimeDelta::minutes(11));
    let confirmed = confirm(&boss, PASSWORD).await;
    let token = text(&confirmed, "accessToken");
    assert_eq!(decode(&token).1["sid"], decode(boss.token()).1["sid"]);
    assert_ne!(token, boss.token());
    assert_eq!(confirmed.done()["refreshToken"], Value::Null);
    assert_eq!(confirmed.done()["viewer"]["session"]["id"], decode(&token).1["sid"]);
    assert_eq!(confirmed.done()["viewer"]["user"]["username"], "boss");
    // A refresh keeps the confirmation.
    app.clock.advance(TimeDelta::minutes(9));
    let refreshed = refresh(&app, &boss.refresh_token).await;
    assert_eq!(reaches(&app.anonymous().with_token(text(&refreshed, "accessToken"))).await, "NOT_FOUND id");
    // So does a restart.
    let app = app.restart().await;
    assert_eq!(reaches(&boss.at(&app)).await, "NOT_FOUND id");
}

#[tokio::test]
async fn the_token_has_the_current_roles() {
    let app = app().await;
    let _ = app.role("clerk").create().await;
    let ana = app.user("ana").with_role("clerk").create().await;
    let confirmed = confirm(&ana, PASSWORD).await;
    assert_eq!(decode(&text(&confirmed, "accessToken")).1["roles"], json!(["clerk", "user"]));
}

#[tokio::test]
async fn other_sessions_of_the_user_are_not_reauthenticated() {
    let app = app().await;
    let (boss, elsewhere) = (boss(&app).await, app.login("boss").await);
    app.clock.advance(TimeDelta::minutes(11));
    let _ = confirm(&boss, PASSWORD).await.done();
    assert_eq!(reaches(&elsewhere).await, "REAUTHENTICATION_REQUIRED");
}

#[tokio::test]
async fn a_wrong_password_has_no_effect_and_is_audited() {
    let app = app().await;
    let boss = boss(&app).await;
    app.clock.advance(TimeDelta::minutes(11));
    for wrong in ["", WRONG, &PASSWORD.to_uppercase(), &"x".repeat(900_000)] {
        let refused = confirm(&boss, wrong).await;
        assert_eq!(refused.refused(), "INVALID_CREDENTIALS password");
        let payload = &refused.response.data()["reauthenticate"];
        assert_eq!((&payload["accessToken"], &payload["viewer"]), (&Value::Null, &Value::Null));
        assert_eq!(reaches(&boss).await, "REAUTHENTICATION_REQUIRED");
    }
    assert_eq!(whoami(&boss).await, "boss");
    let _ = refresh(&app, &boss.refresh_token).await.done();
    let _ = confirm(&boss, PASSWORD).await.done();
    let log = "{ auditLog(filter: { actions: [\"session.reauthenticate\"] }) {
        nodes { outcome reason targetId actor { username } } } }";
    let log = app.admin().await.ask(log).await;
    let session = decode(boss.token()).1["sid"].clone();
    let mut entries = log.data()["auditLog"]["nodes"].as_array().expect("entries").clone();
    entries.sort_by_key(|entry| entry["outcome"].to_string());
    let outcomes: Vec<_> = entries.iter().map(|entry| (&entry["outcome"], &entry["reason"])).collect();
    assert_eq!(outcomes.last().expect("an entry"), &(&json!("SUCCESS"), &Value::Null));
    assert!(outcomes[..outcomes.len() - 1].iter().all(|(_, reason)| **reason == json!("INVALID_CREDENTIALS")));
    assert!(outcomes.len() > 1);
    for entry in &entries {
        assert_eq!((&entry["targetId"], &entry["actor"]["username"]), (&session, &json!("boss")));
    }
}

#[tokio::test]
async fn reauthentication_requires_the_current_password() {
    let app = app().await;
    let boss = boss(&app).await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "rough-waters-under-9-skies" });
    let _ = boss.mutate("passwordChange", change).await.done();
    assert_eq!(confirm(&boss, PASSWORD).await.refused(), "INVALID_CREDENTIALS password");
    let _ = confirm(&boss, "rough-waters-under-9-skies").await.done();
}

#[tokio::test]
async fn only_a_live_session_can_reauthenticate() {
    let app = app().await;
    assert_eq!(confirm(app.anonymous(), PASSWORD).await.denied(), "UNAUTHENTICATED");
    let (out, suspended) = (app.user("out").create().await, app.user("suspended").create().await);
    let _ = out.mutate("logout", json!({})).await.done();
    let _ = app.admin().await.mutate("userSuspend", json!({ "id": suspended.id })).await.done();
    for dead in [out, suspended] {
        assert_eq!(confirm(&dead, PASSWORD).await.denied(), "UNAUTHENTICATED");
        assert_eq!(whoami(&dead).await, "REVOKED");
    }
}

#[tokio::test]
async fn attempts_are_counted_by_session_and_by_address_separately_from_logins() {
    let app = App::builder().config(|config| config.limits.login_per_account = 3).start().await;
    let ana = app.user("ana").create().await;
    for _ in 0..2 {
        for _ in 0..2 {
            assert_eq!(confirm(&ana, WRONG).await.refused(), "INVALID_CREDENTIALS password");
        }
        // The right password resets the count of wrong ones.
        let _ = confirm(&ana, PASSWORD).await.done();
    }
    for _ in 0..3 {
        assert_eq!(confirm(&ana, WRONG).await.refused(), "INVALID_CREDENTIALS password");
    }
    assert_eq!(confirm(&ana, PASSWORD).await.denied(), "RATE_LIMITED");
    let _ = login(&app, "ana", PASSWORD).await.done();
    assert_eq!(whoami(&ana).await, "ana", "live sessions continue");
    app.clock.advance(TimeDelta::minutes(1));
    let _ = confirm(&ana, PASSWORD).await.done();

    let app = App::builder().config(|config| config.limits.login_per_address = 2).start().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    assert_eq!(confirm(&ana, WRONG).await.refused(), "INVALID_CREDENTIALS password");
    let _ = confirm(&ben, PASSWORD).await.done();
    assert_eq!(confirm(&ben, PASSWORD).await.denied(), "RATE_LIMITED");
}

#[tokio::test]
async fn a_document_holds_one_attempt() {
    let app = app().await;
    let ana = app.user("ana").create().await;
    let document = format!(
        "mutation {{ a: reauthenticate(password: \"{WRONG}\") {{ expiresAt }}
            b: reauthenticate(password: \"{PASSWORD}\") {{ expiresAt }} }}"
    );
    assert_eq!(ana.ask(&document).await.error(), "OPERATION_TOO_COMPLEX");
}

//! Giving the password again in a session that goes on.

use super::{decode, login, refresh, text, whoami};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Acted, Actor, App, Client, PASSWORD};

const WRONG: &str = "plain-sailing-over-8-seas";

/// An application whose access tokens outlive the ten minutes that a password counts as just given.
async fn app() -> App {
    App::builder().config(|config| config.token.access_lifetime = Duration::from_secs(60 * 60)).start().await
}

/// Somebody who may do what asks for a recent password.
async fn boss(app: &App) -> Actor {
    app.user("boss").with_permission("role:delete").create().await
}

async fn confirm(client: &Client, password: &str) -> Acted {
    client.act("reauthenticate", json!({ "password": password })).await
}

/// What the client is told that asks for what needs a recent password.
async fn reaches(client: &Client) -> String {
    let acted = client.act("roleDelete", json!({ "id": "role_x" })).await;
    match acted.answer.body.get("errors") {
        Some(_) => acted.denied().to_owned(),
        None => acted.refused(),
    }
}

#[tokio::test]
async fn after_eleven_minutes_the_password_opens_again_what_asks_for_it_on_every_replica_at_once() {
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
    // The other replica has used the session before, and is asked first.
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
async fn the_session_goes_on_with_a_new_access_token_and_the_refresh_token_in_hand() {
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
    // A refresh afterwards does not forget it.
    app.clock.advance(TimeDelta::minutes(9));
    let refreshed = refresh(&app, &boss.refresh_token).await;
    assert_eq!(reaches(&app.anonymous().with_token(text(&refreshed, "accessToken"))).await, "NOT_FOUND id");
    // Nor does a restart.
    let app = app.restart().await;
    assert_eq!(reaches(&boss.at(&app)).await, "NOT_FOUND id");
}

#[tokio::test]
async fn the_token_names_the_roles_of_now() {
    let app = app().await;
    let _ = app.role("clerk").create().await;
    let ana = app.user("ana").with_role("clerk").create().await;
    let confirmed = confirm(&ana, PASSWORD).await;
    assert_eq!(decode(&text(&confirmed, "accessToken")).1["roles"], json!(["clerk", "user"]));
}

#[tokio::test]
async fn other_sessions_of_the_same_person_are_not_confirmed() {
    let app = app().await;
    let (boss, elsewhere) = (boss(&app).await, app.login("boss").await);
    app.clock.advance(TimeDelta::minutes(11));
    let _ = confirm(&boss, PASSWORD).await.done();
    assert_eq!(reaches(&elsewhere).await, "REAUTHENTICATION_REQUIRED");
}

#[tokio::test]
async fn a_wrong_password_confirms_nothing_ends_nothing_and_is_on_record() {
    let app = app().await;
    let boss = boss(&app).await;
    app.clock.advance(TimeDelta::minutes(11));
    for wrong in ["", WRONG, &PASSWORD.to_uppercase(), &"x".repeat(900_000)] {
        let refused = confirm(&boss, wrong).await;
        assert_eq!(refused.refused(), "INVALID_CREDENTIALS password");
        let payload = &refused.answer.data()["reauthenticate"];
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
async fn it_asks_for_the_password_of_now() {
    let app = app().await;
    let boss = boss(&app).await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "rough-waters-under-9-skies" });
    let _ = boss.act("passwordChange", change).await.done();
    assert_eq!(confirm(&boss, PASSWORD).await.refused(), "INVALID_CREDENTIALS password");
    let _ = confirm(&boss, "rough-waters-under-9-skies").await.done();
}

#[tokio::test]
async fn only_a_live_session_can_be_confirmed() {
    let app = app().await;
    assert_eq!(confirm(app.anonymous(), PASSWORD).await.denied(), "UNAUTHENTICATED");
    let (out, barred) = (app.user("out").create().await, app.user("barred").create().await);
    let _ = out.act("logout", json!({})).await.done();
    let _ = app.admin().await.act("userSuspend", json!({ "id": barred.id })).await.done();
    for dead in [out, barred] {
        assert_eq!(confirm(&dead, PASSWORD).await.denied(), "UNAUTHENTICATED");
        assert_eq!(whoami(&dead).await, "REVOKED");
    }
}

#[tokio::test]
async fn tries_are_counted_by_session_and_by_address_apart_from_those_of_signing_in() {
    let app = App::builder().config(|config| config.limits.login_per_account = 3).start().await;
    let ana = app.user("ana").create().await;
    for _ in 0..2 {
        for _ in 0..2 {
            assert_eq!(confirm(&ana, WRONG).await.refused(), "INVALID_CREDENTIALS password");
        }
        // The right one forgets the wrong ones.
        let _ = confirm(&ana, PASSWORD).await.done();
    }
    for _ in 0..3 {
        assert_eq!(confirm(&ana, WRONG).await.refused(), "INVALID_CREDENTIALS password");
    }
    assert_eq!(confirm(&ana, PASSWORD).await.denied(), "RATE_LIMITED");
    let _ = login(&app, "ana", PASSWORD).await.done();
    assert_eq!(whoami(&ana).await, "ana", "whoever is signed in goes on");
    app.clock.advance(TimeDelta::minutes(1));
    let _ = confirm(&ana, PASSWORD).await.done();

    let app = App::builder().config(|config| config.limits.login_per_address = 2).start().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    assert_eq!(confirm(&ana, WRONG).await.refused(), "INVALID_CREDENTIALS password");
    let _ = confirm(&ben, PASSWORD).await.done();
    assert_eq!(confirm(&ben, PASSWORD).await.denied(), "RATE_LIMITED");
}

#[tokio::test]
async fn one_document_holds_one_try() {
    let app = app().await;
    let ana = app.user("ana").create().await;
    let document = format!(
        "mutation {{ a: reauthenticate(password: \"{WRONG}\") {{ expiresAt }}
            b: reauthenticate(password: \"{PASSWORD}\") {{ expiresAt }} }}"
    );
    assert_eq!(ana.ask(&document).await.error(), "OPERATION_TOO_COMPLEX");
}

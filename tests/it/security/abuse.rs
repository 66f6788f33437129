//! A12, A13 and A17: password guessing, account lockout, and account enumeration. A14 and A15 are in `identity/`, A16
//! in `scripts/timing` and in unit tests of `service`.

use crate::identity::{login, refresh, signup, whoami};
use chrono::TimeDelta;
use serde_json::json;
use service::LimitSettings;
use tests::{App, MutationResult, PASSWORD};

const WRONG: &str = "plain-sailing-over-8-seas";
const NEW: &str = "rough-waters-under-9-skies";

/// With the default limits.
async fn app() -> App {
    App::builder().config(|config| config.limits = LimitSettings::default()).start().await
}

/// The code of the error.
fn code(acted: &MutationResult) -> String {
    match acted.response.body["errors"].is_array() {
        true => acted.denied().to_owned(),
        false => acted.refused(),
    }
}

#[tokio::test]
async fn a12_five_of_110_password_attempts_a_minute_are_verified_regardless_of_headers() {
    let app = app().await;
    let _ = app.user("ana").create().await;
    let document = format!(r#"mutation {{ login(username: "ana", password: "{WRONG}") {{ userErrors {{ code }} }} }}"#);
    let body = json!({ "query": document });
    let mut looked_at = 0;
    for number in 0..110 {
        let address = format!("203.0.113.{number}");
        let forwarded = format!("for={address}");
        let headers = [
            ("X-Forwarded-For", address.as_str()),
            ("Forwarded", &forwarded),
            ("X-Real-IP", &address),
            ("User-Agent", &address),
            ("X-Request-Id", &address),
        ];
        let answer = app.anonymous().post(&body, &headers).await;
        match answer.body["errors"].is_array() {
            true => assert_eq!(answer.error(), "RATE_LIMITED"),
            false => {
                assert_eq!(answer.refusal("login"), "INVALID_CREDENTIALS");
                looked_at += 1;
            }
        }
    }
    assert_eq!(looked_at, 5);
    assert_eq!(login(&app, "ana", PASSWORD).await.denied(), "RATE_LIMITED", "the right one is not looked at either");
}

#[tokio::test]
async fn a12_attempts_over_many_accounts_are_limited_per_address() {
    let app = app().await;
    let mut codes = Vec::new();
    for number in 0..70 {
        codes.push(code(&login(&app, &format!("somebody{number}"), WRONG).await));
    }
    assert!(codes[..60].iter().all(|code| code == "INVALID_CREDENTIALS"), "{codes:?}");
    assert!(codes[60..].iter().all(|code| code == "RATE_LIMITED"), "{codes:?}");
}

#[tokio::test]
async fn a13_i36_strangers_cannot_lock_out_live_sessions_or_other_accounts() {
    let app = app().await;
    let (ana, _) = (app.user("ana").create().await, app.user("ben").create().await);
    let again = app.login("ana").await;
    for round in 0..3 {
        for number in 0..15 {
            let expected = if number < 5 { "INVALID_CREDENTIALS" } else { "RATE_LIMITED" };
            assert_eq!(code(&login(&app, "ana", WRONG).await), expected, "{round} {number}");
        }
        // New logins are limited; live sessions continue.
        assert_eq!(login(&app, "ana", PASSWORD).await.denied(), "RATE_LIMITED");
        let _ = login(&app, "ben", PASSWORD).await.done();
        assert_eq!((whoami(&ana).await, whoami(&again).await), ("ana".to_owned(), "ana".to_owned()));
        app.clock.advance(TimeDelta::minutes(1));
        let _ = login(&app, "ana", PASSWORD).await.done();
    }
    for _ in 0..15 {
        let _ = login(&app, "ana", WRONG).await;
    }
    let _ = refresh(&app, &ana.refresh_token).await.done();
    let change = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    let _ = ana.mutate("passwordChange", change).await.done();
    assert_eq!(whoami(&ana).await, "ana");
}

#[tokio::test]
async fn a13_strangers_at_the_same_address_do_not_use_up_the_owner_s_attempts() {
    let app = App::builder().config(|config| config.limits.login_per_address = 3).start().await;
    let ana = app.user("ana").create().await;
    for number in 0..3 {
        let _ = login(&app, &format!("somebody{number}"), WRONG).await.refused();
    }
    assert_eq!(login(&app, "ana", PASSWORD).await.denied(), "RATE_LIMITED");
    let change = |current: &str| json!({ "currentPassword": current, "newPassword": NEW });
    for _ in 0..2 {
        let _ = ana.mutate("passwordChange", change(WRONG)).await.refused();
    }
    let _ = ana.mutate("passwordChange", change(PASSWORD)).await.done();
    assert_eq!(ana.mutate("passwordChange", change(NEW)).await.denied(), "RATE_LIMITED", "they are counted too");
}

/// A signup with a username in use must be rejected as such; the number of these attempts is limited.
#[tokio::test]
async fn a17_reports_of_taken_names_are_limited_and_login_reveals_nothing() {
    let app = app().await;
    let _ = app.user("ana").create().await;
    for number in 1..30 {
        assert_eq!(signup(&app, "ana", PASSWORD).await.refused(), "TAKEN username", "{number}");
        // This reveals nothing and costs nothing.
        assert_eq!(signup(&app, "ana", "short").await.refused(), "WEAK_PASSWORD password", "{number}");
    }
    assert_eq!(signup(&app, "ana", PASSWORD).await.denied(), "RATE_LIMITED");
    for name in ["ana", "somebody"] {
        assert_eq!(login(&app, name, WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
}

//! A12, A13 and A17: guessing passwords, locking others out by it, and finding out who has an account. A14 and A15
//! are in `identity/`, A16 in `scripts/timing` and beside the code that does the work.

use crate::identity::{login, refresh, signup, whoami};
use chrono::TimeDelta;
use serde_json::json;
use service::LimitSettings;
use tests::{Acted, App, PASSWORD};

const WRONG: &str = "plain-sailing-over-8-seas";
const NEW: &str = "rough-waters-under-9-skies";

/// With the limits that hold when nothing is set.
async fn app() -> App {
    App::builder().config(|config| config.limits = LimitSettings::default()).start().await
}

/// The code of an answer: what refused the password, or the try.
fn code(acted: &Acted) -> String {
    match acted.answer.body["errors"].is_array() {
        true => acted.denied().to_owned(),
        false => acted.refused(),
    }
}

#[tokio::test]
async fn a12_of_110_tries_of_a_password_five_a_minute_are_looked_at_whatever_headers_say() {
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
async fn a12_a_password_is_guessed_at_so_often_a_minute_over_many_accounts_from_one_address() {
    let app = app().await;
    let mut codes = Vec::new();
    for number in 0..70 {
        codes.push(code(&login(&app, &format!("somebody{number}"), WRONG).await));
    }
    assert!(codes[..60].iter().all(|code| code == "INVALID_CREDENTIALS"), "{codes:?}");
    assert!(codes[60..].iter().all(|code| code == "RATE_LIMITED"), "{codes:?}");
}

#[tokio::test]
async fn a13_i36_whoever_is_signed_in_is_not_locked_out_by_strangers_and_others_are_let_in() {
    let app = app().await;
    let (ana, _) = (app.user("ana").create().await, app.user("ben").create().await);
    let again = app.login("ana").await;
    for round in 0..3 {
        for number in 0..15 {
            let expected = if number < 5 { "INVALID_CREDENTIALS" } else { "RATE_LIMITED" };
            assert_eq!(code(&login(&app, "ana", WRONG).await), expected, "{round} {number}");
        }
        // New sign-ins wait; live sessions go on.
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
    let _ = ana.act("passwordChange", change).await.done();
    assert_eq!(whoami(&ana).await, "ana");
}

#[tokio::test]
async fn a13_strangers_at_the_same_address_leave_the_owner_s_own_tries_alone() {
    let app = App::builder().config(|config| config.limits.login_per_address = 3).start().await;
    let ana = app.user("ana").create().await;
    for number in 0..3 {
        let _ = login(&app, &format!("somebody{number}"), WRONG).await.refused();
    }
    assert_eq!(login(&app, "ana", PASSWORD).await.denied(), "RATE_LIMITED");
    let change = |current: &str| json!({ "currentPassword": current, "newPassword": NEW });
    for _ in 0..2 {
        let _ = ana.act("passwordChange", change(WRONG)).await.refused();
    }
    let _ = ana.act("passwordChange", change(PASSWORD)).await.done();
    assert_eq!(ana.act("passwordChange", change(NEW)).await.denied(), "RATE_LIMITED", "they are counted too");
}

/// A person who signs up under a name that is taken has to be told; how often that can be asked is limited.
#[tokio::test]
async fn a17_that_a_name_is_taken_is_told_so_often_a_minute_and_signing_in_tells_nothing() {
    let app = app().await;
    let _ = app.user("ana").create().await;
    for number in 1..30 {
        let expected = if number % 2 == 0 { "TAKEN username" } else { "WEAK_PASSWORD password" };
        let password = if number % 2 == 0 { PASSWORD } else { "short" };
        assert_eq!(signup(&app, "ana", password).await.refused(), expected, "{number}");
    }
    assert_eq!(signup(&app, "ana", PASSWORD).await.denied(), "RATE_LIMITED");
    for name in ["ana", "somebody"] {
        assert_eq!(login(&app, name, WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
}

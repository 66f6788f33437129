//! Rate limits: how many tries there are, whom they hold up, and for how long.

use super::{login, refresh, signup, text, whoami};
use chrono::TimeDelta;
use serde_json::json;
use service::LimitSettings;
use tests::{Acted, App, PASSWORD};

const WRONG: &str = "plain-sailing-over-8-seas";

async fn limited(change: impl FnOnce(&mut LimitSettings)) -> App {
    App::builder().config(|config| change(&mut config.limits)).start().await
}

/// Seconds to wait, of an answer that says so.
#[track_caller]
fn wait(acted: &Acted) -> i64 {
    assert_eq!(acted.denied(), "RATE_LIMITED");
    let seconds = acted.answer.body["errors"][0]["extensions"]["retryAfterSeconds"].as_i64().expect("seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    seconds
}

#[tokio::test]
async fn a13_i36_after_a_few_wrong_passwords_the_account_takes_none_for_a_while() {
    let app = limited(|limits| limits.login_per_account = 3).await;
    let (ana, _) = (app.user("ana").create().await, app.user("ben").create().await);
    for _ in 0..3 {
        assert_eq!(login(&app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
    app.clock.advance(TimeDelta::seconds(10));
    for password in [WRONG, PASSWORD] {
        assert_eq!(wait(&login(&app, "ana", password).await), 50);
    }
    // Whoever is signed in goes on, and so does everybody else.
    assert_eq!(whoami(&ana).await, "ana");
    let _ = refresh(&app, &ana.refresh_token).await.done();
    let _ = login(&app, "ben", PASSWORD).await.done();

    app.clock.advance(TimeDelta::seconds(49));
    assert_eq!(wait(&login(&app, "ana", PASSWORD).await), 1);
    app.clock.advance(TimeDelta::seconds(1));
    let _ = login(&app, "ana", PASSWORD).await.done();
}

#[tokio::test]
async fn the_wait_that_was_told_is_long_enough() {
    let app = limited(|limits| limits.login_per_account = 1).await;
    let _ = app.user("ana").create().await;
    assert_eq!(login(&app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
    let seconds = wait(&login(&app, "ana", PASSWORD).await);
    app.clock.advance(TimeDelta::seconds(seconds));
    let _ = login(&app, "ana", PASSWORD).await.done();
}

#[tokio::test]
async fn the_right_password_forgets_the_wrong_ones() {
    let app = limited(|limits| limits.login_per_account = 3).await;
    let _ = app.user("ana").create().await;
    for _ in 0..3 {
        for _ in 0..2 {
            assert_eq!(login(&app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
        }
        let _ = login(&app, "ana", PASSWORD).await.done();
    }
}

#[tokio::test]
async fn spellings_of_a_name_and_unknown_names_are_counted_like_any_account() {
    let app = limited(|limits| limits.login_per_account = 3).await;
    let _ = app.user("ana").create().await;
    for (name, again) in [(["ana", "ANA", " Ana "], "aNA"), (["nobody", "NOBODY", "Nobody"], "nobody")] {
        for spelling in name {
            assert_eq!(login(&app, spelling, WRONG).await.refused(), "INVALID_CREDENTIALS");
        }
        wait(&login(&app, again, WRONG).await);
    }
}

#[tokio::test]
async fn a_limit_does_not_tell_which_address_belongs_to_which_name() {
    let app = limited(|limits| limits.login_per_account = 3).await;
    let new = json!({ "username": "ana", "email": "ana@example.com", "password": PASSWORD });
    let _ = app.anonymous().act("signup", new).await.done();
    for _ in 0..3 {
        assert_eq!(login(&app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
    wait(&login(&app, "ana", WRONG).await);
    for address in ["ana@example.com", "somebody@example.com"] {
        assert_eq!(login(&app, address, WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
}

#[tokio::test]
async fn a12_e8_an_address_of_the_network_has_its_own_limit_whatever_headers_say() {
    let app = limited(|limits| limits.login_per_address = 4).await;
    let _ = app.user("ana").create().await;
    for number in 0..4 {
        assert_eq!(login(&app, &format!("somebody{number}"), WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
    wait(&login(&app, "ana", PASSWORD).await);
    let document = r#"mutation { login(username: "ana", password: "x") { userErrors { code } } }"#;
    for header in ["x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip", "true-client-ip"] {
        let answer = app.anonymous().post(&json!({ "query": document }), &[(header, "203.0.113.7")]).await;
        assert_eq!(answer.error(), "RATE_LIMITED", "{header}");
    }
    app.clock.advance(TimeDelta::minutes(1));
    let _ = login(&app, "ana", PASSWORD).await.done();
}

#[tokio::test]
async fn a14_one_document_holds_one_try() {
    let app = limited(|limits| limits.login_per_account = 3).await;
    let _ = app.user("ana").create().await;
    let tries = |count: usize| -> String {
        let field = |n| format!(r#"t{n}: login(username: "ana", password: "{WRONG}") {{ userErrors {{ code }} }} "#);
        (0..count).map(field).collect()
    };
    let fragments = r#"mutation { ...A ... { ...B } }
        fragment A on Mutation { a: login(username: "ana", password: "x") { userErrors { code } } }
        fragment B on Mutation { b: login(username: "ana", password: "y") { userErrors { code } } }"#;
    let documents =
        [format!("mutation {{ {} }}", tries(2)), format!("mutation {{ {} }}", tries(100)), fragments.to_owned()];
    for document in documents {
        let answer = app.anonymous().ask(&document).await;
        assert_eq!(answer.error(), "OPERATION_TOO_COMPLEX");
    }
    let batch = json!([{ "query": format!("mutation {{ {} }}", tries(1)) }, { "query": format!("mutation {{ {} }}", tries(1)) }]);
    assert_eq!(app.anonymous().post(&batch, &[]).await.status, 400);
    // None of these was tried.
    for _ in 0..3 {
        assert_eq!(login(&app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
    wait(&login(&app, "ana", PASSWORD).await);
}

#[tokio::test]
async fn confirming_a_password_has_tries_of_its_own_in_each_session() {
    let app = limited(|limits| limits.login_per_account = 3).await;
    let (ana, other) = (app.user("ana").create().await, app.login("ana").await);
    for _ in 0..3 {
        let change = json!({ "currentPassword": WRONG, "newPassword": "rough-waters-under-9-skies" });
        assert_eq!(ana.act("passwordChange", change).await.refused(), "INVALID_CREDENTIALS currentPassword");
    }
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "rough-waters-under-9-skies" });
    wait(&ana.act("passwordChange", change.clone()).await);
    let _ = login(&app, "ana", PASSWORD).await.done();
    let _ = other.act("passwordChange", change.clone()).await.done();
    // The other session has ended the first.
    assert_eq!(whoami(&ana).await, "REVOKED");
}

#[tokio::test]
async fn a_session_confirms_its_password_again_after_a_minute() {
    let app = limited(|limits| limits.login_per_account = 1).await;
    let ana = app.user("ana").create().await;
    let change = |current: &str| json!({ "currentPassword": current, "newPassword": "rough-waters-under-9-skies" });
    assert_eq!(ana.act("passwordChange", change(WRONG)).await.refused(), "INVALID_CREDENTIALS currentPassword");
    wait(&ana.act("passwordChange", change(PASSWORD)).await);
    app.clock.advance(TimeDelta::minutes(1));
    let _ = ana.act("passwordChange", change(PASSWORD)).await.done();
}

#[tokio::test]
async fn an_address_makes_so_many_accounts_a_minute() {
    let app = limited(|limits| limits.signup_per_address = 2).await;
    for name in ["ana", "ben"] {
        let _ = signup(&app, name, PASSWORD).await.done();
    }
    wait(&signup(&app, "carl", PASSWORD).await);
    let _ = login(&app, "ana", PASSWORD).await.done();
    app.clock.advance(TimeDelta::minutes(1));
    let _ = signup(&app, "carl", PASSWORD).await.done();
}

#[tokio::test]
async fn a_session_refreshes_so_often_a_minute() {
    let app = limited(|limits| limits.refresh_per_session = 2).await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let mut token = ana.refresh_token.clone();
    for _ in 0..2 {
        token = text(&refresh(&app, &token).await, "refreshToken");
    }
    wait(&refresh(&app, &token).await);
    let _ = refresh(&app, &ben.refresh_token).await.done();
    assert_eq!(whoami(&ana).await, "ana");
    app.clock.advance(TimeDelta::minutes(1));
    let _ = refresh(&app, &token).await.done();
}

//! Rate limits: the number of attempts, their scope and window.

use super::{login, refresh, signup, text, whoami};
use chrono::TimeDelta;
use serde_json::json;
use service::LimitSettings;
use tests::{App, MutationResult, PASSWORD};

const WRONG: &str = "plain-sailing-over-8-seas";

async fn limited(change: impl FnOnce(&mut LimitSettings)) -> App {
    App::builder().config(|config| change(&mut config.limits)).start().await
}

/// Seconds of `retryAfterSeconds`.
#[track_caller]
fn wait(acted: &MutationResult) -> i64 {
    assert_eq!(acted.denied(), "RATE_LIMITED");
    let seconds = acted.response.body["errors"][0]["extensions"]["retryAfterSeconds"].as_i64().expect("seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    seconds
}

#[tokio::test]
async fn a13_i36_wrong_passwords_lock_the_account_for_a_window() {
    let app = limited(|limits| limits.login_per_account = 3).await;
    let (ana, _) = (app.user("ana").create().await, app.user("ben").create().await);
    for _ in 0..3 {
        assert_eq!(login(&app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
    app.clock.advance(TimeDelta::seconds(10));
    for password in [WRONG, PASSWORD] {
        assert_eq!(wait(&login(&app, "ana", password).await), 50);
    }
    // Live sessions continue, and so do other accounts.
    assert_eq!(whoami(&ana).await, "ana");
    let _ = refresh(&app, &ana.refresh_token).await.done();
    let _ = login(&app, "ben", PASSWORD).await.done();

    app.clock.advance(TimeDelta::seconds(49));
    assert_eq!(wait(&login(&app, "ana", PASSWORD).await), 1);
    app.clock.advance(TimeDelta::seconds(1));
    let _ = login(&app, "ana", PASSWORD).await.done();
}

#[tokio::test]
async fn retry_after_seconds_is_long_enough() {
    let app = limited(|limits| limits.login_per_account = 1).await;
    let _ = app.user("ana").create().await;
    assert_eq!(login(&app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
    let seconds = wait(&login(&app, "ana", PASSWORD).await);
    app.clock.advance(TimeDelta::seconds(seconds));
    let _ = login(&app, "ana", PASSWORD).await.done();
}

#[tokio::test]
async fn the_right_password_resets_the_count() {
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

/// The code of the error.
fn code(acted: &MutationResult) -> String {
    match acted.response.body["errors"].is_array() {
        true => acted.denied().to_owned(),
        false => acted.refused(),
    }
}

/// The answers to these attempts, with the name or with the address of an account or of nobody.
async fn answers(app: &App, [name, address]: [&str; 2], attempts: &[(bool, &str)]) -> Vec<String> {
    let mut answers = Vec::new();
    for (is_name, password) in attempts {
        answers.push(code(&login(app, if *is_name { name } else { address }, password).await));
    }
    answers
}

#[tokio::test]
async fn a12_a15_one_account_has_one_limit_by_all_its_names_and_the_limit_does_not_tell() {
    let app = limited(|limits| limits.login_per_account = 3).await;
    let new = json!({ "username": "ana", "email": "ana@example.com", "password": PASSWORD });
    let _ = app.anonymous().mutate("signup", new).await.done();
    for wrong in [[true, true, true], [true, false, true], [false, false, false]] {
        // Three attempts use up the limit: the right password is not looked at, by either name.
        let mut attempts: Vec<_> = wrong.map(|is_name| (is_name, WRONG)).into();
        attempts.extend([true, false].repeat(4).into_iter().map(|is_name| (is_name, PASSWORD)));
        let of_account = answers(&app, ["ana", "ana@example.com"], &attempts).await;
        assert_eq!(of_account, answers(&app, ["nobody", "nobody@example.com"], &attempts).await);
        assert!(of_account.contains(&"INVALID_CREDENTIALS".to_owned()), "{of_account:?}");
        assert_eq!(of_account[9..], ["RATE_LIMITED", "RATE_LIMITED"]);
        app.clock.advance(TimeDelta::minutes(1));
        // The other name alone has the whole limit again.
        for _ in 0..2 {
            assert_eq!(code(&login(&app, "ana@example.com", WRONG).await), "INVALID_CREDENTIALS");
        }
        let _ = login(&app, "ana", PASSWORD).await.done();
        let _ = login(&app, "ana@example.com", PASSWORD).await.done();
    }
}

#[tokio::test]
async fn what_is_refused_by_its_form_is_not_counted() {
    let change = |limits: &mut LimitSettings| {
        limits.login_per_account = 1;
        limits.login_per_address = 2;
        limits.signup_per_address = 2;
    };
    let app = limited(change).await;
    let ana = app.user("ana").create().await;
    let long = "x".repeat(1_025);
    for _ in 0..3 {
        for (name, password) in
            [("ana", ""), ("ana", &long), ("", PASSWORD), ("two words", PASSWORD), (&long, PASSWORD)]
        {
            assert_eq!(login(&app, name, password).await.refused(), "INVALID_CREDENTIALS");
        }
        for (name, password) in [("", ""), ("ben", ""), ("ben", "short"), ("ben", &long), (&long, PASSWORD)] {
            let _ = signup(&app, name, password).await.refused();
        }
        for token in ["", "kwp_", "rubbish", &long] {
            let reset = json!({ "token": token, "newPassword": PASSWORD });
            assert_eq!(app.anonymous().mutate("passwordReset", reset).await.refused(), "INVALID_CREDENTIALS token");
            assert_eq!(refresh(&app, token).await.refused(), "REFRESH_TOKEN_INVALID");
        }
        for current in ["", &long] {
            let confirm = json!({ "password": current });
            assert_eq!(ana.mutate("reauthenticate", confirm).await.refused(), "INVALID_CREDENTIALS password");
            let change = json!({ "currentPassword": current, "newPassword": "rough-waters-under-9-skies" });
            assert_eq!(ana.mutate("passwordChange", change).await.refused(), "INVALID_CREDENTIALS currentPassword");
        }
        for new in ["", "short", &long] {
            let change = json!({ "currentPassword": WRONG, "newPassword": new });
            assert!(ana.mutate("passwordChange", change).await.refused().ends_with("newPassword"));
        }
    }
    let _ = login(&app, "ana", PASSWORD).await.done();
    let _ = signup(&app, "ben", PASSWORD).await.done();
    let _ = ana.mutate("reauthenticate", json!({ "password": PASSWORD })).await.done();
    // The longest password that an account can have is counted.
    assert_eq!(login(&app, "ana", &long[1..]).await.refused(), "INVALID_CREDENTIALS");
    assert_eq!(login(&app, "ana", PASSWORD).await.denied(), "RATE_LIMITED");
}

#[tokio::test]
async fn a12_e8_an_ip_address_has_its_own_limit_regardless_of_headers() {
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
async fn a14_a_document_holds_one_attempt() {
    let app = limited(|limits| limits.login_per_account = 3).await;
    let _ = app.user("ana").create().await;
    let attempts = |count: usize| -> String {
        let field = |n| format!(r#"t{n}: login(username: "ana", password: "{WRONG}") {{ userErrors {{ code }} }} "#);
        (0..count).map(field).collect()
    };
    let fragments = r#"mutation { ...A ... { ...B } }
        fragment A on Mutation { a: login(username: "ana", password: "x") { userErrors { code } } }
        fragment B on Mutation { b: login(username: "ana", password: "y") { userErrors { code } } }"#;
    let documents =
        [format!("mutation {{ {} }}", attempts(2)), format!("mutation {{ {} }}", attempts(100)), fragments.to_owned()];
    for document in documents {
        let answer = app.anonymous().ask(&document).await;
        assert_eq!(answer.error(), "OPERATION_TOO_COMPLEX");
    }
    let batch = json!([{ "query": format!("mutation {{ {} }}", attempts(1)) }, { "query": format!("mutation {{ {} }}", attempts(1)) }]);
    assert_eq!(app.anonymous().post(&batch, &[]).await.status, 400);
    // None of these attempts was verified.
    for _ in 0..3 {
        assert_eq!(login(&app, "ana", WRONG).await.refused(), "INVALID_CREDENTIALS");
    }
    wait(&login(&app, "ana", PASSWORD).await);
}

#[tokio::test]
async fn reauthentication_attempts_are_counted_per_session() {
    let app = limited(|limits| limits.login_per_account = 3).await;
    let (ana, other) = (app.user("ana").create().await, app.login("ana").await);
    for _ in 0..3 {
        let change = json!({ "currentPassword": WRONG, "newPassword": "rough-waters-under-9-skies" });
        assert_eq!(ana.mutate("passwordChange", change).await.refused(), "INVALID_CREDENTIALS currentPassword");
    }
    let change = json!({ "currentPassword": PASSWORD, "newPassword": "rough-waters-under-9-skies" });
    wait(&ana.mutate("passwordChange", change.clone()).await);
    let _ = login(&app, "ana", PASSWORD).await.done();
    let _ = other.mutate("passwordChange", change.clone()).await.done();
    // The password change of the other session has ended the first.
    assert_eq!(whoami(&ana).await, "REVOKED");
}

#[tokio::test]
async fn a_session_can_reauthenticate_again_after_a_minute() {
    let app = limited(|limits| limits.login_per_account = 1).await;
    let ana = app.user("ana").create().await;
    let change = |current: &str| json!({ "currentPassword": current, "newPassword": "rough-waters-under-9-skies" });
    assert_eq!(ana.mutate("passwordChange", change(WRONG)).await.refused(), "INVALID_CREDENTIALS currentPassword");
    wait(&ana.mutate("passwordChange", change(PASSWORD)).await);
    app.clock.advance(TimeDelta::minutes(1));
    let _ = ana.mutate("passwordChange", change(PASSWORD)).await.done();
}

#[tokio::test]
async fn signups_per_address_and_minute_are_limited() {
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
async fn refreshes_per_session_and_minute_are_limited() {
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

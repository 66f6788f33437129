//! Changing one's own password.

use super::{login, refresh, whoami};
use serde_json::{Value, json};
use tests::{App, Client, PASSWORD};

const NEW: &str = "rough-waters-under-9-skies";

fn change(current: &str, new: &str) -> Value {
    json!({ "currentPassword": current, "newPassword": new })
}

async fn ended(client: &Client) -> bool {
    whoami(client).await == "REVOKED"
}

#[tokio::test]
async fn the_new_password_replaces_the_old_one() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    assert_eq!(ana.mutate("passwordChange", change(PASSWORD, NEW)).await.done()["user"]["username"], "ana");
    assert_eq!(login(&app, "ana", PASSWORD).await.refused(), "INVALID_CREDENTIALS");
    let _ = login(&app, "ana", NEW).await.done();
}

#[tokio::test]
async fn b10_a_password_change_ends_all_other_sessions() {
    let app = App::start().await;
    let other_replica = app.replica().await;
    let (other, ana, ben) = (app.user("ana").create().await, app.login("ana").await, app.user("ben").create().await);
    let _ = ana.mutate("passwordChange", change(PASSWORD, NEW)).await.done();
    assert!(ended(&other).await);
    assert_eq!(refresh(&app, &other.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
    assert_eq!((whoami(&ana).await, whoami(&ben).await), ("ana".to_owned(), "ben".to_owned()));
    let _ = refresh(&app, &ana.refresh_token).await.done();
    let elsewhere = other.at(&other_replica);
    tests::permanently(tests::PROMISED, async || ended(&elsewhere).await, |ended| *ended).await;
    assert_eq!(whoami(&ana.at(&other_replica)).await, "ana");
}

#[tokio::test]
async fn the_new_password_meets_the_same_rules_as_the_first() {
    let app = App::start().await;
    let ana = app.user("ana.maria").create().await;
    let cases = [
        ("", "REQUIRED newPassword"),
        ("too short", "WEAK_PASSWORD newPassword"),
        ("passwordpassword", "WEAK_PASSWORD newPassword"),
        ("ana.maria-20242025", "WEAK_PASSWORD newPassword"),
        ("keyward-keyward-1", "WEAK_PASSWORD newPassword"),
        (&"x y".repeat(300_000), "TOO_LONG newPassword"),
    ];
    for (new, refusal) in cases {
        assert_eq!(ana.mutate("passwordChange", change(PASSWORD, new)).await.refused(), refusal, "{new:.40}");
    }
    let _ = login(&app, "ana.maria", PASSWORD).await.done();
}

#[tokio::test]
async fn the_present_password_is_no_new_one() {
    let app = App::start().await;
    let composed = "voilà-a-pássword-of-ünicode";
    let other = app.anonymous().mutate("signup", json!({ "username": "ana", "password": composed })).await;
    let other = app.anonymous().with_token(super::text(&other, "accessToken"));
    let ana = login(&app, "ana", composed).await;
    let ana = app.anonymous().with_token(super::text(&ana, "accessToken"));
    // Composed or not, it is the same password.
    for same in [composed, "voila\u{300}-a-pa\u{301}ssword-of-u\u{308}nicode"] {
        let refused = ana.mutate("passwordChange", change(composed, same)).await;
        assert_eq!(refused.refused(), "WEAK_PASSWORD newPassword", "{same}");
    }
    // Nothing is said about the present password to those who do not know it.
    assert_eq!(ana.mutate("passwordChange", change(NEW, NEW)).await.refused(), "INVALID_CREDENTIALS currentPassword");
    assert_eq!((whoami(&ana).await, whoami(&other).await), ("ana".to_owned(), "ana".to_owned()));
    let upper = composed.to_uppercase();
    let _ = ana.mutate("passwordChange", change(composed, &upper)).await.done();
    let _ = login(&app, "ana", &upper).await.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_concurrent_password_changes_succeeds() {
    let app = App::start().await;
    let (one, two) = (app.user("ana").create().await, app.login("ana").await);
    let words = ["first-words-of-the-song", "second-verse-of-the-song"];
    let (first, second) = tokio::join!(
        one.mutate("passwordChange", change(PASSWORD, words[0])),
        two.mutate("passwordChange", change(PASSWORD, words[1])),
    );
    let made: Vec<bool> =
        [&first, &second].map(|tried| tried.response.body["data"]["passwordChange"]["user"].is_object()).to_vec();
    assert_eq!(made.iter().filter(|made| **made).count(), 1, "{first:?} {second:?}");
    for (word, made) in words.into_iter().zip(made) {
        assert_eq!(login(&app, "ana", word).await.user_errors().is_empty(), made);
    }
}

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
    assert_eq!(ana.act("passwordChange", change(PASSWORD, NEW)).await.done()["user"]["username"], "ana");
    assert_eq!(login(&app, "ana", PASSWORD).await.refused(), "INVALID_CREDENTIALS");
    let _ = login(&app, "ana", NEW).await.done();
}

#[tokio::test]
async fn b10_it_ends_all_other_sessions_and_keeps_this_one() {
    let app = App::start().await;
    let other_replica = app.replica().await;
    let (other, ana, ben) = (app.user("ana").create().await, app.login("ana").await, app.user("ben").create().await);
    let _ = ana.act("passwordChange", change(PASSWORD, NEW)).await.done();
    assert!(ended(&other).await);
    assert_eq!(refresh(&app, &other.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
    assert_eq!((whoami(&ana).await, whoami(&ben).await), ("ana".to_owned(), "ben".to_owned()));
    let _ = refresh(&app, &ana.refresh_token).await.done();
    let elsewhere = other.at(&other_replica);
    tests::for_good(tests::PROMISED, async || ended(&elsewhere).await, |ended| *ended).await;
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
        assert_eq!(ana.act("passwordChange", change(PASSWORD, new)).await.refused(), refusal, "{new:.40}");
    }
    let _ = login(&app, "ana.maria", PASSWORD).await.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_changes_at_once_one_is_made() {
    let app = App::start().await;
    let (one, two) = (app.user("ana").create().await, app.login("ana").await);
    let words = ["first-words-of-the-song", "second-verse-of-the-song"];
    let (first, second) = tokio::join!(
        one.act("passwordChange", change(PASSWORD, words[0])),
        two.act("passwordChange", change(PASSWORD, words[1])),
    );
    let made: Vec<bool> =
        [&first, &second].map(|tried| tried.answer.body["data"]["passwordChange"]["user"].is_object()).to_vec();
    assert_eq!(made.iter().filter(|made| **made).count(), 1, "{first:?} {second:?}");
    for (word, made) in words.into_iter().zip(made) {
        assert_eq!(login(&app, "ana", word).await.user_errors().is_empty(), made);
    }
}

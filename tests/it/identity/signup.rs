//! Signup.

use super::{login, signup, text};
use futures_util::future::join_all;
use serde_json::json;
use tests::{App, Client, PASSWORD};

pub(crate) async fn signup_with_email(client: &Client, name: &str, email: &str) -> tests::MutationResult {
    client.mutate("signup", json!({ "username": name, "password": PASSWORD, "email": email })).await
}

#[tokio::test]
async fn a_new_account_is_logged_in_with_the_default_role_and_no_permission() {
    let app = App::start().await;
    let new = json!({
        "username": "Ana", "password": PASSWORD, "email": "Ana@Example.com", "displayName": "Ana García 🦀"
    });
    let signed_up = app.anonymous().mutate("signup", new).await;
    let viewer = &signed_up.done()["viewer"];
    assert_eq!(viewer["user"]["username"], "Ana");
    assert_eq!((&viewer["roles"], &viewer["permissions"]), (&json!(["user"]), &json!([])));

    let ana = app.anonymous().with_token(text(&signed_up, "accessToken"));
    let me = ana.ask("{ me { id username email displayName kind status lastLoginAt roles { name } } }").await;
    let me = &me.data()["me"];
    assert_eq!(me["id"], viewer["user"]["id"]);
    assert_eq!((&me["username"], &me["email"]), (&json!("Ana"), &json!("Ana@Example.com")));
    assert_eq!(
        (&me["displayName"], &me["kind"], &me["status"]),
        (&json!("Ana García 🦀"), &json!("HUMAN"), &json!("ACTIVE"))
    );
    assert_eq!(me["roles"], json!([{ "name": "user" }]));
    assert!(me["lastLoginAt"].is_string());
}

#[tokio::test]
async fn the_display_name_falls_back_to_the_username() {
    let app = App::start().await;
    assert_eq!(app.user("ana").create().await.ask("{ me { displayName } }").await.data()["me"]["displayName"], "ana");
}

#[tokio::test]
async fn an_account_may_have_its_email_address_as_username() {
    let app = App::start().await;
    let _ = signup_with_email(app.anonymous(), "carl@example.com", "Carl@Example.com").await.done();
    let _ = login(&app, "CARL@example.com", PASSWORD).await.done();
}

#[tokio::test]
async fn confusable_spellings_are_one_name() {
    let app = App::start().await;
    let _ = signup(&app, "jos\u{e9}", PASSWORD).await.done();
    for same in ["jose\u{301}", "JOS\u{c9}", "JOSE\u{301}", "\u{ff4a}\u{ff4f}\u{ff53}\u{e9}"] {
        assert_eq!(signup(&app, same, PASSWORD).await.refused(), "TAKEN username", "{same}");
        let _ = login(&app, same, PASSWORD).await.done();
    }
}

#[tokio::test]
async fn all_errors_of_a_signup_are_reported_at_once_with_paths() {
    let app = App::start().await;
    let bad = json!({ "username": "", "password": "short", "email": "nobody", "displayName": " " });
    let refused = app.anonymous().mutate("signup", bad).await.refused();
    assert_eq!(refused, "REQUIRED username, INVALID email, REQUIRED displayName, WEAK_PASSWORD password");
}

#[tokio::test]
async fn invalid_and_reserved_names_are_rejected() {
    let app = App::start().await;
    let long = "x".repeat(129);
    let huge = "x".repeat(900_000);
    let cases = [
        ("", "REQUIRED username"),
        (long.as_str(), "TOO_LONG username"),
        (huge.as_str(), "TOO_LONG username"),
        ("two words", "INVALID username"),
        ("a\0b", "INVALID username"),
        ("\u{202e}abc", "INVALID username"),
        ("deleted-1", "INVALID username"),
        ("Deleted-1", "INVALID username"),
    ];
    for (name, refusal) in cases {
        assert_eq!(signup(&app, name, PASSWORD).await.refused(), refusal, "{name:.40}");
    }
    let _ = signup(&app, &"y".repeat(128), PASSWORD).await.done();
}

#[tokio::test]
async fn disabled_signup_is_reported() {
    let app = App::builder().config(|config| config.signup_enabled = false).start().await;
    assert_eq!(signup(&app, "ana", PASSWORD).await.refused(), "SIGNUP_DISABLED");
    let info = app.anonymous().ask("{ serviceInfo { signupEnabled } }").await;
    assert_eq!(info.data()["serviceInfo"]["signupEnabled"], false);
}

#[tokio::test]
async fn without_a_default_role_a_new_account_has_none() {
    let app = App::start().await;
    let user = app.role_id("user").await;
    let _ = app.admin().await.mutate("roleDelete", json!({ "id": user })).await.done();
    assert_eq!(signup(&app, "ana", PASSWORD).await.done()["viewer"]["roles"], json!([]));
    // Also after a restart: a deleted default role is not created again.
    let app = app.restart().await;
    assert_eq!(signup(&app, "ben", PASSWORD).await.done()["viewer"]["roles"], json!([]));
}

#[tokio::test]
async fn a_new_default_role_applies_to_new_accounts_only() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let staff = app.role("staff").granting("desk:use").create().await;
    let root = app.admin().await;
    let _ = root.mutate("roleUpdate", json!({ "id": staff, "input": { "isDefault": true } })).await.done();
    assert_eq!(signup(&app, "ben", PASSWORD).await.done()["viewer"]["permissions"], json!(["desk:use"]));
    assert_eq!(ana.ask(r#"{ can(permission: "desk:use") }"#).await.data()["can"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_concurrent_signups_with_the_same_name_succeeds() {
    let app = App::start().await;
    let other = app.replica().await;
    let attempts = (0..12).map(|n| {
        let (app, name) = if n % 2 == 0 { (&app, "Ana") } else { (&other, "ana") };
        signup(app, name, PASSWORD)
    });
    let tried = join_all(attempts).await;
    let (made, refused): (Vec<_>, Vec<_>) = tried.iter().partition(|tried| tried.user_errors().is_empty());
    assert_eq!(made.len(), 1);
    assert!(refused.iter().all(|tried| tried.refused() == "TAKEN username"));
    let found = app.admin().await.ask(r#"{ users(filter: { search: "ana" }) { totalCount } }"#).await;
    assert_eq!(found.data()["users"]["totalCount"], 1);
}

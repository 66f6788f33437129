//! Changing users, and one's own profile.

use super::{audited, user};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{App, PASSWORD, input};

async fn login(app: &App, name: &str) -> String {
    let tried = app.anonymous().act("login", json!({ "username": name, "password": PASSWORD })).await;
    match tried.user_errors().is_empty() {
        true => tried.done()["viewer"]["user"]["username"].as_str().expect("a name").to_owned(),
        false => tried.refused(),
    }
}

#[tokio::test]
async fn what_is_omitted_stays_and_null_takes_away() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let update = async |input: Value| {
        let _ = root.act("userUpdate", json!({ "id": ana.id, "input": input })).await.done();
        let now = user(root, &ana.id).await;
        ["username", "email", "displayName"].map(|field| now[field].as_str().map(str::to_owned))
    };
    let texts = |texts: [Option<&str>; 3]| texts.map(|text| text.map(str::to_owned));
    assert_eq!(
        update(json!({ "email": "ana@example.com" })).await,
        texts([Some("ana"), Some("ana@example.com"), Some("ana")])
    );
    assert_eq!(
        update(json!({ "displayName": "Ana!" })).await,
        texts([Some("ana"), Some("ana@example.com"), Some("Ana!")])
    );
    assert_eq!(
        update(json!({ "username": "Anna" })).await,
        texts([Some("Anna"), Some("ana@example.com"), Some("Ana!")])
    );
    assert_eq!(
        update(json!({ "displayName": null })).await,
        texts([Some("Anna"), Some("ana@example.com"), Some("Anna")])
    );
    assert_eq!(update(json!({ "email": null })).await, texts([Some("Anna"), None, Some("Anna")]));
}

#[tokio::test]
async fn new_names_sign_in_and_old_ones_are_free() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let renamed = json!({ "id": ana.id, "input": { "username": "anna", "email": "a@example.com" } });
    let _ = root.act("userUpdate", renamed).await.done();
    assert_eq!((login(&app, "anna").await, login(&app, "A@example.com").await), ("anna".to_owned(), "anna".to_owned()));
    assert_eq!(login(&app, "ana").await, "INVALID_CREDENTIALS");
    // Whoever is signed in goes on under the new name.
    assert_eq!(ana.ask("{ me { username } }").await.data()["me"]["username"], "anna");
    app.user("ana").create().await;
    let taken = root.act("userUpdate", json!({ "id": ana.id, "input": { "username": "ANA" } })).await;
    assert_eq!(taken.refused(), "TAKEN input.username");
    let case = root.act("userUpdate", json!({ "id": ana.id, "input": { "username": "Anna" } })).await;
    assert_eq!(case.done()["user"]["username"], "Anna");
    let _ = root.act("userUpdate", json!({ "id": ana.id, "input": { "email": null } })).await.done();
    assert_eq!(login(&app, "a@example.com").await, "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn bad_values_are_refused_where_they_stand() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let cases = [
        (json!({ "username": "" }), "REQUIRED input.username"),
        (json!({ "username": null }), "REQUIRED input.username"),
        (json!({ "username": "two words" }), "INVALID input.username"),
        (json!({ "username": "Root" }), "TAKEN input.username"),
        (json!({ "email": "ROOT" }), "INVALID input.email"),
        (json!({ "email": "" }), "INVALID input.email"),
        (json!({ "displayName": "" }), "REQUIRED input.displayName"),
    ];
    for (input, refusal) in cases {
        assert_eq!(root.act("userUpdate", json!({ "id": ana.id, "input": input })).await.refused(), refusal);
    }
    for unknown in ["", "user_", "ana", &app.role_id("user").await] {
        let refused = root.act("userUpdate", json!({ "id": unknown, "input": { "displayName": "x" } })).await;
        assert_eq!(refused.refused(), "NOT_FOUND id", "{unknown}");
    }
}

#[tokio::test]
async fn changing_names_asks_for_a_recent_password() {
    let app = App::start().await;
    let boss = app.user("boss").with_role("superadmin").create().await;
    app.clock.advance(TimeDelta::minutes(9));
    let fresh = app.anonymous().act("refresh", json!({ "refreshToken": boss.refresh_token })).await;
    let boss_later = app.anonymous().with_token(fresh.done()["accessToken"].as_str().expect("a token"));
    app.clock.advance(TimeDelta::seconds(61));
    let update = json!({ "id": boss.id, "input": { "email": "boss@example.com" } });
    assert_eq!(boss_later.act("userUpdate", update.clone()).await.denied(), "REAUTHENTICATION_REQUIRED");
    let _ = app.login("boss").await.act("userUpdate", update).await.done();
}

#[tokio::test]
async fn what_changes_nothing_is_not_audited() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let (before, entries) = (user(root, &ana.id).await, audited(&app).await);
    for same in [json!({}), json!({ "username": "ana", "email": null, "displayName": null })] {
        let _ = root.act("userUpdate", json!({ "id": ana.id, "input": same })).await.done();
    }
    assert_eq!((user(root, &ana.id).await, audited(&app).await), (before, entries));
}

#[tokio::test]
async fn everybody_may_change_the_name_they_are_shown_by() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let update = async |name: Value| ana.act("profileUpdate", input(json!({ "displayName": name }))).await;
    assert_eq!(update(json!("Ana 🦀")).await.done()["user"]["displayName"], "Ana 🦀");
    assert_eq!(update(json!("")).await.refused(), "REQUIRED input.displayName");
    assert_eq!(update(json!("x".repeat(201))).await.refused(), "TOO_LONG input.displayName");
    assert_eq!(update(json!(null)).await.done()["user"]["displayName"], "ana");
    let anonymous = app.anonymous().act("profileUpdate", input(json!({ "displayName": "x" }))).await;
    assert_eq!(anonymous.denied(), "UNAUTHENTICATED");
}

//! Changing users, and one's own profile.

use super::{audited, user};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{App, PASSWORD, input};

async fn login(app: &App, name: &str) -> String {
    let tried = app.anonymous().mutate("login", json!({ "username": name, "password": PASSWORD })).await;
    match tried.user_errors().is_empty() {
        true => tried.done()["viewer"]["user"]["username"].as_str().expect("a name").to_owned(),
        false => tried.refused(),
    }
}

#[tokio::test]
async fn omitted_fields_stay_and_null_removes_a_value() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let update = async |input: Value| {
        let _ = root.mutate("userUpdate", json!({ "id": ana.id, "input": input })).await.done();
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
async fn new_names_log_in_and_old_ones_are_free() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let renamed = json!({ "id": ana.id, "input": { "username": "anna", "email": "a@example.com" } });
    let _ = root.mutate("userUpdate", renamed).await.done();
    assert_eq!((login(&app, "anna").await, login(&app, "A@example.com").await), ("anna".to_owned(), "anna".to_owned()));
    assert_eq!(login(&app, "ana").await, "INVALID_CREDENTIALS");
    // Live sessions continue under the new name.
    assert_eq!(ana.ask("{ me { username } }").await.data()["me"]["username"], "anna");
    app.user("ana").create().await;
    let taken = root.mutate("userUpdate", json!({ "id": ana.id, "input": { "username": "ANA" } })).await;
    assert_eq!(taken.refused(), "TAKEN input.username");
    let case = root.mutate("userUpdate", json!({ "id": ana.id, "input": { "username": "Anna" } })).await;
    assert_eq!(case.done()["user"]["username"], "Anna");
    let _ = root.mutate("userUpdate", json!({ "id": ana.id, "input": { "email": null } })).await.done();
    assert_eq!(login(&app, "a@example.com").await, "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn invalid_values_are_rejected_with_their_path() {
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
        assert_eq!(root.mutate("userUpdate", json!({ "id": ana.id, "input": input })).await.refused(), refusal);
    }
    for unknown in ["", "user_", "ana", &app.role_id("user").await] {
        let refused = root.mutate("userUpdate", json!({ "id": unknown, "input": { "displayName": "x" } })).await;
        assert_eq!(refused.refused(), "NOT_FOUND id", "{unknown}");
    }
}

#[tokio::test]
async fn changing_names_requires_a_recent_login() {
    let app = App::start().await;
    let boss = app.user("boss").with_role("superadmin").create().await;
    app.clock.advance(TimeDelta::minutes(9));
    let fresh = app.anonymous().mutate("refresh", json!({ "refreshToken": boss.refresh_token })).await;
    let boss_later = app.anonymous().with_token(fresh.done()["accessToken"].as_str().expect("a token"));
    app.clock.advance(TimeDelta::seconds(61));
    let update = json!({ "id": boss.id, "input": { "email": "boss@example.com" } });
    assert_eq!(boss_later.mutate("userUpdate", update.clone()).await.denied(), "REAUTHENTICATION_REQUIRED");
    let _ = app.login("boss").await.mutate("userUpdate", update).await.done();
}

#[tokio::test]
async fn an_update_without_change_is_not_audited() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let (before, entries) = (user(root, &ana.id).await, audited(&app).await);
    for same in [json!({}), json!({ "username": "ana", "email": null, "displayName": null })] {
        let _ = root.mutate("userUpdate", json!({ "id": ana.id, "input": same })).await.done();
    }
    assert_eq!((user(root, &ana.id).await, audited(&app).await), (before, entries));
}

#[tokio::test]
async fn users_may_change_their_own_display_name() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let update = async |name: Value| ana.mutate("profileUpdate", input(json!({ "displayName": name }))).await;
    assert_eq!(update(json!("Ana 🦀")).await.done()["user"]["displayName"], "Ana 🦀");
    assert_eq!(update(json!("")).await.refused(), "REQUIRED input.displayName");
    assert_eq!(update(json!("x".repeat(201))).await.refused(), "TOO_LONG input.displayName");
    assert_eq!(update(json!(null)).await.done()["user"]["displayName"], "ana");
    let anonymous = app.anonymous().mutate("profileUpdate", input(json!({ "displayName": "x" }))).await;
    assert_eq!(anonymous.denied(), "UNAUTHENTICATED");
}

async fn version(app: &App, user: &str) -> i64 {
    let document = format!("{{ user(id: \"{user}\") {{ version }} }}");
    app.admin().await.ask(&document).await.data()["user"]["version"].as_i64().expect("a version")
}

#[tokio::test]
async fn an_update_based_on_an_old_version_is_refused() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let update = |name: &str, version: i64| {
        let update = json!({ "id": ana.id, "input": { "displayName": name }, "expectedVersion": version });
        root.mutate("userUpdate", update)
    };
    let first = version(&app, &ana.id).await;
    let done = update("Ana", first).await;
    assert_eq!(done.done()["user"]["version"], first + 1);
    let late = update("Anna", first).await;
    assert_eq!(late.refused(), "STALE expectedVersion");
    assert_eq!(late.user_errors()[0]["currentVersion"], first + 1);
    assert_eq!(update("Anna", first + 2).await.refused(), "STALE expectedVersion");
    assert_eq!(user(root, &ana.id).await["displayName"], "Ana");
    let _ = update("Anna", first + 1).await.done();
    let _ = root.mutate("userUpdate", json!({ "id": ana.id, "input": { "displayName": null } })).await.done();
    assert_eq!(version(&app, &ana.id).await, first + 3, "unchecked without a version");
}

#[tokio::test]
async fn each_change_of_a_user_makes_the_next_version() {
    let app = App::start().await;
    let root = app.admin().await;
    let created = root.mutate("userCreate", input(json!({ "username": "zoe" }))).await;
    let zoe = created.id("user");
    assert_eq!((&created.done()["user"]["version"], version(&app, &zoe).await), (&json!(1), 1));
    let (clerk, safe) = (app.role("clerk").create().await, app.permission_id("safe:open").await);
    let steps = [
        ("userUpdate", json!({ "id": zoe, "input": { "displayName": "Zoe" } }), 2),
        ("userUpdate", json!({ "id": zoe, "input": { "displayName": "Zoe" } }), 2),
        ("userUpdate", json!({ "id": zoe, "input": { "username": "zo", "email": "zo@example.com" } }), 3),
        ("userSuspend", json!({ "id": zoe }), 4),
        ("userSuspend", json!({ "id": zoe }), 4),
        ("userReactivate", json!({ "id": zoe }), 5),
        ("userAssignRoles", json!({ "userId": zoe, "roleIds": [clerk] }), 6),
        ("userAssignRoles", json!({ "userId": zoe, "roleIds": [clerk] }), 6),
        ("userUnassignRoles", json!({ "userId": zoe, "roleIds": [clerk] }), 7),
        ("userGrantPermissions", json!({ "userId": zoe, "permissionIds": [safe] }), 8),
        ("userRevokePermissions", json!({ "userId": zoe, "permissionIds": [safe] }), 9),
    ];
    for (field, arguments, expected) in steps {
        let done = root.mutate(field, arguments).await;
        assert_eq!(
            (&done.done()["user"]["version"], version(&app, &zoe).await),
            (&json!(expected), expected),
            "{field}"
        );
    }
    let ana = app.user("ana").create().await;
    let before = version(&app, &ana.id).await;
    let _ = ana.mutate("profileUpdate", input(json!({ "displayName": "Ana" }))).await.done();
    assert_eq!(version(&app, &ana.id).await, before + 1);
}

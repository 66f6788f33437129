//! Passwords set with a token that an administrator issued and handed over.

use super::{issue_reset, login, reset, text, whoami};
use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use service::auth::{NewAdministrator, recover_administrator};
use service::import::{self, Document, Row};
use tests::{Actor, App, PASSWORD, input};

const NEW: &str = "rough-waters-under-9-skies";
const NOT_GOOD: &str = "INVALID_CREDENTIALS token";

/// Somebody who looks after users.
async fn helper(app: &App) -> Actor {
    app.user("helper").with_permission("user:read").with_permission("user:write").create().await
}

/// Outcomes and reasons in the audit log of an action, newest first.
async fn log(app: &App, action: &str) -> Vec<Value> {
    let document = "query ($action: String!) { auditLog(first: 10, filter: { actions: [$action] }) {
        nodes { outcome reason actorLabel targetLabel summary before after } } }";
    let answer = app.admin().await.graphql(document, json!({ "action": action })).await;
    answer.data()["auditLog"]["nodes"].as_array().expect("entries").clone()
}

#[tokio::test]
async fn whoever_was_created_without_a_password_gets_one() {
    let app = App::start().await;
    let root = app.admin().await;
    let made = root.act("userCreate", input(json!({ "username": "ana" }))).await;
    let ana = made.done()["user"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(login(&app, "ana", PASSWORD).await.refused(), "INVALID_CREDENTIALS");
    let token = issue_reset(root, &ana).await;
    // 256 random bits behind a prefix.
    assert!(token.starts_with("kwp_") && token.len() == 47, "{token}");
    assert_ne!(token, issue_reset(root, &root.id).await);
    assert_eq!(reset(&app, &token, NEW).await.done()["accepted"], true);
    let _ = login(&app, "ana", NEW).await.done();
}

#[tokio::test]
async fn whoever_was_imported_gets_a_password() {
    let app = App::start().await;
    let link = ("ana".to_owned(), "user".to_owned());
    let document = Document { user_roles: vec![Row { file: 0, line: 1, value: link }], ..Document::default() };
    import::apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect("an import");
    let root = app.admin().await;
    let found = root.ask(r#"{ userByUsername(username: "ana") { id } }"#).await;
    let ana = found.data()["userByUsername"]["id"].as_str().expect("an id");
    let _ = reset(&app, &issue_reset(root, ana).await, NEW).await.done();
    let _ = login(&app, "ana", NEW).await.done();
}

#[tokio::test]
async fn the_token_is_shown_once_with_its_end_and_not_to_be_cached() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let issued = app.admin().await.act("userIssuePasswordReset", json!({ "id": ana.id })).await;
    let end = app.service.now() + TimeDelta::hours(24);
    let told = issued.done()["expiresAt"].as_str().expect("an instant");
    assert_eq!(chrono::DateTime::parse_from_rfc3339(told).expect("an instant"), end);
    assert_eq!(issued.answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_newer_token_takes_the_place_of_the_older() {
    let app = App::start().await;
    let (root, ana, ben) = (app.admin().await, app.user("ana").create().await, app.user("ben").create().await);
    let (first, others) = (issue_reset(root, &ana.id).await, issue_reset(root, &ben.id).await);
    let second = issue_reset(root, &ana.id).await;
    assert_eq!(reset(&app, &first, NEW).await.refused(), NOT_GOOD);
    assert_eq!(whoami(&ana).await, "ana", "a token that is not good ends nothing");
    let _ = reset(&app, &second, NEW).await.done();
    let _ = reset(&app, &others, NEW).await.done();
}

#[tokio::test]
async fn a_password_that_is_refused_leaves_the_token_good() {
    let app = App::start().await;
    let root = app.admin().await;
    let made = root.act("userCreate", input(json!({ "username": "ana.maria", "email": "anita@example.com" }))).await;
    let token = issue_reset(root, made.done()["user"]["id"].as_str().expect("an id")).await;
    for (weak, refusal) in [
        ("", "REQUIRED newPassword"),
        ("too short", "WEAK_PASSWORD newPassword"),
        ("passwordpassword", "WEAK_PASSWORD newPassword"),
        ("ana.maria-20242025", "WEAK_PASSWORD newPassword"),
        ("anita@example.com!", "WEAK_PASSWORD newPassword"),
        ("keyward-keyward-1", "WEAK_PASSWORD newPassword"),
        (&"x y".repeat(300_000), "TOO_LONG newPassword"),
    ] {
        assert_eq!(reset(&app, &token, weak).await.refused(), refusal, "{weak:.40}");
    }
    let _ = reset(&app, &token, NEW).await.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_use_a_token_at_once_one_does() {
    let app = App::start().await;
    let other = app.replica().await;
    let ana = app.user("ana").create().await;
    let token = issue_reset(app.admin().await, &ana.id).await;
    let words: Vec<String> = (0..8).map(|n| format!("verse {n} of the sailors' song")).collect();
    let tries = words.iter().enumerate();
    let tried = join_all(tries.map(|(n, word)| reset(if n % 2 == 0 { &app } else { &other }, &token, word))).await;
    let mut made = 0;
    for (word, tried) in words.iter().zip(&tried) {
        let is_made = tried.user_errors().is_empty();
        made += usize::from(is_made);
        assert!(is_made || tried.refused() == NOT_GOOD, "{tried:?}");
        assert_eq!(login(&app, "ana", word).await.user_errors().is_empty(), is_made, "{word}");
    }
    assert_eq!(made, 1);
}

#[tokio::test]
async fn it_ends_sessions_on_every_replica() {
    let app = App::start().await;
    let other = app.replica().await;
    let ana = app.user("ana").create().await;
    let there = ana.at(&other);
    assert_eq!(whoami(&there).await, "ana");
    let token = issue_reset(app.admin().await, &ana.id).await;
    let _ = reset(&app, &token, NEW).await.done();
    assert_eq!(whoami(&ana).await, "REVOKED");
    tests::for_good(tests::PROMISED, async || whoami(&there).await == "REVOKED", |ended| *ended).await;
}

#[tokio::test]
async fn whatever_makes_a_token_undue_takes_it_away() {
    let app = App::start().await;
    let root = app.admin().await;
    let (ana, ben, eve) =
        (app.user("ana").create().await, app.user("ben").create().await, app.user("eve").create().await);
    let tokens = [issue_reset(root, &ana.id).await, issue_reset(root, &ben.id).await, issue_reset(root, &eve.id).await];
    let change = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    let _ = ana.act("passwordChange", change).await.done();
    // Suspended, and let in again.
    let _ = root.act("userSuspend", json!({ "id": ben.id })).await.done();
    let _ = root.act("userReactivate", json!({ "id": ben.id })).await.done();
    let recovered = NewAdministrator { username: "eve".to_owned(), password: NEW.into() };
    recover_administrator(&app.service, &api::startup::operator(), recovered).await.expect("eve");
    for token in tokens {
        assert_eq!(reset(&app, &token, "calm-harbours-after-10-storms").await.refused(), NOT_GOOD);
    }
    let left = entity::password_reset::Entity::find().count(app.database.connection()).await.expect("resets");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn what_ran_out_is_deleted() {
    let app = App::start().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let _ = issue_reset(app.admin().await, &ana.id).await;
    app.clock.advance(TimeDelta::hours(1));
    let _ = issue_reset(&*app.login("root").await, &ben.id).await;
    app.clock.advance(TimeDelta::hours(23));
    app.service.sweep().await.expect("a sweep");
    let left = entity::password_reset::Entity::find().all(app.database.connection()).await.expect("resets");
    assert_eq!(left.len(), 1);
}

#[tokio::test]
async fn nobody_issues_one_for_who_is_not_there_or_suspended() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    for id in ["", "ana", "user_01h455vb4pex5vsknk084sn02q", &ana.id.replace("user_", "role_")] {
        let refused = root.act("userIssuePasswordReset", json!({ "id": id })).await;
        assert_eq!(refused.refused(), "NOT_FOUND id", "{id}");
        assert_eq!((&refused.answer.body["data"]["userIssuePasswordReset"]["token"]), &Value::Null);
    }
    let _ = root.act("userSuspend", json!({ "id": ana.id })).await.done();
    let refused = root.act("userIssuePasswordReset", json!({ "id": ana.id })).await;
    assert_eq!(refused.refused(), "ACCOUNT_NOT_ACTIVE id");
    let _ = root.act("userDelete", json!({ "id": ana.id })).await.done();
    assert_eq!(root.act("userIssuePasswordReset", json!({ "id": ana.id })).await.refused(), "NOT_FOUND id");
}

#[tokio::test]
async fn a_token_is_good_as_long_as_whoever_issued_it_could_issue_it() {
    let app = App::start().await;
    app.role("boss").granting("vault:open").create().await;
    let (root, boss, vault) = (app.admin().await, app.role_id("boss").await, app.permission_id("vault:open").await);
    let (helper, ana) = (helper(&app).await, app.user("ana").create().await);
    let token = issue_reset(&helper, &ana.id).await;
    // A right of theirs is taken from them: `user:write` by itself, their account altogether.
    let write = json!({ "userId": helper.id, "permissionIds": [app.permission_id("user:write").await] });
    let account = json!({ "id": helper.id });
    for (taken, given, of) in
        [("userRevokePermissions", "userGrantPermissions", &write), ("userSuspend", "userReactivate", &account)]
    {
        let _ = root.act(taken, of.clone()).await.done();
        assert_eq!(reset(&app, &token, NEW).await.refused(), NOT_GOOD, "{taken}");
        let _ = root.act(given, of.clone()).await.done();
    }
    // The account comes to hold more than they do, be it from later on; then they come to hold that too.
    let later = (app.service.now() + TimeDelta::days(30)).to_rfc3339();
    let promoted = json!({ "userId": ana.id, "roleIds": [boss], "validFrom": later });
    let _ = root.act("userAssignRoles", promoted).await.done();
    assert_eq!(reset(&app, &token, NEW).await.refused(), NOT_GOOD);
    assert_eq!(whoami(&ana).await, "ana");
    let refused = &log(&app, "user.reset_password").await[0];
    assert_eq!((&refused["outcome"], &refused["targetLabel"]), (&json!("DENIED"), &json!("ana")), "{refused}");
    assert_eq!(refused["reason"], "BEYOND_AUTHORITY", "the log is told why");
    let grant = json!({ "userId": helper.id, "permissionIds": [vault] });
    let _ = root.act("userGrantPermissions", grant).await.done();
    let _ = reset(&app, &token, NEW).await.done();
    let _ = login(&app, "ana", NEW).await.done();
}

#[tokio::test]
async fn both_acts_are_on_record() {
    let app = App::start().await;
    let (helper, ana) = (helper(&app).await, app.user("ana").create().await);
    let token = issue_reset(&helper, &ana.id).await;
    let _ = app.login("ana").await;
    assert_eq!(reset(&app, &token, "short").await.refused(), "WEAK_PASSWORD newPassword");
    let _ = reset(&app, &token, NEW).await.done();
    assert_eq!(reset(&app, &token, NEW).await.refused(), NOT_GOOD);
    let issued = &log(&app, "user.issue_password_reset").await[0];
    assert_eq!((&issued["actorLabel"], &issued["targetLabel"]), (&json!("helper"), &json!("ana")));
    assert_eq!(issued["summary"], "helper issued a password reset for ana");
    let end = app.service.now() + TimeDelta::hours(24);
    assert_eq!(issued["after"], json!({ "expiresAt": end.to_rfc3339_opts(chrono::SecondsFormat::Millis, true) }));

    let used = log(&app, "user.reset_password").await;
    let done = used.iter().find(|entry| entry["outcome"] == "SUCCESS").expect("an entry");
    assert_eq!((&done["actorLabel"], &done["targetLabel"]), (&json!("anonymous"), &json!("ana")));
    assert_eq!(done["after"], json!({ "endedSessions": 2 }));
    let mut refused: Vec<_> = used.iter().map(|entry| entry["reason"].as_str().unwrap_or("done")).collect();
    refused.sort_unstable();
    assert_eq!(refused, ["INVALID_CREDENTIALS", "WEAK_PASSWORD", "done"]);
}

#[tokio::test]
async fn tries_are_limited_by_address_and_by_operation() {
    let app = App::builder().config(|config| config.limits.login_per_address = 3).start().await;
    for _ in 0..3 {
        assert_eq!(reset(&app, "kwp_x", NEW).await.refused(), NOT_GOOD);
    }
    let limited = reset(&app, "kwp_x", NEW).await;
    assert_eq!(limited.answer.error(), "RATE_LIMITED");
    app.clock.advance(TimeDelta::minutes(1));
    let one = r#"passwordReset(token: "kwp_x", newPassword: "x") { accepted }"#;
    let many = format!("mutation {{ a: {one} b: {one} }}");
    assert!(app.anonymous().ask(&many).await.body["errors"].is_array());
}

#[tokio::test]
async fn a_reset_does_away_with_wrong_tries_of_before() {
    let app = App::builder().config(|config| config.limits.login_per_account = 2).start().await;
    let ana = app.user("ana").create().await;
    let token = issue_reset(app.admin().await, &ana.id).await;
    for _ in 0..2 {
        assert_eq!(login(&app, "ana", "not the password").await.refused(), "INVALID_CREDENTIALS");
    }
    assert_eq!(login(&app, "ana", PASSWORD).await.answer.error(), "RATE_LIMITED");
    let _ = reset(&app, &token, NEW).await.done();
    let signed_in = login(&app, "ana", NEW).await;
    assert!(!text(&signed_in, "accessToken").is_empty());
}

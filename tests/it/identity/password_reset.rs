//! Password resets with a token issued by an administrator.

use super::{issue_reset, login, reset, text, whoami};
use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use service::auth::{NewAdministrator, recover_administrator};
use service::import::{self, Document, ImportRow};
use tests::{Actor, App, PASSWORD, input};

const NEW: &str = "rough-waters-under-9-skies";
const NOT_GOOD: &str = "INVALID_CREDENTIALS token";

/// An administrator of users.
async fn helper(app: &App) -> Actor {
    app.user("helper").with_permission("user:read").with_permission("user:write").create().await
}

/// Outcomes and reasons of an action in the audit log, newest first.
async fn log(app: &App, action: &str) -> Vec<Value> {
    let document = "query ($action: String!) { auditLog(first: 10, filter: { actions: [$action] }) {
        nodes { outcome reason actorLabel targetLabel summary before after } } }";
    let answer = app.admin().await.graphql(document, json!({ "action": action })).await;
    answer.data()["auditLog"]["nodes"].as_array().expect("entries").clone()
}

#[tokio::test]
async fn a_user_created_without_a_password_gets_one() {
    let app = App::start().await;
    let root = app.admin().await;
    let made = root.mutate("userCreate", input(json!({ "username": "ana" }))).await;
    let ana = made.done()["user"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(login(&app, "ana", PASSWORD).await.refused(), "INVALID_CREDENTIALS");
    let token = issue_reset(root, &ana).await;
    // 256 random bits after a prefix.
    assert!(token.starts_with("kwp_") && token.len() == 47, "{token}");
    assert_ne!(token, issue_reset(root, &app.user("ben").create().await.id).await);
    assert_eq!(reset(&app, &token, NEW).await.done()["accepted"], true);
    let _ = login(&app, "ana", NEW).await.done();
}

#[tokio::test]
async fn an_imported_user_gets_a_password() {
    let app = App::start().await;
    let link = ("ana".to_owned(), "clerk".to_owned());
    let document =
        Document { user_roles: vec![ImportRow { file: 0, line: 1, value: link.into() }], ..Document::default() };
    import::apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect("an import");
    let root = app.admin().await;
    let found = root.ask(r#"{ userByUsername(username: "ana") { id } }"#).await;
    let ana = found.data()["userByUsername"]["id"].as_str().expect("an id");
    let _ = reset(&app, &issue_reset(root, ana).await, NEW).await.done();
    let _ = login(&app, "ana", NEW).await.done();
}

#[tokio::test]
async fn the_token_is_returned_once_with_its_end_and_not_cached() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let issued = app.admin().await.mutate("userIssuePasswordReset", json!({ "id": ana.id })).await;
    let end = app.service.now() + TimeDelta::hours(24);
    let text = issued.done()["expiresAt"].as_str().expect("an instant");
    assert_eq!(chrono::DateTime::parse_from_rfc3339(text).expect("an instant"), end);
    assert_eq!(issued.response.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn a_newer_token_replaces_the_older_one() {
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
async fn a_rejected_password_leaves_the_token_valid() {
    let app = App::start().await;
    let root = app.admin().await;
    let made = root.mutate("userCreate", input(json!({ "username": "ana.maria", "email": "anita@example.com" }))).await;
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
async fn one_of_many_concurrent_uses_of_a_token_succeeds() {
    let app = App::start().await;
    let other = app.replica().await;
    let ana = app.user("ana").create().await;
    let token = issue_reset(app.admin().await, &ana.id).await;
    let words: Vec<String> = (0..8).map(|n| format!("verse {n} of the sailors' song")).collect();
    let attempts = words.iter().enumerate();
    let tried = join_all(attempts.map(|(n, word)| reset(if n % 2 == 0 { &app } else { &other }, &token, word))).await;
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
async fn a_reset_ends_sessions_on_every_replica() {
    let app = App::start().await;
    let other = app.replica().await;
    let ana = app.user("ana").create().await;
    let there = ana.at(&other);
    assert_eq!(whoami(&there).await, "ana");
    let token = issue_reset(app.admin().await, &ana.id).await;
    let _ = reset(&app, &token, NEW).await.done();
    assert_eq!(whoami(&ana).await, "REVOKED");
    tests::permanently(tests::PROMISED, async || whoami(&there).await == "REVOKED", |ended| *ended).await;
}

#[tokio::test]
async fn changes_of_the_account_invalidate_the_token() {
    let app = App::start().await;
    let root = app.admin().await;
    let (ana, ben, eve) =
        (app.user("ana").create().await, app.user("ben").create().await, app.user("eve").create().await);
    let tokens = [issue_reset(root, &ana.id).await, issue_reset(root, &ben.id).await, issue_reset(root, &eve.id).await];
    let change = json!({ "currentPassword": PASSWORD, "newPassword": NEW });
    let _ = ana.mutate("passwordChange", change).await.done();
    // Suspended and reactivated.
    let _ = root.mutate("userSuspend", json!({ "id": ben.id })).await.done();
    let _ = root.mutate("userReactivate", json!({ "id": ben.id })).await.done();
    let recovered = NewAdministrator { username: "eve".to_owned(), password: NEW.into() };
    recover_administrator(&app.service, &api::startup::operator(), recovered).await.expect("eve");
    for token in tokens {
        assert_eq!(reset(&app, &token, "calm-harbours-after-10-storms").await.refused(), NOT_GOOD);
    }
    let left = entity::password_reset::Entity::find().count(app.database.connection()).await.expect("resets");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn expired_tokens_are_deleted() {
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
async fn no_token_is_issued_for_an_unknown_or_suspended_user() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    for id in ["", "ana", "user_01h455vb4pex5vsknk084sn02q", &ana.id.replace("user_", "role_")] {
        let refused = root.mutate("userIssuePasswordReset", json!({ "id": id })).await;
        assert_eq!(refused.refused(), "NOT_FOUND id", "{id}");
        assert_eq!((&refused.response.body["data"]["userIssuePasswordReset"]["token"]), &Value::Null);
    }
    let _ = root.mutate("userSuspend", json!({ "id": ana.id })).await.done();
    let refused = root.mutate("userIssuePasswordReset", json!({ "id": ana.id })).await;
    assert_eq!(refused.refused(), "ACCOUNT_NOT_ACTIVE id");
    let _ = root.mutate("userDelete", json!({ "id": ana.id })).await.done();
    assert_eq!(root.mutate("userIssuePasswordReset", json!({ "id": ana.id })).await.refused(), "NOT_FOUND id");
}

#[tokio::test]
async fn a_token_is_valid_while_its_issuer_has_the_authority() {
    let app = App::start().await;
    app.role("boss").granting("vault:open").create().await;
    let (root, boss, vault) = (app.admin().await, app.role_id("boss").await, app.permission_id("vault:open").await);
    let (helper, ana) = (helper(&app).await, app.user("ana").create().await);
    let token = issue_reset(&helper, &ana.id).await;
    // The issuer loses a permission.
    let write = json!({ "userId": helper.id, "permissionIds": [app.permission_id("user:write").await] });
    let _ = root.mutate("userRevokePermissions", write.clone()).await.done();
    assert_eq!(reset(&app, &token, NEW).await.refused(), NOT_GOOD);
    let _ = root.mutate("userGrantPermissions", write).await.done();
    // The account gains more permissions than the issuer has, even with a later start; then the issuer gains them too.
    let later = (app.service.now() + TimeDelta::days(30)).to_rfc3339();
    let promoted = json!({ "userId": ana.id, "roleIds": [boss], "validFrom": later });
    let _ = root.mutate("userAssignRoles", promoted).await.done();
    assert_eq!(reset(&app, &token, NEW).await.refused(), NOT_GOOD);
    assert_eq!(whoami(&ana).await, "ana");
    let refused = &log(&app, "user.reset_password").await[0];
    assert_eq!((&refused["outcome"], &refused["targetLabel"]), (&json!("DENIED"), &json!("ana")), "{refused}");
    assert_eq!(refused["reason"], "BEYOND_AUTHORITY", "the reason is audited");
    let grant = json!({ "userId": helper.id, "permissionIds": [vault] });
    let _ = root.mutate("userGrantPermissions", grant).await.done();
    let _ = reset(&app, &token, NEW).await.done();
    let _ = login(&app, "ana", NEW).await.done();
}

#[tokio::test]
async fn issue_and_use_are_audited() {
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
async fn attempts_are_limited_by_address_and_by_operation() {
    let app = App::builder().config(|config| config.limits.login_per_address = 3).start().await;
    let unknown = format!("kwp_{}", "A".repeat(43));
    for _ in 0..3 {
        assert_eq!(reset(&app, &unknown, NEW).await.refused(), NOT_GOOD);
        // No token looks like this.
        assert_eq!(reset(&app, "kwp_x", NEW).await.refused(), NOT_GOOD);
    }
    let limited = reset(&app, &unknown, NEW).await;
    assert_eq!(limited.response.error(), "RATE_LIMITED");
    app.clock.advance(TimeDelta::minutes(1));
    let one = r#"passwordReset(token: "kwp_x", newPassword: "x") { accepted }"#;
    let many = format!("mutation {{ a: {one} b: {one} }}");
    assert!(app.anonymous().ask(&many).await.body["errors"].is_array());
}

#[tokio::test]
async fn a_reset_clears_earlier_failed_attempts() {
    let app = App::builder().config(|config| config.limits.login_per_account = 2).start().await;
    let ana = app.user("ana").create().await;
    let token = issue_reset(app.admin().await, &ana.id).await;
    for _ in 0..2 {
        assert_eq!(login(&app, "ana", "not the password").await.refused(), "INVALID_CREDENTIALS");
    }
    assert_eq!(login(&app, "ana", PASSWORD).await.response.error(), "RATE_LIMITED");
    let _ = reset(&app, &token, NEW).await.done();
    let logged_in = login(&app, "ana", NEW).await;
    assert!(!text(&logged_in, "accessToken").is_empty());
}

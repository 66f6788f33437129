//! Database outages: the service reports them, and access fails closed.

use crate::calls::{Call, outcome, send};
use crate::raw::Raw;
use crate::sdl::published;
use serde_json::{Value, json};
use std::time::Duration;
use tests::{Actor, App, Client, Engine, TestDatabase, eventually, permanently, servers};

/// Longer than state in memory is relied on.
const UNTIL_STALE: Duration = Duration::from_secs(10);

/// Closes the database connections of the running service, on any engine.
async fn take_away(app: &App) {
    app.database.close().await.expect("closed connections");
}

async fn status(app: &App, path: &str) -> u16 {
    Raw::new("GET", path).send(&app.url).await.status
}

/// Asserts a top-level error of that code, and no data about others.
#[track_caller]
fn assert_closed(answer: &tests::Response, what: &str) {
    let text = answer.body.to_string();
    assert!(text.contains("SERVICE_UNAVAILABLE"), "{what}: {} {text}", answer.status);
    for leak in ["FORBIDDEN", "INTERNAL_SERVER_ERROR", "pool", "sqlx", "SQL"] {
        assert!(!text.contains(leak), "{what}: {text}");
    }
}

#[tokio::test]
async fn f21_login_and_signup_report_the_outage() {
    let app = App::start().await;
    app.user("ana").create().await;
    take_away(&app).await;
    for document in [
        "mutation { login(username: \"ana\", password: \"plain-sailing-over-7-seas\") { accessToken userErrors { code } } }",
        "mutation { login(username: \"nobody\", password: \"plain-sailing-over-7-seas\") { accessToken userErrors { code } } }",
        "mutation { signup(username: \"ben\", password: \"plain-sailing-over-7-seas\") { accessToken userErrors { code } } }",
        "mutation { refresh(refreshToken: \"abc\") { accessToken userErrors { code } } }",
        "mutation { passwordReset(token: \"kwp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\", newPassword: \"x\") { accepted } }",
    ] {
        let answer = app.anonymous().ask(document).await;
        // Rejecting a malformed token needs no database.
        if document.contains("refresh") && answer.body.to_string().contains("REFRESH_TOKEN_INVALID") {
            continue;
        }
        assert_closed(&answer, document);
    }
}

#[tokio::test]
async fn f22_nothing_that_requires_the_database_is_allowed() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    take_away(&app).await;
    for (client, who) in [(root as &Actor, "root"), (&ana, "ana")] {
        for root in ["Query", "Mutation"] {
            for field in published().root(root).iter().filter(|field| field.guard() != Some("@public")) {
                let answer = send(client, root, &Call::of(published(), field, "outage"), None).await;
                let word = outcome(&answer, &field.name);
                let what = format!("{who} {}: {word} {:#}", field.name, answer.body);
                // Cached facts may be returned, and denials stand.
                let fine = ["SERVICE_UNAVAILABLE", "FORBIDDEN", "data", "null", "(NOT_FOUND)", "(INVALID_CREDENTIALS)"];
                assert!(fine.contains(&word.as_str()), "{what}");
                assert!(word != "done", "{what}");
                if who == "ana" && field.guard().is_some_and(|guard| guard.starts_with("@hasPermission")) {
                    assert!(["SERVICE_UNAVAILABLE", "FORBIDDEN"].contains(&word.as_str()), "{what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn f22_a_token_without_a_cached_session_is_not_trusted() {
    let app = App::start().await;
    app.admin().await;
    let ana = app.user("ana").create().await;
    let replica = app.replica().await;
    take_away(&replica).await;
    let client = replica.anonymous().with_token(ana.token());
    let answer = client.ask("{ me { username } }").await;
    assert_closed(&answer, "me");
    assert_eq!(answer.body.get("data").unwrap_or(&Value::Null)["me"], Value::Null);
}

#[tokio::test]
async fn the_service_is_live_and_not_ready() {
    let app = App::start().await;
    assert_eq!((status(&app, "/healthz").await, status(&app, "/readyz").await), (200, 200));
    take_away(&app).await;
    assert_eq!(status(&app, "/healthz").await, 200);
    permanently(UNTIL_STALE, async || status(&app, "/readyz").await, |status| *status == 503).await;
    let info = app.anonymous().ask("{ serviceInfo { name } }").await;
    assert_eq!(info.data()["serviceInfo"]["name"], "Keyward", "what needs no database is answered");
}

#[tokio::test]
async fn a_change_during_an_outage_is_not_made() {
    let app = App::start().await;
    let root = app.admin().await.clone();
    let ana = app.user("ana").create().await;
    let role = app.role("clerk").granting("invoice:read").create().await;
    let other = app.replica().await;
    let client: Client = root.at(&other);
    let _ = client.ask("{ me { id } }").await.data();
    take_away(&other).await;
    let answer = client.mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [role] })).await.response;
    assert_closed(&answer, "userAssignRoles");
    assert_eq!(ana.ask("{ can(permission: \"invoice:read\") }").await.data()["can"], false);
}

#[tokio::test]
async fn f22_a_crashed_database_server_denies_all() {
    if Engine::chosen() != Engine::Postgres {
        println!("skipped: this test requires a database server");
        return;
    }
    let server = servers::own_postgres();
    let app = App::builder().on(TestDatabase::of(&server)).start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let role = app.role("clerk").create().await;
    server.crash();
    let assigned = root.mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [role] })).await.response;
    assert_closed(&assigned, "userAssignRoles");
    assert_closed(&root.ask("{ users { totalCount } }").await, "users");
    let login = json!({ "username": "ana", "password": tests::PASSWORD });
    assert_closed(&app.anonymous().mutate("login", login).await.response, "login");
    let denied = ana.ask("{ users { totalCount } }").await;
    assert!(["FORBIDDEN", "SERVICE_UNAVAILABLE"].contains(&denied.error()), "{:#}", denied.body);
    assert_eq!(status(&app, "/healthz").await, 200);
    eventually(UNTIL_STALE, async || status(&app, "/readyz").await, |status| *status == 503).await;
}

#[tokio::test]
async fn a_replica_is_ready_exactly_while_it_answers_decisions() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let can = async || ana.ask("{ can(permission: \"invoice:read\") }").await.body["data"]["can"] == false;
    assert!(can().await);
    take_away(&app).await;
    // Asked in this order, a decision that is answered shows that the replica was ready before.
    loop {
        let is_ready = status(&app, "/readyz").await == 200;
        let is_answered = can().await;
        assert!(is_ready || !is_answered, "decisions are answered while `/readyz` says 503");
        if !is_ready {
            break;
        }
    }
}

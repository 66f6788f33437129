//! Without its database the service says so, and lets nobody through.

use crate::calls::{Call, outcome, send};
use crate::raw::Raw;
use crate::sdl::published;
use serde_json::{Value, json};
use tests::{Actor, App, Client, Engine, TestDatabase, servers};

/// Takes the database away from the running service, whichever engine it is.
async fn take_away(app: &App) {
    app.database.connection().close_by_ref().await.expect("a closed pool");
}

async fn status(app: &App, path: &str) -> u16 {
    Raw::new("GET", path).send(&app.url).await.status
}

/// A top-level error of that code wherever there is no data, and never anything about others.
#[track_caller]
fn assert_closed(answer: &tests::Answer, what: &str) {
    let text = answer.body.to_string();
    assert!(text.contains("SERVICE_UNAVAILABLE"), "{what}: {} {text}", answer.status);
    for leak in ["FORBIDDEN", "INTERNAL_SERVER_ERROR", "pool", "sqlx", "SQL"] {
        assert!(!text.contains(leak), "{what}: {text}");
    }
}

#[tokio::test]
async fn f21_whoever_signs_in_or_up_is_told_that_the_service_is_away() {
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
        // A token that is none needs no database to be refused.
        if document.contains("refresh") && answer.body.to_string().contains("REFRESH_TOKEN_INVALID") {
            continue;
        }
        assert_closed(&answer, document);
    }
}

#[tokio::test]
async fn f22_nothing_is_allowed_that_would_have_to_be_looked_up() {
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
                // What memory knows for certain may still be answered, and denials stand.
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
async fn f22_a_token_that_was_never_seen_here_is_not_taken_on_trust() {
    let app = App::start().await;
    app.admin().await;
    let ana = app.user("ana").create().await;
    let replica = app.replica().await;
    take_away(&replica).await;
    let stranger = replica.anonymous().with_token(ana.token());
    let answer = stranger.ask("{ me { username } }").await;
    assert_closed(&answer, "me");
    assert_eq!(answer.body.get("data").unwrap_or(&Value::Null)["me"], Value::Null);
}

#[tokio::test]
async fn alive_and_not_ready() {
    let app = App::start().await;
    assert_eq!((status(&app, "/healthz").await, status(&app, "/readyz").await), (200, 200));
    take_away(&app).await;
    assert_eq!((status(&app, "/healthz").await, status(&app, "/readyz").await), (200, 503));
    let info = app.anonymous().ask("{ serviceInfo { name } }").await;
    assert_eq!(info.data()["serviceInfo"]["name"], "Keyward", "what needs no database is answered");
}

#[tokio::test]
async fn a_change_that_was_not_written_down_was_not_made() {
    let app = App::start().await;
    let root = app.admin().await.clone();
    let ana = app.user("ana").create().await;
    let role = app.role("clerk").granting("invoice:read").create().await;
    let other = app.replica().await;
    let client: Client = root.at(&other);
    let _ = client.ask("{ me { id } }").await.data();
    take_away(&other).await;
    let answer = client.act("userAssignRoles", json!({ "userId": ana.id, "roleIds": [role] })).await.answer;
    assert_closed(&answer, "userAssignRoles");
    assert_eq!(ana.ask("{ can(permission: \"invoice:read\") }").await.data()["can"], false);
}

#[tokio::test]
async fn f22_a_database_server_that_crashes_lets_nobody_in() {
    if Engine::chosen() != Engine::Postgres {
        println!("not tried: this is for a database server");
        return;
    }
    let server = servers::own_postgres();
    let app = App::builder().on(TestDatabase::of(&server)).start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let role = app.role("clerk").create().await;
    server.crash();
    let assigned = root.act("userAssignRoles", json!({ "userId": ana.id, "roleIds": [role] })).await.answer;
    assert_closed(&assigned, "userAssignRoles");
    assert_closed(&root.ask("{ users { totalCount } }").await, "users");
    let login = json!({ "username": "ana", "password": tests::PASSWORD });
    assert_closed(&app.anonymous().act("login", login).await.answer, "login");
    let denied = ana.ask("{ users { totalCount } }").await;
    assert!(["FORBIDDEN", "SERVICE_UNAVAILABLE"].contains(&denied.error()), "{:#}", denied.body);
    assert_eq!((status(&app, "/healthz").await, status(&app, "/readyz").await), (200, 503));
}

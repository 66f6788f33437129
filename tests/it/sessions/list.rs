//! Lists of sessions.

use super::{ids, session};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tests::{Actor, App, List, PASSWORD};

const MINE: &str = "{ me { sessions { totalCount nodes {
    id isCurrent device ipAddress userAgent createdAt lastSeenAt expiresAt revokedAt user { username }
    activeRoles { name } permissions } } } }";

async fn mine(who: &Actor) -> Vec<Value> {
    who.ask(MINE).await.data()["me"]["sessions"]["nodes"].as_array().expect("sessions").clone()
}

fn instant(value: &Value) -> DateTime<Utc> {
    value.as_str().expect("an instant").parse().expect("an instant")
}

#[tokio::test]
async fn a_session_has_address_user_agent_roles_and_permissions() {
    let app = App::start().await;
    app.role("clerk").granting("desk:use").create().await;
    let _ = app.user("ana").with_role("clerk").with_permission("safe:open").create().await;
    let login = r#"mutation ($password: String!) { login(username: "ana", password: $password) { accessToken userErrors { code } } }"#;
    let body = json!({ "query": login, "variables": { "password": PASSWORD } });
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    let answer = app.anonymous().post(&body, &[("user-agent", firefox)]).await;
    let ana = app.anonymous().with_token(answer.payload("login")["accessToken"].as_str().expect("a token"));
    let answer = ana.ask(MINE).await;
    let sessions = answer.data()["me"]["sessions"]["nodes"].as_array().expect("sessions").clone();
    let current = sessions.iter().find(|session| session["isCurrent"] == true).expect("the one that asks");
    assert_eq!((&current["device"], &current["userAgent"]), (&json!("Firefox on Linux"), &json!(firefox)));
    assert_eq!((&current["ipAddress"], &current["user"]["username"]), (&json!("127.0.0.1"), &json!("ana")));
    assert_eq!(current["activeRoles"], json!([{ "name": "clerk" }, { "name": "user" }]));
    assert_eq!(current["permissions"], json!(["desk:use", "safe:open"]));
    assert_eq!(instant(&current["expiresAt"]) - instant(&current["createdAt"]), TimeDelta::minutes(30));
    assert_eq!(current["revokedAt"], Value::Null);
}

#[tokio::test]
async fn b12_users_list_their_sessions_and_one_is_current() {
    let app = App::start().await;
    let (one, two) = (app.user("ana").create().await, app.login("ana").await);
    app.user("ben").create().await;
    for who in [&one, &two] {
        let sessions = mine(who).await;
        assert_eq!(sessions.len(), 2);
        let current: Vec<_> = sessions.iter().filter(|session| session["isCurrent"] == true).collect();
        assert_eq!((current.len(), &current[0]["id"]), (1, &json!(session(who).await)));
    }
}

#[tokio::test]
async fn ended_and_expired_sessions_are_not_listed() {
    let app = App::start().await;
    let (_, two) = (app.user("ana").create().await, app.login("ana").await);
    let _ = two.mutate("logout", json!({})).await.done();
    app.clock.advance(TimeDelta::minutes(29));
    let three = app.login("ana").await;
    assert_eq!(mine(&three).await.len(), 2);
    app.clock.advance(TimeDelta::minutes(1));
    let left = mine(&three).await;
    assert_eq!((left.len(), &left[0]["isCurrent"]), (1, &json!(true)));
}

#[tokio::test]
async fn the_last_use_of_a_session_is_stored_to_about_a_minute() {
    let app = App::start().await;
    let (ana, other) = (app.user("ana").create().await, app.login("ana").await);
    let began = app.service.now();
    for _ in 0..3 {
        app.clock.advance(TimeDelta::minutes(3));
        let _ = session(&ana).await;
        app.service.flush().await.expect("written");
    }
    let sessions = mine(&other).await;
    let used = sessions.iter().find(|session| session["isCurrent"] == false).expect("the other one");
    assert_eq!(instant(&used["lastSeenAt"]) - began, TimeDelta::minutes(9));
    assert_eq!(instant(&used["expiresAt"]) - began, TimeDelta::minutes(39));
    assert_eq!(used["id"], sessions[0]["id"], "most recently used first");
}

#[tokio::test]
async fn holders_of_session_read_filter_all_sessions_by_user_address_and_use() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    app.clock.advance(TimeDelta::minutes(1));
    let since = app.service.now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let _ = app.login("ana").await;
    let reader = app.user("reader").with_permission("session:read").create().await;
    let count = async |filter: Value| {
        let document = "query ($filter: SessionFilter) { sessions(filter: $filter) { totalCount } }";
        reader.graphql(document, json!({ "filter": filter })).await.data()["sessions"]["totalCount"].clone()
    };
    // Root logged in as well, to grant it.
    assert_eq!(count(Value::Null).await, 4);
    assert_eq!(count(json!({ "userId": ana.id })).await, 2);
    assert_eq!(count(json!({ "userId": ana.id, "activeSince": since })).await, 1);
    assert_eq!(count(json!({ "ipAddress": "127.0.0.1" })).await, 4);
    assert_eq!(count(json!({ "ipAddress": "::ffff:127.0.0.1" })).await, 4);
    for nothing in [
        json!({ "ipAddress": "127.0.0.2" }),
        json!({ "ipAddress": "127%" }),
        json!({ "ipAddress": "" }),
        json!({ "userId": "x" }),
    ] {
        assert_eq!(count(nothing).await, 0);
    }
    assert_eq!(ana.ask("{ sessions { totalCount } }").await.error(), "FORBIDDEN");
    let theirs = "query ($id: ID!) { user(id: $id) { sessions { totalCount } } }";
    assert_eq!(ana.graphql(theirs, json!({ "id": reader.id })).await.error(), "FORBIDDEN");
}

#[tokio::test]
async fn pages_are_consistent_in_both_directions() {
    let app = App::start().await;
    let reader = app.user("reader").with_permission("session:read").create().await;
    for minute in 0..5 {
        let _ = app.login("reader").await;
        app.clock.advance(TimeDelta::seconds(minute % 2));
    }
    let answer = reader.ask("{ sessions(first: 100) { nodes { id lastSeenAt } } }").await;
    let mut sessions = answer.data()["sessions"]["nodes"].as_array().expect("sessions").clone();
    sessions.sort_by_key(|session| (session["lastSeenAt"].to_string(), session["id"].to_string()));
    sessions.reverse();
    let expected: Vec<String> = ids(&json!(sessions)).into_iter().map(str::to_owned).collect();
    assert_eq!(expected.len(), 7);
    List::new("sessions").is(&reader, &expected).await;
}

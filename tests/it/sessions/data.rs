//! Session data of applications.

use super::session;
use futures_util::future::join_all;
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};
use tests::{App, Client, MutationResult};

async fn put(client: &Client, key: &str, value: Value) -> MutationResult {
    client.mutate("sessionSetData", json!({ "key": key, "value": value })).await
}

async fn kept(client: &Client) -> Value {
    client.ask("{ viewer { session { data } } }").await.data()["viewer"]["session"]["data"].clone()
}

/// The stored values, read from the database.
async fn stored(app: &App) -> Vec<Option<String>> {
    let rows = entity::session::Entity::find().all(app.database.connection()).await.expect("sessions");
    rows.into_iter().map(|row| row.data).collect()
}

#[tokio::test]
async fn a_value_is_stored_on_the_server_read_on_every_replica_and_removed_by_null() {
    let app = App::start().await;
    let other = app.replica().await;
    let ana = app.user("ana").create().await;
    let there = ana.at(&other);
    assert_eq!((kept(&ana).await, kept(&there).await), (Value::Null, Value::Null));
    let done = put(&ana, "cart", json!([{ "sku": "a", "count": 2 }])).await;
    assert_eq!(done.done()["session"]["id"], session(&ana).await);
    assert_eq!(done.done()["session"]["data"], json!({ "cart": [{ "sku": "a", "count": 2 }] }));
    assert_eq!(kept(&there).await, json!({ "cart": [{ "sku": "a", "count": 2 }] }));
    let _ = put(&there, "theme", json!("dark")).await.done();
    let _ = put(&ana, "cart", json!([])).await.done();
    assert_eq!(kept(&ana).await, json!({ "cart": [], "theme": "dark" }));
    let _ = put(&ana, "cart", Value::Null).await.done();
    assert_eq!(kept(&there).await, json!({ "theme": "dark" }));
    // Omitted is null.
    let _ = there.mutate("sessionSetData", json!({ "key": "theme" })).await.done();
    assert_eq!((kept(&ana).await, kept(&there).await), (Value::Null, Value::Null));
    assert_eq!(stored(&app).await, [None]);
    let app = app.restart().await;
    assert_eq!(kept(&ana.at(&app)).await, Value::Null);
}

#[tokio::test]
async fn nothing_is_written_without_a_value_and_the_policy_is_unchanged() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let revision = app.service.policy().revision();
    let _ = put(&ana, "nothing", Value::Null).await.done();
    assert_eq!(stored(&app).await, [None]);
    let _ = put(&ana, "something", json!(false)).await.done();
    assert_eq!(stored(&app).await, [Some("{\"something\":false}".to_owned())]);
    let done = put(&ana, "something", json!(false)).await;
    assert_eq!(done.done()["session"]["data"], json!({ "something": false }));
    let entries = app.admin().await.ask("{ auditLog { nodes { action } } }").await;
    assert!(!entries.body.to_string().contains("session.set_data"), "these are the application's values");
    // The administrator was created meanwhile.
    assert!(app.service.policy().revision() <= revision + 1);
}

#[tokio::test]
async fn values_belong_to_one_session() {
    let app = App::start().await;
    let (one, two) = (app.user("ana").create().await, app.login("ana").await);
    let _ = put(&one, "a", json!(1)).await.done();
    assert_eq!(kept(&two).await, Value::Null);
    let mine = one.ask("{ me { sessions { nodes { isCurrent data } } } }").await;
    for session in mine.data()["me"]["sessions"]["nodes"].as_array().expect("sessions") {
        let expected = if session["isCurrent"] == true { json!({ "a": 1 }) } else { Value::Null };
        assert_eq!(session["data"], expected);
    }
    let refreshed = app.anonymous().mutate("refresh", json!({ "refreshToken": one.refresh_token })).await;
    let refreshed = app.anonymous().with_token(refreshed.done()["accessToken"].as_str().expect("a token"));
    assert_eq!(kept(&refreshed).await, json!({ "a": 1 }), "and go on with it");
    let _ = one.mutate("logout", json!({})).await.done();
    assert_eq!(put(&refreshed, "a", json!(2)).await.denied(), "UNAUTHENTICATED");
    assert_eq!(put(app.anonymous(), "a", json!(2)).await.denied(), "UNAUTHENTICATED");
}

#[tokio::test]
async fn only_the_user_and_holders_of_session_read_see_the_values() {
    let app = App::start().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let reader = app.user("reader").with_permission("session:read").create().await;
    let warden = app.user("warden").with_permission("session:revoke").create().await;
    let _ = put(&ana, "a", json!(1)).await.done();
    let id = session(&ana).await;
    let seen = async |client: &Client| {
        let document = "query ($id: ID!) { node(id: $id) { ... on Session { data } } }";
        client.graphql(document, json!({ "id": id })).await.data()["node"]["data"].clone()
    };
    assert_eq!((seen(&ana).await, seen(&reader).await), (json!({ "a": 1 }), json!({ "a": 1 })));
    assert_eq!((seen(&ben).await, seen(&warden).await), (Value::Null, Value::Null));
    let document = "query ($id: ID!) { user(id: $id) { sessions { nodes { data } } } }";
    assert_eq!(ben.graphql(document, json!({ "id": ana.id })).await.error(), "FORBIDDEN");
}

#[tokio::test]
async fn session_data_is_limited_to_4096_bytes_of_json_including_keys() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    // {"a":1,"k":""} without the text.
    let _ = put(&ana, "a", json!(1)).await.done();
    let free = 4096 - r#"{"a":1,"k":""}"#.len();
    assert_eq!(put(&ana, "k", json!("x".repeat(free + 1))).await.refused(), "TOO_LONG value");
    let _ = put(&ana, "k", json!("x".repeat(free))).await.done();
    assert_eq!(stored(&app).await[0].as_ref().map(String::len), Some(4096));
    assert_eq!(put(&ana, "a", json!(10)).await.refused(), "TOO_LONG value");
    assert_eq!(kept(&ana).await["a"], 1, "what was refused changed nothing");
    // Bytes count, not letters.
    assert_eq!(put(&ana, "k", json!("ü".repeat(free / 2 + 1))).await.refused(), "TOO_LONG value");
    let _ = put(&ana, "k", json!("ü".repeat(free / 2))).await.done();
}

#[tokio::test]
async fn keys_have_1_to_64_characters_and_values_nest_at_most_16_deep() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    for (key, refusal) in [("", "REQUIRED key"), ("  ", "REQUIRED key"), ("a\0b", "INVALID key")] {
        assert_eq!(put(&ana, key, json!(1)).await.refused(), refusal, "{key:?}");
    }
    for key in ["a".to_owned(), "ü".repeat(64)] {
        let _ = put(&ana, &key, json!(1)).await.done();
    }
    assert_eq!(put(&ana, &"ü".repeat(65), json!(1)).await.refused(), "TOO_LONG key");
    let nested = |depth: usize| (0..depth).fold(json!(1), |inner, _| json!([inner]));
    let _ = put(&ana, "deep", nested(16)).await.done();
    assert_eq!(put(&ana, "deep", nested(17)).await.refused(), "INVALID value");
    assert_eq!(put(&ana, "deep", nested(100)).await.refused(), "INVALID value");
    assert_eq!(kept(&ana).await["deep"], nested(16));
}

#[tokio::test]
async fn values_are_stored_exactly() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let value = json!({ "": [true, null, 1, -1, 1.5, 9_007_199_254_740_993_i64, "a\0\"\\\u{7}👩‍👩‍👧‍👦"], "__proto__": {} });
    for key in [" a ", "__proto__", "$ne", "'; --", "👩‍👩‍👧‍👦", "\\\""] {
        let _ = put(&ana, key, value.clone()).await.done();
        assert_eq!(kept(&ana).await[key], value, "{key}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_value_set_concurrently_on_two_replicas_is_lost() {
    let app = App::start().await;
    let other = app.replica().await;
    let ana = app.user("ana").create().await;
    let there = ana.at(&other);
    let set = async |number: usize| {
        let client = if number.is_multiple_of(2) { &*ana } else { &there };
        let _ = put(client, &format!("k{number}"), json!(number)).await.done();
    };
    join_all((0..10).map(set)).await;
    let expected: serde_json::Map<_, _> = (0..10).map(|number| (format!("k{number}"), json!(number))).collect();
    assert_eq!(kept(&ana).await, Value::Object(expected));
}

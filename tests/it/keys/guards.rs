//! Guards of the reading and changing of keys.

use super::{keys, rotate};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Actor, App};

const NODE: &str = "query ($id: ID!) { node(id: $id) { __typename id ... on SigningKey { kid status } } }";

async fn node(who: &Actor, id: &Value) -> Value {
    who.graphql(NODE, json!({ "id": id })).await.data()["node"].clone()
}

#[tokio::test]
async fn reading_keys_requires_key_read() {
    let app = App::start().await;
    let root = app.admin().await;
    let key = keys(root).await.remove(0);
    let reader = app.user("reader").with_permission("key:read").create().await;
    let plain = app.user("plain").create().await;
    for who in [root, &reader] {
        assert_eq!(keys(who).await, std::slice::from_ref(&key));
        let seen = node(who, &key["id"]).await;
        assert_eq!((&seen["__typename"], &seen["kid"]), (&json!("SigningKey"), &key["kid"]));
    }
    assert_eq!(plain.ask("{ signingKeys { kid } }").await.error(), "FORBIDDEN");
    assert_eq!(node(&plain, &key["id"]).await, Value::Null, "exactly as if it did not exist");
    assert_eq!(app.anonymous().ask("{ signingKeys { kid } }").await.error(), "UNAUTHENTICATED");
    assert!(key["id"].as_str().expect("an id").starts_with("sig_"));
}

#[tokio::test]
async fn rotation_requires_a_permission_and_a_recent_login() {
    let app = App::builder()
        .config(|config| config.token.access_lifetime = std::time::Duration::from_secs(60 * 60))
        .start()
        .await;
    let rotator = app.user("rotator").with_permission("key:rotate").create().await;
    let reader = app.user("reader").with_permission("key:read").create().await;
    let new = rotator.mutate("signingKeyRotate", json!({ "graceMinutes": 60 })).await;
    assert_eq!(new.done()["signingKey"], Value::Null, "done, and hidden without `key:read`");
    assert_eq!(reader.mutate("signingKeyRotate", json!({})).await.denied(), "FORBIDDEN");
    assert_eq!(app.anonymous().mutate("signingKeyRotate", json!({})).await.denied(), "UNAUTHENTICATED");
    app.clock.advance(TimeDelta::minutes(11));
    assert_eq!(rotator.mutate("signingKeyRotate", json!({})).await.denied(), "REAUTHENTICATION_REQUIRED");
    assert_eq!(keys(&reader).await.len(), 2, "once");
}

#[tokio::test]
async fn revocation_requires_the_role_and_no_permission_replaces_it() {
    let app = App::start().await;
    let root = app.admin().await;
    let key = keys(root).await.remove(0);
    let names = api::graphql::schema::build().expect("a schema").system_permissions();
    let mut almighty = app.role("almighty").granting("rbac:escalate");
    for name in names {
        almighty = almighty.granting(name.as_str());
    }
    almighty.create().await;
    app.role("successor").inheriting("superadmin").create().await;
    let strong = app.user("strong").with_role("almighty").create().await;
    let heir = app.user("heir").with_role("successor").create().await;
    let arguments = json!({ "id": key["id"], "reason": "leaked" });
    let denied = strong.mutate("signingKeyRevoke", arguments.clone()).await;
    assert_eq!(denied.denied(), "FORBIDDEN");
    assert_eq!(denied.response.body["errors"][0]["extensions"]["rule"], "@hasRole(role: \"superadmin\")");
    // An inherited role counts like an assigned one.
    let _ = heir.mutate("signingKeyRevoke", arguments).await.done();
    let _ = rotate(&*app.login("root").await, 60).await;
}

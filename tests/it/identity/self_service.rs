//! Changes of one's own account and session draw from one bucket per user.

use super::login;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{App, Client, PASSWORD, input};

/// The mutations that draw from the bucket, with arguments that change something each time.
fn writes(number: usize) -> [(&'static str, Value); 4] {
    [
        ("profileUpdate", input(json!({ "displayName": format!("Ana {number}") }))),
        ("sessionSetData", json!({ "key": "cart", "value": number })),
        ("sessionDeactivateRoles", json!({ "roleIds": [] })),
        ("sessionActivateRoles", json!({ "roleIds": [] })),
    ]
}

async fn limited(limit: u32) -> App {
    App::builder().config(|config| config.limits.self_service_per_user = limit).start().await
}

async fn refused(who: &Client) -> i64 {
    let mut wait = 0;
    for (field, arguments) in writes(99) {
        let limited = who.mutate(field, arguments).await;
        assert_eq!(limited.denied(), "RATE_LIMITED", "{field}");
        wait = limited.response.body["errors"][0]["extensions"]["retryAfterSeconds"].as_i64().expect("seconds");
    }
    wait
}

#[tokio::test]
async fn changes_of_one_s_own_draw_from_one_bucket_per_user() {
    let app = limited(8).await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let again = app.login("ana").await;
    for number in 0..2 {
        for (field, arguments) in writes(number) {
            let _ = ana.mutate(field, arguments).await.done();
        }
    }
    app.clock.advance(TimeDelta::seconds(10));
    assert_eq!(refused(&ana).await, 50);
    assert_eq!(refused(&again).await, 50, "another session of the user");
    for (field, arguments) in writes(1) {
        let _ = ben.mutate(field, arguments).await.done();
    }
    // Nothing else of the user is limited.
    let _ = login(&app, "ana", PASSWORD).await.done();
    let _ = ana.mutate("sessionRevokeOthers", json!({})).await.done();
    app.clock.advance(TimeDelta::seconds(50));
    for (field, arguments) in writes(3) {
        let _ = ana.mutate(field, arguments).await.done();
    }
}

#[tokio::test]
async fn a_user_writes_no_more_entries_a_minute_than_the_limit() {
    let app = limited(10).await;
    let ana = app.user("ana").create().await;
    for number in 0..40 {
        let _ = ana.mutate("profileUpdate", input(json!({ "displayName": format!("Ana {number}") }))).await;
    }
    let log =
        r#"query ($actor: ID) { auditLog(filter: { actorId: $actor, actions: ["profile.update"] }) { totalCount } }"#;
    let log = app.admin().await.graphql(log, json!({ "actor": ana.id })).await;
    assert_eq!(log.data()["auditLog"]["totalCount"], 10);
}

#[tokio::test]
async fn a_document_holds_twenty_changes_of_one_s_own() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let document = |count: usize| {
        let field = |n| format!(r#"s{n}: sessionSetData(key: "k{n}", value: {n}) {{ userErrors {{ code }} }} "#);
        format!("mutation {{ {} }}", (0..count).map(field).collect::<String>())
    };
    assert_eq!(ana.ask(&document(20)).await.data()["s19"]["userErrors"], json!([]));
    assert_eq!(ana.ask(&document(21)).await.error(), "OPERATION_TOO_COMPLEX");
}

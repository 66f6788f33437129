//! Assignments and grants with a start and an end.

use super::{audited, permissions};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use tests::{App, MutationResult};

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The instant in so many minutes, in RFC 3339.
fn minutes(app: &App, minutes: i64) -> String {
    written(app.service.now() + TimeDelta::minutes(minutes))
}

async fn assign(app: &App, user: &str, role: &str, terms: Value) -> MutationResult {
    let mut arguments = json!({ "userId": user, "roleIds": [role] });
    arguments.as_object_mut().expect("an object").extend(terms.as_object().expect("an object").clone());
    app.admin().await.mutate("userAssignRoles", arguments).await
}

#[tokio::test]
async fn a_temporary_assignment_starts_and_ends_to_the_millisecond() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let safe = app.permission_id("safe:open").await;
    let ana = app.user("ana").create().await;
    let (from, until) = (minutes(&app, 1), minutes(&app, 3));
    let _ = assign(&app, &ana.id, &clerk, json!({ "validFrom": from, "expiresAt": until })).await.done();
    let grant = json!({ "userId": ana.id, "permissionIds": [safe], "validFrom": from, "expiresAt": until });
    let _ = app.admin().await.mutate("userGrantPermissions", grant).await.done();

    let (none, both) = (json!([]), json!(["desk:use", "safe:open"]));
    app.clock.advance(TimeDelta::milliseconds(59_999));
    assert_eq!(permissions(&ana).await, none);
    app.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(permissions(&ana).await, both);
    app.clock.advance(TimeDelta::milliseconds(119_999));
    assert_eq!(permissions(&ana).await, both);
    app.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(permissions(&ana).await, none);
}

#[tokio::test]
async fn lists_of_users_follow_the_clock() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let ana = app.user("ana").create().await;
    let terms = json!({ "validFrom": minutes(&app, 1), "expiresAt": minutes(&app, 2) });
    let _ = assign(&app, &ana.id, &clerk, terms).await.done();
    let members = async || {
        let document = r#"{ roleByName(name: "clerk") { assignedUsers { totalCount } authorizedUsers { totalCount } }
            users(filter: { permission: "desk:use" }) { totalCount } }"#;
        let answer = app.admin().await.ask(document).await;
        let role = &answer.data()["roleByName"];
        let counts = [&role["assignedUsers"], &role["authorizedUsers"], &answer.data()["users"]];
        counts.map(|list| list["totalCount"].as_i64().expect("a number"))
    };
    assert_eq!(members().await, [0, 0, 1]);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(members().await, [1, 1, 2]);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(members().await, [0, 0, 1]);
}

#[tokio::test]
async fn assigning_again_replaces_the_terms() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let ana = app.user("ana").create().await;
    let held = async || {
        let answer = ana.ask("{ me { roleAssignments { id role { name } expiresAt reason } } }").await;
        let held = answer.data()["me"]["roleAssignments"].as_array().expect("assignments").clone();
        held.into_iter().find(|held| held["role"]["name"] == "clerk").expect("the assignment")
    };
    let _ = assign(&app, &ana.id, &clerk, json!({ "expiresAt": minutes(&app, 5), "reason": "trial" })).await.done();
    let first = held().await;
    let entries = audited(&app).await;
    let _ = assign(&app, &ana.id, &clerk, json!({ "expiresAt": minutes(&app, 5), "reason": "trial" })).await.done();
    assert_eq!((held().await, audited(&app).await), (first.clone(), entries), "the same terms change nothing");

    let _ = assign(&app, &ana.id, &clerk, json!({})).await.done();
    let second = held().await;
    assert_eq!((&second["id"], &second["expiresAt"], &second["reason"]), (&first["id"], &Value::Null, &Value::Null));
    assert_eq!(audited(&app).await, entries + 1);
    app.clock.advance(TimeDelta::minutes(6));
    assert_eq!(permissions(&ana).await, json!(["desk:use"]));
}

#[tokio::test]
async fn an_expired_assignment_can_be_made_again() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let ana = app.user("ana").create().await;
    let _ = assign(&app, &ana.id, &clerk, json!({ "expiresAt": minutes(&app, 1) })).await.done();
    app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(permissions(&ana).await, json!([]));
    let _ = assign(&app, &ana.id, &clerk, json!({ "expiresAt": minutes(&app, 1) })).await.done();
    assert_eq!(permissions(&ana).await, json!(["desk:use"]));
}

#[tokio::test]
async fn an_end_is_in_the_future_and_after_the_start() {
    let app = App::start().await;
    let clerk = app.role("clerk").create().await;
    let safe = app.permission_id("safe:open").await;
    let ana = app.user("ana").create().await;
    let bad = [
        (json!({ "expiresAt": minutes(&app, 0) }), "INVALID expiresAt"),
        (json!({ "expiresAt": minutes(&app, -1) }), "INVALID expiresAt"),
        (json!({ "validFrom": minutes(&app, 2), "expiresAt": minutes(&app, 2) }), "INVALID expiresAt"),
        (json!({ "validFrom": minutes(&app, 3), "expiresAt": minutes(&app, 2) }), "INVALID expiresAt"),
        (json!({ "reason": "a\0b" }), "INVALID reason"),
        (json!({ "reason": "x".repeat(1_001) }), "TOO_LONG reason"),
    ];
    for (terms, refusal) in bad {
        assert_eq!(assign(&app, &ana.id, &clerk, terms.clone()).await.refused(), refusal);
        for (field, mut arguments) in [
            ("userGrantPermissions", json!({ "userId": ana.id, "permissionIds": [safe] })),
            ("roleAssignUsers", json!({ "roleId": clerk, "userIds": [ana.id] })),
        ] {
            arguments.as_object_mut().expect("an object").extend(terms.as_object().expect("an object").clone());
            assert_eq!(app.admin().await.mutate(field, arguments).await.refused(), refusal, "{field}");
        }
    }
    for instant in ["", "tomorrow", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "+12026-01-01T00:00:00Z"] {
        let answer = assign(&app, &ana.id, &clerk, json!({ "expiresAt": instant })).await.response;
        assert_eq!(answer.error(), "BAD_USER_INPUT", "{instant}");
    }
    let _ = assign(&app, &ana.id, &clerk, json!({ "expiresAt": "9999-12-31T23:59:59.999Z" })).await.done();
}

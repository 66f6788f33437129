//! Assigning and granting again: what stands is not shortened by accident.

use super::{audited, permissions};
use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};
use tests::{Actor, App, MutationResult};

/// The instant in so many minutes, in RFC 3339.
fn minutes(app: &App, minutes: i64) -> String {
    (app.service.now() + TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The three mutations that assign or grant, with their lists.
struct World {
    app: App,
    ana: Actor,
    mutations: [(&'static str, &'static str, Value); 3],
}

/// A user with a role and a direct grant, both permanent.
async fn world() -> World {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let safe = app.permission_id("safe:open").await;
    let ana = app.user("ana").with_role("clerk").with_permission("safe:open").create().await;
    let mutations = [
        ("userAssignRoles", "roleIds.0", json!({ "userId": ana.id, "roleIds": [clerk] })),
        ("roleAssignUsers", "userIds.0", json!({ "roleId": clerk, "userIds": [ana.id] })),
        ("userGrantPermissions", "permissionIds.0", json!({ "userId": ana.id, "permissionIds": [safe] })),
    ];
    World { app, ana, mutations }
}

fn with(arguments: &Value, terms: &Value) -> Value {
    let mut arguments = arguments.clone();
    arguments.as_object_mut().expect("an object").extend(terms.as_object().expect("an object").clone());
    arguments
}

fn message(refused: &MutationResult) -> &str {
    refused.user_errors()[0]["message"].as_str().expect("a message")
}

#[tokio::test]
async fn a_later_beginning_or_an_earlier_end_takes_nothing_away_without_replace() {
    let World { app, ana, mutations } = world().await;
    let both = json!(["desk:use", "safe:open"]);
    let entries = audited(&app).await;
    for terms in [
        json!({ "validFrom": minutes(&app, 2) }),
        json!({ "expiresAt": minutes(&app, 2) }),
        json!({ "validFrom": minutes(&app, 2), "expiresAt": minutes(&app, 4), "replace": false }),
    ] {
        for (field, path, arguments) in &mutations {
            let refused = app.admin().await.mutate(field, with(arguments, &terms)).await;
            assert_eq!(refused.refused(), format!("WOULD_SHRINK {path}"), "{field} {terms}");
        }
    }
    assert_eq!(permissions(&ana).await, both);
    assert!(audited(&app).await > entries, "refusals are audited");

    let later = json!({ "validFrom": minutes(&app, 2), "replace": true });
    for (field, _, arguments) in &mutations {
        let _ = app.admin().await.mutate(field, with(arguments, &later)).await.done();
    }
    assert_eq!(permissions(&ana).await, json!([]), "on explicit wish");
    app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(permissions(&ana).await, both);
}

#[tokio::test]
async fn a_longer_period_and_another_reason_need_no_replace() {
    let World { app, ana, mutations } = world().await;
    let [soon, late] = [60, 120].map(|after| minutes(&app, after));
    for (field, _, arguments) in &mutations {
        let steps = [
            json!({ "reason": "another" }),
            json!({ "validFrom": minutes(&app, 0), "reason": "it holds since now" }),
            json!({ "validFrom": soon, "expiresAt": late, "replace": true }),
            json!({ "validFrom": minutes(&app, 59), "expiresAt": late }),
            json!({ "expiresAt": late }),
            json!({ "expiresAt": minutes(&app, 121) }),
            json!({}),
        ];
        for step in steps {
            let _ = app.admin().await.mutate(field, with(arguments, &step)).await.done();
        }
    }
    assert_eq!(permissions(&ana).await, json!(["desk:use", "safe:open"]));
}

#[tokio::test]
async fn what_has_expired_may_be_assigned_for_any_period() {
    let World { app, ana, mutations } = world().await;
    for (field, path, arguments) in &mutations {
        let short = json!({ "expiresAt": minutes(&app, 1), "replace": true });
        let _ = app.admin().await.mutate(field, with(arguments, &short)).await.done();
        app.clock.advance(TimeDelta::milliseconds(59_999));
        let later = json!({ "validFrom": minutes(&app, 5), "expiresAt": minutes(&app, 6) });
        let refused = app.admin().await.mutate(field, with(arguments, &later)).await;
        assert_eq!(refused.refused(), format!("WOULD_SHRINK {path}"), "{field}");
        app.clock.advance(TimeDelta::milliseconds(1));
        let _ = app.admin().await.mutate(field, with(arguments, &later)).await.done();
    }
    assert_eq!(permissions(&ana).await, json!([]));
}

#[tokio::test]
async fn one_item_that_would_shrink_refuses_the_list() {
    let World { app, ana, .. } = world().await;
    let root = app.admin().await;
    let (guard, clerk) = (app.role("guard").granting("gate:open").create().await, app.role_id("clerk").await);
    let ben = app.user("ben").create().await;
    let until = minutes(&app, 60);
    let roles = json!({ "userId": ana.id, "roleIds": [guard, guard, clerk], "expiresAt": until });
    assert_eq!(root.mutate("userAssignRoles", roles).await.refused(), "WOULD_SHRINK roleIds.2");
    let people = json!({ "roleId": clerk, "userIds": [ben.id, ana.id], "expiresAt": until });
    assert_eq!(root.mutate("roleAssignUsers", people).await.refused(), "WOULD_SHRINK userIds.1");
    let [gate, safe] = [app.permission_id("gate:open").await, app.permission_id("safe:open").await];
    let grants = json!({ "userId": ana.id, "permissionIds": [gate, safe], "expiresAt": until });
    assert_eq!(root.mutate("userGrantPermissions", grants).await.refused(), "WOULD_SHRINK permissionIds.1");
    assert_eq!(permissions(&ana).await, json!(["desk:use", "safe:open"]));
    assert_eq!(permissions(&ben).await, json!([]));
}

#[tokio::test]
async fn both_periods_are_named_to_those_who_may_read_the_user() {
    let app = App::start().await;
    let plain = app.role("plain").create().await;
    let ana = app.user("ana").create().await;
    let (standing, wanted) = (minutes(&app, 120), minutes(&app, 60));
    let assign = |until: &str| json!({ "userId": ana.id, "roleIds": [plain], "expiresAt": until });
    let _ = app.admin().await.mutate("userAssignRoles", assign(&standing)).await.done();

    let reader = app.user("reader").with_permission("role:assign").with_permission("user:read").create().await;
    let refused = reader.mutate("userAssignRoles", assign(&wanted)).await;
    let expected = format!("the period `until {standing}` would become `until {wanted}`");
    assert!(message(&refused).starts_with(&expected), "{}", message(&refused));

    let blind = app.user("blind").with_permission("role:assign").create().await;
    let people = json!({ "roleId": plain, "userIds": [ana.id], "expiresAt": wanted });
    for (field, arguments) in [("userAssignRoles", assign(&wanted)), ("roleAssignUsers", people)] {
        let refused = blind.mutate(field, arguments).await;
        assert!(refused.refused().starts_with("WOULD_SHRINK"), "{field}");
        assert!(!message(&refused).contains(&standing), "{}", message(&refused));
    }
    // One's own assignments may be read.
    let _ = app.admin().await.mutate("userAssignRoles", json!({ "userId": blind.id, "roleIds": [plain] })).await.done();
    let own =
        blind.mutate("userAssignRoles", json!({ "userId": blind.id, "roleIds": [plain], "expiresAt": wanted })).await;
    assert!(message(&own).starts_with("the period `permanent` would become"), "{}", message(&own));
}

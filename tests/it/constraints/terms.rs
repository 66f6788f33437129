//! Assignments with a start and an end under static separation of duty.

use super::{constrain, create, roles, sod_error};
use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};
use tests::{App, MutationResult};

/// The instant in so many minutes, in RFC 3339.
fn minutes(app: &App, minutes: i64) -> Value {
    json!((app.service.now() + TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::Millis, true))
}

async fn assign(app: &App, user: &str, role: &str, from: Value, until: Value) -> MutationResult {
    let arguments = json!({ "userId": user, "roleIds": [role], "validFrom": from, "expiresAt": until });
    app.admin().await.mutate("userAssignRoles", arguments).await
}

#[tokio::test]
async fn future_assignments_count_from_now_on_and_expired_ones_do_not() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    constrain(&app, "set", &[&a, &b]).await;
    let ana = app.user("ana").create().await;
    let (user, never) = (ana.id.as_str(), Value::Null);
    let _ = assign(&app, user, &a, never.clone(), minutes(&app, 8)).await.done();
    for from in [never.clone(), minutes(&app, 5), minutes(&app, 60)] {
        let refused = assign(&app, user, &b, from, never.clone()).await;
        assert_eq!(sod_error(&refused), json!(["set", ["a", "b"], ana.id]));
    }
    app.clock.advance(TimeDelta::minutes(8) - TimeDelta::milliseconds(1));
    assert_eq!(assign(&app, user, &b, never.clone(), never.clone()).await.refused(), "SOD_VIOLATION roleIds");
    app.clock.advance(TimeDelta::milliseconds(1));
    let _ = assign(&app, user, &b, minutes(&app, 60), never.clone()).await.done();
    // An expired assignment counts again when extended, even before the other one starts.
    let prolonged = assign(&app, user, &a, never, minutes(&app, 5)).await;
    assert_eq!(sod_error(&prolonged), json!(["set", ["a", "b"], ana.id]));
}

#[tokio::test]
async fn a_set_ignores_expired_assignments_and_counts_future_ones() {
    let app = App::start().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let ana = app.user("ana").with_role("a").create().await;
    let (user, never) = (ana.id.as_str(), Value::Null);
    let _ = assign(&app, user, &b, never.clone(), minutes(&app, 1)).await.done();
    let _ = assign(&app, user, &c, minutes(&app, 9), never).await.done();
    let root = app.admin().await;
    let refused = create(root, "STATIC", "ended", &[&a, &b], 2).await;
    assert_eq!(sod_error(&refused), json!(["ended", ["a", "b"], ana.id]));
    app.clock.advance(TimeDelta::minutes(1));
    let _ = create(root, "STATIC", "ended", &[&a, &b], 2).await.done();
    let refused = create(root, "STATIC", "later", &[&a, &c], 2).await;
    assert_eq!(sod_error(&refused), json!(["later", ["a", "c"], ana.id]));
}

#[tokio::test]
async fn no_user_ever_has_conflicting_roles_over_time() {
    let app = App::start().await;
    let [a, b] = [app.role("a").granting("x:a").create().await, app.role("b").granting("x:b").create().await];
    constrain(&app, "set", &[&a, &b]).await;
    let ana = app.user("ana").create().await;
    let _ = assign(&app, &ana.id, &a, minutes(&app, 2), minutes(&app, 4)).await.done();
    assert_eq!(assign(&app, &ana.id, &b, Value::Null, Value::Null).await.refused(), "SOD_VIOLATION roleIds");
    for _ in 0..6 {
        let held = ana.ask(r#"{ canAll(permissions: ["x:a", "x:b"]) }"#).await;
        assert_eq!(held.data()["canAll"], false);
        app.clock.advance(TimeDelta::minutes(1));
    }
}

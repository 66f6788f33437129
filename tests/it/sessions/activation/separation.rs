//! Dynamic separation of duty: no session has conflicting roles active together.

use super::{View, activate, assign, client, deactivate, logged_in, login, seen, unassign, view};
use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::{Value, json};
use tests::{Actor, App, MutationResult, PROMISED, permanently};

/// Creates a dynamic constraint; returns its id.
async fn constrain(app: &App, name: &str, roles: &[&str]) -> String {
    let input = json!({ "name": name, "kind": "DYNAMIC", "roleIds": roles, "limit": 2 });
    app.admin().await.mutate("sodConstraintCreate", json!({ "input": input })).await.id("sodConstraint")
}

/// The constraint, the roles, the user and the path in a SodError.
#[track_caller]
fn sod_error(acted: &MutationResult) -> Value {
    let [error] = acted.user_errors() else { panic!("{acted:?}") };
    assert_eq!((&error["__typename"], &error["code"]), (&json!("SodError"), &json!("SOD_VIOLATION")));
    json!([error["path"], error["constraintName"], super::names(&error["roles"]), error["userId"]])
}

/// Ana became an auditor before she became a cashier, and is a clerk; auditor and cashier conflict.
struct Shop {
    app: App,
    ana: Actor,
    auditor: String,
    cashier: String,
}

async fn shop() -> Shop {
    let app = App::start().await;
    let auditor = app.role("auditor").granting("books:read").create().await;
    let cashier = app.role("cashier").granting("till:use").create().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    constrain(&app, "money", &[&auditor, &cashier]).await;
    let ana = app.user("ana").create().await;
    for role in [&auditor, &cashier, &clerk] {
        app.clock.advance(TimeDelta::seconds(1));
        assign(&app, &ana.id, &[role]).await;
    }
    Shop { app, ana, auditor, cashier }
}

#[tokio::test]
async fn a_default_session_activates_the_oldest_assignments_without_conflict() {
    let Shop { app, ana, auditor, cashier } = shop().await;
    let first = seen(&["auditor", "clerk", "user"], &["cashier"], &["books:read", "desk:use"]);
    assert_eq!(view(&ana).await, first);
    let other = app.replica().await;
    assert_eq!(view(&ana.at(&other)).await, first);
    let why = ana.ask(r#"{ canEach(permissions: ["till:use"]) { allowed reason } }"#).await;
    assert_eq!(why.data()["canEach"], json!([{ "allowed": false, "reason": "ROLE_NOT_ACTIVE" }]));
    // The replacing role stays active when the other one is assigned again.
    unassign(&app, &ana.id, &[&auditor]).await;
    let second = seen(&["cashier", "clerk", "user"], &[], &["desk:use", "till:use"]);
    assert_eq!(view(&ana).await, second);
    app.clock.advance(TimeDelta::seconds(1));
    assign(&app, &ana.id, &[&auditor]).await;
    assert_eq!(view(&ana).await, View { inactive: vec!["auditor".to_owned()], ..second });
    // The user holds both all the same.
    let all = ana.ask("{ me { roles { name } } }").await;
    assert_eq!(super::names(&all.data()["me"]["roles"]), ["auditor", "cashier", "clerk", "user"]);
    assert!(activate(&ana, &[&cashier]).await.done()["accessToken"].is_string());
}

#[tokio::test]
async fn a_starting_assignment_replaces_a_conflicting_one_by_the_clock() {
    let app = App::start().await;
    let (auditor, cashier) = (app.role("auditor").create().await, app.role("cashier").create().await);
    constrain(&app, "money", &[&auditor, &cashier]).await;
    let ana = app.user("ana").create().await;
    let at = |minutes| (app.service.now() + TimeDelta::minutes(minutes)).to_rfc3339();
    // Assigned first, valid second.
    let give = async |role: &str, terms: Value| {
        let mut arguments = json!({ "userId": ana.id, "roleIds": [role] });
        arguments.as_object_mut().expect("an object").extend(terms.as_object().expect("an object").clone());
        let _ = app.admin().await.mutate("userAssignRoles", arguments).await.done();
    };
    give(&auditor, json!({ "validFrom": at(2) })).await;
    give(&cashier, json!({ "validFrom": at(1), "expiresAt": at(5) })).await;
    let active = async || view(&ana).await.active;
    assert_eq!(active().await, ["user"]);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(active().await, ["cashier", "user"]);
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(active().await, ["cashier", "user"]);
    app.clock.advance(TimeDelta::minutes(3));
    assert_eq!(active().await, ["auditor", "user"]);
}

#[tokio::test]
async fn conflicting_roles_cannot_be_chosen_together() {
    let Shop { app, ana, .. } = shop().await;
    let refused = login(&app, &["clerk", "cashier", "auditor"]).await;
    assert_eq!(sod_error(&refused), json!([["roles"], "money", ["auditor", "cashier"], ana.id]));
    assert_eq!(refused.response.data()["login"]["accessToken"], Value::Null);
    assert_eq!(view(&logged_in(&app, &["cashier", "clerk"]).await).await.active, ["cashier", "clerk"]);
}

#[tokio::test]
async fn a_conflicting_role_is_rejected_until_the_active_one_is_deactivated() {
    let Shop { app, ana, auditor, cashier } = shop().await;
    let before = view(&ana).await;
    let refused = activate(&ana, &[&cashier]).await;
    assert_eq!(sod_error(&refused), json!([["roleIds"], "money", ["auditor", "cashier"], ana.id]));
    assert_eq!(view(&ana).await, before);
    let _ = deactivate(&ana, &[&auditor]).await.done();
    let acted = activate(&ana, &[&cashier]).await;
    assert_eq!(view(&client(&app, &acted)).await.active, ["cashier", "clerk", "user"]);
    assert_eq!(activate(&ana, &[&auditor]).await.refused(), "SOD_VIOLATION roleIds");
}

#[tokio::test]
async fn inherited_roles_of_active_ones_count() {
    let Shop { app, ana, auditor, cashier } = shop().await;
    let head = app.role("head").inheriting("auditor").create().await;
    unassign(&app, &ana.id, &[&auditor]).await;
    assign(&app, &ana.id, &[&head]).await;
    let refused = activate(&ana, &[&head]).await;
    assert_eq!(sod_error(&refused), json!([["roleIds"], "money", ["auditor", "cashier"], ana.id]));
    assert_eq!(login(&app, &["head", "cashier"]).await.refused(), "SOD_VIOLATION roles");
    // The junior alone, which only the senior provides, conflicts no less.
    assert_eq!(activate(&ana, &[&auditor]).await.refused(), "SOD_VIOLATION roleIds");
    let _ = deactivate(&ana, &[&cashier]).await.done();
    let _ = activate(&ana, &[&head]).await.done();
    assert_eq!(view(&ana).await.active, ["clerk", "head", "user"]);
}

#[tokio::test]
async fn a_new_constraint_deactivates_roles_of_default_sessions_on_every_replica() {
    let app = App::start().await;
    let (one, two) = (app.role("one").create().await, app.role("two").create().await);
    let ana = app.user("ana").with_role("two").create().await;
    app.clock.advance(TimeDelta::seconds(1));
    assign(&app, &ana.id, &[&one]).await;
    let other = app.replica().await;
    let elsewhere = ana.at(&other);
    assert_eq!(view(&elsewhere).await.active, ["one", "two", "user"]);
    let id = constrain(&app, "set", &[&one, &two]).await;
    assert_eq!(view(&ana).await.active, ["two", "user"]);
    permanently(PROMISED, async || view(&elsewhere).await.active, |active| *active == ["two", "user"]).await;
    let root = app.login("root").await;
    let _ = root.mutate("sodConstraintDelete", json!({ "id": id })).await.done();
    assert_eq!(view(&ana).await.active, ["one", "two", "user"]);
}

#[tokio::test]
async fn only_one_of_a_concurrent_choice_and_constraint_succeeds() {
    let app = App::start().await;
    let other = app.replica().await;
    let root = app.admin().await.clone();
    let _ = app.user("ana").create().await;
    for round in 0..6 {
        let names = [format!("a{round}"), format!("b{round}")];
        let (a, b) = (app.role(&names[0]).create().await, app.role(&names[1]).create().await);
        let ana = app.login("ana").await;
        assign(&app, &ana.id, &[&a, &b]).await;
        let none = login(&app, &[&names[0]]).await;
        let elsewhere = other.anonymous().with_token(client(&app, &none).token());
        let input = json!({ "name": format!("set{round}"), "kind": "DYNAMIC", "roleIds": [a, b], "limit": 2 });
        let constraint = root.mutate("sodConstraintCreate", json!({ "input": input }));
        let (constraint, choice) = join(constraint, activate(&elsewhere, &[&b])).await;
        let (is_kept, is_chosen) = (constraint.user_errors().is_empty(), choice.user_errors().is_empty());
        assert!(is_kept != is_chosen, "{round}: {is_kept} {is_chosen}");
    }
}

//! Active roles of default sessions.

use super::{activate, assign, logged_in, seen, view};
use serde_json::{Value, json};
use tests::App;

/// Sets or clears `requiresActivation` of a role.
async fn mark(app: &App, role: &str, requires_activation: bool) {
    let change = json!({ "id": role, "input": { "requiresActivation": requires_activation } });
    let _ = app.admin().await.mutate("roleUpdate", change).await.done();
}

#[tokio::test]
async fn a_role_that_requires_activation_is_inactive_from_the_next_request_on() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let ana = app.user("ana").with_role("clerk").create().await;
    let chosen = logged_in(&app, &["clerk"]).await;
    assert_eq!(view(&ana).await, seen(&["clerk", "user"], &[], &["desk:use"]));
    mark(&app, &clerk, true).await;
    assert_eq!(view(&ana).await, seen(&["user"], &["clerk"], &[]));
    assert_eq!(view(&*app.login("ana").await).await, seen(&["user"], &["clerk"], &[]));
    assert_eq!(view(&chosen).await, seen(&["clerk"], &["user"], &["desk:use"]));
    let decision = ana.ask(r#"{ canEach(permissions: ["desk:use"]) { allowed reason } }"#).await;
    assert_eq!(decision.data()["canEach"], json!([{ "allowed": false, "reason": "ROLE_NOT_ACTIVE" }]));
    mark(&app, &clerk, false).await;
    assert_eq!(view(&ana).await, seen(&["clerk", "user"], &[], &["desk:use"]));
}

#[tokio::test]
async fn an_assignment_of_such_a_role_is_not_activated_automatically() {
    let app = App::start().await;
    let vault = app.role("vault").granting("vault:open").requiring_activation().create().await;
    let ana = app.user("ana").create().await;
    assign(&app, &ana.id, &[&vault]).await;
    assert_eq!(view(&ana).await, seen(&["user"], &["vault"], &[]));
    let _ = activate(&ana, &[&vault]).await.done();
    assert_eq!(view(&ana).await, seen(&["user", "vault"], &[], &["vault:open"]));
    assert_eq!(view(&*app.login("ana").await).await, seen(&["user"], &["vault"], &[]));
}

#[tokio::test]
async fn permissions_inherited_from_such_a_role_are_active_with_the_senior() {
    let app = App::start().await;
    app.role("vault").granting("vault:open").requiring_activation().create().await;
    app.role("chief").inheriting("vault").create().await;
    let ana = app.user("ana").with_role("chief").create().await;
    assert_eq!(view(&ana).await, seen(&["chief", "user"], &[], &["vault:open"]));
}

#[tokio::test]
async fn a_default_role_may_require_activation() {
    let app = App::start().await;
    let role = app.role("guest").granting("door:open").requiring_activation().create().await;
    let _ = app.admin().await.mutate("roleUpdate", json!({ "id": role, "input": { "isDefault": true } })).await.done();
    let ana = app.user("ana").create().await;
    assert_eq!(view(&ana).await, seen(&["user"], &["guest"], &[]));
}

#[tokio::test]
async fn requires_activation_is_readable_stored_and_audited() {
    let app = App::start().await;
    let root = app.admin().await;
    let role = app.role("clerk").create().await;
    let shown = async |app: &App| {
        let document = r#"query ($id: ID!) { role(id: $id) { requiresActivation version }
            roles(filter: { search: "clerk" }) { nodes { requiresActivation } } }"#;
        let answer = root.at(app).graphql(document, json!({ "id": role })).await;
        let (one, listed) = (&answer.data()["role"], &answer.data()["roles"]["nodes"][0]);
        assert_eq!(one["requiresActivation"], listed["requiresActivation"]);
        (one["requiresActivation"] == true, one["version"].clone())
    };
    let (before, version) = shown(&app).await;
    assert!(!before);
    mark(&app, &role, true).await;
    let (after, next) = shown(&app).await;
    assert!(after && next != version);
    assert!(shown(&app.replica().await).await.0);
    mark(&app, &role, true).await;
    assert_eq!(shown(&app).await, (true, next));
    let log = r#"{ auditLog(first: 2, filter: { actions: ["role.update"] }) { nodes { summary before after } } }"#;
    let log = root.ask(log).await;
    let entries: &Value = &log.data()["auditLog"]["nodes"];
    let (no, yes) = (json!({ "requiresActivation": false }), json!({ "requiresActivation": true }));
    let summary = "root made role clerk inactive at login";
    assert_eq!(entries, &json!([{ "summary": summary, "before": no, "after": yes }]));
}

#[tokio::test]
async fn setting_requires_activation_requires_role_write() {
    let app = App::start().await;
    let role = app.role("clerk").create().await;
    let ana = app.user("ana").with_permission("role:read").create().await;
    let change = json!({ "id": role, "input": { "requiresActivation": true } });
    assert_eq!(ana.mutate("roleUpdate", change).await.denied(), "FORBIDDEN");
}

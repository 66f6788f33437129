//! Switched roles on other replicas: soon, for good, and after a restart.

use super::{activate, client, deactivate, seen, signed_in, view};
use serde_json::json;
use tests::{App, PROMISED, for_good};

#[tokio::test]
async fn another_replica_sees_a_switch_soon_and_never_goes_back() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let vault = app.role("vault").granting("vault:open").requiring_activation().create().await;
    app.user("ana").with_role("clerk").with_role("vault").create().await;
    let other = app.replica().await;
    let ana = app.login("ana").await;
    let elsewhere = ana.at(&other);
    assert_eq!(view(&elsewhere).await.active, ["clerk", "user"]);

    // To and fro, without the clock going on.
    let _ = activate(&ana, &[&vault]).await.done();
    let all = seen(&["clerk", "user", "vault"], &[], &["desk:use", "vault:open"]);
    for_good(PROMISED, async || view(&elsewhere).await, |view| *view == all).await;
    let _ = deactivate(&elsewhere, &[&vault, &clerk]).await.done();
    let none = seen(&["user"], &["clerk", "vault"], &[]);
    assert_eq!(view(&elsewhere).await, none);
    for_good(PROMISED, async || view(&ana).await, |view| *view == none).await;
    let acted = activate(&ana, &[&clerk]).await;
    let some = seen(&["clerk", "user"], &["vault"], &["desk:use"]);
    for_good(PROMISED, async || view(&elsewhere).await, |view| *view == some).await;

    let token = client(&app, &acted).token().to_owned();
    let app = app.restart().await;
    assert_eq!(view(&app.anonymous().with_token(token)).await, some);
}

#[tokio::test]
async fn a_choice_made_at_sign_in_is_known_everywhere() {
    let app = App::start().await;
    app.role("clerk").create().await;
    app.user("ana").with_role("clerk").create().await;
    let other = app.replica().await;
    let ana = signed_in(&app, &["clerk"]).await;
    let elsewhere = other.anonymous().with_token(ana.token());
    assert_eq!(view(&elsewhere).await.active, ["clerk"]);
}

#[tokio::test]
async fn a_switch_follows_a_change_that_was_made_elsewhere_just_before() {
    let app = App::start().await;
    let other = app.replica().await;
    let role = app.role("clerk").create().await;
    let ana = app.user("ana").create().await;
    // No waiting for the feed: the other replica judges by what is true.
    for round in 0..5 {
        let member = json!({ "roleId": role, "userIds": [ana.id] });
        let _ = app.admin().await.act("roleAssignUsers", member.clone()).await.done();
        let elsewhere = ana.at(&other);
        let _ = activate(&elsewhere, &[&role]).await.done();
        assert_eq!(view(&elsewhere).await.active, ["clerk", "user"], "{round}");
        let _ = app.admin().await.act("roleUnassignUsers", member).await.done();
        assert_eq!(activate(&elsewhere, &[&role]).await.refused(), "ROLE_NOT_ASSIGNED roleIds.0", "{round}");
    }
}

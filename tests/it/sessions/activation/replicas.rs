//! Activation on other replicas: soon, permanently, and after a restart.

use super::{activate, client, deactivate, logged_in, seen, view};
use serde_json::json;
use tests::{App, PROMISED, permanently};

#[tokio::test]
async fn another_replica_sees_an_activation_soon_and_permanently() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let vault = app.role("vault").granting("vault:open").requiring_activation().create().await;
    app.user("ana").with_role("clerk").with_role("vault").create().await;
    let other = app.replica().await;
    let ana = app.login("ana").await;
    let elsewhere = ana.at(&other);
    assert_eq!(view(&elsewhere).await.active, ["clerk", "user"]);

    // Repeatedly, without advancing the clock.
    let _ = activate(&ana, &[&vault]).await.done();
    let all = seen(&["clerk", "user", "vault"], &[], &["desk:use", "vault:open"]);
    permanently(PROMISED, async || view(&elsewhere).await, |view| *view == all).await;
    let _ = deactivate(&elsewhere, &[&vault, &clerk]).await.done();
    let none = seen(&["user"], &["clerk", "vault"], &[]);
    assert_eq!(view(&elsewhere).await, none);
    permanently(PROMISED, async || view(&ana).await, |view| *view == none).await;
    let acted = activate(&ana, &[&clerk]).await;
    let some = seen(&["clerk", "user"], &["vault"], &["desk:use"]);
    permanently(PROMISED, async || view(&elsewhere).await, |view| *view == some).await;

    let token = client(&app, &acted).token().to_owned();
    let app = app.restart().await;
    assert_eq!(view(&app.anonymous().with_token(token)).await, some);
}

#[tokio::test]
async fn roles_chosen_at_login_are_known_on_every_replica() {
    let app = App::start().await;
    app.role("clerk").create().await;
    app.user("ana").with_role("clerk").create().await;
    let other = app.replica().await;
    let ana = logged_in(&app, &["clerk"]).await;
    let elsewhere = other.anonymous().with_token(ana.token());
    assert_eq!(view(&elsewhere).await.active, ["clerk"]);
}

#[tokio::test]
async fn an_activation_follows_a_change_just_made_on_another_replica() {
    let app = App::start().await;
    let other = app.replica().await;
    let role = app.role("clerk").create().await;
    let ana = app.user("ana").create().await;
    // Without waiting for the change feed: the other replica decides by the current state.
    for round in 0..5 {
        let member = json!({ "roleId": role, "userIds": [ana.id] });
        let _ = app.admin().await.mutate("roleAssignUsers", member.clone()).await.done();
        let elsewhere = ana.at(&other);
        let _ = activate(&elsewhere, &[&role]).await.done();
        assert_eq!(view(&elsewhere).await.active, ["clerk", "user"], "{round}");
        let _ = app.admin().await.mutate("roleUnassignUsers", member).await.done();
        assert_eq!(activate(&elsewhere, &[&role]).await.refused(), "ROLE_NOT_ASSIGNED roleIds.0", "{round}");
    }
}

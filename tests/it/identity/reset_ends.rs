//! Password resets for oneself are refused, and a pending one ends with the sessions of its user and of its issuer.

use super::{issue_reset, login, refresh, reset};
use chrono::TimeDelta;
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tests::{Actor, App, Client, PASSWORD};

const NEW: &str = "rough-waters-under-9-skies";

/// Whether a token is valid. A valid one stays so, since the password is too short.
async fn is_valid(app: &App, token: &str) -> bool {
    match reset(app, token, "short").await.refused().as_str() {
        "WEAK_PASSWORD newPassword" => true,
        "INVALID_CREDENTIALS token" => false,
        other => panic!("refused for another reason: {other}"),
    }
}

async fn helper(app: &App, name: &str) -> Actor {
    app.user(name).with_permission("user:read").with_permission("user:write").create().await
}

async fn act(by: &Client, mutation: &str, arguments: Value) {
    let _ = by.mutate(mutation, arguments).await.done();
}

async fn session(client: &Client) -> Value {
    client.ask("{ viewer { session { id } } }").await.data()["viewer"]["session"]["id"].clone()
}

#[tokio::test]
async fn nobody_issues_a_reset_for_themselves() {
    let app = App::start().await;
    let helper = helper(&app, "helper").await;
    for oneself in [&*helper, &**app.admin().await] {
        let me = oneself.ask("{ me { id } }").await.data()["me"]["id"].clone();
        let refused = oneself.mutate("userIssuePasswordReset", json!({ "id": me })).await;
        assert_eq!(refused.refused(), "INVALID id");
        assert_eq!(refused.response.body["data"]["userIssuePasswordReset"]["token"], Value::Null);
    }
    let left = entity::password_reset::Entity::find().count(app.database.connection()).await.expect("resets");
    assert_eq!(left, 0);
    // Two who may manage each other still can.
    let ben = self::helper(&app, "ben").await;
    let token = issue_reset(&helper, &ben.id).await;
    let _ = reset(&app, &token, NEW).await.done();
    let _ = login(&app, "ben", NEW).await.done();
}

#[tokio::test]
async fn a_token_that_was_issued_for_oneself_before_is_not_valid() {
    use entity::password_reset::{Column, Entity};
    let app = App::start().await;
    let helper = helper(&app, "helper").await;
    let token = issue_reset(app.admin().await, &helper.id).await;
    let own = Entity::update_many().col_expr(Column::IssuedBy, Expr::col(Column::UserId));
    own.exec(app.database.connection()).await.expect("an update");
    assert_eq!(reset(&app, &token, NEW).await.refused(), "INVALID_CREDENTIALS token");
    let _ = login(&app, "helper", PASSWORD).await.done();
}

#[tokio::test]
async fn a_pending_reset_ends_with_the_sessions_of_its_user() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    for ending in ["logout", "sessionRevokeOthers", "sessionRevoke", "userRevokeSessions", "reused"] {
        let (ana, token) = (app.login("ana").await, issue_reset(root, &ana.id).await);
        assert!(is_valid(&app, &token).await);
        match ending {
            "logout" => act(&ana, ending, json!({ "everywhere": true })).await,
            "sessionRevokeOthers" => act(&ana, ending, json!({})).await,
            "sessionRevoke" => act(root, ending, json!({ "id": session(&ana).await })).await,
            "userRevokeSessions" => act(root, ending, json!({ "id": ana.id })).await,
            _ => {
                let _ = refresh(&app, &ana.refresh_token).await.done();
                app.clock.advance(TimeDelta::minutes(1));
                assert_eq!(refresh(&app, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_REUSED");
            }
        }
        assert!(!is_valid(&app, &token).await, "{ending}");
        assert_eq!(reset(&app, &token, NEW).await.refused(), "INVALID_CREDENTIALS token", "{ending}");
    }
    // Also without a live session.
    act(root, "userRevokeSessions", json!({ "id": ana.id })).await;
    let token = issue_reset(root, &ana.id).await;
    act(root, "userRevokeSessions", json!({ "id": ana.id })).await;
    assert!(!is_valid(&app, &token).await);
}

#[tokio::test]
async fn a_pending_reset_ends_with_the_sessions_of_its_issuer() {
    let app = App::start().await;
    let (root, ana) = (app.admin().await, app.user("ana").create().await);
    let endings = ["logout", "sessionRevokeOthers", "sessionRevoke", "userRevokeSessions", "passwordChange", "reset"];
    for ending in endings.into_iter().chain(["userSuspend", "userDelete"]) {
        let helper = helper(&app, &format!("helper.{ending}")).await;
        let token = issue_reset(&helper, &ana.id).await;
        match ending {
            "logout" => act(&helper, ending, json!({ "everywhere": true })).await,
            "sessionRevokeOthers" => act(&helper, ending, json!({})).await,
            "sessionRevoke" => act(root, ending, json!({ "id": session(&helper).await })).await,
            "passwordChange" => {
                act(&helper, ending, json!({ "currentPassword": PASSWORD, "newPassword": NEW })).await;
            }
            "reset" => drop(reset(&app, &issue_reset(root, &helper.id).await, NEW).await.done().clone()),
            other => act(root, other, json!({ "id": helper.id })).await,
        }
        if ending == "userSuspend" {
            act(root, "userReactivate", json!({ "id": helper.id })).await;
        }
        assert!(!is_valid(&app, &token).await, "{ending}");
    }
    assert_eq!(login(&app, "ana", NEW).await.refused(), "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn an_ordinary_logout_the_limit_of_sessions_and_other_users_leave_a_reset_pending() {
    let app = App::builder().config(|config| config.session.max_per_user = 2).start().await;
    let (helper, ana, ben) =
        (helper(&app, "helper").await, app.user("ana").create().await, app.user("ben").create().await);
    let token = issue_reset(&helper, &ana.id).await;
    act(&helper, "logout", json!({})).await;
    act(&ana, "logout", json!({})).await;
    act(&ben, "logout", json!({ "everywhere": true })).await;
    for name in ["ana", "ana", "ana", "helper", "helper", "helper"] {
        app.login(name).await;
    }
    assert!(is_valid(&app, &token).await);
    let _ = reset(&app, &token, NEW).await.done();
    let _ = login(&app, "ana", NEW).await.done();
}

//! Dynamic separation of duty and live sessions with chosen roles.

use super::{assign, create, roles, sod_error};
use chrono::TimeDelta;
use entity::{session, session_role};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, Set};
use serde_json::json;
use tests::{Actor, App};
use uuid::Uuid;

/// Stores these roles as the chosen ones of a user's session.
async fn choose(app: &App, who: &Actor, roles: &[&str]) {
    let answer = who.ask("{ viewer { session { id } } }").await;
    let id = answer.data()["viewer"]["session"]["id"].as_str().expect("an id").to_owned();
    let uuid = |prefix: &str, id: &str| -> Uuid { service::parse_typeid(prefix, id).expect("an id") };
    let (connection, id) = (app.database.connection(), uuid("ses", &id));
    let choice =
        session::ActiveModel { id: Set(id), activation: Set(session::Activation::Chosen), ..Default::default() };
    choice.update(connection).await.expect("a choice");
    let rows = roles.iter().map(|role| session_role::Model { session_id: id, role_id: uuid("role", role) });
    let rows = rows.map(IntoActiveModel::into_active_model);
    session_role::Entity::insert_many(rows).exec_without_returning(connection).await.expect("roles");
}

#[tokio::test]
async fn a_dynamic_set_is_rejected_while_a_live_session_violates_it() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let ana = app.user("ana").with_role("a").with_role("b").with_role("c").create().await;
    choose(&app, &ana, &[&a, &b]).await;
    let refused = create(root, "DYNAMIC", "set", &[&a, &b], 2).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION input.roleIds");
    assert_eq!(sod_error(&refused), json!(["set", ["a", "b"], ana.id]));
    let _ = create(root, "DYNAMIC", "three", &[&a, &b, &c], 3).await.done();
    let _ = create(root, "DYNAMIC", "others", &[&b, &c], 2).await.done();

    let _ = ana.mutate("logout", json!({})).await.done();
    let _ = create(root, "DYNAMIC", "set", &[&a, &b], 2).await.done();
}

#[tokio::test]
async fn default_sessions_do_not_count_and_the_user_keeps_all_roles() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let ana = app.user("ana").with_role("a").with_role("b").create().await;
    let _ = create(root, "DYNAMIC", "set", &[&a, &b], 2).await.done();
    let answer = ana.ask("{ me { roles { name } } }").await;
    assert_eq!(answer.data()["me"]["roles"], json!([{ "name": "a" }, { "name": "b" }, { "name": "user" }]));
}

#[tokio::test]
async fn expired_sessions_do_not_count() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let ana = app.user("ana").with_role("a").with_role("b").create().await;
    choose(&app, &ana, &[&a, &b]).await;
    app.clock.advance(TimeDelta::minutes(29));
    let root = app.login("root").await;
    assert_eq!(create(&root, "DYNAMIC", "set", &[&a, &b], 2).await.refused(), "SOD_VIOLATION input.roleIds");
    // Idle for half an hour, and for the interval in which the last use may not be stored yet.
    app.clock.advance(TimeDelta::minutes(7));
    let _ = create(&root, "DYNAMIC", "set", &[&a, &b], 2).await.done();
}

#[tokio::test]
async fn chosen_roles_count_with_inherited_ones_while_authorized() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let senior = app.role("senior").inheriting("a").create().await;
    let ana = app.user("ana").with_role("senior").with_role("b").create().await;
    choose(&app, &ana, &[&senior, &b, &c]).await;
    let refused = create(root, "DYNAMIC", "set", &[&a, &b], 2).await;
    assert_eq!(sod_error(&refused), json!(["set", ["a", "b"], ana.id]));
    // Chosen before, and no longer assigned.
    let _ = create(root, "DYNAMIC", "gone", &[&b, &c], 2).await.done();
    let refused = assign(&app, &ana.id, &[&c]).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION roleIds");
    assert_eq!(sod_error(&refused), json!(["gone", ["b", "c"], ana.id]));
}

#[tokio::test]
async fn neither_a_lower_limit_nor_inheritance_may_make_a_live_session_a_violation() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c, d] = roles(&app, ["a", "b", "c", "d"]).await;
    let ana = app.user("ana").with_role("a").with_role("b").with_role("d").create().await;
    choose(&app, &ana, &[&a, &b, &d]).await;
    let id = create(root, "DYNAMIC", "set", &[&a, &b, &c], 3).await.id("sodConstraint");
    let tighter = root.mutate("sodConstraintUpdate", json!({ "id": id, "input": { "limit": 2 } })).await;
    assert_eq!(tighter.refused(), "SOD_VIOLATION input.limit");
    assert_eq!(sod_error(&tighter), json!(["set", ["a", "b"], ana.id]));
    let larger = root.mutate("sodConstraintAddRoles", json!({ "id": id, "roleIds": [d] })).await;
    assert_eq!(larger.refused(), "SOD_VIOLATION roleIds");
    let link = json!({ "roleId": d, "inheritsFromIds": [c] });
    let linked = root.mutate("roleAddInheritance", link.clone()).await;
    assert_eq!(linked.refused(), "SOD_VIOLATION inheritsFromIds");
    assert_eq!(sod_error(&linked), json!(["set", ["a", "b", "c"], ana.id]));

    let _ = root.mutate("userRevokeSessions", json!({ "id": ana.id })).await.done();
    let _ = root.mutate("roleAddInheritance", link).await.done();
    let _ = root.mutate("sodConstraintUpdate", json!({ "id": id, "input": { "limit": 2 } })).await.done();
}

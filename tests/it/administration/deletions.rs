//! Deleting what has more links than one transaction removes: it is gone at once, and its rows are removed afterwards.

use chrono::{DateTime, Utc};
use entity::{audit_subject, deletion, permission, role, session, user, user_permission, user_role};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use serde_json::json;
use service::{Clock, parse_typeid, typeid};
use std::time::Duration;
use tests::{App, eventually};
use uuid::Uuid;

/// More links than two transactions remove.
const MANY: usize = 1_200;
/// Rows of one statement.
const ROWS: usize = 300;
/// Longest time for the background work of a busy machine.
const SOON: Duration = Duration::from_secs(60);

fn uuid(prefix: &str, id: &str) -> Uuid {
    parse_typeid(prefix, id).expect("an id")
}

/// So many users, written to the tables.
async fn insert_users(app: &App, count: usize) -> Vec<Uuid> {
    let (now, connection) = (app.clock.now(), app.database.connection());
    let ids: Vec<Uuid> = (1..=count).map(|number| Uuid::from_u128(number as u128)).collect();
    for ids in ids.chunks(ROWS) {
        let rows = ids.iter().map(|&id| account(id, now).into_active_model());
        user::Entity::insert_many(rows).exec_without_returning(connection).await.expect("writes");
    }
    ids
}

fn account(id: Uuid, now: DateTime<Utc>) -> user::Model {
    let name = format!("member-{id}");
    user::Model {
        id,
        kind: user::Kind::Human,
        status: user::Status::Active,
        username: name.clone(),
        username_key: name.clone(),
        email: None,
        display_name: None,
        display_key: name,
        password_hash: None,
        revision: 0,
        version: 1,
        created_at: now,
        updated_at: now,
        last_login_at: None,
        last_login_key: 0,
    }
}

async fn assign(app: &App, users: &[Uuid], role_id: Uuid) {
    let (assigned_at, connection) = (app.clock.now(), app.database.connection());
    for users in users.chunks(ROWS) {
        let row = |&user_id: &Uuid| user_role::Model {
            id: user_id,
            user_id,
            role_id,
            assigned_at,
            assigned_by: None,
            assigned_by_label: None,
            valid_from: None,
            expires_at: None,
            reason: None,
            noted_end: None,
        };
        let rows = users.iter().map(row).map(IntoActiveModel::into_active_model);
        user_role::Entity::insert_many(rows).exec_without_returning(connection).await.expect("writes");
    }
}

async fn grant(app: &App, users: &[Uuid], permission_id: Uuid) {
    let (granted_at, connection) = (app.clock.now(), app.database.connection());
    for users in users.chunks(ROWS) {
        let row = |&user_id: &Uuid| user_permission::Model {
            user_id,
            permission_id,
            granted_at,
            granted_by: None,
            valid_from: None,
            expires_at: None,
            reason: None,
            noted_end: None,
        };
        let rows = users.iter().map(row).map(IntoActiveModel::into_active_model);
        user_permission::Entity::insert_many(rows).exec_without_returning(connection).await.expect("writes");
    }
}

async fn open_sessions(app: &App, user_id: Uuid, count: usize) {
    let (now, connection) = (app.clock.now(), app.database.connection());
    let ids: Vec<Uuid> = (1..=count).map(|number| Uuid::from_u128(number as u128)).collect();
    for ids in ids.chunks(ROWS) {
        let row = |&id: &Uuid| session::Model {
            id,
            user_id,
            activation: session::Activation::Default,
            switches: 0,
            created_at: now,
            authenticated_at: now,
            last_seen_at: now,
            expires_at: now,
            ends_at: now,
            revoked_at: Some(now),
            revoked_reason: Some("LOGOUT".to_owned()),
            user_agent: Some("Porlock/1.0".to_owned()),
            ip_address: None,
            data: None,
        };
        let rows = ids.iter().map(row).map(IntoActiveModel::into_active_model);
        session::Entity::insert_many(rows).exec_without_returning(connection).await.expect("writes");
    }
}

/// Number of deletions that left links behind.
async fn deletions(app: &App) -> u64 {
    deletion::Entity::find().count(app.database.connection()).await.expect("reads")
}

/// Number of users whom the audit entry of an action on an object concerns.
async fn concerned(app: &App, action: &str, members: &[Uuid]) -> usize {
    let log = app.admin().await.graphql(
        "query ($actions: [String!]) { auditLog(filter: { actions: $actions }) { totalCount nodes { id } } }",
        json!({ "actions": [action] }),
    );
    let log = log.await;
    assert_eq!(log.data()["auditLog"]["totalCount"], 1);
    let event = uuid("evt", log.data()["auditLog"]["nodes"][0]["id"].as_str().expect("an id"));
    let these = audit_subject::Column::EventId.eq(event);
    let rows = audit_subject::Entity::find().filter(these).all(app.database.connection()).await.expect("reads");
    rows.iter().filter(|row| members.contains(&row.object_id)).count()
}

#[tokio::test]
async fn a_role_with_many_members_is_gone_at_once_and_its_rows_afterwards() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let users = insert_users(&app, MANY).await;
    assign(&app, &users, uuid("role", &clerk)).await;
    let ana = app.user("ana").with_role("clerk").create().await;
    assert_eq!(ana.ask("{ viewer { permissions } }").await.data()["viewer"]["permissions"], json!(["desk:use"]));

    let _ = root.mutate("roleDelete", json!({ "id": clerk })).await.done();

    assert_eq!(ana.ask("{ viewer { permissions } }").await.data()["viewer"]["permissions"], json!([]));
    let last = typeid("user", *users.last().expect("a user"));
    let seen = root.graphql(
        "query ($role: ID!, $user: ID!) { role(id: $role) { id } node(id: $role) { id } roleByName(name: \"clerk\") { id }
            roles { nodes { name } } user(id: $user) { roles { name } roleAssignments { id } } }",
        json!({ "role": clerk, "user": last }),
    );
    let seen = seen.await;
    for gone in ["role", "node", "roleByName"] {
        assert!(seen.data()[gone].is_null(), "{gone}");
    }
    assert_eq!(seen.data()["roles"]["nodes"], json!([{ "name": "superadmin" }, { "name": "user" }]));
    assert_eq!(seen.data()["user"], json!({ "roles": [], "roleAssignments": [] }));
    // The name is free.
    let new = app.role("clerk").create().await;
    assert_ne!(new, clerk);

    app.service.sweep().await.expect("sweeps");
    assert_eq!(deletions(&app).await, 0);
    let connection = app.database.connection();
    let id = uuid("role", &clerk);
    let left = user_role::Entity::find().filter(user_role::Column::RoleId.eq(id)).count(connection).await;
    assert_eq!(left.expect("reads"), 0);
    assert!(role::Entity::find_by_id(id).one(connection).await.expect("reads").is_none());
    assert_eq!(concerned(&app, "role.delete", &users).await, MANY);
    let trail = root.graphql(
        "query ($id: ID!) { user(id: $id) { auditTrail { nodes { action before } } } }",
        json!({ "id": last }),
    );
    let trail = trail.await;
    let entry = &trail.data()["user"]["auditTrail"]["nodes"][0];
    assert_eq!((&entry["action"], &entry["before"]["assignedUsers"]), (&json!("role.delete"), &json!(MANY + 1)));
}

#[tokio::test]
async fn two_replicas_and_a_restart_remove_each_link_once() {
    let app = App::start().await;
    let other = app.replica().await;
    let clerk = app.role("clerk").create().await;
    let users = insert_users(&app, MANY).await;
    assign(&app, &users, uuid("role", &clerk)).await;
    let _ = app.admin().await.mutate("roleDelete", json!({ "id": clerk })).await.done();
    let (here, there) = tokio::join!(app.service.sweep(), other.service.sweep());
    here.and(there).expect("both sweep");
    assert_eq!(deletions(&app).await, 0);
    assert_eq!(concerned(&app, "role.delete", &users).await, MANY);

    // What a process left behind is removed by the one that is started next.
    let clerk = app.role("clerk").create().await;
    let left = deletion::Model {
        object_id: uuid("role", &clerk),
        kind: deletion::Kind::Role,
        event_id: Uuid::nil(),
        deleted_at: app.clock.now(),
    };
    let insert = deletion::Entity::insert(left.into_active_model());
    insert.exec_without_returning(app.database.connection()).await.expect("writes");
    drop(other);
    let app = app.restart().await;
    let _ = eventually(SOON, async || deletions(&app).await, |&left| left == 0).await;
}

#[tokio::test]
async fn a_permission_granted_to_many_users_is_gone_at_once_and_its_rows_afterwards() {
    let app = App::start().await;
    let root = app.admin().await;
    let safe = app.permission_id("safe:open").await;
    let users = insert_users(&app, MANY).await;
    grant(&app, &users, uuid("perm", &safe)).await;
    let ana = app.user("ana").with_permission("safe:open").create().await;

    let _ = root.mutate("permissionDelete", json!({ "id": safe })).await.done();

    let last = typeid("user", *users.last().expect("a user"));
    assert_eq!(ana.ask("{ viewer { permissions } }").await.data()["viewer"]["permissions"], json!([]));
    let seen = root.graphql(
        "query ($id: ID!, $user: ID!) { permission(id: $id) { id } permissionByName(name: \"safe:open\") { id }
            permissions(filter: { search: \"safe\" }) { totalCount } deleted: permissions(filter: { search: \"deleted\" }) { totalCount }
            user(id: $user) { directPermissions { name } } }",
        json!({ "id": safe, "user": last }),
    );
    let none = json!({ "totalCount": 0 });
    assert_eq!(
        seen.await.data(),
        &json!({ "permission": null, "permissionByName": null, "permissions": none, "deleted": none,
            "user": { "directPermissions": [] } })
    );
    assert_ne!(app.permission_id("safe:open").await, safe);

    app.service.sweep().await.expect("sweeps");
    let (connection, id) = (app.database.connection(), uuid("perm", &safe));
    assert_eq!(deletions(&app).await, 0);
    assert_eq!(user_permission::Entity::find().count(connection).await.expect("reads"), 0);
    assert!(permission::Entity::find_by_id(id).one(connection).await.expect("reads").is_none());
    assert_eq!(concerned(&app, "permission.delete", &users).await, MANY);
}

#[tokio::test]
async fn the_devices_of_many_sessions_of_a_deleted_user_are_erased() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    open_sessions(&app, uuid("user", &ana.id), MANY).await;
    let _ = app.admin().await.mutate("userDelete", json!({ "id": ana.id })).await.done();
    app.service.sweep().await.expect("sweeps");
    let known = session::Column::UserAgent.eq("Porlock/1.0");
    let left = session::Entity::find().filter(known).count(app.database.connection()).await;
    assert_eq!((left.expect("reads"), deletions(&app).await), (0, 0));
}

/// A login and a deletion both lock the account before the sessions, so that they do not deadlock.
#[tokio::test]
async fn a_deletion_beside_logins_of_the_same_user_ends_no_request_with_an_outage() {
    let app = App::start().await;
    let root = app.admin().await;
    for round in 0..8 {
        let name = format!("ana{round}");
        let ana = app.user(&name).create().await;
        let login = || async {
            let credentials = json!({ "username": name, "password": tests::PASSWORD });
            app.anonymous().mutate("login", credentials).await
        };
        let deletion = root.mutate("userDelete", json!({ "id": ana.id }));
        let (deleted, first, second, third) = tokio::join!(deletion, login(), login(), login());
        assert_eq!(deleted.done()["deletedId"], ana.id);
        for login in [first, second, third] {
            let code = &login.response.body["errors"][0]["extensions"]["code"];
            assert!(code.is_null() || code == "UNAUTHENTICATED", "{:?}", login.response);
        }
    }
}

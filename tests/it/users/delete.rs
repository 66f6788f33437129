//! Deleting users (DeleteUser).

use super::user;
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use serde_json::{Value, json};
use tests::{App, PASSWORD};

#[tokio::test]
async fn a_deleted_user_remains_only_in_the_audit_log() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("clerk").granting("desk:use").create().await;
    let ana = app.user("ana").with_role("clerk").with_permission("safe:open").create().await;
    let deleted = root.mutate("userDelete", json!({ "id": ana.id })).await;
    assert_eq!(deleted.done()["deletedId"], ana.id);

    let gone = "query ($id: ID!) { node(id: $id) { id } userByUsername(username: \"ana\") { id }
        users { totalCount nodes { username } }
        roleByName(name: \"clerk\") { assignedUsers { totalCount } authorizedUsers { totalCount } }
        permissionByName(name: \"safe:open\") { authorizedUsers { nodes { username } } directUsers { totalCount } } }";
    let gone = root.graphql(gone, json!({ "id": ana.id })).await;
    assert_eq!(
        gone.data(),
        &json!({
            "node": null, "userByUsername": null,
            "users": { "totalCount": 1, "nodes": [{ "username": "root" }] },
            "roleByName": { "assignedUsers": { "totalCount": 0 }, "authorizedUsers": { "totalCount": 0 } },
            "permissionByName": {
                "authorizedUsers": { "nodes": [{ "username": "root" }] }, "directUsers": { "totalCount": 0 }
            },
        })
    );
    let asked =
        root.ask("{ users(filter: { status: [DELETED] }) { nodes { id username email displayName status } } }").await;
    let left = &asked.data()["users"]["nodes"][0];
    assert_eq!((&left["id"], &left["status"], &left["email"]), (&json!(ana.id), &json!("DELETED"), &Value::Null));
    assert!(left["username"].as_str().is_some_and(|name| name.starts_with("deleted-")), "{left}");
    assert_eq!(left["displayName"], left["username"]);
    let log = "query ($id: ID!) { auditLog(filter: { involvingId: $id, actions: [\"user.delete\"] }) {
        nodes { targetId targetLabel before } } }";
    let log = root.graphql(log, json!({ "id": ana.id })).await;
    let entry = &log.data()["auditLog"]["nodes"][0];
    assert_eq!((&entry["targetId"], &entry["targetLabel"]), (&json!(ana.id), &json!("ana")));
    let mut roles: Vec<_> =
        entry["before"]["roles"].as_array().expect("roles").iter().filter_map(Value::as_str).collect();
    roles.sort_unstable();
    assert_eq!(roles, ["clerk", "user"]);
}

#[tokio::test]
async fn the_name_is_free_and_the_id_is_never_reused() {
    let app = App::start().await;
    let new = json!({ "username": "ana", "email": "ana@example.com", "password": PASSWORD });
    let first = app.anonymous().mutate("signup", new.clone()).await.done()["viewer"]["user"]["id"].clone();
    let root = app.admin().await;
    let _ = root.mutate("userDelete", json!({ "id": first })).await.done();
    let second = app.anonymous().mutate("signup", new).await.done()["viewer"]["user"]["id"].clone();
    assert_ne!(first, second);
    let second = user(root, second.as_str().expect("an id")).await;
    assert_eq!((&second["username"], &second["permissionNames"]), (&json!("ana"), &json!([])));
}

#[tokio::test]
async fn no_personal_data_remains_in_the_tables_of_accounts_and_sessions() {
    let app = App::start().await;
    let new = json!({ "username": "xanadu", "email": "kubla@khan.example", "displayName": "Coleridge", "password": PASSWORD });
    let signup = "mutation ($username: String!, $password: String!, $email: String, $displayName: String) {
        signup(username: $username, password: $password, email: $email, displayName: $displayName) {
            viewer { user { id } } userErrors { code } } }";
    let body = json!({ "query": signup, "variables": new });
    let made = app.anonymous().post(&body, &[("user-agent", "Porlock/1.0")]).await;
    let id = made.payload("signup")["viewer"]["user"]["id"].clone();
    let _ = app.admin().await.mutate("userDelete", json!({ "id": id })).await.done();

    let connection = app.database.connection();
    let users = entity::user::Entity::find().all(connection).await.expect("users");
    let sessions = entity::session::Entity::find().all(connection).await.expect("sessions");
    let left = format!("{users:?} {sessions:?}");
    for personal in ["xanadu", "kubla", "Coleridge", "Porlock"] {
        assert!(!left.contains(personal), "{personal}");
    }
    let gone = users.iter().find(|user| user.status == entity::user::Status::Deleted).expect("the row");
    assert!(gone.password_hash.is_none());
    for table in ["login_names", "user_roles", "user_permissions", "refresh_tokens"] {
        let sql = format!("SELECT COUNT(*) AS n FROM {table}");
        let count = Statement::from_string(connection.get_database_backend(), sql);
        let row = connection.query_one_raw(count).await.expect("a count").expect("a row");
        let rows: i64 = row.try_get("", "n").expect("a number");
        let roots = if matches!(table, "user_permissions") { 0 } else { rows.min(2) };
        assert_eq!(rows, roots, "{table}");
    }
}

#[tokio::test]
async fn deleted_and_unknown_objects_are_not_found() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let _ = root.mutate("userDelete", json!({ "id": ana.id })).await.done();
    for unknown in [ana.id.as_str(), "", "ana", "user_", &app.role_id("user").await] {
        assert_eq!(root.mutate("userDelete", json!({ "id": unknown })).await.refused(), "NOT_FOUND id", "{unknown}");
    }
}

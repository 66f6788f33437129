//! Deleted roles, permissions and users leave no uses behind, however many there were.

use super::rows;
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};
use serde_json::json;
use tests::App;
use uuid::Uuid;

fn id(typeid: &str, prefix: &str) -> Uuid {
    service::parse_typeid(prefix, typeid).expect("an id")
}

async fn insert(app: &App, pairs: impl Iterator<Item = (Uuid, Uuid)>) {
    let row = |(object_id, user_id)| entity::last_use::Model { object_id, user_id, day: 20_000 }.into_active_model();
    let rows: Vec<_> = pairs.map(row).collect();
    for rows in rows.chunks(500) {
        let insert = entity::last_use::Entity::insert_many(rows.to_vec());
        insert.exec_without_returning(app.database.connection()).await.expect("writes");
    }
}

#[tokio::test]
async fn uses_are_deleted_in_steps_with_their_role_permission_or_user() {
    let app = App::start().await;
    let root = app.admin().await;
    let (clerk, scribe) = (app.role("clerk").create().await, app.role("scribe").create().await);
    let permission = app.permission_id("door:open").await;
    let ana = app.user("ana").create().await.id;
    app.service.flush().await.expect("a database");
    app.database.connection().execute_unprepared("DELETE FROM last_uses").await.expect("deletes");
    let numbers = || (1..=1_234).map(Uuid::from_u128);
    insert(&app, numbers().map(|user| (id(&clerk, "role"), user))).await;
    insert(&app, numbers().map(|user| (id(&permission, "perm"), user))).await;
    insert(&app, numbers().map(|object| (object, id(&ana, "user")))).await;
    insert(&app, [(id(&scribe, "role"), Uuid::from_u128(1))].into_iter()).await;

    for (mutation, id) in [("roleDelete", &clerk), ("permissionDelete", &permission), ("userDelete", &ana)] {
        let _ = root.mutate(mutation, json!({ "id": id })).await.done();
    }
    app.service.sweep().await.expect("a database");

    assert_eq!((rows(&app, "last_uses").await, rows(&app, "deletions").await), (1, 0));
    for name in ["clerk", "scribe"] {
        let again = root.mutate("roleCreate", json!({ "input": { "name": name } })).await;
        assert_eq!(
            again.response.data()["roleCreate"]["userErrors"].as_array().map(Vec::is_empty),
            Some(name == "clerk")
        );
    }
}

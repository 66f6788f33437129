use super::{GRANTS_AT_ONCE, policy, policy_after};
use crate::decisions::Touched;
use crate::{Clock, Database, DatabaseSettings, SystemClock};
use engine::RoleId;
use entity::{permission, role, role_permission};
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

const ROLES: u128 = 3;
const PERMISSIONS: u128 = 4_000;

/// Three roles that hold four thousand permissions each.
async fn large(folder: &tempfile::TempDir) -> Database {
    let path = folder.path().join("keyward.db");
    let database = Database::open(&DatabaseSettings::Embedded { path }).await.expect("opens");
    migration::up(database.connection()).await.expect("migrates");
    let transaction = database.begin().await.expect("begins");
    let now = SystemClock.now();
    let roles = (0..ROLES).map(|number| role::Model {
        id: Uuid::from_u128(number),
        name: format!("r{number}"),
        name_key: format!("r{number}"),
        description: None,
        is_system: false,
        is_default: false,
        requires_activation: false,
        version: 1,
        revision: 0,
        created_at: now,
        updated_at: now,
    });
    let roles = roles.map(IntoActiveModel::into_active_model);
    role::Entity::insert_many(roles).exec_without_returning(&transaction).await.expect("writes");
    let permissions: Vec<_> = (0..PERMISSIONS)
        .map(|number| permission::Model {
            id: Uuid::from_u128(number),
            name: format!("p:{number}"),
            resource: "p".to_owned(),
            description: None,
            is_system: false,
            created_at: now,
        })
        .map(IntoActiveModel::into_active_model)
        .collect();
    for rows in permissions.chunks(500) {
        permission::Entity::insert_many(rows.to_vec()).exec_without_returning(&transaction).await.expect("writes");
    }
    let grants: Vec<_> = (0..ROLES * PERMISSIONS)
        .map(|number| role_permission::Model {
            role_id: Uuid::from_u128(number / PERMISSIONS),
            permission_id: Uuid::from_u128(number % PERMISSIONS),
            granted_at: now,
            granted_by: None,
        })
        .map(IntoActiveModel::into_active_model)
        .collect();
    for rows in grants.chunks(500) {
        role_permission::Entity::insert_many(rows.to_vec()).exec_without_returning(&transaction).await.expect("writes");
    }
    transaction.commit().await.expect("commits");
    database
}

#[tokio::test]
async fn grants_that_come_in_several_pieces_are_all_read() {
    assert!(ROLES * PERMISSIONS > u128::from(GRANTS_AT_ONCE));
    let folder = tempfile::tempdir().expect("a folder");
    let database = large(&folder).await;

    let read = policy(database.connection()).await.expect("reads");

    let per_role = usize::try_from(PERMISSIONS).expect("is small");
    for role in &read.facts().roles {
        assert_eq!(role.grants.len(), per_role, "{}", role.name);
    }
    let touched = [Touched::Role(RoleId::new(Uuid::from_u128(1)))];
    let again = policy_after(database.connection(), &read, &touched, 7).await.expect("reads").expect("is a policy");
    assert_eq!((again.revision(), again.facts().roles.len()), (7, 3));
    assert_eq!(again.facts().roles[1].grants, read.facts().roles[1].grants);
}

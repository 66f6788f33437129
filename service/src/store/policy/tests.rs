use super::feed::{MAX_REVISIONS, PAGE, changed_between};
use super::{append_to_feed, policy, policy_after};
use crate::decisions::ChangedObject;
use crate::decisions::FeedRevision;
use crate::store::roles::ROLES_AT_ONCE;
use crate::{Clock, Database, DatabaseSettings, SystemClock};
use engine::{Policy, RoleId, UserId};
use entity::{permission, policy_change, role, role_permission};
use rustc_hash::FxHashSet;
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

const ROLES: u128 = 450;
const PERMISSIONS: u128 = 30;

/// Roles that hold all permissions.
async fn large(folder: &tempfile::TempDir) -> Database {
    let database = empty(folder).await;
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
    assert!(ROLES > 2 * ROLES_AT_ONCE as u128);
    let folder = tempfile::tempdir().expect("a folder");
    let database = large(&folder).await;

    let read = policy(database.connection()).await.expect("reads");

    let per_role = usize::try_from(PERMISSIONS).expect("is small");
    for role in read.roles() {
        assert_eq!(read.granted_permissions(role.id).len(), per_role, "{}", role.name);
    }
    let touched = [ChangedObject::Role(RoleId::new(Uuid::from_u128(1)))];
    let again = policy_after(database.connection(), &read, &touched, 7).await.expect("reads");
    assert_eq!((again.revision(), again.roles().count()), (7, ROLES as usize));
    let granted = |policy: &Policy| policy.granted_permissions(RoleId::new(Uuid::from_u128(1)));
    assert_eq!(granted(&again), granted(&read));
}

/// An empty database.
async fn empty(folder: &tempfile::TempDir) -> Database {
    let path = folder.path().join("keyward.db");
    let database = Database::open(&DatabaseSettings::Embedded { path }).await.expect("opens");
    migration::up(database.connection()).await.expect("migrates");
    database
}

fn user(number: u64) -> ChangedObject {
    ChangedObject::User(UserId::new(Uuid::from_u128(u128::from(number))))
}

#[tokio::test]
async fn a_revision_that_changed_many_objects_is_read_object_by_object() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = empty(&folder).await;
    let many: Vec<ChangedObject> = (0..2 * PAGE).map(user).collect();
    let now = SystemClock.now();
    for (revision, changed) in [(8, &many[..1]), (9, &many[..]), (10, &many[..3])] {
        append_to_feed(database.connection(), &[FeedRevision { number: revision, at: now, changed: changed.to_vec() }])
            .await
            .expect("writes");
    }
    let read = async |known, revision| {
        let changed = changed_between(database.connection(), known, revision).await.expect("reads");
        changed.into_iter().collect::<FxHashSet<_>>()
    };
    assert_eq!(read(7, 10).await, many.iter().copied().collect());
    assert_eq!(read(9, 10).await, many[..3].iter().copied().collect());
    let everything = FxHashSet::from_iter([ChangedObject::Everything]);
    assert_eq!(read(6, 10).await, everything, "a revision is not in the feed");
    assert_eq!(read(10, 9).await, everything, "a backup was restored");
}

#[tokio::test]
async fn a_replica_that_is_far_behind_reads_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = empty(&folder).await;
    let at = SystemClock.now();
    let transaction = database.begin().await.expect("begins");
    let latest = MAX_REVISIONS + 1;
    let rows: Vec<_> = (1..=latest)
        .map(|revision| {
            let object_id = Uuid::from_u128(u128::from(revision));
            let revision = i64::try_from(revision).expect("is small");
            policy_change::Model { revision, position: 0, kind: policy_change::Kind::User, object_id, at }
        })
        .map(IntoActiveModel::into_active_model)
        .collect();
    for rows in rows.chunks(500) {
        policy_change::Entity::insert_many(rows.to_vec()).exec_without_returning(&transaction).await.expect("writes");
    }
    let changed = changed_between(&transaction, 1, latest).await.expect("reads");
    assert_eq!(changed.len() as u64, MAX_REVISIONS);
    let changed = changed_between(&transaction, 0, latest).await.expect("reads");
    assert_eq!(changed, [ChangedObject::Everything]);
}

//! Stored permissions.

use super::{Permission, PermissionFilter};
use crate::Result;
use crate::page::{self, Direction, Keyset, Page, PageRequest, SortKey};
use chrono::{DateTime, Utc};
use engine::{PermissionId, PermissionName, UserId};
use entity::{permission, role_permission, user_permission};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect,
    Select, Set,
};
use uuid::Uuid;

/// Rows or ids in one statement.
const CHUNK: usize = 500;

/// A permission about to be registered.
#[derive(Clone, Debug)]
pub(crate) struct NewRow {
    pub(crate) id: PermissionId,
    pub(crate) name: PermissionName,
    pub(crate) description: Option<String>,
    pub(crate) is_system: bool,
}

/// Registers permissions.
pub(crate) async fn insert<C: ConnectionTrait>(connection: &C, new: &[NewRow], now: DateTime<Utc>) -> Result<()> {
    for new in new.chunks(CHUNK) {
        let rows = new.iter().map(|new| {
            permission::Model {
                id: new.id.uuid(),
                name: new.name.as_str().to_owned(),
                resource: new.name.resource().to_owned(),
                description: new.description.clone(),
                is_system: new.is_system,
                created_at: now,
            }
            .into_active_model()
        });
        permission::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

pub(super) async fn find<C: ConnectionTrait>(connection: &C, id: PermissionId) -> Result<Option<Permission>> {
    Ok(permission::Entity::find_by_id(id.uuid()).one(connection).await?.map(Permission::from))
}

pub(super) async fn by_ids<C: ConnectionTrait>(connection: &C, ids: &[PermissionId]) -> Result<Vec<Permission>> {
    let mut permissions = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let ids = ids.iter().map(|id| id.uuid());
        let rows = permission::Entity::find().filter(permission::Column::Id.is_in(ids)).all(connection).await?;
        permissions.extend(rows.into_iter().map(Permission::from));
    }
    Ok(permissions)
}

pub(super) async fn page<C: ConnectionTrait>(
    connection: &C,
    filter: &PermissionFilter,
    request: &PageRequest,
) -> Result<Page<Permission>> {
    let keyset = Keyset {
        id: permission::Column::Id,
        key: SortKey::Text(permission::Column::Name),
        direction: Direction::Ascending,
    };
    Ok(page::fetch(select(filter), keyset, request, connection).await?.map(Permission::from))
}

pub(super) async fn count<C: ConnectionTrait>(connection: &C, filter: &PermissionFilter) -> Result<u64> {
    Ok(select(filter).count(connection).await?)
}

/// Users to whom a permission is granted directly, whenever the grant counts.
pub(super) async fn holders<C: ConnectionTrait>(connection: &C, id: PermissionId) -> Result<Vec<UserId>> {
    let users: Vec<Uuid> = user_permission::Entity::find()
        .select_only()
        .column(user_permission::Column::UserId)
        .filter(user_permission::Column::PermissionId.eq(id.uuid()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(users.into_iter().map(UserId::new).collect())
}

pub(super) async fn describe<C: ConnectionTrait>(
    connection: &C,
    id: PermissionId,
    description: Option<String>,
) -> Result<()> {
    let change = permission::ActiveModel { description: Set(description), ..Default::default() };
    let this = permission::Column::Id.eq(id.uuid());
    permission::Entity::update_many().set(change).filter(this).exec(connection).await?;
    Ok(())
}

/// Makes registered permissions, at most 500, guard the service itself.
pub(crate) async fn make_system<C: ConnectionTrait>(connection: &C, ids: &[PermissionId]) -> Result<()> {
    let change = permission::ActiveModel { is_system: Set(true), ..Default::default() };
    let these = permission::Column::Id.is_in(ids.iter().map(|id| id.uuid()));
    permission::Entity::update_many().set(change).filter(these).exec(connection).await?;
    Ok(())
}

/// Deletes a permission with its grants to roles and users.
pub(super) async fn delete<C: ConnectionTrait>(connection: &C, id: PermissionId) -> Result<()> {
    let id = id.uuid();
    let grants = role_permission::Column::PermissionId.eq(id);
    role_permission::Entity::delete_many().filter(grants).exec(connection).await?;
    let direct_grants = user_permission::Column::PermissionId.eq(id);
    user_permission::Entity::delete_many().filter(direct_grants).exec(connection).await?;
    permission::Entity::delete_by_id(id).exec(connection).await?;
    Ok(())
}

fn select(filter: &PermissionFilter) -> Select<permission::Entity> {
    use permission::Column;
    let mut condition = Condition::all().add_option(filter.is_system.map(|flag| Column::IsSystem.eq(flag)));
    if let Some(search) = &filter.search {
        condition = condition.add(page::contains(search, &[], &[Column::Name, Column::Description]));
    }
    if let Some(resource) = &filter.resource {
        // A resource is part of a name; what cannot be a name is no resource.
        condition = condition.add(match PermissionName::parse(resource) {
            Ok(_) => Condition::all().add(Column::Resource.eq(resource.as_str())),
            Err(_) => page::nothing(),
        });
    }
    permission::Entity::find().filter(condition)
}

impl From<permission::Model> for Permission {
    fn from(row: permission::Model) -> Self {
        Self {
            id: PermissionId::new(row.id),
            name: row.name,
            description: row.description,
            is_system: row.is_system,
            created_at: row.created_at,
        }
    }
}

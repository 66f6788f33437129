//! Permissions.

use super::deletions::{self, DeletedObject, Deletion, is_not_deleted};
use super::page::{self, Keyset, SortKey};
use super::{CHUNK, Unlinked, among, assignments, audit, constraints, roles, texts};
use crate::database::Connection;
use crate::page::{Direction, Page, PageRequest};
use crate::permissions::{Permission, PermissionFilter};
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use engine::{AuditEventId, PermissionFacts, PermissionId, PermissionName};
use entity::permission::{ActiveModel, Column, Entity, Model};
use rustc_hash::FxHashMap;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect, Select, Set,
};
use std::iter;
use uuid::Uuid;

/// A permission to insert.
#[derive(Clone, Debug)]
pub(crate) struct PermissionInsert {
    pub(crate) id: PermissionId,
    pub(crate) name: PermissionName,
    pub(crate) description: Option<String>,
    pub(crate) is_system: bool,
}

/// Inserts permissions; their names must be free.
pub(crate) async fn insert<C: Connection>(connection: &C, new: &[PermissionInsert], now: DateTime<Utc>) -> Result<()> {
    for new in new.chunks(CHUNK) {
        let rows = new.iter().map(|new| {
            Model {
                id: new.id.uuid(),
                name: new.name.as_str().to_owned(),
                resource: new.name.resource().to_owned(),
                description: new.description.clone(),
                is_system: new.is_system,
                created_at: now,
            }
            .into_active_model()
        });
        Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

pub(crate) async fn find<C: Connection>(connection: &C, id: PermissionId) -> Result<Option<Permission>> {
    Ok(shown().filter(Column::Id.eq(id.uuid())).one(connection).await?.map(Permission::from))
}

/// All descriptions, by id.
pub(crate) async fn descriptions<C: Connection>(connection: &C) -> Result<FxHashMap<PermissionId, String>> {
    texts::<Entity, _, _>(connection, Column::Id, Column::Description).await
}

pub(crate) async fn by_ids<C: Connection>(connection: &C, ids: &[PermissionId]) -> Result<Vec<Permission>> {
    let rows = shown().filter(among(connection, Column::Id, ids.iter().map(|id| id.uuid()))).all(connection).await?;
    Ok(rows.into_iter().map(Permission::from).collect())
}

/// Permissions that are not deleted.
fn shown() -> Select<Entity> {
    Entity::find().filter(is_not_deleted(Expr::col((Entity, Column::Id))))
}

/// The permissions among `ids` for which `condition` holds of the column of their id.
pub(super) async fn ids_where<C: Connection>(
    connection: &C,
    ids: &[PermissionId],
    condition: impl FnOnce(Expr) -> Expr,
) -> Result<Vec<PermissionId>> {
    let query = Entity::find().select_only().column(Column::Id);
    let query = query.filter(among(connection, Column::Id, ids.iter().map(|id| id.uuid())));
    let query = query.filter(condition(Expr::col((Entity, Column::Id))));
    let found: Vec<Uuid> = query.into_tuple().all(connection).await?;
    Ok(found.into_iter().map(PermissionId::new).collect())
}

/// Permissions as the engine's facts: those with these ids, or all.
pub(super) async fn facts<C: Connection>(connection: &C, ids: Option<&[Uuid]>) -> Result<Vec<PermissionFacts>> {
    let mut query = shown().select_only().columns([Column::Id, Column::Name, Column::IsSystem]);
    if let Some(ids) = ids {
        query = query.filter(among(connection, Column::Id, ids.iter().copied()));
    }
    let rows: Vec<(Uuid, String, bool)> = query.into_tuple().all(connection).await?;
    let facts = rows.into_iter().map(|(id, name, is_system)| {
        let name = PermissionName::parse(&name).map_err(|error| Error::Internal(error.into()))?;
        Ok(PermissionFacts { id: PermissionId::new(id), name, is_system })
    });
    facts.collect()
}

/// The names of all permissions.
pub(crate) async fn names<C: Connection>(connection: &C) -> Result<Vec<PermissionName>> {
    Ok(facts(connection, None).await?.into_iter().map(|known| known.name).collect())
}

/// A page of the permissions, by name.
pub(crate) async fn page<C: Connection>(
    connection: &C,
    filter: &PermissionFilter,
    request: &PageRequest,
) -> Result<Page<Permission>> {
    let keyset = Keyset { id: Column::Id, key: SortKey::Text(Column::Name), direction: Direction::Ascending };
    Ok(page::fetch(select(filter), keyset, request, connection).await?.map(Permission::from))
}

pub(crate) async fn count<C: Connection>(connection: &C, filter: &PermissionFilter) -> Result<u64> {
    Ok(select(filter).count(connection).await?)
}

fn select(filter: &PermissionFilter) -> Select<Entity> {
    let mut condition = Condition::all().add_option(filter.is_system.map(|is_system| Column::IsSystem.eq(is_system)));
    if let Some(search) = &filter.search {
        condition = condition.add(page::contains(search, &[], &[Column::Name, Column::Description]));
    }
    if let Some(resource) = &filter.resource {
        // A resource is part of a name: what is no name is no resource, and may be no value that the database takes.
        condition = condition.add(match PermissionName::parse(resource) {
            Ok(_) => Condition::all().add(Column::Resource.eq(resource.as_str())),
            Err(_) => page::no_rows(),
        });
    }
    shown().filter(condition)
}

/// Replaces the description of a permission.
pub(crate) async fn describe<C: Connection>(
    connection: &C,
    id: PermissionId,
    description: Option<String>,
) -> Result<()> {
    let change = ActiveModel { description: Set(description), ..Default::default() };
    Entity::update_many().set(change).filter(Column::Id.eq(id.uuid())).exec(connection).await?;
    Ok(())
}

/// Makes permissions system permissions: those that guards name.
pub(crate) async fn make_system<C: Connection>(connection: &C, ids: &[PermissionId]) -> Result<()> {
    let change = ActiveModel { is_system: Set(true), ..Default::default() };
    let these = among(connection, Column::Id, ids.iter().map(|id| id.uuid()));
    Entity::update_many().set(change).filter(these).exec(connection).await?;
    Ok(())
}

/// Deletes a permission with its grants to roles, its place in constraints and its direct grants to users. When there are many of the latter, its
/// row and most of them stay a while, seen by nothing, with the name free.
///
/// `event` is the audit entry of the deletion. Returns the users whom the caller is to record with it.
pub(crate) async fn delete<C: Connection>(
    connection: &C,
    id: PermissionId,
    event: AuditEventId,
    now: DateTime<Utc>,
) -> Result<Unlinked> {
    roles::delete_grants_of_permission(connection, id).await?;
    constraints::delete_permission(connection, id).await?;
    let total = assignments::count_grants_of_permission(connection, id).await?;
    let users = assignments::delete_some_grants(connection, id).await?;
    if users.len() < CHUNK {
        Entity::delete_by_id(id.uuid()).exec(connection).await?;
    } else {
        let name = format!("deleted-{}", id.uuid());
        let hidden = ActiveModel { name: Set(name.clone()), resource: Set(name), ..Default::default() };
        Entity::update_many().set(hidden).filter(Column::Id.eq(id.uuid())).exec(connection).await?;
        deletions::insert(connection, Deletion { object: DeletedObject::Permission(id), event }, now).await?;
    }
    Ok(Unlinked { total, users })
}

/// Removes up to [`CHUNK`] direct grants of a deleted permission, and the permission with the last of them. Returns
/// whether it did.
pub(super) async fn remove_links<C: Connection>(connection: &C, id: PermissionId, event: AuditEventId) -> Result<bool> {
    let users = assignments::delete_some_grants(connection, id).await?;
    audit::insert_subjects(connection, iter::once((event, users.as_slice()))).await?;
    let is_last = users.len() < CHUNK;
    if is_last {
        Entity::delete_by_id(id.uuid()).exec(connection).await?;
    }
    Ok(is_last)
}

impl From<Model> for Permission {
    fn from(row: Model) -> Self {
        Self {
            id: PermissionId::new(row.id),
            name: row.name,
            description: row.description,
            is_system: row.is_system,
            created_at: row.created_at,
        }
    }
}

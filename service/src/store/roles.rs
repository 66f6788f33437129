//! Roles, their grants and their inheritance.

mod delete;
mod facts;
mod links;
mod patterns;

pub(crate) use delete::delete;
pub(crate) use links::{delete_grants, delete_inheritance, insert_grants, insert_inheritance};
pub(crate) use patterns::{delete_patterns, insert_patterns};

pub(super) use delete::remove_links;
#[cfg(test)]
#[cfg(test)]
pub(super) use facts::ROLES_AT_ONCE;
pub(super) use facts::facts;
pub(super) use links::delete_grants_of_permission;

use super::deletions::is_not_deleted;
use super::page::{self, Keyset, SortKey};
use super::{CHUNK, among, policy, set, texts};
use crate::Result;
use crate::database::Connection;
use crate::page::{Page, PageRequest};
use crate::roles::{Role, RoleFilter, RoleOrder, RoleOrderField};
use chrono::{DateTime, Utc};
use engine::{RoleId, RoleName};
use entity::role::{ActiveModel, Column, Entity, Model};
use rustc_hash::FxHashMap;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect, Select,
};
use uuid::Uuid;

/// A role to insert. Its version becomes 1 when the change stamps it.
#[derive(Clone, Debug)]
pub(crate) struct RoleInsert {
    pub(crate) id: RoleId,
    pub(crate) name: RoleName,
    pub(crate) description: Option<String>,
    pub(crate) is_system: bool,
    pub(crate) is_default: bool,
    pub(crate) requires_activation: bool,
}

/// New values of a role; `None` leaves a value as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RoleChanges {
    pub(crate) name: Option<RoleName>,
    pub(crate) description: Option<Option<String>>,
    pub(crate) is_default: Option<bool>,
    pub(crate) requires_activation: Option<bool>,
}

/// Inserts roles; their names must be free.
pub(crate) async fn insert<C: Connection>(connection: &C, new: &[RoleInsert], now: DateTime<Utc>) -> Result<()> {
    for new in new.chunks(CHUNK) {
        let rows = new.iter().map(|new| {
            Model {
                id: new.id.uuid(),
                name: new.name.as_str().to_owned(),
                name_key: new.name.key(),
                description: new.description.clone(),
                is_system: new.is_system,
                is_default: new.is_default,
                requires_activation: new.requires_activation,
                version: 0,
                revision: 0,
                created_at: now,
                updated_at: now,
            }
            .into_active_model()
        });
        Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Makes roles system roles: those that guards name.
pub(crate) async fn make_system<C: Connection>(connection: &C, ids: &[RoleId]) -> Result<()> {
    let change = ActiveModel { is_system: ActiveValue::Set(true), ..Default::default() };
    let these = among(connection, Column::Id, ids.iter().map(|id| id.uuid()));
    Entity::update_many().set(change).filter(these).exec(connection).await?;
    Ok(())
}

pub(crate) async fn update<C: Connection>(connection: &C, id: RoleId, changes: RoleChanges) -> Result<()> {
    let change = ActiveModel {
        name: set(changes.name.as_ref().map(|name| name.as_str().to_owned())),
        name_key: set(changes.name.as_ref().map(RoleName::key)),
        description: set(changes.description),
        is_default: set(changes.is_default),
        requires_activation: set(changes.requires_activation),
        ..Default::default()
    };
    Entity::update_many().set(change).filter(Column::Id.eq(id.uuid())).exec(connection).await?;
    Ok(())
}

/// Increments the versions of roles and sets their revision and time of change. A role that already has this revision
/// is left as it is.
pub(crate) async fn stamp<C: Connection>(
    connection: &C,
    roles: &[Uuid],
    revision: u64,
    now: DateTime<Utc>,
) -> Result<()> {
    if roles.is_empty() {
        return Ok(());
    }
    let revision = policy::revision_column(revision);
    let update = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::Revision, Expr::value(revision))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(among(connection, Column::Id, roles.iter().copied()))
        .filter(Column::Revision.lt(revision));
    update.exec(connection).await?;
    Ok(())
}

pub(crate) async fn find<C: Connection>(connection: &C, id: RoleId) -> Result<Option<Role>> {
    Ok(shown().filter(Column::Id.eq(id.uuid())).one(connection).await?.map(Role::from))
}

/// All descriptions, by id.
pub(crate) async fn descriptions<C: Connection>(connection: &C) -> Result<FxHashMap<RoleId, String>> {
    texts::<Entity, _, _>(connection, Column::Id, Column::Description).await
}

pub(crate) async fn by_ids<C: Connection>(connection: &C, ids: &[RoleId]) -> Result<Vec<Role>> {
    let rows = shown().filter(among(connection, Column::Id, ids.iter().map(|id| id.uuid()))).all(connection).await?;
    Ok(rows.into_iter().map(Role::from).collect())
}

/// Roles that are not deleted.
fn shown() -> Select<Entity> {
    Entity::find().filter(is_not_deleted(Expr::col((Entity, Column::Id))))
}

/// The roles among `ids` for which `condition` holds of the column of their id.
pub(super) async fn ids_where<C: Connection>(
    connection: &C,
    ids: &[RoleId],
    condition: impl FnOnce(Expr) -> Expr,
) -> Result<Vec<RoleId>> {
    let query = Entity::find().select_only().column(Column::Id);
    let query = query.filter(among(connection, Column::Id, ids.iter().map(|id| id.uuid())));
    let query = query.filter(condition(Expr::col((Entity, Column::Id))));
    let found: Vec<Uuid> = query.into_tuple().all(connection).await?;
    Ok(found.into_iter().map(RoleId::new).collect())
}

/// The roles to list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoleSelection<'a> {
    pub(crate) filter: &'a RoleFilter,
    /// When the filter names a permission, the roles that hold it.
    pub(crate) holders: Option<&'a [RoleId]>,
}

pub(crate) async fn page<C: Connection>(
    connection: &C,
    selection: RoleSelection<'_>,
    order: RoleOrder,
    request: &PageRequest,
) -> Result<Page<Role>> {
    let key = match order.field {
        RoleOrderField::Name => SortKey::Text(Column::NameKey),
        RoleOrderField::CreatedAt => SortKey::Time(Column::CreatedAt),
    };
    let keyset = Keyset { id: Column::Id, key, direction: order.direction };
    Ok(page::fetch(select(connection, selection), keyset, request, connection).await?.map(Role::from))
}

pub(crate) async fn count<C: Connection>(connection: &C, selection: RoleSelection<'_>) -> Result<u64> {
    Ok(select(connection, selection).count(connection).await?)
}

fn select<C: Connection>(connection: &C, selection: RoleSelection<'_>) -> Select<Entity> {
    let RoleSelection { filter, holders } = selection;
    let mut condition = Condition::all().add_option(filter.is_system.map(|is_system| Column::IsSystem.eq(is_system)));
    if let Some(search) = &filter.search {
        condition = condition.add(page::contains(search, &[Column::NameKey], &[Column::Description]));
    }
    if let Some(holders) = holders {
        condition = condition.add(among(connection, Column::Id, holders.iter().map(|role| role.uuid())));
    }
    shown().filter(condition)
}

impl From<Model> for Role {
    fn from(row: Model) -> Self {
        Self {
            id: RoleId::new(row.id),
            name: row.name,
            description: row.description,
            is_system: row.is_system,
            is_default: row.is_default,
            requires_activation: row.requires_activation,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

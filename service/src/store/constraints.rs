//! Separation-of-duty constraints and their roles or permissions.

use super::{CHUNK, among, rows_with, set, texts};
use crate::constraints::Constraint;
use crate::database::Connection;
use crate::text::sort_key;
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use engine::{ConstraintId, ConstraintKind, PermissionId, RoleId};
use entity::sod_constraint::{self, Column, Entity, Kind, Model};
use entity::{sod_constraint_permission, sod_constraint_role};
use rustc_hash::FxHashMap;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use uuid::Uuid;

/// New values of a constraint; `None` leaves a value as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConstraintChanges {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<Option<String>>,
    pub(crate) kind: Option<ConstraintKind>,
    pub(crate) limit: Option<usize>,
}

/// Inserts a constraint with its roles or permissions.
pub(crate) async fn insert<C: Connection>(
    connection: &C,
    new: &engine::Constraint,
    description: Option<String>,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = Model {
        id: new.id.uuid(),
        name: new.name.clone(),
        name_key: sort_key(&new.name),
        description,
        kind: kind_column(new.kind),
        role_limit: limit_column(new.limit),
        created_at: now,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    insert_roles(connection, new.id, &new.roles).await?;
    insert_permissions(connection, new.id, &new.permissions).await
}

/// Adds roles to a constraint; it may have none of them.
pub(crate) async fn insert_roles<C: Connection>(connection: &C, id: ConstraintId, roles: &[RoleId]) -> Result<()> {
    for roles in roles.chunks(CHUNK) {
        let row = |role: &RoleId| {
            sod_constraint_role::Model { constraint_id: id.uuid(), role_id: role.uuid() }.into_active_model()
        };
        sod_constraint_role::Entity::insert_many(roles.iter().map(row)).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Adds permissions to a constraint; it may have none of them.
pub(crate) async fn insert_permissions<C: Connection>(
    connection: &C,
    id: ConstraintId,
    permissions: &[PermissionId],
) -> Result<()> {
    use sod_constraint_permission::{Entity, Model};
    for permissions in permissions.chunks(CHUNK) {
        let row = |permission: &PermissionId| {
            Model { constraint_id: id.uuid(), permission_id: permission.uuid() }.into_active_model()
        };
        Entity::insert_many(permissions.iter().map(row)).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Removes roles from a constraint.
pub(crate) async fn delete_roles<C: Connection>(connection: &C, id: ConstraintId, roles: &[RoleId]) -> Result<()> {
    sod_constraint_role::Entity::delete_many()
        .filter(sod_constraint_role::Column::ConstraintId.eq(id.uuid()))
        .filter(among(connection, sod_constraint_role::Column::RoleId, roles.iter().map(|role| role.uuid())))
        .exec(connection)
        .await?;
    Ok(())
}

/// Removes permissions from a constraint.
pub(crate) async fn delete_permissions<C: Connection>(
    connection: &C,
    id: ConstraintId,
    permissions: &[PermissionId],
) -> Result<()> {
    use sod_constraint_permission::{Column, Entity};
    Entity::delete_many()
        .filter(Column::ConstraintId.eq(id.uuid()))
        .filter(among(connection, Column::PermissionId, permissions.iter().map(|permission| permission.uuid())))
        .exec(connection)
        .await?;
    Ok(())
}

/// Removes a permission from all constraints.
pub(super) async fn delete_permission<C: Connection>(connection: &C, permission: PermissionId) -> Result<()> {
    let these = sod_constraint_permission::Column::PermissionId.eq(permission.uuid());
    sod_constraint_permission::Entity::delete_many().filter(these).exec(connection).await?;
    Ok(())
}

/// Removes a role from all constraints.
pub(super) async fn delete_role<C: Connection>(connection: &C, role: RoleId) -> Result<()> {
    let these = sod_constraint_role::Column::RoleId.eq(role.uuid());
    sod_constraint_role::Entity::delete_many().filter(these).exec(connection).await?;
    Ok(())
}

pub(crate) async fn update<C: Connection>(connection: &C, id: ConstraintId, changes: ConstraintChanges) -> Result<()> {
    let change = sod_constraint::ActiveModel {
        name_key: set(changes.name.as_deref().map(sort_key)),
        name: set(changes.name),
        description: set(changes.description),
        kind: set(changes.kind.map(kind_column)),
        role_limit: set(changes.limit.map(limit_column)),
        ..Default::default()
    };
    Entity::update_many().set(change).filter(Column::Id.eq(id.uuid())).exec(connection).await?;
    Ok(())
}

fn kind_column(kind: ConstraintKind) -> Kind {
    match kind {
        ConstraintKind::Static => Kind::Static,
        ConstraintKind::Dynamic => Kind::Dynamic,
    }
}

/// A limit as a column value; no constraint has too many roles for it.
fn limit_column(limit: usize) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}

pub(crate) async fn delete<C: Connection>(connection: &C, id: ConstraintId) -> Result<()> {
    let roles = sod_constraint_role::Column::ConstraintId.eq(id.uuid());
    sod_constraint_role::Entity::delete_many().filter(roles).exec(connection).await?;
    let permissions = sod_constraint_permission::Column::ConstraintId.eq(id.uuid());
    sod_constraint_permission::Entity::delete_many().filter(permissions).exec(connection).await?;
    Entity::delete_by_id(id.uuid()).exec(connection).await?;
    Ok(())
}

pub(crate) async fn find<C: Connection>(connection: &C, id: ConstraintId) -> Result<Option<Constraint>> {
    Ok(Entity::find_by_id(id.uuid()).one(connection).await?.map(Constraint::from))
}

/// All descriptions, by id.
pub(crate) async fn descriptions<C: Connection>(connection: &C) -> Result<FxHashMap<ConstraintId, String>> {
    texts::<Entity, _, _>(connection, Column::Id, Column::Description).await
}

pub(crate) async fn by_ids<C: Connection>(connection: &C, ids: &[ConstraintId]) -> Result<Vec<Constraint>> {
    let rows: Vec<Model> = rows_with(connection, Column::Id, ids.iter().map(|id| id.uuid())).await?;
    Ok(rows.into_iter().map(Constraint::from).collect())
}

/// Constraints with their roles or permissions as the engine's facts: those with these ids, or all.
pub(super) async fn facts<C: Connection>(connection: &C, ids: Option<&[Uuid]>) -> Result<Vec<engine::Constraint>> {
    let columns = [Column::Id, Column::Name, Column::Kind, Column::RoleLimit];
    let mut query = Entity::find().select_only().columns(columns);
    if let Some(ids) = ids {
        query = query.filter(among(connection, Column::Id, ids.iter().copied()));
    }
    let rows: Vec<(Uuid, String, Kind, i32)> = query.into_tuple().all(connection).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut roles = roles(connection, ids).await?;
    let mut permissions = permissions(connection, ids).await?;
    let facts = rows.into_iter().map(|(id, name, kind, limit)| {
        Ok(engine::Constraint {
            id: ConstraintId::new(id),
            name,
            kind: match kind {
                Kind::Static => ConstraintKind::Static,
                Kind::Dynamic => ConstraintKind::Dynamic,
            },
            roles: roles.remove(&id).unwrap_or_default(),
            permissions: permissions.remove(&id).unwrap_or_default(),
            limit: usize::try_from(limit).map_err(|error| Error::Internal(error.into()))?,
        })
    });
    facts.collect()
}

/// Roles of constraints.
async fn roles<C: Connection>(connection: &C, constraints: Option<&[Uuid]>) -> Result<FxHashMap<Uuid, Vec<RoleId>>> {
    use sod_constraint_role::Column;
    let mut query = sod_constraint_role::Entity::find().select_only().columns([Column::ConstraintId, Column::RoleId]);
    if let Some(constraints) = constraints {
        query = query.filter(among(connection, Column::ConstraintId, constraints.iter().copied()));
    }
    let rows: Vec<(Uuid, Uuid)> = query.into_tuple().all(connection).await?;
    let mut roles: FxHashMap<Uuid, Vec<RoleId>> = FxHashMap::default();
    for (constraint, role) in rows {
        roles.entry(constraint).or_default().push(RoleId::new(role));
    }
    Ok(roles)
}

/// Permissions of constraints.
async fn permissions<C: Connection>(
    connection: &C,
    constraints: Option<&[Uuid]>,
) -> Result<FxHashMap<Uuid, Vec<PermissionId>>> {
    use sod_constraint_permission::{Column, Entity};
    let mut query = Entity::find().select_only().columns([Column::ConstraintId, Column::PermissionId]);
    if let Some(constraints) = constraints {
        query = query.filter(among(connection, Column::ConstraintId, constraints.iter().copied()));
    }
    let rows: Vec<(Uuid, Uuid)> = query.into_tuple().all(connection).await?;
    let mut permissions: FxHashMap<Uuid, Vec<PermissionId>> = FxHashMap::default();
    for (constraint, permission) in rows {
        permissions.entry(constraint).or_default().push(PermissionId::new(permission));
    }
    Ok(permissions)
}

impl From<Model> for Constraint {
    fn from(row: Model) -> Self {
        Self { id: ConstraintId::new(row.id), description: row.description, created_at: row.created_at }
    }
}

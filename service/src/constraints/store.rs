//! Stored constraints and their roles.

use super::Constraint;
use super::commands::key;
use crate::Result;
use chrono::{DateTime, Utc};
use engine::{ConstraintId, ConstraintKind, RoleId};
use entity::sod_constraint::{Column, Entity, Kind, Model};
use entity::{sod_constraint, sod_constraint_role};
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

/// Rows or ids in one statement.
const CHUNK: usize = 500;

/// What changes of a constraint; `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) name: Option<String>,
    pub(super) description: Option<Option<String>>,
    pub(super) limit: Option<usize>,
}

/// Creates a constraint with its roles.
pub(super) async fn insert<C: ConnectionTrait>(
    connection: &C,
    new: &engine::Constraint,
    description: Option<String>,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = Model {
        id: new.id.uuid(),
        name: new.name.clone(),
        name_key: key(&new.name),
        description,
        kind: match new.kind {
            ConstraintKind::Static => Kind::Static,
            ConstraintKind::Dynamic => Kind::Dynamic,
        },
        role_limit: stored(new.limit),
        created_at: now,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    insert_roles(connection, new.id, &new.roles).await
}

/// Adds roles to a set; none of them may be there.
pub(super) async fn insert_roles<C: ConnectionTrait>(connection: &C, id: ConstraintId, roles: &[RoleId]) -> Result<()> {
    for roles in roles.chunks(CHUNK) {
        let row = |role: &RoleId| {
            sod_constraint_role::Model { constraint_id: id.uuid(), role_id: role.uuid() }.into_active_model()
        };
        sod_constraint_role::Entity::insert_many(roles.iter().map(row)).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Removes roles, at most 500, from a set.
pub(super) async fn delete_roles<C: ConnectionTrait>(connection: &C, id: ConstraintId, roles: &[RoleId]) -> Result<()> {
    sod_constraint_role::Entity::delete_many()
        .filter(sod_constraint_role::Column::ConstraintId.eq(id.uuid()))
        .filter(sod_constraint_role::Column::RoleId.is_in(roles.iter().map(|role| role.uuid())))
        .exec(connection)
        .await?;
    Ok(())
}

pub(super) async fn update<C: ConnectionTrait>(connection: &C, id: ConstraintId, changes: Changes) -> Result<()> {
    let change = sod_constraint::ActiveModel {
        name_key: set(changes.name.as_deref().map(key)),
        name: set(changes.name),
        description: set(changes.description),
        role_limit: set(changes.limit.map(stored)),
        ..Default::default()
    };
    Entity::update_many().set(change).filter(Column::Id.eq(id.uuid())).exec(connection).await?;
    Ok(())
}

fn set<V: Into<sea_orm::Value>>(value: Option<V>) -> ActiveValue<V> {
    value.map_or(ActiveValue::NotSet, ActiveValue::Set)
}

/// A limit as it is stored; no set has so many roles that it would not fit.
fn stored(limit: usize) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}

/// Deletes a constraint.
pub(super) async fn delete<C: ConnectionTrait>(connection: &C, id: ConstraintId) -> Result<()> {
    let roles = sod_constraint_role::Column::ConstraintId.eq(id.uuid());
    sod_constraint_role::Entity::delete_many().filter(roles).exec(connection).await?;
    Entity::delete_by_id(id.uuid()).exec(connection).await?;
    Ok(())
}

pub(super) async fn find<C: ConnectionTrait>(connection: &C, id: ConstraintId) -> Result<Option<Constraint>> {
    Ok(Entity::find_by_id(id.uuid()).one(connection).await?.map(Constraint::from))
}

pub(super) async fn by_ids<C: ConnectionTrait>(connection: &C, ids: &[ConstraintId]) -> Result<Vec<Constraint>> {
    let mut constraints = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let rows = Entity::find().filter(Column::Id.is_in(ids.iter().map(|id| id.uuid()))).all(connection).await?;
        constraints.extend(rows.into_iter().map(Constraint::from));
    }
    Ok(constraints)
}

impl From<Model> for Constraint {
    fn from(row: Model) -> Self {
        Self { id: ConstraintId::new(row.id), description: row.description, created_at: row.created_at }
    }
}

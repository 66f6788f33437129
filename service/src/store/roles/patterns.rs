//! Patterns of permissions granted to roles.

use crate::change::Stamp;
use crate::database::Connection;
use crate::store::{CHUNK, among};
use crate::{Error, Result};
use engine::{PermissionPattern, RoleId, UserId};
use entity::role_pattern::{Column, Entity, Model};
use rustc_hash::FxHashMap;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use uuid::Uuid;

/// Grants patterns to a role; it may have none of them.
pub(crate) async fn insert_patterns<C: Connection>(
    connection: &C,
    role: RoleId,
    patterns: &[PermissionPattern],
    stamp: Stamp,
) -> Result<()> {
    for patterns in patterns.chunks(CHUNK) {
        let row = |pattern: &PermissionPattern| {
            Model {
                role_id: role.uuid(),
                pattern: pattern.to_string(),
                granted_at: stamp.at,
                granted_by: stamp.by.map(UserId::uuid),
            }
            .into_active_model()
        };
        Entity::insert_many(patterns.iter().map(row)).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Revokes patterns from a role.
pub(crate) async fn delete_patterns<C: Connection>(
    connection: &C,
    role: RoleId,
    patterns: &[PermissionPattern],
) -> Result<()> {
    for patterns in patterns.chunks(CHUNK) {
        let these = Column::Pattern.is_in(patterns.iter().map(PermissionPattern::as_str));
        Entity::delete_many().filter(Column::RoleId.eq(role.uuid())).filter(these).exec(connection).await?;
    }
    Ok(())
}

/// Revokes all patterns from a role.
pub(super) async fn delete_of_role<C: Connection>(connection: &C, role: RoleId) -> Result<()> {
    Entity::delete_many().filter(Column::RoleId.eq(role.uuid())).exec(connection).await?;
    Ok(())
}

/// Patterns granted to roles: to these, or to all.
pub(super) async fn patterns<C: Connection>(
    connection: &C,
    roles: Option<&[Uuid]>,
) -> Result<FxHashMap<Uuid, Vec<PermissionPattern>>> {
    let mut query = Entity::find().select_only().columns([Column::RoleId, Column::Pattern]);
    if let Some(roles) = roles {
        query = query.filter(among(connection, Column::RoleId, roles.iter().copied()));
    }
    let rows: Vec<(Uuid, String)> = query.into_tuple().all(connection).await?;
    let mut patterns: FxHashMap<Uuid, Vec<PermissionPattern>> = FxHashMap::default();
    for (role, text) in rows {
        let pattern = PermissionPattern::parse(&text).map_err(|error| Error::Internal(error.into()))?;
        patterns.entry(role).or_default().push(pattern);
    }
    Ok(patterns)
}

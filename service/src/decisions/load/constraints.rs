//! Reading separation-of-duty constraints.

use super::internal;
use crate::Result;
use engine::{Constraint, ConstraintId, ConstraintKind, RoleId};
use entity::sod_constraint::Kind;
use entity::{sod_constraint, sod_constraint_role};
use rustc_hash::FxHashMap;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

/// Constraints with their roles: those with these ids, or all.
///
/// # Errors
/// [`crate::Error::Unavailable`] when they cannot be read.
pub(super) async fn constraints<C: ConnectionTrait>(connection: &C, ids: Option<&[Uuid]>) -> Result<Vec<Constraint>> {
    use sod_constraint::Column;
    let columns = [Column::Id, Column::Name, Column::Kind, Column::RoleLimit];
    let mut query = sod_constraint::Entity::find().select_only().columns(columns);
    if let Some(ids) = ids {
        query = query.filter(Column::Id.is_in(ids.iter().copied()));
    }
    let rows: Vec<(Uuid, String, Kind, i32)> = query.into_tuple().all(connection).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut roles = roles(connection, ids).await?;
    let constraint = |(id, name, kind, limit): (Uuid, String, Kind, i32)| {
        Ok(Constraint {
            id: ConstraintId::new(id),
            name,
            kind: match kind {
                Kind::Static => ConstraintKind::Static,
                Kind::Dynamic => ConstraintKind::Dynamic,
            },
            roles: roles.remove(&id).unwrap_or_default(),
            limit: usize::try_from(limit).map_err(internal)?,
        })
    };
    rows.into_iter().map(constraint).collect()
}

async fn roles<C: ConnectionTrait>(
    connection: &C,
    constraints: Option<&[Uuid]>,
) -> Result<FxHashMap<Uuid, Vec<RoleId>>> {
    use sod_constraint_role::Column;
    let mut query = sod_constraint_role::Entity::find().select_only().columns([Column::ConstraintId, Column::RoleId]);
    if let Some(constraints) = constraints {
        query = query.filter(Column::ConstraintId.is_in(constraints.iter().copied()));
    }
    let rows: Vec<(Uuid, Uuid)> = query.into_tuple().all(connection).await?;
    let mut roles: FxHashMap<Uuid, Vec<RoleId>> = FxHashMap::default();
    for (constraint, role) in rows {
        roles.entry(constraint).or_default().push(RoleId::new(role));
    }
    Ok(roles)
}

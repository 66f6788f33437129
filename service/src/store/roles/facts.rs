//! Roles as the engine's facts.

use super::patterns::patterns;
use crate::database::Connection;
use crate::store::among;
use crate::store::deletions::is_not_deleted;
use crate::{Error, Result};
use engine::{PermissionId, RoleFacts, RoleId, RoleName};
use entity::{role, role_inheritance, role_permission};
use rustc_hash::FxHashMap;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

/// Roles whose grants one statement reads, where each is one row.
pub(in crate::store) const ROLES_AT_ONCE: usize = 200;
/// The same where each grant is one row, which weighs many times what is kept of it.
const ROLES_BY_ROW: usize = 20;

/// Roles with their grants, patterns and inheritance: those with these ids, or all.
pub(in crate::store) async fn facts<C: Connection>(connection: &C, ids: Option<&[Uuid]>) -> Result<Vec<RoleFacts>> {
    use role::Column;
    let mut query = role::Entity::find().select_only().columns([
        Column::Id,
        Column::Name,
        Column::IsSystem,
        Column::IsDefault,
        Column::RequiresActivation,
        Column::Revision,
    ]);
    query = query.filter(is_not_deleted(Expr::col((role::Entity, Column::Id))));
    if let Some(ids) = ids {
        query = query.filter(among(connection, Column::Id, ids.iter().copied()));
    }
    let rows: Vec<(Uuid, String, bool, bool, bool, i64)> = query.into_tuple().all(connection).await?;
    let mut grants = grants(connection, rows.iter().map(|&(id, ..)| id).collect(), ids.is_some()).await?;
    let mut juniors = juniors(connection, ids).await?;
    let mut patterns = patterns(connection, ids).await?;
    let facts = rows.into_iter().map(|(id, name, is_system, is_default, requires_activation, revision)| {
        Ok(RoleFacts {
            id: RoleId::new(id),
            name: RoleName::parse(&name).map_err(|error| Error::Internal(error.into()))?,
            is_system,
            is_default,
            requires_activation,
            revision: u64::try_from(revision).unwrap_or_default(),
            grants: grants.remove(&id).unwrap_or_default(),
            patterns: patterns.remove(&id).unwrap_or_default(),
            inherits_from: juniors.remove(&id).unwrap_or_default(),
        })
    });
    facts.collect()
}

/// Permissions granted to roles, not inherited ones. Where the database can join the ids of a role's permissions into one
/// value, each role is one row. Read in pieces, so that the rows of a large policy are never in memory all at once.
/// Without `is_part`, the roles are all that there are.
async fn grants<C: Connection>(
    connection: &C,
    mut roles: Vec<Uuid>,
    is_part: bool,
) -> Result<FxHashMap<Uuid, Vec<PermissionId>>> {
    use role_permission::Column;
    let joined = match connection.get_database_backend() {
        DbBackend::Sqlite => "CAST(group_concat(permission_id, '') AS BLOB)",
        DbBackend::Postgres => "string_agg(uuid_send(permission_id), ''::bytea)",
        // MariaDB cuts off what is longer than a setting of the session.
        _ => return grants_by_row(connection, &roles).await,
    };
    // A piece is a range of ids: a database without statistics reads all rows for each piece that has a limit instead, or a
    // list of ids.
    roles.sort_unstable();
    let mut grants: FxHashMap<Uuid, Vec<PermissionId>> = FxHashMap::default();
    for roles in roles.chunks(ROLES_AT_ONCE) {
        let mut query = role_permission::Entity::find().select_only().column(Column::RoleId);
        query = query.expr_as(Expr::cust(joined), "permission_ids").group_by(Column::RoleId);
        if let (Some(first), Some(last)) = (roles.first(), roles.last()) {
            query = query.filter(Column::RoleId.between(*first, *last));
        }
        if is_part {
            query = query.filter(among(connection, Column::RoleId, roles.iter().copied()));
        }
        let rows: Vec<(Uuid, Vec<u8>)> = query.into_tuple().all(connection).await?;
        for (role, joined) in rows {
            let (ids, _) = joined.as_chunks::<16>();
            grants.insert(role, ids.iter().map(|&id| PermissionId::new(Uuid::from_bytes(id))).collect());
        }
    }
    Ok(grants)
}

/// As [`grants`], one row for each grant.
async fn grants_by_row<C: Connection>(connection: &C, roles: &[Uuid]) -> Result<FxHashMap<Uuid, Vec<PermissionId>>> {
    use role_permission::Column;
    let mut grants: FxHashMap<Uuid, Vec<PermissionId>> = FxHashMap::default();
    for roles in roles.chunks(ROLES_BY_ROW) {
        let query = role_permission::Entity::find().select_only().columns([Column::RoleId, Column::PermissionId]);
        let query = query.filter(among(connection, Column::RoleId, roles.iter().copied()));
        let rows: Vec<(Uuid, Uuid)> = query.into_tuple().all(connection).await?;
        for (role, permission) in rows {
            grants.entry(role).or_default().push(PermissionId::new(permission));
        }
    }
    Ok(grants)
}

/// Immediate juniors of roles.
async fn juniors<C: Connection>(connection: &C, roles: Option<&[Uuid]>) -> Result<FxHashMap<Uuid, Vec<RoleId>>> {
    use role_inheritance::Column;
    let mut query = role_inheritance::Entity::find().select_only().columns([Column::SeniorId, Column::JuniorId]);
    if let Some(roles) = roles {
        query = query.filter(among(connection, Column::SeniorId, roles.iter().copied()));
    }
    let rows: Vec<(Uuid, Uuid)> = query.into_tuple().all(connection).await?;
    let mut juniors: FxHashMap<Uuid, Vec<RoleId>> = FxHashMap::default();
    for (senior, junior) in rows {
        juniors.entry(senior).or_default().push(RoleId::new(junior));
    }
    Ok(juniors)
}

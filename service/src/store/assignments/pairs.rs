//! Assignments and direct grants by the user and what the user has.

use super::shown;
use crate::Result;
use crate::assignments::{PermissionGrant, RoleAssignment};
use crate::database::Connection;
use crate::store::among;
use engine::{PermissionId, RoleId, UserId};
use entity::{user_permission, user_role};
use sea_orm::{EntityTrait, QueryFilter};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The assignments of these roles to these users, with those of the same roles to others of the users.
pub(crate) async fn assigned_among<C: Connection>(
    connection: &C,
    pairs: &[(RoleId, UserId)],
) -> Result<Vec<RoleAssignment>> {
    use user_role::Column;
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let (roles, users) = distinct(pairs.iter().map(|(role, user)| (role.uuid(), user.uuid())));
    let query = shown().filter(among(connection, Column::RoleId, roles));
    let rows = query.filter(among(connection, Column::UserId, users)).all(connection).await?;
    Ok(rows.into_iter().map(RoleAssignment::from).collect())
}

/// The direct grants of these permissions to these users, with those of the same permissions to others of the users.
pub(crate) async fn granted_among<C: Connection>(
    connection: &C,
    pairs: &[(PermissionId, UserId)],
) -> Result<Vec<PermissionGrant>> {
    use user_permission::{Column, Entity};
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let (permissions, users) = distinct(pairs.iter().map(|(permission, user)| (permission.uuid(), user.uuid())));
    let query = Entity::find().filter(among(connection, Column::PermissionId, permissions));
    let rows = query.filter(among(connection, Column::UserId, users)).all(connection).await?;
    Ok(rows.into_iter().map(PermissionGrant::from).collect())
}

fn distinct(pairs: impl Iterator<Item = (Uuid, Uuid)>) -> (BTreeSet<Uuid>, BTreeSet<Uuid>) {
    pairs.unzip()
}

//! Assignments and direct grants by the user and what the user has.

use super::shown;
use crate::Result;
use crate::assignments::{PermissionGrant, RoleAssignment};
use crate::database::Connection;
use crate::store::among_pairs;
use engine::{PermissionId, RoleId, UserId};
use entity::{user_permission, user_role};
use sea_orm::{EntityTrait, QueryFilter};

/// The assignments of these roles to these users; a page of them.
pub(crate) async fn assigned_pairs<C: Connection>(
    connection: &C,
    pairs: &[(RoleId, UserId)],
) -> Result<Vec<RoleAssignment>> {
    use user_role::Column;
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let pairs: Vec<_> = pairs.iter().map(|(role, user)| [role.uuid(), user.uuid()]).collect();
    let these = among_pairs(connection, [Column::RoleId, Column::UserId], &pairs);
    Ok(shown().filter(these).all(connection).await?.into_iter().map(RoleAssignment::from).collect())
}

/// The direct grants of these permissions to these users; a page of them.
pub(crate) async fn granted_pairs<C: Connection>(
    connection: &C,
    pairs: &[(PermissionId, UserId)],
) -> Result<Vec<PermissionGrant>> {
    use user_permission::{Column, Entity};
    if pairs.is_empty() {
        return Ok(Vec::new());
    }
    let pairs: Vec<_> = pairs.iter().map(|(permission, user)| [permission.uuid(), user.uuid()]).collect();
    let these = among_pairs(connection, [Column::PermissionId, Column::UserId], &pairs);
    Ok(Entity::find().filter(these).all(connection).await?.into_iter().map(PermissionGrant::from).collect())
}

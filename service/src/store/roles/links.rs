//! Permissions granted to roles (PA), and the immediate inheritance between roles (RH).

use crate::Result;
use crate::change::Stamp;
use crate::database::Connection;
use crate::store::among;
use crate::store::bulk::insert_ids;
use engine::{PermissionId, RoleId, UserId};
use entity::{role_inheritance, role_permission};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

/// Grants permissions to roles; none of the grants may exist.
pub(crate) async fn insert_grants<C: Connection>(
    connection: &C,
    grants: &[(RoleId, PermissionId)],
    stamp: Stamp,
) -> Result<()> {
    use role_permission::Column;
    let mut rows: Vec<_> = grants.iter().map(|(role, permission)| [role.uuid(), permission.uuid()]).collect();
    // In the order of the primary key, which writes fewer of its pages.
    rows.sort_unstable();
    let others = [(Column::GrantedAt, stamp.at.into()), (Column::GrantedBy, stamp.by.map(UserId::uuid).into())];
    insert_ids(connection, role_permission::Entity, [Column::RoleId, Column::PermissionId], &rows, &others).await
}

/// Adds inheritance, each from a senior role to a junior one; none of it may exist.
pub(crate) async fn insert_inheritance<C: Connection>(
    connection: &C,
    links: &[(RoleId, RoleId)],
    stamp: Stamp,
) -> Result<()> {
    use role_inheritance::Column;
    let rows: Vec<_> = links.iter().map(|(senior, junior)| [senior.uuid(), junior.uuid()]).collect();
    let others = [(Column::CreatedAt, stamp.at.into()), (Column::CreatedBy, stamp.by.map(UserId::uuid).into())];
    insert_ids(connection, role_inheritance::Entity, [Column::SeniorId, Column::JuniorId], &rows, &others).await
}

/// Revokes permissions from a role.
pub(crate) async fn delete_grants<C: Connection>(
    connection: &C,
    role: RoleId,
    permissions: &[PermissionId],
) -> Result<()> {
    let permissions = permissions.iter().map(|permission| permission.uuid());
    role_permission::Entity::delete_many()
        .filter(role_permission::Column::RoleId.eq(role.uuid()))
        .filter(among(connection, role_permission::Column::PermissionId, permissions))
        .exec(connection)
        .await?;
    Ok(())
}

/// Revokes a permission from all roles.
pub(in crate::store) async fn delete_grants_of_permission<C: Connection>(
    connection: &C,
    permission: PermissionId,
) -> Result<()> {
    let these = role_permission::Column::PermissionId.eq(permission.uuid());
    role_permission::Entity::delete_many().filter(these).exec(connection).await?;
    Ok(())
}

/// Removes a role's inheritance from juniors.
pub(crate) async fn delete_inheritance<C: Connection>(
    connection: &C,
    senior: RoleId,
    juniors: &[RoleId],
) -> Result<()> {
    let juniors = juniors.iter().map(|junior| junior.uuid());
    role_inheritance::Entity::delete_many()
        .filter(role_inheritance::Column::SeniorId.eq(senior.uuid()))
        .filter(among(connection, role_inheritance::Column::JuniorId, juniors))
        .exec(connection)
        .await?;
    Ok(())
}

/// Removes all grants to a role, and its inheritance in both directions.
pub(super) async fn delete_of_role<C: Connection>(connection: &C, role: RoleId) -> Result<()> {
    let grants = role_permission::Column::RoleId.eq(role.uuid());
    role_permission::Entity::delete_many().filter(grants).exec(connection).await?;
    let links = Condition::any()
        .add(role_inheritance::Column::SeniorId.eq(role.uuid()))
        .add(role_inheritance::Column::JuniorId.eq(role.uuid()));
    role_inheritance::Entity::delete_many().filter(links).exec(connection).await?;
    Ok(())
}

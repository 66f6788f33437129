//! Reading who holds what for good, for the rule that nobody locks everyone out.

use super::CHUNK;
use crate::Result;
use chrono::{DateTime, Utc};
use engine::{LastingHolders, PermissionId, Policy, RoleId};
use entity::{permission, role, user, user_permission, user_role};
use rustc_hash::FxHashSet;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

/// Of the system permissions of `policy` and the roles that hold one of them, those that a human who
/// is neither suspended nor deleted has for good at `now` (`nist-rbac.md`, R6). Stops at the first
/// such human for each, however many there are.
///
/// # Errors
/// [`crate::Error::Unavailable`] when it cannot be read.
pub(crate) async fn lasting_holders<C: ConnectionTrait>(
    connection: &C,
    policy: &Policy,
    now: DateTime<Utc>,
) -> Result<LastingHolders> {
    let system = policy.facts().permissions.iter().filter(|permission| permission.is_system);
    let permissions: Vec<Uuid> = system.clone().map(|permission| permission.id.uuid()).collect();
    let roles: FxHashSet<RoleId> = system.flat_map(|permission| policy.authorized_roles_for(permission.id)).collect();
    let roles: Vec<Uuid> = roles.into_iter().map(RoleId::uuid).collect();
    let mut holders = LastingHolders::default();
    for roles in roles.chunks(CHUNK) {
        let query = role::Entity::find().select_only().column(role::Column::Id);
        let query = query.filter(role::Column::Id.is_in(roles.iter().copied())).filter(Expr::exists(assigned(now)));
        let found: Vec<Uuid> = query.into_tuple().all(connection).await?;
        holders.roles.extend(found.into_iter().map(RoleId::new));
    }
    for permissions in permissions.chunks(CHUNK) {
        let query = permission::Entity::find().select_only().column(permission::Column::Id);
        let these = permission::Column::Id.is_in(permissions.iter().copied());
        let found: Vec<Uuid> =
            query.filter(these).filter(Expr::exists(granted(now))).into_tuple().all(connection).await?;
        holders.permissions.extend(found.into_iter().map(PermissionId::new));
    }
    Ok(holders)
}

/// A lasting assignment of the role of the outer query.
fn assigned(now: DateTime<Utc>) -> SelectStatement {
    use user_role::Column;
    let role = Expr::col((user_role::Entity, Column::RoleId)).equals((role::Entity, role::Column::Id));
    let owner = Expr::col((user::Entity, user::Column::Id)).equals((user_role::Entity, Column::UserId));
    let lasts = lasts((Column::ValidFrom, Column::ExpiresAt), now);
    Query::select()
        .expr(Expr::value(1))
        .from(user_role::Entity)
        .inner_join(user::Entity, owner)
        .cond_where(Condition::all().add(role).add(lasts).add(counts()))
        .take()
}

/// A lasting grant of the permission of the outer query.
fn granted(now: DateTime<Utc>) -> SelectStatement {
    use user_permission::Column;
    let permission =
        Expr::col((user_permission::Entity, Column::PermissionId)).equals((permission::Entity, permission::Column::Id));
    let owner = Expr::col((user::Entity, user::Column::Id)).equals((user_permission::Entity, Column::UserId));
    let lasts = lasts((Column::ValidFrom, Column::ExpiresAt), now);
    Query::select()
        .expr(Expr::value(1))
        .from(user_permission::Entity)
        .inner_join(user::Entity, owner)
        .cond_where(Condition::all().add(permission).add(lasts).add(counts()))
        .take()
}

/// Has it begun, and has it no end?
fn lasts<Column: ColumnTrait>((from, until): (Column, Column), now: DateTime<Utc>) -> Condition {
    let has_begun = Condition::any().add(from.is_null()).add(from.lte(now));
    Condition::all().add(until.is_null()).add(has_begun)
}

/// Is the user human, and may the account be used?
fn counts() -> Condition {
    Condition::all().add(user::Column::Kind.eq(user::Kind::Human)).add(user::Column::Status.eq(user::Status::Active))
}

//! Permanent holders: human users, active, with an assignment or a direct grant that has begun and never expires. The
//! rule that no change locks all administrators out counts only these (invariant R6).

use super::holders::is_permanent;
use crate::Result;
use crate::change::OPERATOR;
use crate::database::Connection;
use crate::store::{permissions, roles, users};
use chrono::{DateTime, Utc};
use engine::{PermanentHolders, PermissionId, Policy, RoleId, UserId};
use entity::{user_permission, user_role};
use rustc_hash::FxHashSet;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, Set};
use uuid::Uuid;

/// Of the system permissions of `policy` and the roles that hold one of them, those with a permanent holder at `now` other
/// than the users `except`. Each reads one holder, however many there are. When `superadmin` has one, nothing else is read: it holds all permissions.
pub(crate) async fn permanent_holders<C: Connection>(
    connection: &C,
    policy: &Policy,
    except: &[UserId],
    now: DateTime<Utc>,
) -> Result<PermanentHolders> {
    if let Some(superadmin) = policy.superadmin()
        && has_permanent_holder(connection, superadmin, except, now).await?
    {
        return Ok(PermanentHolders { roles: [superadmin].into_iter().collect(), ..PermanentHolders::default() });
    }
    let system = policy.permissions().filter(|permission| permission.is_system);
    let permissions: Vec<PermissionId> = system.map(|permission| permission.id).collect();
    let roles: FxHashSet<RoleId> = permissions.iter().flat_map(|&id| policy.authorized_roles_for(id)).collect();
    let roles: Vec<RoleId> = roles.into_iter().collect();
    let mut holders = PermanentHolders::default();
    let is_held = |role: Expr| Expr::exists(assigned(role, except, now));
    holders.roles.extend(roles::ids_where(connection, &roles, is_held).await?);
    let is_held = |permission: Expr| Expr::exists(granted(permission, except, now));
    holders.permissions.extend(permissions::ids_where(connection, &permissions, is_held).await?);
    Ok(holders)
}

/// Whether a role has a permanent holder at `now` other than the users `except`.
pub(crate) async fn has_permanent_holder<C: Connection>(
    connection: &C,
    role: RoleId,
    except: &[UserId],
    now: DateTime<Utc>,
) -> Result<bool> {
    let query = assigned(Expr::value(role.uuid()), except, now).limit(1).take();
    Ok(connection.query_one(&query).await?.is_some())
}

/// Selects the permanent assignments of `role` to users other than `except`.
fn assigned(role: Expr, except: &[UserId], now: DateTime<Utc>) -> SelectStatement {
    use user_role::Column;
    let condition = Condition::all().add(Expr::col((user_role::Entity, Column::RoleId)).eq(role)).add(is_permanent(
        Column::ValidFrom,
        Column::ExpiresAt,
        now,
    ));
    let mut query = Query::select();
    query.expr(Expr::value(1)).from(user_role::Entity).cond_where(condition);
    query.cond_where(is_none_of(Expr::col((user_role::Entity, Column::UserId)), except));
    users::join_active_humans(&mut query, Expr::col((user_role::Entity, Column::UserId)));
    query
}

/// Selects the permanent direct grants of `permission` to users other than `except`.
fn granted(permission: Expr, except: &[UserId], now: DateTime<Utc>) -> SelectStatement {
    use user_permission::Column;
    let condition = Condition::all()
        .add(Expr::col((user_permission::Entity, Column::PermissionId)).eq(permission))
        .add(is_permanent(Column::ValidFrom, Column::ExpiresAt, now));
    let mut query = Query::select();
    query.expr(Expr::value(1)).from(user_permission::Entity).cond_where(condition);
    query.cond_where(is_none_of(Expr::col((user_permission::Entity, Column::UserId)), except));
    users::join_active_humans(&mut query, Expr::col((user_permission::Entity, Column::UserId)));
    query
}

/// Few users: those of one change.
fn is_none_of(user: Expr, except: &[UserId]) -> Condition {
    let others = (!except.is_empty()).then(|| user.is_not_in(except.iter().map(|user| user.uuid())));
    Condition::all().add_option(others)
}

/// A permanent assignment by the operator.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PermanentAssignment {
    pub(crate) id: Uuid,
    pub(crate) user: UserId,
    pub(crate) role: RoleId,
    pub(crate) at: DateTime<Utc>,
}

/// Assigns a role permanently; an existing assignment becomes permanent.
pub(crate) async fn assign_permanently<C: Connection>(connection: &C, new: PermanentAssignment) -> Result<()> {
    let existing = Condition::all()
        .add(user_role::Column::UserId.eq(new.user.uuid()))
        .add(user_role::Column::RoleId.eq(new.role.uuid()));
    if user_role::Entity::find().filter(existing.clone()).one(connection).await?.is_some() {
        let permanent = user_role::ActiveModel { valid_from: Set(None), expires_at: Set(None), ..Default::default() };
        user_role::Entity::update_many().set(permanent).filter(existing).exec(connection).await?;
        return Ok(());
    }
    let row = user_role::Model {
        id: new.id,
        user_id: new.user.uuid(),
        role_id: new.role.uuid(),
        assigned_at: new.at,
        assigned_by: None,
        assigned_by_label: Some(OPERATOR.to_owned()),
        valid_from: None,
        expires_at: None,
        reason: None,
        noted_end: None,
    };
    user_role::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

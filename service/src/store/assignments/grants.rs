//! Permissions granted to users directly.

use super::holders::not_expired;
use super::{Instant, stamp_values, term_values};
use crate::Result;
use crate::assignments::{PermissionGrant, Terms};
use crate::change::Stamp;
use crate::database::Connection;
use crate::store::deletions::is_not_deleted;
use crate::store::{CHUNK, among};
use chrono::{DateTime, Utc};
use engine::{DirectGrant, PermissionId, RoleId, Subject, UserId, Validity};
use entity::user_permission::{Column, Entity, Model};
use entity::user_role;
use rustc_hash::FxHashMap;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

/// A direct grant to insert.
#[derive(Clone, Debug)]
pub(crate) struct GrantInsert {
    pub(crate) user: UserId,
    pub(crate) permission: PermissionId,
    pub(crate) terms: Terms,
}

/// Grants permissions to users directly; none of the grants may exist.
pub(crate) async fn insert_grants<C: Connection>(connection: &C, grants: &[GrantInsert], stamp: Stamp) -> Result<()> {
    let columns = [Column::UserId, Column::PermissionId, Column::GrantedAt, Column::GrantedBy];
    for grants in grants.chunks(CHUNK) {
        let mut insert = Query::insert();
        insert.into_table(Entity);
        insert.columns(columns.into_iter().chain([Column::ValidFrom, Column::ExpiresAt, Column::Reason]));
        for GrantInsert { user, permission, terms } in grants {
            let key = [user.uuid().into(), permission.uuid().into()];
            insert.values_panic(key.into_iter().chain(stamp_values(stamp)).chain(term_values(terms)));
        }
        connection.execute(&insert).await?;
    }
    Ok(())
}

/// The direct grants that exist among these permissions of a user, with their terms.
pub(crate) async fn granted<C: Connection>(
    connection: &C,
    user: UserId,
    permissions: &[PermissionId],
) -> Result<Vec<(PermissionId, Terms)>> {
    let rows = Entity::find().filter(these(connection, user, permissions)).all(connection).await?;
    let grants = rows.into_iter().map(PermissionGrant::from);
    Ok(grants.map(|grant| (grant.permission, grant.terms)).collect())
}

/// Replaces the terms of direct grants.
pub(crate) async fn replace_grant_terms<C: Connection>(
    connection: &C,
    user: UserId,
    permissions: &[PermissionId],
    terms: &Terms,
) -> Result<()> {
    if permissions.is_empty() {
        return Ok(());
    }
    let columns = [Column::ValidFrom, Column::ExpiresAt, Column::Reason].into_iter().zip(term_values(terms));
    let update = columns.fold(Entity::update_many(), |update, (column, value)| update.col_expr(column, value));
    update.filter(these(connection, user, permissions)).exec(connection).await?;
    Ok(())
}

pub(crate) async fn delete_grants<C: Connection>(
    connection: &C,
    user: UserId,
    permissions: &[PermissionId],
) -> Result<()> {
    Entity::delete_many().filter(these(connection, user, permissions)).exec(connection).await?;
    Ok(())
}

fn these<C: Connection>(connection: &C, user: UserId, permissions: &[PermissionId]) -> Condition {
    Condition::all().add(Column::UserId.eq(user.uuid())).add(among(
        connection,
        Column::PermissionId,
        permissions.iter().map(|permission| permission.uuid()),
    ))
}

/// Deletes up to [`CHUNK`] direct grants of a permission; returns their users.
pub(in crate::store) async fn delete_some_grants<C: Connection>(
    connection: &C,
    permission: PermissionId,
) -> Result<Vec<Uuid>> {
    let these = Column::PermissionId.eq(permission.uuid());
    let query = Entity::find().select_only().column(Column::UserId).filter(these.clone()).limit(CHUNK as u64);
    let users: Vec<Uuid> = query.into_tuple().all(connection).await?;
    if !users.is_empty() {
        let these = these.and(among(connection, Column::UserId, users.iter().copied()));
        Entity::delete_many().filter(these).exec(connection).await?;
    }
    Ok(users)
}

/// Number of direct grants of a permission, valid or not.
pub(in crate::store) async fn count_grants_of_permission<C: Connection>(
    connection: &C,
    permission: PermissionId,
) -> Result<u64> {
    Ok(Entity::find().filter(Column::PermissionId.eq(permission.uuid())).count(connection).await?)
}

/// Deletes all direct grants to a user.
pub(in crate::store) async fn delete_grants_of_user<C: Connection>(connection: &C, user: UserId) -> Result<()> {
    Entity::delete_many().filter(Column::UserId.eq(user.uuid())).exec(connection).await?;
    Ok(())
}

/// Direct grants to these users, valid or not.
pub(crate) async fn grants_of_users<C: Connection>(connection: &C, users: &[UserId]) -> Result<Vec<PermissionGrant>> {
    let rows = Entity::find()
        .filter(is_not_deleted(Expr::col((Entity, Column::PermissionId))))
        .filter(among(connection, Column::UserId, users.iter().map(|user| user.uuid())))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(PermissionGrant::from).collect())
}

/// What the users other than `except` are assigned and granted, to whom one of these permissions is granted directly: each
/// role and each permission once, without what has expired at `now`.
pub(crate) async fn held_by_grantees<C: Connection>(
    connection: &C,
    permissions: &[PermissionId],
    except: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(Vec<RoleId>, Vec<PermissionId>)> {
    let these = among(connection, Column::PermissionId, permissions.iter().map(|id| id.uuid()));
    let mut grantees = Query::select();
    grantees.column(Column::UserId).from(Entity).and_where(these);
    if let Some(except) = except {
        grantees.and_where(Column::UserId.ne(except.uuid()));
    }
    let roles: Vec<Uuid> = user_role::Entity::find()
        .select_only()
        .column(user_role::Column::RoleId)
        .distinct()
        .filter(not_expired(user_role::Column::ExpiresAt, now))
        .filter(user_role::Column::UserId.in_subquery(grantees.clone()))
        .into_tuple()
        .all(connection)
        .await?;
    let permissions: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::PermissionId)
        .distinct()
        .filter(not_expired(Column::ExpiresAt, now))
        .filter(Column::UserId.in_subquery(grantees))
        .into_tuple()
        .all(connection)
        .await?;
    Ok((roles.into_iter().map(RoleId::new).collect(), permissions.into_iter().map(PermissionId::new).collect()))
}

/// The periods of validity of the direct grants to these users.
pub(crate) async fn grant_validities<C: Connection>(
    connection: &C,
    users: &[UserId],
) -> Result<FxHashMap<(UserId, PermissionId), Validity>> {
    let rows: Vec<(Uuid, Uuid, Instant, Instant)> = Entity::find()
        .select_only()
        .columns([Column::UserId, Column::PermissionId, Column::ValidFrom, Column::ExpiresAt])
        .filter(among(connection, Column::UserId, users.iter().map(|user| user.uuid())))
        .into_tuple()
        .all(connection)
        .await?;
    let entry = |(user, permission, from, until)| {
        ((UserId::new(user), PermissionId::new(permission)), Validity { from, until })
    };
    Ok(rows.into_iter().map(entry).collect())
}

/// Adds the direct grants to `users` to their subjects.
pub(in crate::store) async fn read_grants<C: Connection>(
    connection: &C,
    users: &[Uuid],
    subjects: &mut FxHashMap<Uuid, Subject>,
) -> Result<()> {
    let columns = [Column::UserId, Column::PermissionId, Column::ValidFrom, Column::ExpiresAt];
    let query = Entity::find().select_only().columns(columns);
    let query = query.filter(among(connection, Column::UserId, users.iter().copied()));
    let rows: Vec<(Uuid, Uuid, Instant, Instant)> = query.into_tuple().all(connection).await?;
    for (user, permission, from, until) in rows {
        if let Some(subject) = subjects.get_mut(&user) {
            let permission = PermissionId::new(permission);
            subject.grants.push(DirectGrant { permission, validity: Validity { from, until } });
        }
    }
    Ok(())
}

impl From<Model> for PermissionGrant {
    fn from(row: Model) -> Self {
        Self {
            user: UserId::new(row.user_id),
            permission: PermissionId::new(row.permission_id),
            granted_at: row.granted_at,
            granted_by: row.granted_by.map(UserId::new),
            terms: Terms { valid_from: row.valid_from, expires_at: row.expires_at, reason: row.reason },
        }
    }
}

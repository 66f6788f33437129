//! Stored assignments and direct grants.

pub(super) mod ends;

use super::{PermissionGrant, RoleAssignment, Terms};
use crate::Result;
use chrono::{DateTime, Utc};
use engine::{AssignmentId, PermissionId, RoleId, UserId};
use entity::{user_permission, user_role};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// Rows or ids in one statement.
const CHUNK: usize = 500;

/// A role about to be assigned.
#[derive(Clone, Debug)]
pub(crate) struct NewRow {
    pub(crate) id: AssignmentId,
    pub(crate) user: UserId,
    pub(crate) role: RoleId,
    pub(crate) terms: Terms,
}

/// By whom and when something is assigned or granted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Made {
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: Option<UserId>,
}

/// Assigns roles; none of the pairs may be there.
pub(crate) async fn insert<C: ConnectionTrait>(connection: &C, new: &[NewRow], made: Made) -> Result<()> {
    use user_role::Column;
    let columns = [Column::Id, Column::UserId, Column::RoleId, Column::AssignedAt, Column::AssignedBy];
    for new in new.chunks(CHUNK) {
        let mut insert = Query::insert();
        insert.into_table(user_role::Entity);
        insert.columns(columns.into_iter().chain([Column::ValidFrom, Column::ExpiresAt, Column::Reason]));
        for NewRow { id, user, role, terms } in new {
            let who = [id.uuid().into(), user.uuid().into(), role.uuid().into()];
            insert.values_panic(who.into_iter().chain(made.values()).chain(values(terms)));
        }
        connection.execute(&insert).await?;
    }
    Ok(())
}

/// Grants permissions to users directly, on the same terms; none of the pairs may be there.
pub(crate) async fn insert_grants<C: ConnectionTrait>(
    connection: &C,
    grants: &[(UserId, PermissionId)],
    terms: &Terms,
    made: Made,
) -> Result<()> {
    use user_permission::Column;
    let columns = [Column::UserId, Column::PermissionId, Column::GrantedAt, Column::GrantedBy];
    for grants in grants.chunks(CHUNK) {
        let mut insert = Query::insert();
        insert.into_table(user_permission::Entity);
        insert.columns(columns.into_iter().chain([Column::ValidFrom, Column::ExpiresAt, Column::Reason]));
        for (user, permission) in grants {
            let who = [user.uuid().into(), permission.uuid().into()];
            insert.values_panic(who.into_iter().chain(made.values()).chain(values(terms)));
        }
        connection.execute(&insert).await?;
    }
    Ok(())
}

impl Made {
    /// When and by whom, in the order of columns.
    fn values(self) -> [Expr; 2] {
        [self.at.into(), self.by.map(UserId::uuid).into()]
    }
}

/// Beginning, end and reason, in the order of columns.
fn values(terms: &Terms) -> [Expr; 3] {
    [far(terms.valid_from), far(terms.expires_at), terms.reason.clone().into()]
}

/// An instant that may lie beyond 2038. MariaDB is given instants in UTC as `timestamp`, and takes those
/// it cannot hold for null, which here would mean "for good"; with an offset it is given them as text.
fn far(at: Option<DateTime<Utc>>) -> Expr {
    Expr::value(at.map(|at| at.fixed_offset()))
}

/// Which assignments: some roles of one user, or one role of some users; at most 500 of them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pairs<'a> {
    /// One user, these roles.
    Roles(UserId, &'a [RoleId]),
    /// One role, these users.
    Users(RoleId, &'a [UserId]),
}

impl Pairs<'_> {
    fn condition(&self) -> Condition {
        use user_role::Column;
        match self {
            Self::Roles(user, roles) => Condition::all()
                .add(Column::UserId.eq(user.uuid()))
                .add(Column::RoleId.is_in(roles.iter().map(|role| role.uuid()))),
            Self::Users(role, users) => Condition::all()
                .add(Column::RoleId.eq(role.uuid()))
                .add(Column::UserId.is_in(users.iter().map(|user| user.uuid()))),
        }
    }
}

/// Those of the pairs that are assigned.
pub(super) async fn assigned<C: ConnectionTrait>(connection: &C, pairs: Pairs<'_>) -> Result<Vec<RoleAssignment>> {
    let rows = user_role::Entity::find().filter(pairs.condition()).all(connection).await?;
    Ok(rows.into_iter().map(RoleAssignment::from).collect())
}

/// Puts other terms in the place of those of assigned pairs.
pub(super) async fn replace_terms<C: ConnectionTrait>(connection: &C, pairs: Pairs<'_>, terms: &Terms) -> Result<()> {
    use user_role::Column;
    let columns = [Column::ValidFrom, Column::ExpiresAt, Column::Reason].into_iter().zip(values(terms));
    let update =
        columns.fold(user_role::Entity::update_many(), |update, (column, value)| update.col_expr(column, value));
    update.filter(pairs.condition()).exec(connection).await?;
    Ok(())
}

/// Takes roles away.
pub(super) async fn delete<C: ConnectionTrait>(connection: &C, pairs: Pairs<'_>) -> Result<()> {
    user_role::Entity::delete_many().filter(pairs.condition()).exec(connection).await?;
    Ok(())
}

/// Those of the permissions, at most 500, that are granted to the user directly, with their terms.
pub(super) async fn granted<C: ConnectionTrait>(
    connection: &C,
    user: UserId,
    permissions: &[PermissionId],
) -> Result<Vec<(PermissionId, Terms)>> {
    let rows = user_permission::Entity::find().filter(grants(user, permissions)).all(connection).await?;
    let rows = rows.into_iter().map(PermissionGrant::from);
    Ok(rows.map(|grant| (grant.permission, grant.terms)).collect())
}

/// Puts other terms in the place of those of direct grants.
pub(super) async fn replace_grant_terms<C: ConnectionTrait>(
    connection: &C,
    (user, permissions): (UserId, &[PermissionId]),
    terms: &Terms,
) -> Result<()> {
    use user_permission::Column;
    let columns = [Column::ValidFrom, Column::ExpiresAt, Column::Reason].into_iter().zip(values(terms));
    let update =
        columns.fold(user_permission::Entity::update_many(), |update, (column, value)| update.col_expr(column, value));
    update.filter(grants(user, permissions)).exec(connection).await?;
    Ok(())
}

/// Takes direct grants away.
pub(super) async fn delete_grants<C: ConnectionTrait>(
    connection: &C,
    user: UserId,
    permissions: &[PermissionId],
) -> Result<()> {
    user_permission::Entity::delete_many().filter(grants(user, permissions)).exec(connection).await?;
    Ok(())
}

fn grants(user: UserId, permissions: &[PermissionId]) -> Condition {
    use user_permission::Column;
    Condition::all()
        .add(Column::UserId.eq(user.uuid()))
        .add(Column::PermissionId.is_in(permissions.iter().map(|permission| permission.uuid())))
}

/// All assignments of these users, oldest first.
pub(super) async fn of_users<C: ConnectionTrait>(connection: &C, users: &[UserId]) -> Result<Vec<RoleAssignment>> {
    let mut assignments = Vec::new();
    for users in users.chunks(CHUNK) {
        let rows = user_role::Entity::find()
            .filter(user_role::Column::UserId.is_in(users.iter().map(|user| user.uuid())))
            .order_by_asc(user_role::Column::AssignedAt)
            .order_by_asc(user_role::Column::Id)
            .all(connection)
            .await?;
        assignments.extend(rows.into_iter().map(RoleAssignment::from));
    }
    Ok(assignments)
}

/// All direct grants of these users.
pub(super) async fn grants_of_users<C: ConnectionTrait>(
    connection: &C,
    users: &[UserId],
) -> Result<Vec<PermissionGrant>> {
    let mut grants = Vec::new();
    for users in users.chunks(CHUNK) {
        let of_users = user_permission::Column::UserId.is_in(users.iter().map(|user| user.uuid()));
        let rows = user_permission::Entity::find().filter(of_users).all(connection).await?;
        grants.extend(rows.into_iter().map(PermissionGrant::from));
    }
    Ok(grants)
}

pub(super) async fn by_ids<C: ConnectionTrait>(connection: &C, ids: &[AssignmentId]) -> Result<Vec<RoleAssignment>> {
    let mut assignments = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let ids = ids.iter().map(|id| id.uuid());
        let rows = user_role::Entity::find().filter(user_role::Column::Id.is_in(ids)).all(connection).await?;
        assignments.extend(rows.into_iter().map(RoleAssignment::from));
    }
    Ok(assignments)
}

impl From<user_permission::Model> for PermissionGrant {
    fn from(row: user_permission::Model) -> Self {
        Self {
            user: UserId::new(row.user_id),
            permission: PermissionId::new(row.permission_id),
            granted_at: row.granted_at,
            granted_by: row.granted_by.map(UserId::new),
            terms: Terms { valid_from: row.valid_from, expires_at: row.expires_at, reason: row.reason },
        }
    }
}

impl From<user_role::Model> for RoleAssignment {
    fn from(row: user_role::Model) -> Self {
        Self {
            id: AssignmentId::new(row.id),
            user: UserId::new(row.user_id),
            role: RoleId::new(row.role_id),
            assigned_at: row.assigned_at,
            assigned_by: row.assigned_by.map(UserId::new),
            valid_from: row.valid_from,
            expires_at: row.expires_at,
            reason: row.reason,
        }
    }
}

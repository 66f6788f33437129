//! Users by the roles and permissions that they hold.

use super::Instant;
use crate::Result;
use crate::database::Connection;
use crate::store::{self, CHUNK};
use chrono::{DateTime, Utc};
use engine::{AssignmentId, PermissionId, RoleId, UserId, Validity};
use entity::{user_permission, user_role};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Roles named by one statement; beyond that it does not filter by role, which finds no fewer users.
const MAX_NAMED_ROLES: usize = 10_000;
/// Assignments or grants read by one statement when all are read.
const PIECE: u64 = 20_000;

/// The users among whom a query looks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AmongUsers<'a> {
    /// Every user.
    All,
    /// These users.
    Users(&'a [UserId]),
}

impl AmongUsers<'_> {
    /// One condition for each statement.
    pub(in crate::store) fn conditions<Column: ColumnTrait>(self, user: Column) -> Vec<Condition> {
        match self {
            Self::All => vec![Condition::all()],
            Self::Users(users) => {
                let these = |users: &[UserId]| user.is_in(users.iter().map(|user| user.uuid()));
                users.chunks(CHUNK).map(|users| Condition::all().add(these(users))).collect()
            }
        }
    }
}

/// Users with at least two of `roles` assigned by assignments that have not expired at `now`, in order.
pub(crate) async fn assigned_several<C: Connection>(
    connection: &C,
    roles: &[RoleId],
    among: AmongUsers<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<UserId>> {
    use user_role::Column;
    let mut found = Vec::new();
    if roles.is_empty() {
        return Ok(found);
    }
    let query = user_role::Entity::find()
        .select_only()
        .column(Column::UserId)
        .filter(not_expired(Column::ExpiresAt, now))
        .filter(has_one_of(Column::RoleId, roles))
        .group_by(Column::UserId)
        .having(Expr::col(Column::Id).count().gte(2))
        .order_by_asc(Column::UserId);
    for these in among.conditions(Column::UserId) {
        let users: Vec<Uuid> = query.clone().filter(these).into_tuple().all(connection).await?;
        found.extend(users.into_iter().map(UserId::new));
    }
    Ok(found)
}

/// Users with a direct grant of one of `permissions` that has not expired at `now`, in order.
pub(crate) async fn granted_one<C: Connection>(
    connection: &C,
    permissions: &[PermissionId],
    among: AmongUsers<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<UserId>> {
    use user_permission::Column;
    let mut found = Vec::new();
    if permissions.is_empty() {
        return Ok(found);
    }
    let these = permissions.iter().map(|permission| permission.uuid());
    let query = user_permission::Entity::find()
        .select_only()
        .column(Column::UserId)
        .distinct()
        .filter(not_expired(Column::ExpiresAt, now))
        .filter(store::among(connection, Column::PermissionId, these))
        .order_by_asc(Column::UserId);
    for these in among.conditions(Column::UserId) {
        let users: Vec<Uuid> = query.clone().filter(these).into_tuple().all(connection).await?;
        found.extend(users.into_iter().map(UserId::new));
    }
    Ok(found)
}

/// Rows with one of these roles.
pub(in crate::store) fn has_one_of<Column: ColumnTrait>(column: Column, roles: &[RoleId]) -> Condition {
    let these = (roles.len() <= MAX_NAMED_ROLES).then(|| column.is_in(roles.iter().map(|role| role.uuid())));
    Condition::all().add_option(these)
}

/// Something that a user has: a role or a permission.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held<T> {
    pub(crate) user: UserId,
    pub(crate) object: T,
    pub(crate) validity: Validity,
}

impl<T> From<((UserId, T), Validity)> for Held<T> {
    fn from(((user, object), validity): ((UserId, T), Validity)) -> Self {
        Self { user, object, validity }
    }
}

/// The next assignments after `last`, in the order of their ids, with the id of the last; none when all were read.
pub(crate) async fn assignments_after<C: Connection>(
    connection: &C,
    last: Option<AssignmentId>,
) -> Result<(Vec<Held<RoleId>>, Option<AssignmentId>)> {
    use user_role::Column;
    let columns = [Column::Id, Column::UserId, Column::RoleId, Column::ValidFrom, Column::ExpiresAt];
    let mut query = user_role::Entity::find().select_only().columns(columns);
    if let Some(last) = last {
        query = query.filter(Column::Id.gt(last.uuid()));
    }
    let query = query.order_by_asc(Column::Id).limit(PIECE).into_tuple();
    let rows: Vec<(Uuid, Uuid, Uuid, Instant, Instant)> = query.all(connection).await?;
    let last = rows.last().map(|row| AssignmentId::new(row.0));
    let held =
        |(_, user, role, from, until)| Held::from(((UserId::new(user), RoleId::new(role)), Validity { from, until }));
    Ok((rows.into_iter().map(held).collect(), last))
}

/// The next direct grants after that of `last`, in the order of users and permissions; none when all were read.
pub(crate) async fn grants_after<C: Connection>(
    connection: &C,
    last: Option<(UserId, PermissionId)>,
) -> Result<Vec<Held<PermissionId>>> {
    use user_permission::Column;
    let columns = [Column::UserId, Column::PermissionId, Column::ValidFrom, Column::ExpiresAt];
    let mut query = user_permission::Entity::find().select_only().columns(columns);
    if let Some((user, permission)) = last {
        // The redundant first part bounds the scan of the primary key on every database.
        let past = Condition::any().add(Column::UserId.gt(user.uuid())).add(Column::PermissionId.gt(permission.uuid()));
        query = query.filter(Column::UserId.gte(user.uuid())).filter(past);
    }
    let query = query.order_by_asc(Column::UserId).order_by_asc(Column::PermissionId).limit(PIECE).into_tuple();
    let rows: Vec<(Uuid, Uuid, Instant, Instant)> = query.all(connection).await?;
    let held = |(user, permission, from, until)| {
        Held::from(((UserId::new(user), PermissionId::new(permission)), Validity { from, until }))
    };
    Ok(rows.into_iter().map(held).collect())
}

/// Whether the validity has begun and never ends.
pub(super) fn is_permanent<C: ColumnTrait>(valid_from: C, expires_at: C, now: DateTime<Utc>) -> Condition {
    Condition::all().add(expires_at.is_null()).add(has_begun(valid_from, now))
}

fn has_begun<C: ColumnTrait>(valid_from: C, now: DateTime<Utc>) -> Condition {
    Condition::any().add(valid_from.is_null()).add(valid_from.lte(now))
}

pub(super) fn not_expired<C: ColumnTrait>(expires_at: C, now: DateTime<Utc>) -> Condition {
    Condition::any().add(expires_at.is_null()).add(expires_at.gt(now))
}

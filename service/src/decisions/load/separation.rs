//! Finding those who may have roles together that are to be kept apart, without reading everybody.

use super::CHUNK;
use crate::{Result, sessions};
use chrono::{DateTime, Utc};
use engine::{RoleId, UserId};
use entity::{session, session_role, user_role};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Roles that one statement names; beyond so many it is asked about all roles, which finds no fewer.
const MOST_ROLES: usize = 10_000;

/// Whom to look at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Among<'a> {
    /// Every user.
    Everybody,
    /// These users.
    Users(&'a [UserId]),
}

/// Users who are assigned at least two of `roles` by assignments that have not ended at `now`.
///
/// # Errors
/// [`crate::Error::Unavailable`] when they cannot be read.
pub(crate) async fn assigned_several<C: ConnectionTrait>(
    connection: &C,
    roles: &[RoleId],
    among: Among<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<UserId>> {
    use user_role::Column;
    let mut found = Vec::new();
    if roles.is_empty() {
        return Ok(found);
    }
    let lasts = Condition::any().add(Column::ExpiresAt.is_null()).add(Column::ExpiresAt.gt(now));
    let query = user_role::Entity::find()
        .select_only()
        .column(Column::UserId)
        .filter(lasts)
        .filter(named(Column::RoleId, roles))
        .group_by(Column::UserId)
        .having(Expr::col(Column::Id).count().gte(2))
        .order_by_asc(Column::UserId);
    for these in among.conditions(Column::UserId) {
        let users: Vec<Uuid> = query.clone().filter(these).into_tuple().all(connection).await?;
        found.extend(users.into_iter().map(UserId::new));
    }
    Ok(found)
}

/// Sessions live at `now` that chose at least two of `roles`, each by its user and those roles.
///
/// # Errors
/// [`crate::Error::Unavailable`] when they cannot be read.
pub(crate) async fn chosen_several<C: ConnectionTrait>(
    connection: &C,
    roles: &[RoleId],
    among: Among<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<(UserId, Vec<RoleId>)>> {
    use session::Column;
    let mut found: Vec<(Uuid, UserId, Vec<RoleId>)> = Vec::new();
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let is_live = Condition::all()
        .add(Column::Activation.eq(session::Activation::Chosen))
        .add(Column::RevokedAt.is_null())
        .add(Column::ExpiresAt.gt(now - sessions::UNWRITTEN))
        .add(Column::EndsAt.gt(now));
    let query = session_role::Entity::find()
        .select_only()
        .columns([session_role::Column::SessionId, session_role::Column::RoleId])
        .column(Column::UserId)
        .inner_join(session::Entity)
        .filter(is_live)
        .filter(named(session_role::Column::RoleId, roles))
        .order_by_asc(session_role::Column::SessionId);
    for these in among.conditions(Column::UserId) {
        let rows: Vec<(Uuid, Uuid, Uuid)> = query.clone().filter(these).into_tuple().all(connection).await?;
        for (session, role, user) in rows {
            match found.last_mut().filter(|(last, ..)| *last == session) {
                Some((.., chosen)) => chosen.push(RoleId::new(role)),
                None => found.push((session, UserId::new(user), vec![RoleId::new(role)])),
            }
        }
    }
    found.retain(|(.., chosen)| chosen.len() >= 2);
    Ok(found.into_iter().map(|(_, user, chosen)| (user, chosen)).collect())
}

/// Is it one of these roles?
fn named<Column: ColumnTrait>(column: Column, roles: &[RoleId]) -> Condition {
    let these = (roles.len() <= MOST_ROLES).then(|| column.is_in(roles.iter().map(|role| role.uuid())));
    Condition::all().add_option(these)
}

impl Among<'_> {
    /// One condition for each statement.
    fn conditions<Column: ColumnTrait>(self, user: Column) -> Vec<Condition> {
        match self {
            Self::Everybody => vec![Condition::all()],
            Self::Users(users) => {
                let these = |users: &[UserId]| user.is_in(users.iter().map(|user| user.uuid()));
                users.chunks(CHUNK).map(|users| Condition::all().add(these(users))).collect()
            }
        }
    }
}

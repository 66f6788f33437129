//! Which roles sessions chose to have active, as stored.

use super::CHUNK;
use crate::Result;
use chrono::{DateTime, Utc};
use engine::{RoleId, SessionId};
use entity::session::{Activation, Column, Entity, Model};
use entity::session_role;
use rustc_hash::FxHashMap;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveEnum as _, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use uuid::Uuid;

/// Makes `chosen` the active roles of a session that has neither ended nor reached its absolute end;
/// says whether it was so.
pub(crate) async fn switch<C: ConnectionTrait>(
    connection: &C,
    (id, chosen): (SessionId, &[RoleId]),
    now: DateTime<Utc>,
) -> Result<bool> {
    let update = Entity::update_many()
        .col_expr(Column::Activation, Expr::value(Activation::Chosen.into_value()))
        .col_expr(Column::Switches, Expr::col(Column::Switches).add(1))
        .col_expr(Column::SwitchedAt, Expr::value(now))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::EndsAt.gt(now));
    if update.exec(connection).await?.rows_affected == 0 {
        return Ok(false);
    }
    let old = session_role::Column::SessionId.eq(id.uuid());
    session_role::Entity::delete_many().filter(old).exec(connection).await?;
    insert_choice(connection, id, chosen).await?;
    Ok(true)
}

pub(super) async fn insert_choice<C: ConnectionTrait>(connection: &C, id: SessionId, chosen: &[RoleId]) -> Result<()> {
    for roles in chosen.chunks(CHUNK) {
        let row = |role: &RoleId| session_role::Model { session_id: id.uuid(), role_id: role.uuid() };
        let rows = roles.iter().map(|role| row(role).into_active_model());
        session_role::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// What those sessions chose that have a choice of their own.
pub(super) async fn choices<'a, C: ConnectionTrait>(
    connection: &C,
    rows: impl IntoIterator<Item = &'a Model>,
) -> Result<FxHashMap<Uuid, Vec<RoleId>>> {
    use session_role::Column;
    let choosing = rows.into_iter().filter(|row| row.activation == Activation::Chosen);
    let choosing: Vec<Uuid> = choosing.map(|row| row.id).collect();
    let mut choices: FxHashMap<Uuid, Vec<RoleId>> = FxHashMap::default();
    for sessions in choosing.chunks(CHUNK) {
        let query = session_role::Entity::find().select_only().columns([Column::SessionId, Column::RoleId]);
        let query = query.filter(Column::SessionId.is_in(sessions.iter().copied()));
        let rows: Vec<(Uuid, Uuid)> = query.into_tuple().all(connection).await?;
        for (session, role) in rows {
            choices.entry(session).or_default().push(role.into());
        }
    }
    Ok(choices)
}

/// Sessions whose roles were switched since then, with how often in all.
pub(in crate::sessions) async fn switched_since<C: ConnectionTrait>(
    connection: &C,
    since: DateTime<Utc>,
) -> Result<Vec<(SessionId, i64)>> {
    let switched: Vec<(Uuid, i64)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Switches])
        .filter(Column::SwitchedAt.gt(since))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(switched.into_iter().map(|(id, switches)| (id.into(), switches)).collect())
}

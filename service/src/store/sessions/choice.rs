//! The roles that sessions chose to activate.

use super::changes;
use super::live::may_be_live;
use crate::Result;
use crate::database::Connection;
use crate::store::assignments::{AmongUsers, has_one_of};
use crate::store::{CHUNK, among};
use chrono::{DateTime, Utc};
use engine::{RoleId, SessionId, UserId};
use entity::session::{self, Activation};
use entity::session_role::{Column, Entity, Model};
use rustc_hash::FxHashMap;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ActiveEnum as _, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// Makes `chosen` the active roles of a session.
pub(crate) async fn switch<C: Connection>(
    connection: &C,
    id: SessionId,
    chosen: &[RoleId],
    now: DateTime<Utc>,
) -> Result<()> {
    use session::Column;
    let update = session::Entity::update_many()
        .col_expr(Column::Activation, Expr::value(Activation::Chosen.into_value()))
        .col_expr(Column::Switches, Expr::col(Column::Switches).add(1))
        .filter(Column::Id.eq(id.uuid()));
    update.exec(connection).await?;
    changes::append_switch(connection, id, now).await?;
    delete_of(connection, &[id.uuid()]).await?;
    insert_choice(connection, id, chosen).await
}

pub(super) async fn insert_choice<C: Connection>(connection: &C, id: SessionId, chosen: &[RoleId]) -> Result<()> {
    for roles in chosen.chunks(CHUNK) {
        let row = |role: &RoleId| Model { session_id: id.uuid(), role_id: role.uuid() }.into_active_model();
        Entity::insert_many(roles.iter().map(row)).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// The chosen roles of those sessions that chose any.
pub(super) async fn choices<'a, C: Connection>(
    connection: &C,
    rows: impl IntoIterator<Item = &'a session::Model>,
) -> Result<FxHashMap<Uuid, Vec<RoleId>>> {
    let choosing = rows.into_iter().filter(|row| row.activation == Activation::Chosen);
    let choosing: Vec<Uuid> = choosing.map(|row| row.id).collect();
    let mut choices: FxHashMap<Uuid, Vec<RoleId>> = FxHashMap::default();
    if choosing.is_empty() {
        return Ok(choices);
    }
    let query = Entity::find().select_only().columns([Column::SessionId, Column::RoleId]);
    let query = query.filter(among(connection, Column::SessionId, choosing));
    let rows: Vec<(Uuid, Uuid)> = query.into_tuple().all(connection).await?;
    for (session, role) in rows {
        choices.entry(session).or_default().push(role.into());
    }
    Ok(choices)
}

/// Sessions live at `now` that chose `at_least` so many of `roles`: for each its user and those roles.
pub(crate) async fn chosen_several<C: Connection>(
    connection: &C,
    roles: &[RoleId],
    among: AmongUsers<'_>,
    at_least: usize,
    now: DateTime<Utc>,
) -> Result<Vec<(UserId, Vec<RoleId>)>> {
    let mut found: Vec<(Uuid, UserId, Vec<RoleId>)> = Vec::new();
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let query = Entity::find()
        .select_only()
        .columns([Column::SessionId, Column::RoleId])
        .column(session::Column::UserId)
        .inner_join(session::Entity)
        .filter(may_be_live(now).add(session::Column::Activation.eq(Activation::Chosen)))
        .filter(has_one_of(Column::RoleId, roles))
        .order_by_asc(Column::SessionId);
    for these in among.conditions(session::Column::UserId) {
        let rows: Vec<(Uuid, Uuid, Uuid)> = query.clone().filter(these).into_tuple().all(connection).await?;
        for (session, role, user) in rows {
            match found.last_mut().filter(|(last, ..)| *last == session) {
                Some((.., chosen)) => chosen.push(RoleId::new(role)),
                None => found.push((session, UserId::new(user), vec![RoleId::new(role)])),
            }
        }
    }
    found.retain(|(.., chosen)| chosen.len() >= at_least);
    Ok(found.into_iter().map(|(_, user, chosen)| (user, chosen)).collect())
}

/// Deletes the choices of sessions.
pub(super) async fn delete_of<C: Connection>(connection: &C, sessions: &[Uuid]) -> Result<()> {
    let these = among(connection, Column::SessionId, sessions.iter().copied());
    Entity::delete_many().filter(these).exec(connection).await?;
    Ok(())
}

/// Selects the choices of a session.
pub(super) fn of_session(session: Expr) -> SelectStatement {
    let these = Expr::col((Entity, Column::SessionId)).eq(session);
    Query::select().expr(Expr::value(1)).from(Entity).and_where(these).take()
}

/// Removes a role from the choices of up to [`CHUNK`] sessions; returns their number.
pub(in crate::store) async fn delete_some_choices_of<C: Connection>(connection: &C, role: RoleId) -> Result<usize> {
    let these = Column::RoleId.eq(role.uuid());
    let query = Entity::find().select_only().column(Column::SessionId).filter(these.clone()).limit(CHUNK as u64);
    let sessions: Vec<Uuid> = query.into_tuple().all(connection).await?;
    if !sessions.is_empty() {
        let these = these.and(among(connection, Column::SessionId, sessions.iter().copied()));
        Entity::delete_many().filter(these).exec(connection).await?;
    }
    Ok(sessions.len())
}

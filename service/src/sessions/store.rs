//! Stored sessions.

mod choice;
mod live;

pub(crate) use choice::switch;
pub(super) use choice::switched_since;
pub(crate) use live::confirm;
pub(super) use live::{beyond, set_data};

use super::model::{EndReason, NewSession, Use, Whose};
use super::{Session, SessionData, SessionFilter, device};
use crate::page::{Direction, Keyset, Page, PageRequest, SortKey, count_each, fetch_each, nothing};
use crate::{Error, Result};
use choice::{choices, insert_choice};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Activation, RoleId, SessionId};
use entity::session::{Column, Entity, Model};
use entity::{refresh_token, session, session_role, user};
use rustc_hash::FxHashMap;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Select, Set,
};
use uuid::Uuid;

/// Ids in one statement.
const CHUNK: usize = 500;
/// A session that seems to have run out idle may have been used so recently that its row does not
/// say so yet: ending it still ends something.
pub(crate) const UNWRITTEN: TimeDelta = TimeDelta::minutes(5);

/// A session with what a request needs to know besides.
#[derive(Clone, Debug)]
pub(crate) struct StoredSession {
    pub(crate) session: Session,
    pub(crate) ends_at: DateTime<Utc>,
    /// How often its roles were switched.
    pub(crate) switches: i64,
    pub(crate) username: String,
    pub(crate) email: Option<String>,
    pub(crate) user_revision: u64,
}

pub(crate) async fn insert<C: ConnectionTrait>(connection: &C, new: NewSession) -> Result<()> {
    let chosen = match &new.activation {
        Activation::Chosen(chosen) => Some(chosen.as_slice()),
        Activation::All | Activation::Default => None,
    };
    let row = Model {
        id: new.id.uuid(),
        user_id: new.user.uuid(),
        activation: chosen.map_or(session::Activation::Default, |_| session::Activation::Chosen),
        switches: 0,
        switched_at: None,
        created_at: new.at,
        authenticated_at: new.at,
        last_seen_at: new.at,
        expires_at: new.expires_at,
        ends_at: new.ends_at,
        revoked_at: None,
        revoked_reason: None,
        user_agent: new.user_agent,
        ip_address: new.ip_address.map(|address| address.to_canonical().to_string()),
        data: None,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    insert_choice(connection, new.id, chosen.unwrap_or_default()).await
}

/// A session, whatever its state.
pub(crate) async fn find<C: ConnectionTrait>(connection: &C, id: SessionId) -> Result<Option<StoredSession>> {
    let found = Entity::find_by_id(id.uuid()).find_also_related(user::Entity).one(connection).await?;
    let Some((row, Some(user))) = found else { return Ok(None) };
    let user_revision = u64::try_from(user.revision).map_err(|error| Error::Internal(error.into()))?;
    // Read after the count: a choice may be newer than its count says, and is then read again; never older.
    let choices = choices(connection, [&row]).await?;
    let (ends_at, switches) = (row.ends_at, row.switches);
    let session = Session::of(row, &choices);
    let user::Model { username, email, .. } = user;
    Ok(Some(StoredSession { session, ends_at, switches, username, email, user_revision }))
}

/// A session, whatever its state, which stays as it is until the transaction ends.
pub(crate) async fn lock<C: ConnectionTrait>(connection: &C, id: SessionId) -> Result<Option<StoredSession>> {
    // By itself: a lock does not reach over an outer join.
    Entity::find_by_id(id.uuid()).lock_exclusive().one(connection).await?;
    find(connection, id).await
}

/// Sessions of rows, with what they chose.
async fn assemble<C: ConnectionTrait>(connection: &C, rows: Vec<Model>) -> Result<Vec<Session>> {
    let choices = choices(connection, &rows).await?;
    Ok(rows.into_iter().map(|row| Session::of(row, &choices)).collect())
}

/// Sessions by id, ended ones included.
pub(super) async fn by_ids<C: ConnectionTrait>(connection: &C, ids: &[SessionId]) -> Result<Vec<Session>> {
    let mut sessions = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let rows = Entity::find().filter(Column::Id.is_in(ids.iter().map(|id| id.uuid()))).all(connection).await?;
        sessions.extend(assemble(connection, rows).await?);
    }
    Ok(sessions)
}

/// A page of the sessions that are live at `now` for each filter, most recently used first.
pub(super) async fn pages<C: ConnectionTrait>(
    connection: &C,
    (filters, now): (&[SessionFilter], DateTime<Utc>),
    request: &PageRequest,
) -> Result<Vec<Page<Session>>> {
    let keyset = Keyset { id: Column::Id, key: SortKey::Time(Column::LastSeenAt), direction: Direction::Descending };
    let pages = fetch_each(live(filters, now), keyset, request, connection).await?;
    let choices = choices(connection, pages.iter().flat_map(|page| &page.items).map(|(_, row)| row)).await?;
    Ok(pages.into_iter().map(|page| page.map(|row| Session::of(row, &choices))).collect())
}

pub(super) async fn counts<C: ConnectionTrait>(
    connection: &C,
    filters: &[SessionFilter],
    now: DateTime<Utc>,
) -> Result<Vec<u64>> {
    count_each(live(filters, now), connection).await
}

fn live(filters: &[SessionFilter], now: DateTime<Utc>) -> Vec<Select<Entity>> {
    filters.iter().map(|filter| Entity::find().filter(let_through(filter, now))).collect()
}

fn let_through(filter: &SessionFilter, now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(Column::ExpiresAt.gt(now))
        .add(Column::EndsAt.gt(now))
        .add_option(filter.user.map(|user| Column::UserId.eq(user.uuid())))
        .add_option(filter.ip_address.as_deref().map(from))
        .add_option(filter.active_since.map(|since| Column::LastSeenAt.gte(since)))
}

/// Sessions from an address, in whatever form it is written; none is from what is no address.
fn from(address: &str) -> Condition {
    match address.parse::<std::net::IpAddr>() {
        Ok(address) => Condition::all().add(Column::IpAddress.eq(address.to_canonical().to_string())),
        Err(_) => nothing(),
    }
}

/// Ends sessions that have not ended yet; gives those, as they are now.
pub(crate) async fn end<C: ConnectionTrait>(
    connection: &C,
    whose: Whose<'_>,
    (reason, now): (EndReason, DateTime<Utc>),
) -> Result<Vec<Session>> {
    let these = match whose {
        Whose::This(session) => Column::Id.eq(session.uuid()),
        Whose::AllOf(user) => Column::UserId.eq(user.uuid()),
        Whose::OthersOf(user, session) => Column::UserId.eq(user.uuid()).and(Column::Id.ne(session.uuid())),
        Whose::These(sessions) => Column::Id.is_in(sessions.iter().map(|session| session.uuid())),
    };
    // Locked first, so that of two who end the same session one gets it and the other does not.
    let rows = Entity::find()
        .filter(open_at(now).add(these))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(connection)
        .await?;
    for rows in rows.chunks(CHUNK) {
        let end = session::ActiveModel {
            revoked_at: Set(Some(now)),
            revoked_reason: Set(Some(reason.as_str().to_owned())),
            ..Default::default()
        };
        let these = Column::Id.is_in(rows.iter().map(|row| row.id)).and(Column::RevokedAt.is_null());
        Entity::update_many().set(end).filter(these).exec(connection).await?;
    }
    let sessions = assemble(connection, rows).await?;
    Ok(sessions.into_iter().map(|session| Session { revoked_at: Some(now), ..session }).collect())
}

/// Has neither been ended nor run out, as far as its row can tell.
fn open_at(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(Column::EndsAt.gt(now))
        .add(Column::ExpiresAt.gt(now - UNWRITTEN))
}

/// Sessions ended since then, with when.
pub(super) async fn revoked_since<C: ConnectionTrait>(
    connection: &C,
    since: DateTime<Utc>,
) -> Result<Vec<(SessionId, DateTime<Utc>)>> {
    let ended: Vec<(Uuid, DateTime<Utc>)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::RevokedAt])
        .filter(Column::RevokedAt.gt(since))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ended.into_iter().map(|(id, at)| (id.into(), at)).collect())
}

/// Notes the use of a session that has neither ended nor reached its absolute end; says whether it
/// was so. Its row stays locked until the transaction ends.
pub(crate) async fn note_use<C: ConnectionTrait>(connection: &C, used: Use) -> Result<bool> {
    let mut update = Entity::update_many()
        .col_expr(Column::LastSeenAt, Expr::value(used.at))
        .col_expr(Column::ExpiresAt, idle_end(used.at + used.idle))
        .filter(Column::Id.eq(used.session.uuid()))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::EndsAt.gt(used.at));
    if let Some(address) = used.ip_address {
        update = update.col_expr(Column::IpAddress, Expr::value(address.to_canonical().to_string()));
    }
    Ok(update.exec(connection).await?.rows_affected == 1)
}

/// Notes that sessions were used at about the same time, unless later use is known.
pub(super) async fn note_uses<C: ConnectionTrait>(
    connection: &C,
    sessions: &[SessionId],
    (at, idle): (DateTime<Utc>, TimeDelta),
) -> Result<()> {
    for sessions in sessions.chunks(CHUNK) {
        Entity::update_many()
            .col_expr(Column::LastSeenAt, Expr::value(at))
            .col_expr(Column::ExpiresAt, idle_end(at + idle))
            .filter(Column::Id.is_in(sessions.iter().map(|session| session.uuid())))
            .filter(Column::RevokedAt.is_null())
            .filter(Column::LastSeenAt.lt(at))
            .exec(connection)
            .await?;
    }
    Ok(())
}

/// The idle end, never past the absolute one.
fn idle_end(wanted: DateTime<Utc>) -> Expr {
    Expr::case(Expr::col(Column::EndsAt).lt(wanted), Expr::col(Column::EndsAt)).finally(wanted).into()
}

/// Deletes up to a chunk of sessions that ended before then, with their refresh tokens; says how many.
pub(super) async fn delete_dead<C: ConnectionTrait>(connection: &C, before: DateTime<Utc>) -> Result<usize> {
    let dead: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Condition::any().add(Column::ExpiresAt.lt(before)).add(Column::RevokedAt.lt(before)))
        .limit(CHUNK as u64)
        .into_tuple()
        .all(connection)
        .await?;
    if !dead.is_empty() {
        let tokens = refresh_token::Column::SessionId.is_in(dead.iter().copied());
        refresh_token::Entity::delete_many().filter(tokens).exec(connection).await?;
        let roles = session_role::Column::SessionId.is_in(dead.iter().copied());
        session_role::Entity::delete_many().filter(roles).exec(connection).await?;
        Entity::delete_many().filter(Column::Id.is_in(dead.iter().copied())).exec(connection).await?;
    }
    Ok(dead.len())
}

impl Session {
    fn of(row: Model, choices: &FxHashMap<Uuid, Vec<RoleId>>) -> Self {
        let activation = match row.activation {
            session::Activation::Default => Activation::Default,
            session::Activation::Chosen => Activation::Chosen(choices.get(&row.id).cloned().unwrap_or_default()),
        };
        Self {
            id: row.id.into(),
            user: row.user_id.into(),
            device: device::readable(row.user_agent.as_deref()),
            user_agent: row.user_agent,
            ip_address: row.ip_address,
            created_at: row.created_at,
            authenticated_at: row.authenticated_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            activation,
            data: SessionData::of(row.data.as_deref()),
        }
    }
}

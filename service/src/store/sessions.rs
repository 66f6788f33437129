//! Sessions and the roles that they chose.

mod changes;
mod choice;
mod list;
mod live;
mod sweep;

pub(crate) use changes::{PAGE, SessionChange, changes_after, changes_within, delete_changes_before};
pub(crate) use choice::{chosen_several, switch};
pub(crate) use list::{count_of, counts, pages};
pub(crate) use live::{beyond_limit, confirm, end, lock_open, record_use, record_uses, set_data};
pub(crate) use sweep::delete_ended_before;

pub(super) use changes::{count_within, latest};
pub(super) use choice::delete_some_choices_of;
pub(super) use sweep::erase_of_user;

use super::{policy, rows_with, users};
use crate::Result;
use crate::database::Connection;
use crate::sessions::{NewSession, Session, SessionData, device};
use choice::{choices, insert_choice};
use chrono::{DateTime, TimeDelta, Utc};
use engine::{Activation, RoleId, SessionId};
use entity::session::{self, Column, Entity, Model};
use rustc_hash::FxHashMap;
use sea_orm::{EntityTrait, IntoActiveModel, QuerySelect};
use uuid::Uuid;

/// Recent use of a session that its row may not show yet: within this time after its idle end it may still be live.
pub(crate) const UNWRITTEN: TimeDelta = TimeDelta::minutes(5);

/// A session with its absolute end, the number of its role switches and its user.
#[derive(Clone, Debug)]
pub(crate) struct SessionRecord {
    pub(crate) session: Session,
    pub(crate) ends_at: DateTime<Utc>,
    /// Number of times that its active roles were switched.
    pub(crate) switches: i64,
    pub(crate) username: String,
    pub(crate) email: Option<String>,
    pub(crate) user_revision: u64,
}

impl SessionRecord {
    /// Whether the session is neither revoked nor past its absolute end. Whether it has reached its idle end is known
    /// to the replica that saw its last use.
    pub(crate) fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.session.revoked_at.is_none() && now < self.ends_at
    }
}

pub(crate) async fn insert<C: Connection>(connection: &C, new: NewSession) -> Result<()> {
    let chosen = match &new.activation {
        Activation::Chosen(chosen) => Some(chosen.as_slice()),
        Activation::All | Activation::Default => None,
    };
    let row = Model {
        id: new.id.uuid(),
        user_id: new.user.uuid(),
        activation: chosen.map_or(session::Activation::Default, |_| session::Activation::Chosen),
        switches: 0,
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

/// A session, live or not.
pub(crate) async fn find<C: Connection>(connection: &C, id: SessionId) -> Result<Option<SessionRecord>> {
    let found = users::with_user(Entity::find_by_id(id.uuid())).one(connection).await?;
    let Some((row, Some(user))) = found else { return Ok(None) };
    // Read after the number of switches: a choice newer than that number is read again, an older one would not be.
    let choices = choices(connection, [&row]).await?;
    Ok(Some(SessionRecord {
        ends_at: row.ends_at,
        switches: row.switches,
        session: Session::of(row, &choices),
        username: user.username,
        email: user.email,
        user_revision: policy::revision_of(user.revision),
    }))
}

/// A session, live or not, with its row locked until the transaction ends.
pub(crate) async fn lock<C: Connection>(connection: &C, id: SessionId) -> Result<Option<SessionRecord>> {
    // A statement of its own: PostgreSQL locks no row on the nullable side of an outer join.
    Entity::find_by_id(id.uuid()).lock_exclusive().one(connection).await?;
    find(connection, id).await
}

/// Sessions by id, ended ones included.
pub(crate) async fn by_ids<C: Connection>(connection: &C, ids: &[SessionId]) -> Result<Vec<Session>> {
    let rows: Vec<Model> = rows_with(connection, Column::Id, ids.iter().map(|id| id.uuid())).await?;
    with_choices(connection, rows).await
}

/// Sessions of rows, with the roles that they chose.
async fn with_choices<C: Connection>(connection: &C, rows: Vec<Model>) -> Result<Vec<Session>> {
    let choices = choices(connection, &rows).await?;
    Ok(rows.into_iter().map(|row| Session::of(row, &choices)).collect())
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

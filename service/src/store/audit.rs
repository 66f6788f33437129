//! The audit log: entries are inserted, never updated, and deleted when they are old.

mod insert;
mod parts;
mod retention;
mod search;

pub(crate) use insert::{insert, insert_subjects};
pub(crate) use retention::{AuditPlace, delete_before};

use super::page::{self, Keyset, SortKey};
use super::{among, rows_with};
use crate::Result;
use crate::audit::{AuditEvent, AuditFilter, Outcome};
use crate::database::Connection;
use crate::page::{Direction, Page, PageRequest};
use chrono::{DateTime, Utc};
use engine::{AuditEventId, RequestId, UserId};
use entity::audit_event;
use parts::{involving, parts};
use rustc_hash::FxHashMap;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select};
use uuid::Uuid;

/// Action of the entry of an account that its user created.
const SIGN_UP: &str = "user.signup";

/// For each filter, a page of its entries by time.
pub(crate) async fn pages<C: Connection>(
    connection: &C,
    filters: &[AuditFilter],
    direction: Direction,
    request: &PageRequest,
) -> Result<Vec<Page<AuditEvent>>> {
    let keyset = Keyset { id: audit_event::Column::Id, key: SortKey::Time(audit_event::Column::At), direction };
    let (parts, sizes) = parts_of_each(connection, filters).await?;
    let mut pages = page::fetch_each(parts, keyset, request, connection).await?.into_iter();
    let page = |size| page::merged(pages.by_ref().take(size).collect(), direction, request).map(AuditEvent::from);
    Ok(sizes.into_iter().map(page).collect())
}

pub(crate) async fn counts<C: Connection>(connection: &C, filters: &[AuditFilter]) -> Result<Vec<u64>> {
    let (parts, sizes) = parts_of_each(connection, filters).await?;
    let mut counts = page::count_each(parts, connection).await?.into_iter();
    Ok(sizes.into_iter().map(|size| counts.by_ref().take(size).sum()).collect())
}

/// The parts of all filters, and the number of those of each.
async fn parts_of_each<C: Connection>(
    connection: &C,
    filters: &[AuditFilter],
) -> Result<(Vec<Select<audit_event::Entity>>, Vec<usize>)> {
    let (mut all, mut sizes) = (Vec::new(), Vec::with_capacity(filters.len()));
    for filter in filters {
        let parts = parts(connection, filter).await?;
        sizes.push(parts.len());
        all.extend(parts);
    }
    Ok((all, sizes))
}

pub(crate) async fn by_ids<C: Connection>(connection: &C, ids: &[AuditEventId]) -> Result<Vec<AuditEvent>> {
    let ids = ids.iter().map(|id| id.uuid());
    let rows: Vec<audit_event::Model> = rows_with(connection, audit_event::Column::Id, ids).await?;
    Ok(rows.into_iter().map(AuditEvent::from).collect())
}

/// Of these users, those who signed up by themselves, with the time.
pub(crate) async fn sign_ups<C: Connection>(
    connection: &C,
    users: &[UserId],
) -> Result<FxHashMap<UserId, DateTime<Utc>>> {
    use audit_event::Column;
    let rows: Vec<(Option<Uuid>, DateTime<Utc>)> = audit_event::Entity::find()
        .select_only()
        .columns([Column::TargetId, Column::At])
        .filter(among(connection, Column::TargetId, users.iter().map(|user| user.uuid())))
        .filter(Column::Action.eq(SIGN_UP))
        .filter(Column::Outcome.eq(audit_event::Outcome::Success))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().filter_map(|(user, at)| Some((UserId::new(user?), at))).collect())
}

/// Whether `object` is the actor, the target or a subject of the entry.
pub(crate) async fn involves<C: Connection>(connection: &C, event: AuditEventId, object: Uuid) -> Result<bool> {
    let found = audit_event::Entity::find_by_id(event.uuid()).filter(involving(object)).count(connection).await?;
    Ok(found > 0)
}

impl From<audit_event::Model> for AuditEvent {
    fn from(row: audit_event::Model) -> Self {
        Self {
            id: AuditEventId::new(row.id),
            at: row.at,
            action: row.action,
            outcome: row.outcome.into(),
            actor: row.actor_id.map(UserId::new),
            actor_label: row.actor_label,
            target_type: row.target_type,
            target_id: row.target_id,
            target_label: row.target_label,
            summary: row.summary,
            before: row.before,
            after: row.after,
            reason: row.reason,
            ip_address: row.ip_address,
            user_agent: row.user_agent,
            request: RequestId::new(Uuid::parse_str(&row.request_id).unwrap_or_default()),
            impact: row.impact.and_then(|impact| serde_json::from_value(impact).ok()),
        }
    }
}

impl From<Outcome> for audit_event::Outcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Success => Self::Success,
            Outcome::Denied => Self::Denied,
            Outcome::Failure => Self::Failure,
        }
    }
}

impl From<audit_event::Outcome> for Outcome {
    fn from(outcome: audit_event::Outcome) -> Self {
        match outcome {
            audit_event::Outcome::Success => Self::Success,
            audit_event::Outcome::Denied => Self::Denied,
            audit_event::Outcome::Failure => Self::Failure,
        }
    }
}

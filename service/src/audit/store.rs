//! The audit log in the database.

use super::{AuditEvent, AuditFilter, Outcome};
use crate::Result;
use crate::page::{self, Direction, Keyset, Page, PageRequest, SortKey};
use chrono::{DateTime, Datelike, FixedOffset, Utc};
use engine::{AuditEventId, RequestId, UserId};
use entity::{audit_event, audit_subject};
use rustc_hash::FxHashSet;
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, Select,
};
use uuid::Uuid;

/// Rows in one statement.
const CHUNK: usize = 500;

/// Appends entries.
pub(super) async fn insert<C: ConnectionTrait>(connection: &C, events: &[AuditEvent]) -> Result<()> {
    for events in events.chunks(CHUNK) {
        let rows = events.iter().map(|event| row(event).into_active_model());
        audit_event::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Appends what entries concern beside their actors and targets.
pub(super) async fn insert_subjects<'a, C: ConnectionTrait>(
    connection: &C,
    subjects: impl Iterator<Item = (AuditEventId, &'a [Uuid])>,
) -> Result<()> {
    let mut rows = Vec::new();
    for (event, objects) in subjects {
        let distinct: FxHashSet<Uuid> = objects.iter().copied().collect();
        rows.extend(
            distinct
                .into_iter()
                .map(|object_id| audit_subject::Model { object_id, event_id: event.uuid() }.into_active_model()),
        );
    }
    for rows in rows.chunks(CHUNK) {
        audit_subject::Entity::insert_many(rows.iter().cloned()).exec_without_returning(connection).await?;
    }
    Ok(())
}

pub(super) async fn pages<C: ConnectionTrait>(
    connection: &C,
    filters: &[AuditFilter],
    direction: Direction,
    request: &PageRequest,
) -> Result<Vec<Page<AuditEvent>>> {
    let keyset = Keyset { id: audit_event::Column::Id, key: SortKey::Time(audit_event::Column::At), direction };
    let found = page::fetch_each(filters.iter().map(select).collect(), keyset, request, connection).await?;
    Ok(found.into_iter().map(|page| page.map(AuditEvent::from)).collect())
}

pub(super) async fn counts<C: ConnectionTrait>(connection: &C, filters: &[AuditFilter]) -> Result<Vec<u64>> {
    page::count_each(filters.iter().map(select).collect(), connection).await
}

pub(super) async fn by_ids<C: ConnectionTrait>(connection: &C, ids: &[AuditEventId]) -> Result<Vec<AuditEvent>> {
    let mut events = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let ids = ids.iter().map(|id| id.uuid());
        let rows = audit_event::Entity::find().filter(audit_event::Column::Id.is_in(ids)).all(connection).await?;
        events.extend(rows.into_iter().map(AuditEvent::from));
    }
    Ok(events)
}

/// Is `object` the actor, the target or a subject of the entry?
pub(super) async fn involves<C: ConnectionTrait>(connection: &C, event: AuditEventId, object: Uuid) -> Result<bool> {
    let found = audit_event::Entity::find_by_id(event.uuid()).filter(involving(object)).count(connection).await?;
    Ok(found > 0)
}

fn select(filter: &AuditFilter) -> Select<audit_event::Entity> {
    use audit_event::Column;
    let mut condition = Condition::all()
        .add_option(filter.actor.map(|actor| Column::ActorId.eq(actor.uuid())))
        .add_option(filter.target.map(|target| Column::TargetId.eq(target)))
        .add_option(filter.involving.map(involving))
        .add_option(filter.actions.as_deref().map(acting))
        .add_option(filter.since.map(|since| Column::At.gte(within_reach(since))))
        .add_option(filter.until.map(|until| Column::At.lt(within_reach(until))));
    if let Some(outcomes) = &filter.outcomes {
        let outcomes = outcomes.iter().map(|&outcome| audit_event::Outcome::from(outcome));
        condition = condition.add(Column::Outcome.is_in(outcomes));
    }
    if let Some(search) = &filter.search {
        condition = condition.add(page::contains(search, &[], &[Column::Summary]));
    }
    audit_event::Entity::find().filter(condition)
}

fn involving(object: Uuid) -> Condition {
    let subjects = Query::select()
        .column(audit_subject::Column::EventId)
        .from(audit_subject::Entity)
        .and_where(audit_subject::Column::ObjectId.eq(object))
        .to_owned();
    Condition::any()
        .add(audit_event::Column::ActorId.eq(object))
        .add(audit_event::Column::TargetId.eq(object))
        .add(audit_event::Column::Id.in_subquery(subjects))
}

/// One of these actions; one that cannot be the name of an action is none.
fn acting(actions: &[String]) -> Condition {
    let could_be = |action: &&String| action.len() <= 128 && !action.contains('\0');
    let mut condition = Condition::any();
    for action in actions.iter().filter(could_be) {
        condition = condition.add(match action.strip_suffix(".*") {
            Some(kind) => page::starts_with(&format!("{kind}."), audit_event::Column::Action),
            None => audit_event::Column::Action.eq(action.as_str()),
        });
    }
    if condition.is_empty() { page::nothing() } else { condition }
}

/// The instant itself, or the nearest that every engine can compare with; no entry lies beyond. With an
/// offset, since MariaDB is given instants in UTC as `timestamp`, which ends in 2038.
fn within_reach(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    let nearest = match at.year() {
        ..=1_969 => DateTime::UNIX_EPOCH,
        10_000.. => DateTime::UNIX_EPOCH.with_year(9_999).unwrap_or(at),
        _ => at,
    };
    nearest.fixed_offset()
}

fn row(event: &AuditEvent) -> audit_event::Model {
    let event = event.clone();
    audit_event::Model {
        id: event.id.uuid(),
        at: event.at,
        action: event.action,
        outcome: event.outcome.into(),
        actor_id: event.actor.map(UserId::uuid),
        actor_label: event.actor_label,
        target_type: event.target_type,
        target_id: event.target_id,
        target_label: event.target_label,
        summary: event.summary,
        before: event.before,
        after: event.after,
        reason: event.reason,
        ip_address: event.ip_address,
        user_agent: event.user_agent,
        request_id: event.request.uuid().to_string(),
    }
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

//! The audit log: entries are inserted, never updated, and deleted when they are old.

mod retention;
mod search;

pub(crate) use retention::{AuditPlace, delete_before};

use super::bulk::insert_ids;
use super::page::{self, Keyset, SortKey};
use super::{CHUNK, among, rows_with};
use crate::Result;
use crate::audit::{AuditEvent, AuditFilter, Outcome};
use crate::database::Connection;
use crate::page::{Direction, Page, PageRequest};
use chrono::{DateTime, Datelike, FixedOffset, Utc};
use engine::{AuditEventId, RequestId, UserId};
use entity::{audit_event, audit_subject};
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QuerySelect, Select};
use search::containing;
use uuid::Uuid;

/// Action of the entry of an account that its user created.
const SIGN_UP: &str = "user.signup";

/// Inserts entries.
pub(crate) async fn insert<C: Connection>(connection: &C, events: &[AuditEvent]) -> Result<()> {
    for events in events.chunks(CHUNK) {
        let rows = events.iter().map(|event| row(event).into_active_model());
        audit_event::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Inserts the objects that entries concern, in addition to their actors and targets.
pub(crate) async fn insert_subjects<'a, C: Connection>(
    connection: &C,
    subjects: impl Iterator<Item = (AuditEventId, &'a [Uuid])>,
) -> Result<()> {
    let mut rows: Vec<[Uuid; 2]> = Vec::new();
    for (event, objects) in subjects {
        let distinct: FxHashSet<Uuid> = objects.iter().copied().collect();
        rows.extend(distinct.into_iter().map(|object| [object, event.uuid()]));
    }
    // In the order of the primary key, which writes fewer of its pages.
    rows.sort_unstable();
    let columns = [audit_subject::Column::ObjectId, audit_subject::Column::EventId];
    insert_ids(connection, audit_subject::Entity, columns, &rows, &[]).await
}

/// For each filter, a page of its entries by time.
pub(crate) async fn pages<C: Connection>(
    connection: &C,
    filters: &[AuditFilter],
    direction: Direction,
    request: &PageRequest,
) -> Result<Vec<Page<AuditEvent>>> {
    let keyset = Keyset { id: audit_event::Column::Id, key: SortKey::Time(audit_event::Column::At), direction };
    let found = page::fetch_each(select_each(connection, filters).await?, keyset, request, connection).await?;
    Ok(found.into_iter().map(|page| page.map(AuditEvent::from)).collect())
}

pub(crate) async fn counts<C: Connection>(connection: &C, filters: &[AuditFilter]) -> Result<Vec<u64>> {
    page::count_each(select_each(connection, filters).await?, connection).await
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

async fn select_each<C: Connection>(
    connection: &C,
    filters: &[AuditFilter],
) -> Result<Vec<Select<audit_event::Entity>>> {
    let mut queries = Vec::with_capacity(filters.len());
    for filter in filters {
        let mut query = select(filter);
        if let Some(search) = &filter.search {
            query = query.filter(containing(connection, search).await?);
        }
        queries.push(query);
    }
    Ok(queries)
}

/// The entries of a filter, apart from its search.
fn select(filter: &AuditFilter) -> Select<audit_event::Entity> {
    use audit_event::Column;
    let mut condition = Condition::all()
        .add_option(filter.actor.map(|actor| Column::ActorId.is_in(actor.map(UserId::uuid))))
        .add_option(filter.target.map(|target| Column::TargetId.is_in(target)))
        .add_option(filter.involving.map(|object| object.map_or_else(page::no_rows, involving)))
        .add_option(filter.actions.as_deref().map(with_action))
        .add_option(filter.since.map(|since| Column::At.gte(in_range(since))))
        .add_option(filter.until.map(|until| Column::At.lt(in_range(until))));
    if let Some(outcomes) = &filter.outcomes {
        let outcomes = outcomes.iter().map(|&outcome| audit_event::Outcome::from(outcome));
        condition = condition.add(Column::Outcome.is_in(outcomes));
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

/// Entries of one of these actions, or, for `kind.*`, of a kind of actions. A text that cannot be an action names none.
fn with_action(actions: &[String]) -> Condition {
    let could_be = |action: &&String| action.len() <= 128 && !action.contains('\0');
    let mut condition = Condition::any();
    for action in actions.iter().filter(could_be) {
        condition = condition.add(match action.strip_suffix(".*") {
            Some(kind) => page::starts_with(&format!("{kind}."), audit_event::Column::Action),
            None => audit_event::Column::Action.eq(action.as_str()),
        });
    }
    if condition.is_empty() { page::no_rows() } else { condition }
}

/// The instant, moved into the years that every database compares; no entry lies outside them. It has an offset since
/// the driver sends MariaDB an instant in UTC as `timestamp`, which ends in 2038.
fn in_range(at: DateTime<Utc>) -> DateTime<FixedOffset> {
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

//! The entries of a filter, in parts that an index has in the order of the list.
//!
//! An index has the entries of one actor, target, action or outcome by time. What selects by several of them, joined by "or",
//! would be read and sorted whole, or compared entry by entry. A page of all is made of the pages of the parts.

use super::page;
use super::search::containing;
use crate::Result;
use crate::audit::{AuditFilter, Outcome};
use crate::database::Connection;
use chrono::{DateTime, Datelike, FixedOffset, Utc};
use engine::UserId;
use entity::audit_event::{self, Column, Entity};
use entity::audit_subject;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Select, Statement};
use std::collections::BTreeSet;
use uuid::Uuid;

/// The names of all actions in the log: an index is asked for the next one after each.
const ACTIONS: &str = "WITH RECURSIVE names (action) AS (SELECT MIN(action) FROM audit_events UNION ALL \
    SELECT (SELECT MIN(event.action) FROM audit_events event WHERE event.action > names.action) FROM names \
    WHERE names.action IS NOT NULL) SELECT action FROM names WHERE action IS NOT NULL";

/// The entries of a filter: each is in one of the parts.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub(super) async fn parts<C: Connection>(connection: &C, filter: &AuditFilter) -> Result<Vec<Select<Entity>>> {
    let mut common = Condition::all()
        .add_option(filter.actor.map(|actor| Column::ActorId.is_in(actor.map(UserId::uuid))))
        .add_option(filter.target.map(|target| Column::TargetId.is_in(target)))
        .add_option(filter.since.map(|since| Column::At.gte(in_range(since))))
        .add_option(filter.until.map(|until| Column::At.lt(in_range(until))));
    if let Some(search) = &filter.search {
        common = common.add(containing(connection, search).await?);
    }
    let actions = match &filter.actions {
        Some(actions) => Some(named(connection, actions).await?),
        None => None,
    };
    let outcomes = filter.outcomes.as_deref().map(with_outcome);
    let has_own_index = filter.actor.is_some() || filter.target.is_some() || filter.search.is_some();
    let parts = match (filter.involving, actions, outcomes) {
        (Some(object), actions, outcomes) => {
            common = common.add_option(actions.map(any)).add_option(outcomes.map(any));
            object.map_or_else(Vec::new, |object| involving_in_parts(object).into())
        }
        (None, actions, outcomes) if has_own_index => {
            common = common.add_option(actions.map(any)).add_option(outcomes.map(any));
            vec![Condition::all()]
        }
        (None, Some(actions), outcomes) => {
            common = common.add_option(outcomes.map(any));
            actions
        }
        (None, None, Some(outcomes)) => outcomes,
        (None, None, None) => vec![Condition::all()],
    };
    let parts = if parts.is_empty() { vec![page::no_rows()] } else { parts };
    Ok(parts.into_iter().map(|part| Entity::find().filter(common.clone()).filter(part)).collect())
}

/// Entries of which one of the conditions holds.
fn any(conditions: Vec<Condition>) -> Condition {
    if conditions.is_empty() { page::no_rows() } else { conditions.into_iter().fold(Condition::any(), Condition::add) }
}

/// Entries whose actor, target or subject the object is.
pub(super) fn involving(object: Uuid) -> Condition {
    any(vec![Column::ActorId.eq(object).into(), Column::TargetId.eq(object).into(), with_subject(object)])
}

/// The same, each entry in one part.
fn involving_in_parts(object: Uuid) -> [Condition; 3] {
    let is_not = |column: Column| Condition::any().add(column.is_null()).add(column.ne(object));
    let acted = Condition::all().add(Column::ActorId.eq(object));
    let target = Condition::all().add(Column::TargetId.eq(object)).add(is_not(Column::ActorId));
    let other = with_subject(object).add(is_not(Column::ActorId)).add(is_not(Column::TargetId));
    [acted, target, other]
}

fn with_subject(object: Uuid) -> Condition {
    let subjects = Query::select()
        .column(audit_subject::Column::EventId)
        .from(audit_subject::Entity)
        .and_where(audit_subject::Column::ObjectId.eq(object))
        .to_owned();
    Condition::all().add(Column::Id.in_subquery(subjects))
}

/// One condition for each of these actions, and for each action of a kind that is named as `kind.*`. A text that cannot be an
/// action names none.
async fn named<C: Connection>(connection: &C, actions: &[String]) -> Result<Vec<Condition>> {
    let could_be = |action: &&String| action.len() <= 128 && !action.contains('\0');
    let (kinds, names): (Vec<_>, Vec<_>) = actions.iter().filter(could_be).partition(|action| action.ends_with(".*"));
    let mut names: BTreeSet<String> = names.into_iter().cloned().collect();
    if !kinds.is_empty() {
        let is_of_kind = |name: &String| kinds.iter().any(|kind| name.starts_with(kind.trim_end_matches('*')));
        names.extend(all_actions(connection).await?.into_iter().filter(is_of_kind));
    }
    Ok(names.into_iter().map(|name| Column::Action.eq(name).into()).collect())
}

async fn all_actions<C: Connection>(connection: &C) -> Result<Vec<String>> {
    let statement = Statement::from_string(connection.get_database_backend(), ACTIONS);
    let rows = connection.query_all_raw(statement).await?;
    Ok(rows.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?)
}

/// One condition for each of these outcomes, or one for all when success is among them, as it is of most entries. An index has
/// all others: a database uses it for a constant, not for a parameter.
fn with_outcome(outcomes: &[Outcome]) -> Vec<Condition> {
    if outcomes.contains(&Outcome::Success) {
        let outcomes = outcomes.iter().map(|&outcome| audit_event::Outcome::from(outcome));
        return vec![Column::Outcome.is_in(outcomes).into()];
    }
    let outcomes = [Outcome::Denied, Outcome::Failure].into_iter().filter(|outcome| outcomes.contains(outcome));
    let refused = |outcome: Outcome| {
        let outcome = Column::Outcome.eq(audit_event::Outcome::from(outcome));
        Condition::all().add(outcome).add(Expr::cust("outcome <> 'SUCCESS'"))
    };
    outcomes.map(refused).collect()
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

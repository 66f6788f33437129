//! Insertion of entries and of the objects that they concern.

use crate::Result;
use crate::audit::AuditEvent;
use crate::database::Connection;
use crate::store::bulk::{Form, insert_ids, insert_texts};
use engine::{AuditEventId, UserId};
use entity::{audit_event, audit_subject};
use rustc_hash::FxHashSet;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveEnum, EntityTrait, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

/// Entries that are inserted value by value. More of them are an import, and have most values in common.
const FEW: usize = 50;

/// Inserts entries.
pub(crate) async fn insert<C: Connection>(connection: &C, events: &[AuditEvent]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    if events.len() > FEW {
        return insert_many(connection, events).await;
    }
    let rows = events.iter().cloned().map(|event| audit_event::Model::from(event).into_active_model());
    audit_event::Entity::insert_many(rows).exec_without_returning(connection).await?;
    Ok(())
}

impl From<AuditEvent> for audit_event::Model {
    fn from(event: AuditEvent) -> Self {
        Self {
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
            impact: event.impact.map(|impact| json!(impact)),
        }
    }
}

async fn insert_many<C: Connection>(connection: &C, events: &[AuditEvent]) -> Result<()> {
    use audit_event::Column;
    let columns = [
        (Column::Id, Form::Id),
        (Column::Action, Form::Text),
        (Column::TargetType, Form::Text),
        (Column::TargetId, Form::Id),
        (Column::TargetLabel, Form::Text),
        (Column::Summary, Form::Text),
        (Column::Before, Form::Json),
        (Column::After, Form::Json),
        (Column::Reason, Form::Text),
    ];
    for events in events.chunk_by(are_of_one_act) {
        let Some(first) = events.first() else { continue };
        let others = [
            (Column::At, first.at.into()),
            (Column::Outcome, Expr::value(audit_event::Outcome::from(first.outcome).to_value())),
            (Column::ActorId, first.actor.map(UserId::uuid).into()),
            (Column::ActorLabel, first.actor_label.clone().into()),
            (Column::IpAddress, first.ip_address.clone().into()),
            (Column::UserAgent, first.user_agent.clone().into()),
            (Column::RequestId, first.request.uuid().to_string().into()),
        ];
        let rows: Vec<_> = events.iter().map(texts).collect();
        insert_texts(connection, audit_event::Entity, &columns, &rows, &others).await?;
    }
    Ok(())
}

/// Whether two entries have the same time, outcome, actor and request.
fn are_of_one_act(a: &AuditEvent, b: &AuditEvent) -> bool {
    a.at == b.at
        && a.outcome == b.outcome
        && a.actor == b.actor
        && a.actor_label == b.actor_label
        && a.ip_address == b.ip_address
        && a.user_agent == b.user_agent
        && a.request == b.request
}

/// What else an entry has, in the order of the columns.
fn texts(event: &AuditEvent) -> Vec<Option<String>> {
    vec![
        Some(event.id.uuid().simple().to_string()),
        Some(event.action.clone()),
        event.target_type.clone(),
        event.target_id.map(|target| target.simple().to_string()),
        event.target_label.clone(),
        Some(event.summary.clone()),
        event.before.as_ref().map(ToString::to_string),
        event.after.as_ref().map(ToString::to_string),
        event.reason.clone(),
    ]
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

//! Queries of the audit log.

#![expect(clippy::too_many_arguments, reason = "one parameter for each GraphQL argument")]

use super::types::AuditOutcome;
use super::{AuditEvent, AuditEventConnection};
use crate::graphql::connection;
use crate::graphql::guard::directives::has_permission;
use crate::graphql::id;
use crate::graphql::order::OrderDirection;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, ID, InputObject, Object, Result};
use service::audit::ACTIONS;
use service::page::{Direction, PageArguments};

/// Filter for audit events. Conditions are combined with AND; omitted and null conditions match every event.
#[derive(Debug, Default, InputObject)]
pub struct AuditFilter {
    /// Text contained in the summary, without regard to case.
    search: Option<String>,
    /// Id of the user who acted.
    actor_id: Option<ID>,
    /// Id of the object acted on.
    target_id: Option<ID>,
    /// Id of an object that the event concerns as its actor, its target or a related object.
    involving_id: Option<ID>,
    /// Actions, at most 100, as in `auditActions`; `role.*` matches all actions that begin with `role.`. Fails with BAD_USER_INPUT for an action that does not exist.
    actions: Option<Vec<String>>,
    /// Outcomes of the action.
    outcome: Option<Vec<AuditOutcome>>,
    /// Earliest time of the event, inclusive.
    since: Option<DateTime>,
    /// Latest time of the event, exclusive.
    until: Option<DateTime>,
}

/// Order of audit events, by time.
#[derive(Debug, InputObject)]
pub struct AuditOrder {
    /// Sort direction.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

impl From<AuditFilter> for service::audit::AuditFilter {
    fn from(filter: AuditFilter) -> Self {
        Self {
            actor: filter.actor_id.as_ref().map(id::parse),
            target: filter.target_id.as_ref().map(id::parse_object),
            involving: filter.involving_id.as_ref().map(id::parse_object),
            actions: filter.actions,
            outcomes: filter.outcome.map(|outcomes| outcomes.into_iter().map(Into::into).collect()),
            search: filter.search,
            since: filter.since.map(|since| since.0),
            until: filter.until.map(|until| until.0),
        }
    }
}

/// Queries of the audit log.
#[derive(Debug, Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// Actions that audit events can have, sorted.
    #[graphql(directive = has_permission::apply("audit:read"))]
    async fn audit_actions(&self) -> Option<&'static [&'static str]> {
        Some(&ACTIONS)
    }

    /// Audit events, newest first by default.
    #[graphql(directive = has_permission::apply("audit:read"))]
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        filter: Option<AuditFilter>,
        order_by: Option<AuditOrder>,
    ) -> Result<Option<AuditEventConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        let direction = order_by.map_or(Direction::Descending, |order| order.direction.into());
        AuditEvent::list(ctx, filter.unwrap_or_default().into(), direction, &page).await.map(Some)
    }
}

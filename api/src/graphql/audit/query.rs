//! Reading the audit log.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments, one by one")]

use super::types::AuditOutcome;
use super::{AuditEvent, AuditEventConnection};
use crate::graphql::connection;
use crate::graphql::given;
use crate::graphql::guard::directives::has_permission;
use crate::graphql::order::OrderDirection;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, ID, InputObject, Object, Result};
use service::page::{Direction, PageArguments};

/// Which audit events to list.
#[derive(Debug, Default, InputObject)]
pub struct AuditFilter {
    /// Part of the summary.
    search: Option<String>,
    /// By this user.
    actor_id: Option<ID>,
    /// On this object.
    target_id: Option<ID>,
    /// By or on this object, or on something that belongs to it.
    involving_id: Option<ID>,
    /// One of these actions; `role.*` stands for all of one kind.
    actions: Option<Vec<String>>,
    /// With one of these outcomes.
    outcome: Option<Vec<AuditOutcome>>,
    /// Not before.
    since: Option<DateTime>,
    /// Before.
    until: Option<DateTime>,
}

/// Order of audit events.
#[derive(Debug, InputObject)]
pub struct AuditOrder {
    /// By time: newest first (DESC) or oldest first.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

impl From<AuditFilter> for service::audit::AuditFilter {
    fn from(filter: AuditFilter) -> Self {
        Self {
            actor: filter.actor_id.as_ref().map(given::user),
            target: filter.target_id.as_ref().map(given::object),
            involving: filter.involving_id.as_ref().map(given::object),
            actions: filter.actions,
            outcomes: filter.outcome.map(|outcomes| outcomes.into_iter().map(Into::into).collect()),
            search: filter.search,
            since: filter.since.map(|since| since.0),
            until: filter.until.map(|until| until.0),
        }
    }
}

/// Reads of the audit log.
#[derive(Debug, Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// The audit log, newest first unless asked otherwise.
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

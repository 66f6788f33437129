//! Queries of sessions.

use super::{Session, SessionConnection};
use crate::graphql::connection;
use crate::graphql::guard::directives::has_permission;
use crate::graphql::id;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, ID, InputObject, Object, Result};
use service::page::PageArguments;

/// Filter for sessions. Conditions are combined with AND; omitted and null conditions match every session.
#[derive(Debug, Default, InputObject)]
pub struct SessionFilter {
    /// Id of the user of the session.
    user_id: Option<ID>,
    /// IP address from which the session was last used.
    ip_address: Option<String>,
    /// Earliest time of the last use, inclusive.
    active_since: Option<DateTime>,
}

impl From<SessionFilter> for service::sessions::SessionFilter {
    fn from(filter: SessionFilter) -> Self {
        Self {
            user: filter.user_id.as_ref().map(id::parse),
            ip_address: filter.ip_address,
            active_since: filter.active_since.map(|since| since.0),
        }
    }
}

/// Queries of sessions.
#[derive(Debug, Default)]
pub struct SessionQuery;

#[Object]
impl SessionQuery {
    /// Live sessions of all users, most recently used first.
    #[graphql(directive = has_permission::apply("session:read"))]
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        filter: Option<SessionFilter>,
    ) -> Result<Option<SessionConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        Session::list(ctx, filter.unwrap_or_default().into(), &page).await.map(Some)
    }
}

//! Finding sessions.

#![expect(clippy::too_many_arguments, reason = "the contract's arguments, one by one")]

use super::{Session, SessionConnection};
use crate::graphql::connection;
use crate::graphql::given;
use crate::graphql::guard::directives::has_permission;
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, ID, InputObject, Object, Result};
use service::page::PageArguments;

/// Which sessions to list.
#[derive(Debug, Default, InputObject)]
pub struct SessionFilter {
    /// Of this user.
    user_id: Option<ID>,
    /// From this address.
    ip_address: Option<String>,
    /// Used since then.
    active_since: Option<DateTime>,
}

impl From<SessionFilter> for service::sessions::SessionFilter {
    fn from(filter: SessionFilter) -> Self {
        Self {
            user: filter.user_id.as_ref().map(given::user),
            ip_address: filter.ip_address,
            active_since: filter.active_since.map(|since| since.0),
        }
    }
}

/// Reads of sessions.
#[derive(Debug, Default)]
pub struct SessionQuery;

#[Object]
impl SessionQuery {
    /// Live sessions across users.
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

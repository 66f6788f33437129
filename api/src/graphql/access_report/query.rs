//! The query of the access report.

use super::types::{AccessReportRow, AccessReportRowConnection};
use crate::graphql::context::request;
use crate::graphql::guard::directives::has_permission;
use crate::graphql::scalars::{DateTime, PermissionName};
use crate::graphql::{arguments, connection, id};
use async_graphql::{Context, ID, InputObject, Object, Result};
use engine::Policy;
use service::page::PageArguments;

/// Filter for rows of the access report. Conditions are combined with AND; omitted and null conditions match every row. A
/// user, role or permission that does not exist is an error: an empty report would look as if nobody had access.
#[derive(Debug, Default, InputObject)]
pub struct AccessReportFilter {
    /// Id of the user.
    user_id: Option<ID>,
    /// Id of the assigned role.
    role_id: Option<ID>,
    /// Name of a permission that the role or the grant leads to: roles that hold it, inherited permissions and patterns
    /// included, and direct grants of it.
    permission: Option<PermissionName>,
    /// Whether only direct grants match. False matches every row.
    direct_only: Option<bool>,
    /// Time since which the role or permission was not used. Uses are recorded by day: one on the day of this time (UTC)
    /// counts as later.
    unused_since: Option<DateTime>,
    /// Time before which the assignment or grant expires, exclusive.
    expiring_before: Option<DateTime>,
    /// Whether only rare assignments and grants match: those that fewer than one in ten have among the user and the users who
    /// share a role with the user. Default roles are not counted as shared. False matches every row.
    rare_among_peers: Option<bool>,
}

impl AccessReportFilter {
    /// The filter with the id of the named permission.
    fn resolve(self, policy: &Policy) -> service::access_report::AccessReportFilter {
        service::access_report::AccessReportFilter {
            user: self.user_id.as_ref().map(id::parse),
            role: self.role_id.as_ref().map(id::parse),
            permission: self.permission.map(|name| arguments::permission_named(policy, &name)),
            direct_only: self.direct_only.unwrap_or_default(),
            unused_since: self.unused_since.map(|since| since.0),
            expiring_before: self.expiring_before.map(|before| before.0),
            rare_among_peers: self.rare_among_peers.unwrap_or_default(),
        }
    }
}

/// Queries of the access report.
#[derive(Debug, Default)]
pub struct AccessReportQuery;

#[Object]
impl AccessReportQuery {
    /// Roles assigned to users, and direct grants: by whom, until when, and last used when. Roles come first, each kind by
    /// age, then users by age. What has expired is not listed; what begins later is.
    #[graphql(directive = has_permission::apply("access:review"))]
    async fn access_report(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        filter: Option<AccessReportFilter>,
    ) -> Result<Option<AccessReportRowConnection>> {
        let page = connection::page_request(ctx, &PageArguments { first, after, last, before })?;
        let filter = filter.unwrap_or_default().resolve(&request(ctx).policy);
        AccessReportRow::list(ctx, filter, &page).await.map(Some)
    }
}

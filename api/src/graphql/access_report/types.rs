//! GraphQL types of the access report.

use crate::graphql::connection::{Total, connection};
use crate::graphql::context::request;
use crate::graphql::entity::{Entity, Visible};
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::inherit;
use crate::graphql::permissions::Permission;
use crate::graphql::roles::Role;
use crate::graphql::scalars::DateTime;
use crate::graphql::users::User;
use async_graphql::{Context, Object, Result};
use engine::Policy;
use futures_util::FutureExt as _;
use service::access_report::{self, AccessReportFilter, HeldObject};
use service::page::PageRequest;
use std::sync::Arc;

connection! {
    /// Page of the access report.
    AccessReportRowConnection,
    /// Row of the access report, with its cursor.
    AccessReportRowEdge,
    AccessReportRow
}

/// A role that is assigned to a user, or a direct grant.
#[derive(Clone, Debug)]
pub struct AccessReportRow {
    row: access_report::AccessReportRow,
    policy: Arc<Policy>,
}

impl AccessReportRow {
    /// A page of the rows that match the filter.
    /// # Errors
    /// `BAD_USER_INPUT` for an unknown object of the filter and for a cursor of another list; `SERVICE_UNAVAILABLE` when the
    /// rows cannot be read.
    pub(super) async fn list(
        ctx: &Context<'_>,
        filter: AccessReportFilter,
        page: &PageRequest,
    ) -> Result<AccessReportRowConnection> {
        let request = request(ctx);
        let report = Arc::new(access_report::read(&request.service).await.map_err(to_graphql)?);
        let found = report.page(&filter, page).await.map_err(to_graphql)?;
        let found = found.map(|row| Self { row, policy: Arc::clone(&request.policy) });
        let filter = Arc::new(filter);
        let total = Total::counted_by_loaders(move |_| {
            let (report, filter) = (Arc::clone(&report), Arc::clone(&filter));
            async move { report.count(&filter).await.map_err(to_graphql) }.boxed()
        });
        Ok(AccessReportRowConnection::new(found, total))
    }
}

/// A role that is assigned to a user, or a direct grant.
#[Object]
impl AccessReportRow {
    /// User who has the role or the grant.
    #[graphql(directive = inherit::apply())]
    async fn user(&self) -> Entity<User> {
        Entity(User::by_id(self.row.holding.user, Arc::clone(&self.policy)))
    }

    /// Role that is assigned. Null for a direct grant and when the caller may not see the role.
    #[graphql(directive = inherit::apply())]
    async fn role(&self) -> Option<Visible<Role>> {
        match self.row.holding.object {
            HeldObject::Role(role) => Role::find(&self.policy, role).map(|role| Visible(Entity(role))),
            HeldObject::Permission(_) => None,
        }
    }

    /// Permission that is granted directly. Null for a role and when the caller may not see the permission.
    #[graphql(directive = inherit::apply())]
    async fn permission(&self) -> Option<Visible<Permission>> {
        match self.row.holding.object {
            HeldObject::Permission(permission) => {
                Permission::find(&self.policy, permission).map(|permission| Visible(Entity(permission)))
            }
            HeldObject::Role(_) => None,
        }
    }

    /// Time of the assignment or grant.
    async fn granted_at(&self) -> DateTime {
        DateTime(self.row.granted_at)
    }

    /// User who made the assignment or grant. Null when the operator or the system made it and when the caller may not see the
    /// user.
    #[graphql(directive = inherit::apply())]
    async fn granted_by(&self) -> Option<Visible<User>> {
        let user = self.row.granted_by?;
        Some(Visible(Entity(User::by_id(user, Arc::clone(&self.policy)))))
    }

    /// Time at which the assignment or grant expires. Null when it is permanent.
    async fn expires_at(&self) -> Option<DateTime> {
        self.row.expires_at.map(DateTime)
    }

    /// Start of the last day (UTC) on which the role or permission allowed the user something, by a guard or a decision of
    /// `checkAccess`. Null when no use was recorded. A use is shown within a minute.
    async fn last_used_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime>> {
        let last_use = request(ctx).loaders.last_use(self.row.holding).await?;
        Ok(last_use.map(|at| DateTime(*at)))
    }
}

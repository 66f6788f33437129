//! Sessions as the API shows them.

use crate::graphql::connection::{Total, connection};
use crate::graphql::context::{caller_at, request};
use crate::graphql::entity::{Entity, NodeRef, Owned};
use crate::graphql::guard::directives::{inherit, self_or, visible_to};
use crate::graphql::id::{self, EntityType};
use crate::graphql::loaders::gone;
use crate::graphql::permissions::Permission;
use crate::graphql::roles::Role;
use crate::graphql::scalars::{DateTime, Json, PermissionName};
use crate::graphql::users::User;
use async_graphql::{Context, ID, Object, Result};
use engine::{Policy, SessionId, Subject};
use futures_util::FutureExt as _;
use service::page::PageRequest;
use service::sessions::{Session as Row, SessionFilter};
use std::sync::Arc;

/// Bytes of kept values that count as one value of an answer.
const BYTES: usize = 8;

connection! {
    /// A page of sessions.
    SessionConnection,
    /// One of the sessions, with its cursor.
    SessionEdge,
    Entity<Session>
}

/// A signed-in device.
#[derive(Clone, Debug)]
pub struct Session {
    row: Arc<Row>,
    policy: Arc<Policy>,
}

impl Session {
    /// A session that was read.
    #[must_use]
    pub fn of_row(row: impl Into<Arc<Row>>, policy: Arc<Policy>) -> Self {
        Self { row: row.into(), policy }
    }

    /// A session by id, or nothing when there is none.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when it cannot be read.
    pub async fn find(ctx: &Context<'_>, id: SessionId) -> Result<Option<Self>> {
        let request = request(ctx);
        let row = request.loaders.session(id).await?;
        Ok(row.map(|row| Self::of_row(row, Arc::clone(&request.policy))))
    }

    /// A page of the live sessions that the filter lets through, most recently used first.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when they cannot be read.
    pub async fn list(ctx: &Context<'_>, filter: SessionFilter, page: &PageRequest) -> Result<SessionConnection> {
        let request = request(ctx);
        let found = request.loaders.sessions(filter.clone(), page).await?;
        let found = found.map(|row| Entity(Self::of_row(row, Arc::clone(&request.policy))));
        let total = Total::counted_together(move |request| request.loaders.session_count(filter.clone()).boxed());
        Ok(SessionConnection::new(found, total))
    }

    /// What the session holds now.
    async fn subject(&self, ctx: &Context<'_>) -> Result<Subject> {
        let subject = request(ctx).loaders.subject(self.row.user).await?.ok_or_else(|| gone("user"))?;
        Ok(subject.in_session(self.row.activation.clone()))
    }
}

impl Owned for Session {
    const TYPE: EntityType = EntityType::Session;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.row.id.uuid(), owner: Some(self.row.user) }
    }
}

/// A signed-in device.
#[Object(directive = visible_to::apply("session:read"))]
impl Session {
    /// Global id; also the `sid` of issued tokens.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::Session, self.row.id.uuid())
    }

    /// Whose it is.
    #[graphql(directive = inherit::apply())]
    async fn user(&self) -> Entity<User> {
        Entity(User::by_id(self.row.user, Arc::clone(&self.policy)))
    }

    /// Is it the one that is asking?
    async fn is_current(&self, ctx: &Context<'_>) -> bool {
        caller_at(ctx).is_some_and(|caller| caller.session == self.row.id)
    }

    /// Readable device, for example `Firefox on Linux`.
    async fn device(&self) -> &str {
        &self.row.device
    }

    /// As the device called itself.
    async fn user_agent(&self) -> Option<&str> {
        self.row.user_agent.as_deref()
    }

    /// Last address seen.
    async fn ip_address(&self) -> Option<&str> {
        self.row.ip_address.as_deref()
    }

    /// Signed in at.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// Last used at, to about a minute.
    async fn last_seen_at(&self) -> DateTime {
        DateTime(self.row.last_seen_at)
    }

    /// Ends at, unless refreshed.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.row.expires_at)
    }

    /// Ended early at.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.row.revoked_at.map(DateTime)
    }

    /// Active roles.
    #[graphql(directive = inherit::apply())]
    async fn active_roles(&self, ctx: &Context<'_>) -> Result<Vec<Entity<Role>>> {
        let subject = self.subject(ctx).await?;
        Ok(Role::all(&self.policy, self.policy.active_roles(&subject, request(ctx).now)))
    }

    /// Permissions of those and of the user's direct grants.
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Vec<PermissionName>> {
        let subject = self.subject(ctx).await?;
        let held = self.policy.permissions_of(&subject, request(ctx).now);
        Permission::names(ctx, &self.policy, &held)
    }

    /// Values the application keeps with the session on the server, at most 4 KiB in all, as one object; null while there are none. Its user and holders of `session:read` see them.
    #[graphql(directive = self_or::apply("session:read"))]
    async fn data(&self, ctx: &Context<'_>) -> Result<Option<Json>> {
        request(ctx).afford(self.row.data.bytes() / BYTES)?;
        Ok(self.row.data.to_value().map(Json))
    }
}

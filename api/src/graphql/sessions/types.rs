//! GraphQL types of sessions.

use crate::graphql::connection::{Total, connection};
use crate::graphql::context::{caller_at, request};
use crate::graphql::entity::{Entity, NodeObject, NodeRef};
use crate::graphql::guard::directives::{inherit, self_or, visible_to};
use crate::graphql::id::{self, EntityType};
use crate::graphql::list::Texts;
use crate::graphql::loaders::gone;
use crate::graphql::permissions::Permission;
use crate::graphql::roles::Role;
use crate::graphql::scalars::{DateTime, Json, PermissionName};
use crate::graphql::users::User;
use async_graphql::{Context, ID, Object, Result};
use engine::{Policy, SessionId, Subject};
use futures_util::FutureExt as _;
use service::page::PageRequest;
use service::sessions::{Session as SessionRecord, SessionFilter};
use std::sync::Arc;

/// Bytes of application data that count as one value of the response.
const BYTES_PER_VALUE: usize = 8;

connection! {
    /// Page of a list of sessions.
    SessionConnection,
    /// Session in a list, with its cursor.
    SessionEdge,
    Entity<Session>
}

/// A session of a user on a device.
#[derive(Clone, Debug)]
pub struct Session {
    record: Arc<SessionRecord>,
    policy: Arc<Policy>,
}

impl Session {
    /// A session from its record.
    #[must_use]
    pub fn of_record(record: impl Into<Arc<SessionRecord>>, policy: Arc<Policy>) -> Self {
        Self { record: record.into(), policy }
    }

    /// The session with this id, if there is one.
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when it cannot be read.
    pub async fn find(ctx: &Context<'_>, id: SessionId) -> Result<Option<Self>> {
        let request = request(ctx);
        let record = request.loaders.session(id).await?;
        Ok(record.map(|record| Self::of_record(record, Arc::clone(&request.policy))))
    }

    /// A page of the live sessions that match the filter, most recently used first.
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when they cannot be read.
    pub async fn list(ctx: &Context<'_>, filter: SessionFilter, page: &PageRequest) -> Result<SessionConnection> {
        let request = request(ctx);
        let found = request.loaders.sessions(filter.clone(), page).await?;
        let found = found.map(|record| Entity(Self::of_record(record, Arc::clone(&request.policy))));
        let total = Total::counted_by_loaders(move |request| request.loaders.session_count(filter.clone()).boxed());
        Ok(SessionConnection::new(found, total))
    }

    /// The user of the session with its active roles.
    async fn subject(&self, ctx: &Context<'_>) -> Result<Subject> {
        let subject = request(ctx).loaders.subject(self.record.user).await?.ok_or_else(|| gone("user"))?;
        Ok(subject.with_activation(self.record.activation.clone()))
    }
}

impl NodeObject for Session {
    const TYPE: EntityType = EntityType::Session;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.record.id.uuid(), owner: Some(self.record.user) }
    }
}

/// Session of a user on a device.
#[Object(directive = visible_to::apply("session:read"))]
impl Session {
    /// Global id of the session; also the `sid` claim of its tokens.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::Session, self.record.id.uuid())
    }

    /// User of the session.
    #[graphql(directive = inherit::apply())]
    async fn user(&self) -> Entity<User> {
        Entity(User::by_id(self.record.user, Arc::clone(&self.policy)))
    }

    /// Whether the session is that of the request.
    async fn is_current(&self, ctx: &Context<'_>) -> bool {
        caller_at(ctx).is_some_and(|caller| caller.session == self.record.id)
    }

    /// Name of the device, for example `Firefox on Linux`.
    async fn device(&self) -> &str {
        &self.record.device
    }

    /// `User-Agent` header of the device.
    async fn user_agent(&self) -> Option<&str> {
        self.record.user_agent.as_deref()
    }

    /// IP address from which the session was last used.
    async fn ip_address(&self) -> Option<&str> {
        self.record.ip_address.as_deref()
    }

    /// Time at which the session was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.record.created_at)
    }

    /// Time at which the session was last used, accurate to about a minute.
    async fn last_seen_at(&self) -> DateTime {
        DateTime(self.record.last_seen_at)
    }

    /// Time at which the session expires unless it is refreshed.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.record.expires_at)
    }

    /// Time at which the session was revoked. Null when it was not.
    async fn revoked_at(&self) -> Option<DateTime> {
        self.record.revoked_at.map(DateTime)
    }

    /// Active roles of the session, inherited roles not included (SessionRoles).
    #[graphql(directive = inherit::apply())]
    async fn active_roles(&self, ctx: &Context<'_>) -> Result<Vec<Entity<Role>>> {
        let subject = self.subject(ctx).await?;
        Ok(Role::all(&self.policy, self.policy.active_roles(&subject, request(ctx).now)))
    }

    /// Names of the permissions held by the session, through active roles and direct grants, sorted
    /// (SessionPermissions).
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Texts<'_, PermissionName>> {
        let subject = self.subject(ctx).await?;
        let held = self.policy.permissions_of(&subject, request(ctx).now);
        Permission::names(ctx, &self.policy, &held)
    }

    /// Values that the application keeps with the session, as one object of at most 4,096 bytes of JSON. Null when
    /// there are none.
    #[graphql(directive = self_or::apply("session:read"))]
    async fn data(&self, ctx: &Context<'_>) -> Result<Option<Json>> {
        request(ctx).reserve(self.record.data.bytes() / BYTES_PER_VALUE)?;
        Ok(self.record.data.to_value().map(Json))
    }
}

//! Entries of the audit log as the API shows them.

use crate::graphql::connection::{Total, connection};
use crate::graphql::context::{caller_at, request};
use crate::graphql::entity::{Entity, NodeRef, Owned, Seen};
use crate::graphql::guard::directives::{inherit, visible_to};
use crate::graphql::id::{self, EntityType};
use crate::graphql::scalars::{DateTime, Json};
use crate::graphql::users::User;
use async_graphql::{Context, Enum, ID, Object, Result};
use engine::AuditEventId;
use futures_util::FutureExt as _;
use service::audit::{AuditEvent as Row, AuditFilter};
use service::page::{Direction, PageRequest};
use std::sync::Arc;

connection! {
    /// A page of audit events.
    AuditEventConnection,
    /// One of the audit events, with its cursor.
    AuditEventEdge,
    Entity<AuditEvent>
}

/// How the log calls whoever has not signed in; the service itself has no id there either.
const ANONYMOUS: &str = "anonymous";

/// One entry of the audit log.
#[derive(Clone, Debug)]
pub struct AuditEvent(Arc<Row>);

/// Outcomes of an audited action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::audit::Outcome")]
pub enum AuditOutcome {
    /// Done.
    Success,
    /// Refused by a guard or a constraint.
    Denied,
    /// Tried and failed, for example a wrong password.
    Failure,
}

impl AuditEvent {
    /// An entry by id, or nothing when there is none.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when it cannot be read.
    pub async fn find(ctx: &Context<'_>, id: AuditEventId) -> Result<Option<Self>> {
        Ok(request(ctx).loaders.audit_event(id).await?.map(Self))
    }

    /// A page of the entries that the filter lets through, by time.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when they cannot be read.
    pub async fn list(
        ctx: &Context<'_>,
        filter: AuditFilter,
        direction: Direction,
        page: &PageRequest,
    ) -> Result<AuditEventConnection> {
        let request = request(ctx);
        let found = request.loaders.audit_trail(filter.clone(), direction, page).await?;
        let found = found.map(|row| Entity(Self(row)));
        let total = Total::counted_together(move |request| request.loaders.audit_count(filter.clone()).boxed());
        Ok(AuditEventConnection::new(found, total))
    }

    /// Where an act came from and why is for those who read the whole log, and for whoever did it;
    /// of anonymous acts, for everyone who sees the entry.
    fn origin<'a, T>(&'a self, ctx: &Context<'_>, of: impl FnOnce(&'a Row) -> Option<T>) -> Option<T> {
        let is_anonymous = self.0.actor.is_none() && self.0.actor_label == ANONYMOUS;
        let may_see = is_anonymous
            || caller_at(ctx).is_some_and(|caller| {
                self.0.actor == Some(caller.user) || caller.holds("audit:read", request(ctx).now)
            });
        if may_see { of(&self.0) } else { None }
    }
}

impl Owned for AuditEvent {
    const TYPE: EntityType = EntityType::AuditEvent;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.0.id.uuid(), owner: self.0.actor }
    }
}

/// One entry of the audit log. Written for every change, every sign-in and every denial of a guarded mutation; never changed afterwards.
#[Object(directive = visible_to::apply("audit:read"))]
impl AuditEvent {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::AuditEvent, self.0.id.uuid())
    }

    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// What, for example `role.grant_permissions`.
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// Done, refused or failed.
    async fn outcome(&self) -> AuditOutcome {
        self.0.outcome.into()
    }

    /// Who; null for the system and for anonymous callers.
    #[graphql(directive = inherit::apply())]
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<Seen<User>>> {
        match self.0.actor {
            Some(actor) => Ok(User::find(ctx, actor).await?.map(|user| Seen(Entity(user)))),
            None => Ok(None),
        }
    }

    /// Who, readable, as of then; stays when the user is gone.
    async fn actor_label(&self) -> &str {
        &self.0.actor_label
    }

    /// Type of the object acted on.
    async fn target_type(&self) -> Option<&str> {
        self.0.target_type.as_deref()
    }

    /// Id of that object; it may be gone.
    async fn target_id(&self) -> Option<ID> {
        let kind = EntityType::ALL.into_iter().find(|kind| Some(kind.type_name()) == self.0.target_type.as_deref())?;
        self.0.target_id.map(|target| id::encode(kind, target))
    }

    /// Its readable name, as of then.
    async fn target_label(&self) -> Option<&str> {
        self.0.target_label.as_deref()
    }

    /// One sentence, for example `ana granted invoice:approve to clerk`.
    async fn summary(&self) -> &str {
        &self.0.summary
    }

    /// State before, of what changed.
    async fn before(&self) -> Option<Json> {
        self.0.before.clone().map(Json)
    }

    /// State after, of what changed.
    async fn after(&self) -> Option<Json> {
        self.0.after.clone().map(Json)
    }

    /// Reason given by the actor, or the code of the refusal.
    async fn reason(&self, ctx: &Context<'_>) -> Option<&str> {
        self.origin(ctx, |row| row.reason.as_deref())
    }

    /// From where. Null unless the caller holds `audit:read`, is the actor, or the actor was anonymous; the same for `userAgent` and `reason`.
    async fn ip_address(&self, ctx: &Context<'_>) -> Option<&str> {
        self.origin(ctx, |row| row.ip_address.as_deref())
    }

    /// With what.
    async fn user_agent(&self, ctx: &Context<'_>) -> Option<&str> {
        self.origin(ctx, |row| row.user_agent.as_deref())
    }

    /// Finds the request in the logs.
    async fn request_id(&self) -> String {
        self.0.request.uuid().to_string()
    }
}

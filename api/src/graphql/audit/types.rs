//! GraphQL types of the audit log.

use crate::graphql::connection::{Total, connection};
use crate::graphql::context::{caller_at, request};
use crate::graphql::entity::{Entity, NodeObject, NodeRef, Visible};
use crate::graphql::guard::directives::{inherit, visible_to};
use crate::graphql::id::{self, EntityType};
use crate::graphql::impact::Impact;
use crate::graphql::scalars::{DateTime, Json};
use crate::graphql::users::User;
use async_graphql::{Context, Enum, ID, Object, Result};
use engine::AuditEventId;
use futures_util::FutureExt as _;
use service::audit::{AuditEvent as AuditEventRecord, AuditFilter};
use service::page::{Direction, PageRequest};
use std::sync::Arc;

connection! {
    /// Page of a list of audit events.
    AuditEventConnection,
    /// Audit event in a list, with its cursor.
    AuditEventEdge,
    Entity<AuditEvent>
}

/// Label of anonymous actors in the log. The system has no actor id either.
const ANONYMOUS: &str = "anonymous";

/// An event of the audit log.
#[derive(Clone, Debug)]
pub struct AuditEvent(Arc<AuditEventRecord>);

/// Outcomes of an audited action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::audit::Outcome")]
pub enum AuditOutcome {
    /// The action was carried out.
    Success,
    /// The action was refused by a guard or a rule.
    Denied,
    /// The action failed, for example a login with a wrong password.
    Failure,
}

impl AuditEvent {
    /// The event with this id, if there is one.
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when it cannot be read.
    pub async fn find(ctx: &Context<'_>, id: AuditEventId) -> Result<Option<Self>> {
        Ok(request(ctx).loaders.audit_event(id).await?.map(Self))
    }

    /// A page of the events that match the filter, by time.
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
        let found = found.map(|record| Entity(Self(record)));
        let total = Total::counted_by_loaders(move |request| request.loaders.audit_count(filter.clone()).boxed());
        Ok(AuditEventConnection::new(found, total))
    }

    /// An attribute of the request behind the event, when the caller may see it: holders of `audit:read` and the actor
    /// may, and everyone for an anonymous actor.
    fn origin<'a, T>(
        &'a self,
        ctx: &Context<'_>,
        attribute: impl FnOnce(&'a AuditEventRecord) -> Option<T>,
    ) -> Option<T> {
        let is_anonymous = self.0.actor.is_none() && self.0.actor_label == ANONYMOUS;
        let may_see = is_anonymous
            || caller_at(ctx).is_some_and(|caller| {
                self.0.actor == Some(caller.user) || caller.holds("audit:read", request(ctx).now)
            });
        if may_see { attribute(&self.0) } else { None }
    }
}

impl NodeObject for AuditEvent {
    const TYPE: EntityType = EntityType::AuditEvent;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.0.id.uuid(), owner: self.0.actor }
    }
}

/// Event of the audit log. One is written for every change, every login and every denial of a guarded mutation. Events
/// never change.
#[Object(directive = visible_to::apply("audit:read"))]
impl AuditEvent {
    /// Global id of the event.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::AuditEvent, self.0.id.uuid())
    }

    /// Time of the event.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Action, for example `role.grant_permissions`.
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// Outcome of the action.
    async fn outcome(&self) -> AuditOutcome {
        self.0.outcome.into()
    }

    /// User who acted. Null for the system and for anonymous callers, and when the caller may not see the user.
    #[graphql(directive = inherit::apply())]
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<Visible<User>>> {
        match self.0.actor {
            Some(actor) => Ok(User::find(ctx, actor).await?.map(|user| Visible(Entity(user)))),
            None => Ok(None),
        }
    }

    /// Name of the actor at the time of the event. Kept when the user is deleted.
    async fn actor_label(&self) -> &str {
        &self.0.actor_label
    }

    /// Type of the object acted on, for example `Role`.
    async fn target_type(&self) -> Option<&str> {
        self.0.target_type.as_deref()
    }

    /// Id of the object acted on, which may no longer exist.
    async fn target_id(&self) -> Option<ID> {
        let kind = EntityType::ALL.into_iter().find(|kind| Some(kind.type_name()) == self.0.target_type.as_deref())?;
        self.0.target_id.map(|target| id::encode(kind, target))
    }

    /// Name of the object acted on at the time of the event.
    async fn target_label(&self) -> Option<&str> {
        self.0.target_label.as_deref()
    }

    /// Summary in one sentence, for example `ana granted invoice:approve to clerk`.
    async fn summary(&self) -> &str {
        &self.0.summary
    }

    /// State before the event, limited to what changed.
    async fn before(&self) -> Option<Json> {
        self.0.before.clone().map(Json)
    }

    /// State after the event, limited to what changed.
    async fn after(&self) -> Option<Json> {
        self.0.after.clone().map(Json)
    }

    /// Reason given by the actor, or the code of the refusal. Visible to the same callers as `ipAddress`.
    async fn reason(&self, ctx: &Context<'_>) -> Option<&str> {
        self.origin(ctx, |record| record.reason.as_deref())
    }

    /// IP address of the request. Null unless the caller holds `audit:read`, is the actor, or the actor was anonymous.
    async fn ip_address(&self, ctx: &Context<'_>) -> Option<&str> {
        self.origin(ctx, |record| record.ip_address.as_deref())
    }

    /// `User-Agent` header of the request. Visible to the same callers as `ipAddress`.
    async fn user_agent(&self, ctx: &Context<'_>) -> Option<&str> {
        self.origin(ctx, |record| record.user_agent.as_deref())
    }

    /// What the event did to users. Null for what is no change of rights, and for events of earlier releases.
    async fn impact(&self, ctx: &Context<'_>) -> Option<Impact> {
        self.0.impact.clone().map(|impact| Impact::of_record(impact, Arc::clone(&request(ctx).policy)))
    }

    /// Id of the request, as in the logs of the service and the `X-Request-Id` header.
    async fn request_id(&self) -> String {
        self.0.request.uuid().to_string()
    }
}

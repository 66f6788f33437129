//! Request data for resolvers: the only reader of async-graphql's untyped context.

use super::auth::CookieJar;
use super::error;
use super::execution_state::{ExecutionState, PlacedCaller};
use super::guard::{Guards, Unguarded};
use super::loaders::Loaders;
use super::response_budget::ResponseBudget;
use async_graphql::parser::types::OperationType;
use async_graphql::{Context, QueryPathNode, Variables};
use chrono::{DateTime, Utc};
use engine::{Authority, Policy, RequestId};
use secrecy::SecretString;
use service::{Actor, Caller, Intent, Progress, Service, UnauthenticatedReason};
use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;
use tokio::time::Instant;

/// A GraphQL request after authentication.
#[derive(Clone, Debug)]
pub struct GraphqlRequest {
    /// The use cases.
    pub service: Service,
    /// Private: a resolver gets a context together with its field's guard, from [`guarded_context`].
    context: service::Context,
    /// The credential that was presented.
    pub credential: Credential,
    /// The cookies of the client, where the response may set cookies.
    pub cookies: Option<Arc<CookieJar>>,
    /// Whether introspection is enabled.
    pub introspection: Introspection,
    /// Command that creates the first administrator.
    pub(super) setup_command: Arc<str>,
    /// Time until which the root fields of a mutation are run; unlimited when absent.
    deadline: Option<Instant>,
}

/// Whether introspection is enabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Introspection {
    /// Enabled.
    Enabled,
    /// Disabled.
    Disabled,
}

impl From<bool> for Introspection {
    fn from(is_enabled: bool) -> Self {
        if is_enabled { Self::Enabled } else { Self::Disabled }
    }
}

/// One execution of an operation, as its resolvers see it.
#[derive(Debug)]
pub struct Request {
    request: Arc<GraphqlRequest>,
    /// The policy of all decisions in this execution.
    pub policy: Arc<Policy>,
    /// The time of all decisions in this execution.
    pub now: DateTime<Utc>,
    /// Batched reads by id.
    pub loaders: Loaders,
    /// Coerced variables.
    pub(super) variables: Variables,
    /// Query, mutation or subscription.
    operation: OperationType,
    /// Values that the response may still hold.
    pub(super) budget: ResponseBudget,
    /// State of an enforced execution; `None` in a pre-authorized execution.
    pub(super) state: Option<ExecutionState>,
}

/// The credential that a request presents.
#[derive(Clone, Debug)]
pub enum Credential {
    /// No credential.
    None,
    /// A valid access token in the `Authorization` header (RFC 6750).
    Bearer(SecretString),
    /// A valid access token in a cookie that passed the CSRF check.
    Cookie(SecretString),
    /// A credential that is not valid. Fields that do not depend on the caller resolve nevertheless.
    Unusable {
        /// The token as presented: `logout` accepts an expired one.
        token: SecretString,
        /// Why it is not valid.
        reason: UnauthenticatedReason,
    },
}

impl GraphqlRequest {
    /// A request of the actor in `context`.
    #[must_use]
    pub fn new(
        service: Service,
        context: service::Context,
        credential: Credential,
        cookies: Option<Arc<CookieJar>>,
        introspection: Introspection,
    ) -> Self {
        let setup_command = "keyward admin create NAME".into();
        Self { service, context, credential, cookies, introspection, setup_command, deadline: None }
    }

    /// The request with the command that creates the first administrator of this installation.
    #[must_use]
    pub fn with_setup_command(self, setup_command: Arc<str>) -> Self {
        Self { setup_command, ..self }
    }

    /// The request with a time until which the root fields of a mutation are run. Other operations are cancelled as a
    /// whole by the HTTP endpoint.
    #[must_use]
    pub fn with_deadline(self, deadline: Instant) -> Self {
        Self { deadline: Some(deadline), ..self }
    }

    /// Time until which the root fields of a mutation are run.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// What the use cases of the request have committed.
    pub(super) fn progress(&self) -> &Progress {
        &self.context.progress
    }

    /// The caller as authenticated, with the rights of that time. In a resolver use [`caller_at`].
    #[must_use]
    pub fn caller(&self) -> Option<&Caller> {
        self.context.caller()
    }

    /// The id of the request in logs, audit events and errors.
    pub(super) fn id(&self) -> RequestId {
        self.context.request.id
    }

    /// The caller, for fields that depend on it. A credential that is not valid is an error there, so that clients
    /// refresh instead of silently becoming anonymous.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` with its reason.
    pub fn require_valid_credential(&self) -> async_graphql::Result<Option<&Caller>> {
        match &self.credential {
            Credential::Unusable { reason, .. } => Err(error::unauthenticated(*reason)),
            Credential::None | Credential::Bearer(_) | Credential::Cookie(_) => Ok(self.caller()),
        }
    }

    /// Why there is no caller: the request has none, or its session has ended since.
    pub(super) fn unauthenticated_reason(&self) -> UnauthenticatedReason {
        match &self.credential {
            Credential::Unusable { reason, .. } => *reason,
            Credential::Bearer(_) | Credential::Cookie(_) if self.caller().is_some() => UnauthenticatedReason::Revoked,
            Credential::None | Credential::Bearer(_) | Credential::Cookie(_) => UnauthenticatedReason::Missing,
        }
    }

    /// The current policy, changes by this request included.
    #[must_use]
    pub fn current_policy(&self) -> Arc<Policy> {
        self.service.policy()
    }

    /// Writes to the audit log that a guard denied a root field.
    pub(super) async fn audit_denial(&self, coordinate: &str, rule: &str) {
        let written = service::audit::denied(&self.service, &self.context, coordinate, rule).await;
        if let Err(error) = written {
            // The field is denied whether or not the audit log can be written.
            tracing::warn!(%error, coordinate, "cannot write a denial to the audit log");
        }
    }
}

impl Deref for Request {
    type Target = GraphqlRequest;

    fn deref(&self) -> &GraphqlRequest {
        &self.request
    }
}

impl Request {
    /// A pre-authorized execution.
    #[must_use]
    pub fn new(request: Arc<GraphqlRequest>, variables: Variables, operation: OperationType) -> Self {
        let service = &request.service;
        let policy = request.caller().map_or_else(|| service.policy(), |caller| Arc::clone(&caller.policy));
        let (now, loaders, budget) = (service.now(), Loaders::new(service), ResponseBudget::default());
        Self { request, policy, now, loaders, variables, operation, budget, state: None }
    }

    /// The caller with the rights that decide at `path`: in a mutation those as of its root field, below an
    /// `AuthPayload` those of the new session, elsewhere those of the request.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when the rights could not be read.
    pub(super) fn caller_at(&self, path: Option<&QueryPathNode<'_>>) -> async_graphql::Result<Option<Cow<'_, Caller>>> {
        match self.state.as_ref().and_then(|state| state.caller_at(path)) {
            Some(placed) => Ok(placed?.map(Cow::Owned)),
            None => Ok(self.caller().map(Cow::Borrowed)),
        }
    }

    /// The caller with the rights of this moment: the root fields of a mutation run one after another, and others
    /// change rights meanwhile. `None` once the session has ended.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when they cannot be read.
    pub(super) async fn present_caller(&self) -> PlacedCaller {
        let Some(caller) = self.caller() else { return Ok(None) };
        match service::auth::present(&self.service, caller).await {
            Ok(caller) => Ok(Some(caller)),
            Err(service::Error::Unauthenticated(_)) => Ok(None),
            Err(error) => Err(error::to_graphql(error)),
        }
    }

    /// Reserves values of the response, for lists without pages: their length is unknown before execution.
    ///
    /// # Errors
    /// `OPERATION_TOO_COMPLEX`
    pub(super) fn reserve(&self, values: usize) -> async_graphql::Result<()> {
        self.budget.reserve(values)
    }
}

/// The execution that a resolver belongs to.
///
/// Never panics: both kinds of execution provide it.
#[must_use]
pub fn request<'a>(ctx: &Context<'a>) -> &'a Request {
    ctx.data_unchecked::<Request>()
}

/// The context of a use case, with the guard of the root field being resolved: the write path evaluates the guard again
/// once it holds the policy lock. A resolver cannot get a [`service::Context`] otherwise, so no mutation can
/// drop its guard. Below root fields the guard denies everything.
#[must_use]
pub fn guarded_context(ctx: &Context<'_>) -> service::Context {
    let request = request(ctx);
    let is_root = ctx.path_node.as_ref().is_some_and(|field| field.parent.is_none());
    let table = ctx.data_opt::<Guards>().and_then(Guards::table).filter(|_| is_root);
    let field = table.and_then(|table| table.field(table.roots().of(request.operation), ctx.field().name()));
    let guard: Arc<dyn service::Guard> = match field.and_then(|field| field.rule.clone()) {
        Some(rule) => rule,
        None => Arc::new(Unguarded),
    };
    let context = request.request.context.clone();
    let actor = match (request.caller_at(ctx.path_node.as_ref()), context.actor) {
        (Ok(Some(caller)), Actor::User(_)) => Actor::User(caller.into_owned()),
        (_, Actor::User(_)) => Actor::Anonymous,
        (_, actor) => actor,
    };
    service::Context { guard: Some(guard), actor, ..context }
}

/// As [`guarded_context`], for a mutation with the argument `dryRun`.
#[must_use]
pub fn intended_context(ctx: &Context<'_>, dry_run: bool) -> service::Context {
    let intent = if dry_run { Intent::Preview } else { Intent::Commit };
    service::Context { intent, ..guarded_context(ctx) }
}

/// The authority of the caller at this place under `policy`; `None` without a caller.
#[must_use]
pub fn authority_at<'p>(ctx: &Context<'_>, policy: &'p Policy) -> Option<Authority<'p>> {
    caller_at(ctx).map(|caller| policy.authority(&caller.subject, request(ctx).now))
}

/// The caller at this place; none while its rights cannot be read.
#[must_use]
pub fn caller_at(ctx: &Context<'_>) -> Option<Caller> {
    request(ctx).caller_at(ctx.path_node.as_ref()).ok().flatten().map(Cow::into_owned)
}

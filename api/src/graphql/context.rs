//! What every resolver may ask for: the only reader of async-graphql's untyped context.

use super::auth::CookieJar;
use super::entity::Watch;
use super::error;
use super::guard::Guards;
use super::loaders::Loaders;
use async_graphql::{Context, Variables};
use chrono::{DateTime, Utc};
use engine::{Authority, Policy};
use secrecy::SecretString;
use service::{Caller, Service, UnauthenticatedReason};
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Most values that one answer may hold: some 200 MB while it is put together.
const ANSWER: i64 = 1_000_000;

/// Who sends an operation.
#[derive(Clone, Debug)]
pub struct Sender {
    /// The use cases.
    pub service: Service,
    /// Who asks, and from where.
    pub context: service::Context,
    /// What the client showed at the door.
    pub credential: Credential,
    /// The cookies of the browser that asks, where they may be set.
    pub cookies: Option<Arc<CookieJar>>,
    /// May the schema be asked about itself?
    pub introspection: Introspection,
}

/// May the schema be asked about itself?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Introspection {
    /// Yes.
    Open,
    /// No, in no form.
    Closed,
}

impl From<bool> for Introspection {
    fn from(is_open: bool) -> Self {
        if is_open { Self::Open } else { Self::Closed }
    }
}

/// One request, as its resolvers see it.
#[derive(Debug)]
pub struct Request {
    sender: Arc<Sender>,
    /// The policy that decides throughout this request.
    pub policy: Arc<Policy>,
    /// The instant at which this request decides.
    pub now: DateTime<Utc>,
    /// Reads things by id, together.
    pub loaders: Loaders,
    /// The operation's variables, defaults filled in.
    pub(crate) variables: Variables,
    /// What the answer may still hold.
    pub(crate) budget: Budget,
    /// What the hooked lane keeps while it runs; the fast lane keeps nothing.
    pub(crate) watch: Option<Watch>,
}

/// What the client showed at the door.
#[derive(Clone, Debug)]
pub enum Credential {
    /// Nothing.
    None,
    /// An access token that is good.
    Bearer(SecretString),
    /// The same in a cookie that counts.
    Cookie(SecretString),
    /// Something that is not good. Fields that do not depend on who asks answer all the same.
    Unusable {
        /// As it was shown: an expired token still names the session to end.
        token: SecretString,
        /// What is wrong with it.
        reason: UnauthenticatedReason,
    },
}

/// How many values an answer may hold. Shared by all that put it together.
#[derive(Clone, Debug)]
pub(crate) struct Budget(Arc<AtomicI64>);

impl Default for Budget {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(ANSWER)))
    }
}

impl Budget {
    /// Takes values from what is left; says whether there was enough.
    fn spend(&self, values: usize) -> bool {
        let values = i64::try_from(values).unwrap_or(ANSWER).min(ANSWER);
        // Once exceeded, it is not counted further down.
        !self.is_exceeded() && self.0.fetch_sub(values, Ordering::AcqRel) >= values
    }

    /// Was more asked for than there was?
    pub(crate) fn is_exceeded(&self) -> bool {
        self.0.load(Ordering::Acquire) < 0
    }

    /// What whoever asked for more is told.
    pub(crate) fn exceeded() -> async_graphql::Error {
        error::Code::TooComplex.error("the answer would be too large: ask for less at a time")
    }
}

impl Deref for Request {
    type Target = Sender;

    fn deref(&self) -> &Sender {
        &self.sender
    }
}

impl Request {
    /// A request without anything to remember, as the fast lane wants it.
    #[must_use]
    pub fn new(sender: Arc<Sender>, variables: Variables) -> Self {
        let Sender { service, context, .. } = &*sender;
        let policy = context.caller().map_or_else(|| service.policy(), |caller| Arc::clone(&caller.policy));
        let (now, loaders, budget) = (service.now(), Loaders::new(service), Budget::default());
        Self { sender, policy, now, loaders, variables, budget, watch: None }
    }

    /// Makes sure that the answer may hold so many values more. Lists that are not paged are as long as
    /// the policy makes them, which no look at the document tells.
    ///
    /// # Errors
    /// `OPERATION_TOO_COMPLEX`
    pub(crate) fn afford(&self, values: usize) -> async_graphql::Result<()> {
        if self.budget.spend(values) { Ok(()) } else { Err(Budget::exceeded()) }
    }

    /// Whoever signed this request, if anyone did. Below an `AuthPayload` ask [`caller_at`].
    #[must_use]
    pub fn caller(&self) -> Option<&Caller> {
        self.context.caller()
    }

    /// The caller, for fields that depend on who asks: a credential that was shown and is not good is
    /// an error there, so that clients refresh instead of silently becoming anonymous.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` with its reason.
    pub fn require_usable(&self) -> async_graphql::Result<Option<&Caller>> {
        match &self.credential {
            Credential::Unusable { reason, .. } => Err(error::unauthenticated(*reason)),
            Credential::None | Credential::Bearer(_) | Credential::Cookie(_) => Ok(self.caller()),
        }
    }

    /// Why there is no caller.
    pub(crate) fn why_nobody(&self) -> UnauthenticatedReason {
        match &self.credential {
            Credential::Unusable { reason, .. } => *reason,
            Credential::None | Credential::Bearer(_) | Credential::Cookie(_) => UnauthenticatedReason::Missing,
        }
    }

    /// The policy as it is after a mutation of this request.
    #[must_use]
    pub fn policy_now(&self) -> Arc<Policy> {
        self.service.policy()
    }
}

/// The request that a resolver answers.
///
/// Never panics: both lanes put it there before anything runs.
#[must_use]
pub fn request<'a>(ctx: &Context<'a>) -> &'a Request {
    ctx.data_unchecked::<Request>()
}

/// Who asks for the mutation that a resolver carries out, with the guard that let them in: for use cases
/// that wait before they write.
#[must_use]
pub fn acting(ctx: &Context<'_>) -> service::Context {
    let table = ctx.data_opt::<Guards>().and_then(Guards::table);
    let field = table.and_then(|table| table.field(table.roots().mutation.as_deref()?, ctx.field().name()));
    let rule = field.and_then(|field| field.rule.clone());
    let guard = rule.map(|rule| -> Arc<dyn service::Guard> { rule });
    service::Context { guard, ..request(ctx).context.clone() }
}

/// What the caller at this place may hand out and whom it may touch, by `policy`; `None` for nobody.
#[must_use]
pub fn authority_at<'p>(ctx: &Context<'_>, policy: &'p Policy) -> Option<Authority<'p>> {
    caller_at(ctx).map(|caller| policy.authority(&caller.subject, request(ctx).now))
}

/// Who counts as the caller at this place: below an `AuthPayload` the session just made, elsewhere
/// whoever signed the request.
#[must_use]
pub fn caller_at(ctx: &Context<'_>) -> Option<Caller> {
    let request = request(ctx);
    let entered = request.watch.as_ref().and_then(|watch| watch.entered_at(ctx.path_node.as_ref()));
    entered.or_else(|| request.caller().cloned())
}

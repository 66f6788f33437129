//! The context of a use case: the actor and the request.

use crate::Progress;
use chrono::{DateTime, Utc};
use engine::{Policy, RequestId, SessionId, Subject, UserId};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

const ANONYMOUS: &str = "anonymous";
const OPERATOR: &str = "operator";
const SYSTEM: &str = "system";

/// Labels of actors without an account in the audit log. They are no usernames.
pub(crate) const LABELS: [&str; 3] = [ANONYMOUS, OPERATOR, SYSTEM];

/// The actor and the request of a use case.
#[derive(Clone, Debug)]
pub struct Context {
    /// The actor.
    pub actor: Actor,
    /// Facts of the request.
    pub request: RequestInfo,
    /// The guard that allowed the request. A change evaluates it again under the policy lock.
    pub guard: Option<Arc<dyn Guard>>,
    /// What the use cases of the request have committed.
    pub progress: Progress,
    /// What becomes of its changes.
    pub intent: Intent,
}

/// What becomes of a change that is not refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Intent {
    /// It is committed.
    #[default]
    Commit,
    /// It is only judged and assessed: nothing is written, and no lock is taken. Neither success nor refusal is audited.
    Preview,
}

/// A rule that allows or denies callers.
pub trait Guard: fmt::Debug + Send + Sync {
    /// The rule as written in the schema, when it denies `caller` at `now`, for objects of other users.
    fn refuses(&self, caller: &Caller, now: DateTime<Utc>) -> Option<String>;
}

/// Facts of a request for logs and the audit log.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// Identifier of the request in logs, audit events and responses.
    pub id: RequestId,
    /// Address of the client.
    pub ip_address: Option<IpAddr>,
    /// User agent of the client, truncated to 512 characters.
    pub user_agent: Option<String>,
}

/// Network of one client: an IPv4 address, or the /64 prefix of an IPv6 address, whose other half the client chooses.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
        address @ IpAddr::V4(_) => address,
    }
}

/// The actor of a use case.
#[derive(Clone, Debug)]
pub enum Actor {
    /// An anonymous caller.
    Anonymous,
    /// An authenticated caller.
    User(Caller),
    /// The command line: limits of authority do not apply, the rule against lock-out does.
    Operator,
    /// The service itself.
    System,
}

/// An authenticated caller: proof that a credential was verified in this request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The user.
    pub user: UserId,
    /// Username, for labels.
    pub username: Arc<str>,
    /// E-mail address.
    pub email: Option<Arc<str>>,
    /// The session.
    pub session: SessionId,
    /// Time of the last authentication with the password.
    pub authenticated_at: DateTime<Utc>,
    /// Rights of the session; decisions combine them with `policy`.
    pub subject: Arc<Subject>,
    /// Policy for decisions in this request.
    pub policy: Arc<Policy>,
    /// Whether the claims of the access token are older than the rights of the session.
    pub token_stale: bool,
}

impl Caller {
    /// Whether the session holds the permission at `now`.
    #[must_use]
    pub fn holds(&self, permission: &str, now: DateTime<Utc>) -> bool {
        self.policy.check(&self.subject, permission, now).allowed
    }

    /// The same caller without any right, for what a session may still see of the change that ended it: objects of its
    /// own.
    #[must_use]
    pub fn without_rights(&self) -> Self {
        Self { subject: Arc::new(Subject::new(self.user)), ..self.clone() }
    }
}

impl Context {
    /// A context without a guard.
    #[must_use]
    pub fn new(actor: Actor, request: RequestInfo) -> Self {
        Self { actor, request, guard: None, progress: Progress::default(), intent: Intent::Commit }
    }

    /// The authenticated caller.
    #[must_use]
    pub fn caller(&self) -> Option<&Caller> {
        match &self.actor {
            Actor::User(caller) => Some(caller),
            Actor::Anonymous | Actor::Operator | Actor::System => None,
        }
    }

    /// The authenticated user; `None` for anonymous callers, the service itself and its operator.
    pub(crate) fn user_id(&self) -> Option<UserId> {
        self.caller().map(|caller| caller.user)
    }

    /// Label of the actor in the audit log.
    pub(crate) fn label(&self) -> &str {
        match &self.actor {
            Actor::User(caller) => &caller.username,
            Actor::Anonymous => ANONYMOUS,
            Actor::Operator => OPERATOR,
            Actor::System => SYSTEM,
        }
    }
}

//! Who asks, and through which request.

use chrono::{DateTime, Utc};
use engine::{Policy, RequestId, SessionId, Subject, UserId};
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// Who asks, and through which request: given to every use case.
#[derive(Clone, Debug)]
pub struct Context {
    /// Who asks.
    pub actor: Actor,
    /// Where the request comes from.
    pub request: RequestInfo,
    /// What let them in, to be asked again by a change once it need not wait any more.
    pub guard: Option<Arc<dyn Guard>>,
}

/// A rule that lets callers in.
pub trait Guard: fmt::Debug + Send + Sync {
    /// The rule in words, when `caller` does not meet it at `now` for objects that are not its own.
    fn refuses(&self, caller: &Caller, now: DateTime<Utc>) -> Option<String>;
}

/// Facts of a request that logs and the audit log keep.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// Names the request in logs, audit events and answers.
    pub id: RequestId,
    /// The client's address.
    pub ip_address: Option<IpAddr>,
    /// What the client calls itself, cut to 512 characters.
    pub user_agent: Option<String>,
}

/// Who asks.
#[derive(Clone, Debug)]
pub enum Actor {
    /// Nobody has signed in.
    Anonymous,
    /// Somebody with a session.
    User(Caller),
    /// Whoever runs the command line: outside the rules of authority, inside those against lock-out.
    Operator,
    /// The service itself.
    System,
}

/// A signed-in caller as of now: proof that a credential was checked in this request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The user.
    pub user: UserId,
    /// The username, for labels.
    pub username: Arc<str>,
    /// The e-mail address, if there is one.
    pub email: Option<Arc<str>>,
    /// The session.
    pub session: SessionId,
    /// When the password was last given.
    pub authenticated_at: DateTime<Utc>,
    /// What the session holds now; decide with `policy`.
    pub subject: Arc<Subject>,
    /// The policy to decide by in this request.
    pub policy: Arc<Policy>,
    /// Are the access token's claims older than the rights they speak of?
    pub token_stale: bool,
}

impl Caller {
    /// Does the session hold the permission named `permission` at `now`?
    #[must_use]
    pub fn holds(&self, permission: &str, now: DateTime<Utc>) -> bool {
        self.policy.check(&self.subject, permission, now).allowed
    }
}

impl Context {
    /// Who asks, not let in by any rule.
    #[must_use]
    pub fn new(actor: Actor, request: RequestInfo) -> Self {
        Self { actor, request, guard: None }
    }

    /// The signed-in caller, if there is one.
    #[must_use]
    pub fn caller(&self) -> Option<&Caller> {
        match &self.actor {
            Actor::User(caller) => Some(caller),
            Actor::Anonymous | Actor::Operator | Actor::System => None,
        }
    }

    /// The signed-in user, for "by whom"; `None` for the service itself and its operator.
    pub(crate) fn user_id(&self) -> Option<UserId> {
        self.caller().map(|caller| caller.user)
    }

    /// Who asks, readable, for the audit log.
    pub(crate) fn label(&self) -> &str {
        match &self.actor {
            Actor::User(caller) => &caller.username,
            Actor::Anonymous => "anonymous",
            Actor::Operator => "operator",
            Actor::System => "system",
        }
    }
}

//! Who asks, and through which request.

use crate::{Refusal, RefusalCode, RefusalDetail, Result, UnauthenticatedReason};
use chrono::{DateTime, Utc};
use engine::{PermissionName, Policy, RequestId, SessionId, Subject, UserId};
use std::net::IpAddr;
use std::sync::Arc;

/// Who asks, and through which request: given to every use case.
#[derive(Clone, Debug)]
pub struct Context {
    /// Who asks.
    pub actor: Actor,
    /// Where the request comes from.
    pub request: RequestInfo,
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

    /// Refuses whoever does not hold `permission` at `now`: for inputs that do what another mutation
    /// does, and so need what its guard asks. The operator and the service itself are exempt.
    ///
    /// # Errors
    /// `BEYOND_AUTHORITY` with the permission, at fault at `path`; [`crate::Error::Unauthenticated`].
    pub(crate) fn require(&self, permission: &str, now: DateTime<Utc>, path: &[&str]) -> Result<()> {
        match &self.actor {
            Actor::Operator | Actor::System => Ok(()),
            Actor::Anonymous => Err(UnauthenticatedReason::Missing.into()),
            Actor::User(caller) if caller.holds(permission, now) => Ok(()),
            Actor::User(_) => {
                let missing = PermissionName::parse(permission).into_iter().collect();
                let message = format!("this also needs `{permission}`");
                let refusal = Refusal::new(RefusalCode::BeyondAuthority, message).at(path.iter().copied());
                Err(refusal.with(RefusalDetail::Missing(missing)).into())
            }
        }
    }
}

//! The author of a change and the author's rights, read again under the lock: what the request knew of its caller
//! may be older.

use super::{Reader, refusal};
use crate::database::Connection;
use crate::decisions::read_subjects;
use crate::{Actor, Caller, Context, Error, Refusal, RefusalCode, RefusalDetail, Result, UnauthenticatedReason};
use crate::{Service, sessions};
use chrono::{DateTime, Utc};
use engine::{AccountStatus, Authority, PermissionName, Permit, Policy, Proposal, Subject, UserId, Violation};
use std::sync::Arc;

/// The author of a change, with the policy that decides about the author's authority.
#[derive(Debug)]
pub(crate) struct Author {
    policy: Arc<Policy>,
    now: DateTime<Utc>,
    identity: Identity,
}

#[derive(Debug)]
enum Identity {
    /// The command line and the service itself.
    Operator,
    /// An anonymous caller, who may sign up.
    Anonymous,
    /// A session, with what it holds as of this change.
    Session(Box<Caller>),
}

impl Author {
    /// Reads the caller's session, account and rights again, and evaluates the guard again. `policy` must be as new as
    /// what `connection` reads, and so must the account and rights that are `known`; these are not read.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the session is revoked or the account no longer active;
    /// [`Error::Forbidden`] when the guard no longer allows the caller.
    pub(crate) async fn read<C: Connection>(
        ctx: &Context,
        connection: &C,
        policy: Arc<Policy>,
        known: Option<Arc<Subject>>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let identity = match &ctx.actor {
            Actor::Operator | Actor::System => Identity::Operator,
            Actor::Anonymous => Identity::Anonymous,
            Actor::User(caller) => {
                let subject = Arc::new(session_of(connection, caller, known, now).await?);
                let caller = Caller { subject, policy: Arc::clone(&policy), ..caller.clone() };
                if let Some(rule) = ctx.guard.as_ref().and_then(|guard| guard.refuses(&caller, now)) {
                    return Err(Error::Forbidden { rule });
                }
                Identity::Session(Box::new(caller))
            }
        };
        Ok(Self { policy, now, identity })
    }

    /// The authority of the author.
    pub(crate) fn authority(&self) -> Authority<'_> {
        match &self.identity {
            Identity::Operator => self.policy.operator(self.now),
            Identity::Anonymous => self.policy.anonymous(self.now),
            Identity::Session(caller) => self.policy.authority(&caller.subject, self.now),
        }
    }

    /// The session of the author; `None` for the operator and for anonymous callers.
    pub(crate) fn session(&self) -> Option<&Caller> {
        match &self.identity {
            Identity::Session(caller) => Some(caller),
            Identity::Operator | Identity::Anonymous => None,
        }
    }

    /// Asks the engine's rules of administration; a violation becomes a refusal without a path.
    ///
    /// # Errors
    /// `HIERARCHY_CYCLE`, `IMMUTABLE`, `SOD_VIOLATION` or `BEYOND_AUTHORITY`.
    pub(crate) fn permit(&self, proposal: Proposal<'_>) -> Result<Permit, Refusal> {
        self.authority().permit(proposal).map_err(|violation| self.refusal(proposal, violation))
    }

    /// The refusal of a proposal that violates a rule.
    pub(crate) fn refusal(&self, proposal: Proposal<'_>, violation: Violation) -> Refusal {
        refusal::of_change(&self.policy, self.reader(), proposal, violation)
    }

    /// The refusal of what was written, by the policy after it.
    pub(crate) fn effect_refusal(&self, after: &Policy, violation: Violation) -> Refusal {
        refusal::of_effect(after, self.reader(), violation)
    }

    /// What refusals may name to the author.
    pub(crate) fn reader(&self) -> Reader<'_> {
        match &self.identity {
            Identity::Operator => Reader::Operator,
            Identity::Anonymous => Reader::Anonymous,
            Identity::Session(caller) => Reader::User { policy: &self.policy, subject: &caller.subject, now: self.now },
        }
    }

    /// Requires a permission of the author. The operator holds every permission.
    ///
    /// # Errors
    /// `BEYOND_AUTHORITY` with the permission.
    pub(super) fn require(&self, permission: &str) -> Result<(), Refusal> {
        if self.reader().holds(permission) {
            return Ok(());
        }
        let permissions = PermissionName::parse(permission).into_iter().collect();
        let refusal =
            Refusal::new(RefusalCode::BeyondAuthority, format!("the permission `{permission}` is required as well"));
        Err(refusal.with(RefusalDetail::Missing { permissions, patterns: Vec::new() }))
    }
}

impl Service {
    /// Requires that the caller may manage `user` (invariant R4), for acts that are not changes of the policy. Users
    /// may manage themselves.
    ///
    /// # Errors
    /// `BEYOND_AUTHORITY` at `id`; those of [`Author::read`].
    pub(crate) async fn require_authority_over(&self, ctx: &Context, user: UserId) -> Result<()> {
        if ctx.user_id() == Some(user) {
            return Ok(());
        }
        let connection = self.database.connection();
        let Some(target) = read_subjects(connection, &[user]).await?.pop() else { return Ok(()) };
        // The user's record may be newer than the policy in memory.
        self.ensure_fresh(Some(target.revision)).await?;
        let author = Author::read(ctx, connection, self.policy(), None, self.now()).await?;
        let permit = author.permit(Proposal::ManageUser(&target));
        permit.map(|_permit| ()).map_err(|refusal| refusal.at(["id"]).into())
    }
}

/// The caller's session with the user's present rights.
async fn session_of<C: Connection>(
    connection: &C,
    caller: &Caller,
    known: Option<Arc<Subject>>,
    now: DateTime<Utc>,
) -> Result<Subject> {
    let session = sessions::find(connection, caller.session).await?;
    let session = session.filter(|stored| stored.is_open(now));
    let subject = match known {
        Some(known) => Some(Subject::clone(&known)),
        None => read_subjects(connection, &[caller.user]).await?.pop(),
    };
    let subject = subject.filter(|subject| subject.status == AccountStatus::Active);
    let (session, subject) = session.zip(subject).ok_or(UnauthenticatedReason::Revoked)?;
    Ok(Subject { activation: session.session.activation, ..subject })
}

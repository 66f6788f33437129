//! Who makes a change, and what they may do, as of the change itself: what a request knew of its
//! caller is older than the wait for the lock.

use super::refusal;
use crate::decisions::stored_subjects;
use crate::{Actor, Caller, Context, Error, Refusal, RefusalCode, RefusalDetail, Result, UnauthenticatedReason};
use crate::{Service, sessions};
use chrono::{DateTime, Utc};
use engine::{AccountStatus, Authority, PermissionName, Permit, Policy, Subject, UserId, Violation};
use sea_orm::ConnectionTrait;
use std::sync::Arc;

/// Who makes a change, with the policy that judges them.
#[derive(Debug)]
pub(crate) struct Author {
    policy: Arc<Policy>,
    now: DateTime<Utc>,
    who: Who,
}

#[derive(Debug)]
enum Who {
    /// The command line and the service itself.
    Operator,
    /// Nobody has signed in, such as for signing up.
    Nobody,
    /// Somebody's session; what it holds was read for this change.
    Session(Box<Caller>),
}

impl Author {
    /// Reads again what the caller holds, session and account included, and asks the guard once more.
    /// `policy` is to be as new as what `connection` reads.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] when the session or the account may not be used any more;
    /// [`Error::Forbidden`] when the guard would not let the caller in any more.
    pub(crate) async fn read<C: ConnectionTrait>(
        ctx: &Context,
        connection: &C,
        (policy, now): (Arc<Policy>, DateTime<Utc>),
    ) -> Result<Self> {
        let who = match &ctx.actor {
            Actor::Operator | Actor::System => Who::Operator,
            Actor::Anonymous => Who::Nobody,
            Actor::User(caller) => {
                let subject = Arc::new(session_of(connection, caller).await?);
                let caller = Caller { subject, policy: Arc::clone(&policy), ..caller.clone() };
                if let Some(rule) = ctx.guard.as_ref().and_then(|guard| guard.refuses(&caller, now)) {
                    return Err(Error::Forbidden { rule });
                }
                Who::Session(Box::new(caller))
            }
        };
        Ok(Self { policy, now, who })
    }

    /// What the author may hand out and whom they may touch.
    pub(crate) fn authority(&self) -> Authority<'_> {
        match &self.who {
            Who::Operator => self.policy.operator(self.now),
            Who::Nobody => self.policy.nobody(self.now),
            Who::Session(caller) => self.policy.authority(&caller.subject, self.now),
        }
    }

    /// The session that makes the change; `None` for the operator, and for nobody.
    pub(crate) fn session(&self) -> Option<&Caller> {
        match &self.who {
            Who::Session(caller) => Some(caller),
            Who::Operator | Who::Nobody => None,
        }
    }

    /// Asks the engine's rules of administration; turns a violation into a refusal without a path.
    ///
    /// # Errors
    /// `HIERARCHY_CYCLE`, `IMMUTABLE`, `SOD_VIOLATION` or `BEYOND_AUTHORITY`.
    pub(crate) fn permit(&self, change: engine::Change<'_>) -> Result<Permit, Refusal> {
        self.authority().permit(change).map_err(|violation| self.refusal(change, violation))
    }

    /// The refusal of a change that would be a violation. What the author lacks is told to those only
    /// who may read the object at fault, since it tells what that holds.
    pub(super) fn refusal(&self, change: engine::Change<'_>, violation: Violation) -> Refusal {
        match violation {
            Violation::BeyondAuthority { missing, role } => match self.holds(read_permission(change)) {
                true => refusal::beyond_authority(&self.policy, missing, role),
                false => refusal::beyond_authority(&self.policy, Vec::new(), None),
            },
            other => refusal::of_change(&self.policy, change, other),
        }
    }

    /// Refuses whoever does not hold `permission`: for inputs that do what another mutation does, and
    /// so need what its guard asks. The operator is exempt.
    ///
    /// # Errors
    /// `BEYOND_AUTHORITY` with the permission.
    pub(crate) fn require(&self, permission: &str) -> Result<(), Refusal> {
        if self.holds(permission) {
            return Ok(());
        }
        let missing = PermissionName::parse(permission).into_iter().collect();
        let refusal = Refusal::new(RefusalCode::BeyondAuthority, format!("this also needs `{permission}`"));
        Err(refusal.with(RefusalDetail::Missing(missing)))
    }

    fn holds(&self, permission: &str) -> bool {
        match &self.who {
            Who::Operator => true,
            Who::Nobody => false,
            Who::Session(caller) => caller.holds(permission, self.now),
        }
    }
}

impl Service {
    /// May whoever asks change `user`, or end their sessions (invariant R4)? For acts that do not go
    /// through the door; oneself is exempt.
    ///
    /// # Errors
    /// `BEYOND_AUTHORITY` at `id`; those of [`Author::read`].
    pub(crate) async fn may_manage(&self, ctx: &Context, user: UserId) -> Result<()> {
        if ctx.user_id() == Some(user) {
            return Ok(());
        }
        let connection = self.database.connection();
        let Some(target) = stored_subjects(connection, &[user]).await?.pop() else { return Ok(()) };
        // What the user holds may be newer than the policy in memory.
        self.ensure_fresh(Some(target.revision)).await?;
        let author = Author::read(ctx, connection, (self.policy(), self.now())).await?;
        let permit = author.permit(engine::Change::ManageUser(&target));
        permit.map(|_permit| ()).map_err(|refusal| refusal.at(["id"]).into())
    }
}

/// What the caller's session holds now.
async fn session_of<C: ConnectionTrait>(connection: &C, caller: &Caller) -> Result<Subject> {
    let session = sessions::find(connection, caller.session).await?;
    let session = session.filter(|stored| stored.session.revoked_at.is_none());
    let subject = stored_subjects(connection, &[caller.user]).await?.pop();
    let subject = subject.filter(|subject| subject.status == AccountStatus::Active);
    let (session, subject) = session.zip(subject).ok_or(UnauthenticatedReason::Revoked)?;
    Ok(Subject { activation: session.session.activation, ..subject })
}

/// What it takes to read the object at fault when a change is beyond authority. Whom a change touches
/// is asked about before what it hands out, so that is the object at fault where both are named.
fn read_permission(change: engine::Change<'_>) -> &'static str {
    use engine::Change;
    match change {
        Change::ManageUser(_) => "user:read",
        Change::GrantDirectly { .. } => "permission:read",
        Change::CreateRole { seniors: [], grants: [_, ..], .. } | Change::ChangeGrants { added: [_, ..], .. } => {
            "permission:read"
        }
        Change::CreateRole { .. }
        | Change::RenameRole(_)
        | Change::DescribeRole(_)
        | Change::MakeDefault(_)
        | Change::DeleteRole(_)
        | Change::ChangeGrants { .. }
        | Change::AddInheritance { .. }
        | Change::RemoveInheritance { .. }
        | Change::DeletePermission(_)
        | Change::SetConstraint(_)
        | Change::AssignRoles { .. }
        | Change::Other => "role:read",
    }
}

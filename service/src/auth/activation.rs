//! Active roles of sessions: chosen at login (CreateSession), or changed in a session (AddActiveRole, DropActiveRole).
//!
//! Sessions are not policy: activation makes no revision. It is checked and written while the policy is pinned, so that
//! an activation and a new constraint cannot together violate separation of duty.

use super::IssuedTokens;
use super::issue;
use crate::audit::{Act, Entry, Target, TargetType};
use crate::batch::Batch;
use crate::change::{Reader, separation};
use crate::database::{Transaction, commit};
use crate::decisions::pinned;
use crate::limits::AttemptKey;
use crate::sessions;
use crate::{Caller, Context, Refusal, RefusalCode, Requested, Result, Service, UnauthenticatedReason, audit, boxed};
use chrono::{DateTime, Utc};
use engine::{AccountStatus, Activation, ActivationError, Policy, RoleId, Subject, UserId};
use serde_json::{Value, json};
use std::sync::Arc;

/// Change of the active roles.
#[derive(Clone, Copy, Debug)]
enum RoleSwitch {
    Activate,
    Deactivate,
}

impl RoleSwitch {
    /// Action in the audit log.
    fn action(self) -> &'static str {
        match self {
            Self::Activate => "session.activate_roles",
            Self::Deactivate => "session.deactivate_roles",
        }
    }

    fn summary(self, names: &[&str]) -> String {
        match self {
            Self::Activate => format!("activated {}", names.join(", ")),
            Self::Deactivate => format!("deactivated {}", names.join(", ")),
        }
    }
}

/// Activates roles in the caller's session (AddActiveRole). From then on the session has those of the chosen roles
/// that the user is authorized for; new assignments are not activated automatically.
///
/// # Errors
/// `TOO_LONG`; `ROLE_NOT_ASSIGNED` at the first role that the user is not authorized for, also for an unknown role;
/// `SOD_VIOLATION`; [`crate::Error::RateLimited`].
#[boxed]
pub async fn activate_roles(service: &Service, ctx: &Context, roles: Vec<Requested<RoleId>>) -> Result<IssuedTokens> {
    switch_roles(service, ctx, RoleSwitch::Activate, roles).await
}

/// Deactivates roles in the caller's session (DropActiveRole), otherwise as [`activate_roles`]. Roles that are not
/// active are ignored.
///
/// # Errors
/// `TOO_LONG`; `SOD_VIOLATION` when a role that stays active conflicts with a direct grant that is not yet valid;
/// [`crate::Error::RateLimited`].
#[boxed]
pub async fn deactivate_roles(service: &Service, ctx: &Context, roles: Vec<Requested<RoleId>>) -> Result<IssuedTokens> {
    switch_roles(service, ctx, RoleSwitch::Deactivate, roles).await
}

async fn switch_roles(
    service: &Service,
    ctx: &Context,
    switch: RoleSwitch,
    roles: Vec<Requested<RoleId>>,
) -> Result<IssuedTokens> {
    let caller = ctx.caller().ok_or(UnauthenticatedReason::Missing)?;
    let attempt = service.limits.take(AttemptKey::SelfService(caller.user), service.now()).await?;
    let target = Target::new(TargetType::Session, caller.session.uuid(), caller.username.as_ref().to_owned());
    let act = Act::new(switch.action(), target);
    let switched = try_switch(service, ctx, &act, switch, caller, roles).await;
    attempt.refund_outage(&switched).await;
    let Switched { caller, ends_at } = audit::checked(service, ctx, &act, switched).await?;
    issue::issue_tokens(service, caller, None, ends_at)
}

/// Session after a change of its active roles.
struct Switched {
    caller: Caller,
    /// End of the absolute lifetime.
    ends_at: DateTime<Utc>,
}

async fn try_switch(
    service: &Service,
    ctx: &Context,
    act: &Act,
    switch: RoleSwitch,
    caller: &Caller,
    roles: Vec<Requested<RoleId>>,
) -> Result<Switched> {
    let requested = Batch::new(roles, &["roleIds"])?;
    let wanted = requested.distinct();
    let transaction = service.database.begin().await?;
    let PinnedUser { policy, subject } = pin(service, &transaction, caller.user).await?;
    let now = service.now();
    let stored = sessions::lock(&transaction, caller.session).await?;
    let mut stored = stored.filter(|stored| stored.is_open(now)).ok_or(UnauthenticatedReason::Revoked)?;
    let before = subject.with_activation(stored.session.activation.clone());
    let chosen = match switch {
        RoleSwitch::Activate => {
            require_authorized(&policy, &before, &requested, now)?;
            policy.activate_roles(&before, &wanted, now)
        }
        RoleSwitch::Deactivate => policy.deactivate_roles(&before, &wanted, now),
    };
    let chosen = chosen.map_err(|error| refusal(&policy, error, &before, now).at(["roleIds"]))?;
    let after = before.with_activation(Activation::Chosen(chosen.clone()));
    if !is_choice(&before.activation, &chosen) {
        sessions::switch(&transaction, caller.session, &chosen, now).await?;
        let entry = Entry::done(switch.summary(&names(&policy, &wanted)))
            .before(state(&policy, &before.activation, &policy.active_roles(&before, now)))
            .after(state(&policy, &after.activation, &chosen))
            .concerning([caller.user.uuid()])
            .concerning(wanted.iter().filter(|&&role| policy.role(role).is_some()).map(|role| role.uuid()));
        audit::write(service, ctx, act, vec![entry], &transaction).await?;
        stored.switches += 1;
        stored.session.activation = after.activation.clone();
    }
    commit(transaction, &ctx.progress).await?;
    // Known here at once, on other replicas through their feed.
    service.tokens.sessions().put(&stored);
    let caller = Caller { subject: Arc::new(after), policy, token_stale: false, ..caller.clone() };
    Ok(Switched { caller, ends_at: stored.ends_at })
}

/// Caller of a new session with only the roles of these names active (CreateSession). To be called before the
/// transaction locks anything.
///
/// # Errors
/// `TOO_LONG`; `ROLE_NOT_ASSIGNED` at the first name that the user is not authorized for, also for an unknown role;
/// `SOD_VIOLATION`.
pub(super) async fn activate_at_login(
    service: &Service,
    transaction: &Transaction,
    caller: Caller,
    names: &[String],
) -> Result<Caller> {
    let PinnedUser { policy, subject } = pin(service, transaction, caller.user).await?;
    let roles = names.iter().map(|name| policy.role_named(name).map(|role| role.id));
    let (requested, now) = (Batch::new(roles.collect(), &["roles"])?, service.now());
    require_authorized(&policy, &subject, &requested, now)?;
    let chosen = policy.choose_roles(&subject, &requested.distinct(), now);
    let chosen = chosen.map_err(|error| refusal(&policy, error, &subject, now).at(["roles"]))?;
    Ok(Caller { subject: Arc::new(subject.with_activation(Activation::Chosen(chosen))), policy, ..caller })
}

/// The policy and the subject of an active user, unchanged until the transaction ends.
struct PinnedUser {
    policy: Arc<Policy>,
    subject: Subject,
}

async fn pin(service: &Service, transaction: &Transaction, user: UserId) -> Result<PinnedUser> {
    let (policy, subject) = pinned(service, transaction, user).await?;
    let subject = subject.filter(|subject| subject.status == AccountStatus::Active);
    Ok(PinnedUser { policy, subject: subject.ok_or(UnauthenticatedReason::Revoked)? })
}

/// Returns true when these roles are chosen already.
fn is_choice(activation: &Activation, chosen: &[RoleId]) -> bool {
    match activation {
        Activation::Chosen(known) => known.len() == chosen.len() && chosen.iter().all(|role| known.contains(role)),
        Activation::All | Activation::Default => false,
    }
}

/// Refuses roles that the user is not authorized for, and unknown ones.
///
/// # Errors
/// `ROLE_NOT_ASSIGNED` at the first such role.
fn require_authorized(
    policy: &Policy,
    subject: &Subject,
    requested: &Batch<RoleId>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let authorized = policy.authorized_roles(subject, now);
    let is_authorized = |role: Requested<&RoleId>| role.is_some_and(|role| authorized.contains(role));
    requested.require_each(|role| if is_authorized(role) { Ok(()) } else { Err(not_authorized()) })
}

/// Refusal of the roles as a whole.
fn refusal(policy: &Policy, error: ActivationError, subject: &Subject, now: DateTime<Utc>) -> Refusal {
    match error {
        ActivationError::NotAssigned(_) => not_authorized(),
        ActivationError::SeparationOfDuty(conflict) => {
            separation(policy, Reader::User { policy, subject, now }, conflict, Some(subject.user))
        }
    }
}

fn not_authorized() -> Refusal {
    Refusal::new(RefusalCode::RoleNotAssigned, "the role cannot be activated: the user is not authorized for it")
}

fn names<'a>(policy: &'a Policy, roles: &[RoleId]) -> Vec<&'a str> {
    roles.iter().filter_map(|&role| policy.role(role)).map(|role| role.name.as_str()).collect()
}

/// Active roles for the audit log.
fn state(policy: &Policy, activation: &Activation, active: &[RoleId]) -> Value {
    json!({ "isChosen": matches!(activation, Activation::Chosen(_)), "activeRoles": names(policy, active) })
}

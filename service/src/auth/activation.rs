//! Which roles a session has active: chosen at sign-in (CreateSession), or switched in the session that
//! asks (AddActiveRole, DropActiveRole).
//!
//! Sessions are not policy: nothing here bumps a revision. But what is chosen is judged and written
//! while the policy is pinned, so that a choice and a constraint made at the same time do not together
//! break separation of duty.

use super::SignedIn;
use super::issue;
use crate::audit::{Entry, Target, TargetType};
use crate::batch::Batch;
use crate::change::{Act, separation};
use crate::decisions::pinned;
use crate::sessions;
use crate::{Caller, Context, Refusal, RefusalCode, Result, Service, UnauthenticatedReason, audit, boxed};
use chrono::{DateTime, Utc};
use engine::{AccountStatus, Activation, ActivationError, Policy, RoleId, Subject, UserId};
use sea_orm::DatabaseTransaction;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// The way a session's roles are switched.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// Some join those that are active.
    Activate,
    /// Some are set aside.
    Deactivate,
}

impl Way {
    /// As in the audit log.
    fn action(self) -> &'static str {
        match self {
            Self::Activate => "session.activate_roles",
            Self::Deactivate => "session.deactivate_roles",
        }
    }

    fn summary(self, names: &[&str]) -> String {
        match self {
            Self::Activate => format!("activated {}", names.join(", ")),
            Self::Deactivate => format!("set {} aside", names.join(", ")),
        }
    }
}

/// Activates roles in the session that asks, besides those active now. From here on the session has
/// what was chosen, as far as the user is authorised for it, and no new assignment joins by itself.
///
/// # Errors
/// `TOO_LONG`; `ROLE_NOT_ASSIGNED` at the first role that the user is not authorised for now, whether or not there is
/// such a role; `SOD_VIOLATION`.
#[boxed]
pub async fn activate_roles(service: &Service, ctx: &Context, roles: Vec<RoleId>) -> Result<SignedIn> {
    switch(service, ctx, Way::Activate, roles).await
}

/// Sets roles of the session that asks aside, otherwise as [`activate_roles`]. Those that are not active
/// are ignored.
///
/// # Errors
/// `TOO_LONG`.
#[boxed]
pub async fn deactivate_roles(service: &Service, ctx: &Context, roles: Vec<RoleId>) -> Result<SignedIn> {
    switch(service, ctx, Way::Deactivate, roles).await
}

async fn switch(service: &Service, ctx: &Context, way: Way, roles: Vec<RoleId>) -> Result<SignedIn> {
    let caller = ctx.caller().ok_or(UnauthenticatedReason::Missing)?;
    let target = Target::new(TargetType::Session, caller.session.uuid(), caller.username.as_ref().to_owned());
    let act = Act::new(way.action(), target);
    let switched = try_switch(service, ctx, (&act, way), (caller, roles)).await;
    let (caller, ends_at) = audit::checked(service, ctx, &act, switched).await?;
    issue::hand_out(service, caller, (None, ends_at))
}

/// Gives the caller as it is afterwards, and when the session ends in any case.
async fn try_switch(
    service: &Service,
    ctx: &Context,
    (act, way): (&Act, Way),
    (caller, roles): (&Caller, Vec<RoleId>),
) -> Result<(Caller, DateTime<Utc>)> {
    let wanted = Batch::new(roles.clone(), &["roleIds"])?.distinct();
    let transaction = service.database.begin().await?;
    let (policy, subject) = pinned_user(service, &transaction, caller.user).await?;
    let stored = sessions::lock(&transaction, caller.session).await?;
    let mut stored = stored.ok_or(UnauthenticatedReason::Revoked)?;
    let now = service.now();
    let before = subject.in_session(stored.session.activation.clone());
    let chosen = match way {
        Way::Activate => policy.activate_roles(&before, &wanted, now),
        Way::Deactivate => Ok(policy.deactivate_roles(&before, &wanted, now)),
    };
    let chosen = chosen.map_err(|error| refusal(&policy, error, ("roleIds", &roles, caller.user)))?;
    let after = before.in_session(Activation::Chosen(chosen.clone()));
    if !is_choice(&before.activation, &chosen) {
        if !sessions::switch(&transaction, (caller.session, &chosen), now).await? {
            return Err(UnauthenticatedReason::Revoked.into());
        }
        let entry = Entry::done(way.summary(&names(&policy, &wanted)))
            .before(state(&policy, &before.activation, &policy.active_roles(&before, now)))
            .after(state(&policy, &after.activation, &chosen))
            .concerning([caller.user.uuid()])
            .concerning(wanted.iter().filter(|&&role| policy.role(role).is_some()).map(|role| role.uuid()));
        audit::write(service, ctx, act, &[entry], &transaction).await?;
        stored.switches += 1;
        stored.session.activation = after.activation.clone();
    }
    transaction.commit().await?;
    // This process sees it at once, others as soon as their feed tells.
    service.tokens.sessions().put(&stored);
    let caller = Caller { subject: Arc::new(after), policy, token_stale: false, ..caller.clone() };
    Ok((caller, stored.ends_at))
}

/// The caller of a session that is about to begin with the roles of these names, and no others, active.
/// To be called before the transaction locks anything.
///
/// # Errors
/// `TOO_LONG`; `ROLE_NOT_ASSIGNED` at the first name that the user is not authorised for now, whether or not there is
/// such a role; `SOD_VIOLATION`.
pub(super) async fn choose(
    service: &Service,
    transaction: &DatabaseTransaction,
    (caller, names): (Caller, &[String]),
) -> Result<Caller> {
    let (policy, subject) = pinned_user(service, transaction, caller.user).await?;
    // Never issued.
    let unknown = RoleId::new(Uuid::nil());
    let roles = names.iter().map(|name| policy.role_named(name).map_or(unknown, |role| role.id));
    let roles: Vec<RoleId> = roles.collect();
    let wanted = Batch::new(roles.clone(), &["roles"])?.distinct();
    let chosen = policy.choose_roles(&subject, &wanted, service.now());
    let chosen = chosen.map_err(|error| refusal(&policy, error, ("roles", &roles, caller.user)))?;
    Ok(Caller { subject: Arc::new(subject.in_session(Activation::Chosen(chosen))), policy, ..caller })
}

/// The policy and what an active user holds, which stay so until the transaction ends.
async fn pinned_user(
    service: &Service,
    transaction: &DatabaseTransaction,
    user: UserId,
) -> Result<(Arc<Policy>, Subject)> {
    let (policy, subject) = pinned(service, transaction, user).await?;
    let subject = subject.filter(|subject| subject.status == AccountStatus::Active);
    Ok((policy, subject.ok_or(UnauthenticatedReason::Revoked)?))
}

/// Is that what was chosen already?
fn is_choice(activation: &Activation, chosen: &[RoleId]) -> bool {
    match activation {
        Activation::Chosen(known) => known.len() == chosen.len() && chosen.iter().all(|role| known.contains(role)),
        Activation::All | Activation::Default => false,
    }
}

/// The refusal of roles that were given as `argument`.
fn refusal(policy: &Policy, error: ActivationError, (argument, given, user): (&str, &[RoleId], UserId)) -> Refusal {
    match error {
        ActivationError::NotAssigned(role) => {
            let place = given.iter().position(|&other| other == role).unwrap_or_default().to_string();
            let message = "the role cannot be activated: you are not authorised for it";
            Refusal::new(RefusalCode::RoleNotAssigned, message).at([argument, place.as_str()])
        }
        ActivationError::SeparationOfDuty(conflict) => separation(policy, conflict, Some(user)).at([argument]),
    }
}

fn names<'a>(policy: &'a Policy, roles: &[RoleId]) -> Vec<&'a str> {
    roles.iter().filter_map(|&role| policy.role(role)).map(|role| role.name.as_str()).collect()
}

/// Active roles for the audit log.
fn state(policy: &Policy, activation: &Activation, active: &[RoleId]) -> Value {
    json!({ "isChosen": matches!(activation, Activation::Chosen(_)), "activeRoles": names(policy, active) })
}

//! Suspending, reactivating and deleting users.

use super::commands::{find, target};
use super::{User, store};
use crate::audit::{Act, Entry};
use crate::change::{Change, names};
use crate::sessions::{self, EndReason, SessionSelection};
use crate::{Changed, Context, Requested, Result, Service, boxed, text};
use engine::{AccountStatus, PermitKind, Proposal, SessionId, Subject, UserId};
use serde_json::json;

/// A suspension, with the sessions that it revoked.
#[derive(Debug)]
struct Suspension {
    user: User,
    ended: Vec<SessionId>,
}

/// Suspends a user and revokes their sessions. A suspended user stays as it is.
///
/// # Errors
/// `NOT_FOUND`, `BEYOND_AUTHORITY`, `WOULD_LOCK_OUT`; `TOO_LONG` or `INVALID` for the reason.
#[boxed]
pub async fn suspend(
    service: &Service,
    ctx: &Context,
    user: Requested<UserId>,
    reason: Option<String>,
) -> Result<Changed<User>> {
    let act = Act::new("user.suspend", target(service, user).await?);
    let input = text::check_reason(reason.as_deref()).map_err(|refusal| refusal.at(["reason"]).into());
    let suspended =
        service.administer(ctx, act.because(reason), input, |change, ()| suspend_user(change, user)).await?;
    sessions::deny(service, &suspended.object.ended).await;
    Ok(suspended.map(|suspension| suspension.user))
}

#[boxed]
async fn suspend_user(change: &mut Change<'_>, user: Requested<UserId>) -> Result<Suspension> {
    let user = find(change, user, "id").await?;
    let id = user.id;
    if user.status == AccountStatus::Suspended {
        return Ok(Suspension { user, ended: Vec::new() });
    }
    let subject = change.subject(id).await?;
    let permit = change.permit(Proposal::ManageUser(&subject), &["id"])?;
    let suspended = Subject { status: AccountStatus::Suspended, ..subject.clone() };
    change.set_user(subject, suspended);
    if change.is_preview() {
        return Ok(Suspension { user, ended: Vec::new() });
    }
    let (connection, now) = (change.write(&permit, PermitKind::ManageUser)?, change.now());
    store::set_status(connection, id, AccountStatus::Suspended, now).await?;
    let ended = sessions::end(connection, SessionSelection::AllOf(id), EndReason::UserSuspended, now).await?;
    let ended = sessions::ids(&ended);
    change.end_sessions(ended.len());
    change.record(
        Entry::done(format!("suspended {}", user.username))
            .before(json!({ "status": "ACTIVE" }))
            .after(json!({ "status": "SUSPENDED", "endedSessions": ended.len() }))
            .concerning(ended.iter().map(|session| session.uuid())),
    );
    Ok(Suspension { user: User { status: AccountStatus::Suspended, ..user.touched(now) }, ended })
}

/// Reactivates a suspended user.
///
/// # Errors
/// `NOT_FOUND`, `BEYOND_AUTHORITY`.
#[boxed]
pub async fn reactivate(service: &Service, ctx: &Context, user: Requested<UserId>) -> Result<Changed<User>> {
    let act = Act::new("user.reactivate", target(service, user).await?);
    service.administer(ctx, act, Ok(user), |change, user| reactivate_user(change, user)).await
}

#[boxed]
async fn reactivate_user(change: &mut Change<'_>, user: Requested<UserId>) -> Result<User> {
    let user = find(change, user, "id").await?;
    let id = user.id;
    if user.status == AccountStatus::Active {
        return Ok(user);
    }
    let subject = change.subject(id).await?;
    let permit = change.permit(Proposal::ManageUser(&subject), &["id"])?;
    let active = Subject { status: AccountStatus::Active, ..subject.clone() };
    change.set_user(subject, active);
    let (connection, now) = (change.write(&permit, PermitKind::ManageUser)?, change.now());
    store::set_status(connection, id, AccountStatus::Active, now).await?;
    change.record(
        Entry::done(format!("reactivated {}", user.username))
            .before(json!({ "status": "SUSPENDED" }))
            .after(json!({ "status": "ACTIVE" })),
    );
    Ok(User { status: AccountStatus::Active, ..user.touched(now) })
}

/// Deletes a user (DeleteUser): password, address, name, assignments and grants are erased, sessions are revoked, and
/// the username is free. The row stays as `deleted-…` for the audit log; its id is never used again.
///
/// # Errors
/// `NOT_FOUND`, `BEYOND_AUTHORITY`, `WOULD_LOCK_OUT`.
#[boxed]
pub async fn delete(service: &Service, ctx: &Context, user: Requested<UserId>) -> Result<Changed<()>> {
    let act = Act::new("user.delete", target(service, user).await?);
    let deleted = service.administer(ctx, act, Ok(user), |change, user| erase(change, user)).await?;
    service.deleted.notify_one();
    sessions::deny(service, &deleted.object).await;
    Ok(deleted.map(drop))
}

/// Deletes it within a change.
#[boxed]
pub(crate) async fn erase(change: &mut Change<'_>, user: Requested<UserId>) -> Result<Vec<SessionId>> {
    let user = find(change, user, "id").await?;
    let id = user.id;
    let subject = change.subject(id).await?;
    let permit = change.permit(Proposal::ManageUser(&subject), &["id"])?;
    change.set_user(subject, Subject { status: AccountStatus::Deleted, ..Subject::new(id) });
    if change.is_preview() {
        return Ok(Vec::new());
    }
    let roles = crate::store::assignments::roles_of(change.read(), id).await?;
    let (connection, now) = (change.write(&permit, PermitKind::ManageUser)?, change.now());
    let event = change.next_id();
    store::erase(connection, id, now).await?;
    let ended = sessions::end(connection, SessionSelection::AllOf(id), EndReason::UserDeleted, now).await?;
    let ended = sessions::ids(&ended);
    store::erase_traces(connection, id, event, now).await?;
    let policy = change.policy().clone();
    let mut role_names = names(&*policy, &roles);
    role_names.sort_unstable();
    let entry = Entry::done(format!("deleted user {}", user.username))
        .identified(event)
        .before(json!({ "username": user.username, "roles": role_names }))
        .concerning(roles.iter().map(|role| role.uuid()))
        .concerning(ended.iter().map(|session| session.uuid()));
    change.end_sessions(ended.len());
    change.record(entry);
    Ok(ended)
}

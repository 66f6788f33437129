//! Suspending, reactivating and deleting users.

use super::commands::{get, target};
use super::{User, UserStatus, store};
use crate::audit::{Entry, checked};
use crate::batch::not_found;
use crate::change::{Act, Change};
use crate::{Context, Result, Service, auth, boxed, sessions, text};
use engine::{SessionId, UserId};
use serde_json::json;

/// Stops a user from signing in and ends their sessions. Suspending again changes nothing.
///
/// # Errors
/// `NOT_FOUND`, `BEYOND_AUTHORITY`, `WOULD_LOCK_OUT`; `TOO_LONG` or `INVALID` for the reason.
#[boxed]
pub async fn suspend(service: &Service, ctx: &Context, user: UserId, reason: Option<String>) -> Result<User> {
    let act = Act::new("user.suspend", target(service, user).await?);
    let valid = text::check_reason(reason.as_deref()).map_err(|refusal| refusal.at(["reason"]).into());
    checked(service, ctx, &act, valid).await?;
    let ended = service.change(ctx, act.because(reason), |change| bar(change, user)).await?;
    sessions::end(service, &ended).await?;
    get(service, user).await
}

async fn bar(mut change: Change, id: UserId) -> Result<(Change, Vec<SessionId>)> {
    let known = store::find(change.read(), id).await?.ok_or_else(|| not_found("user", &["id"]))?;
    if known.user.status == UserStatus::Suspended {
        return Ok((change, Vec::new()));
    }
    let permit = change.permit(engine::Change::ManageUser(&change.subject(id).await?), &["id"])?;
    let (connection, now) = (change.write(&permit), change.now());
    store::set_status(connection, id, (UserStatus::Suspended, now)).await?;
    auth::forget_reset(connection, id).await?;
    let ended = store::end_sessions(connection, id, ("USER_SUSPENDED", now)).await?;
    change.touch_user(id);
    change.record(
        Entry::done(format!("suspended {}", known.user.username))
            .before(json!({ "status": "ACTIVE" }))
            .after(json!({ "status": "SUSPENDED", "endedSessions": ended.len() }))
            .concerning(ended.iter().map(|session| session.uuid())),
    );
    Ok((change, ended))
}

/// Undoes a suspension.
///
/// # Errors
/// `NOT_FOUND`, `BEYOND_AUTHORITY`.
#[boxed]
pub async fn reactivate(service: &Service, ctx: &Context, user: UserId) -> Result<User> {
    let act = Act::new("user.reactivate", target(service, user).await?);
    service.change(ctx, act, |change| unbar(change, user)).await?;
    get(service, user).await
}

async fn unbar(mut change: Change, id: UserId) -> Result<(Change, ())> {
    let known = store::find(change.read(), id).await?.ok_or_else(|| not_found("user", &["id"]))?;
    if known.user.status == UserStatus::Active {
        return Ok((change, ()));
    }
    let permit = change.permit(engine::Change::ManageUser(&change.subject(id).await?), &["id"])?;
    store::set_status(change.write(&permit), id, (UserStatus::Active, change.now())).await?;
    change.touch_user(id);
    change.record(
        Entry::done(format!("reactivated {}", known.user.username))
            .before(json!({ "status": "SUSPENDED" }))
            .after(json!({ "status": "ACTIVE" })),
    );
    Ok((change, ()))
}

/// Deletes a user (DeleteUser): password, address, name, assignments and grants are erased, sessions
/// end, the username is free; the row stays as `deleted-…` for the audit log, its id is never used again.
///
/// # Errors
/// `NOT_FOUND`, `BEYOND_AUTHORITY`, `WOULD_LOCK_OUT`.
#[boxed]
pub async fn delete(service: &Service, ctx: &Context, user: UserId) -> Result<()> {
    let act = Act::new("user.delete", target(service, user).await?);
    let ended = service.change(ctx, act, |change| erase(change, user)).await?;
    sessions::end(service, &ended).await
}

async fn erase(mut change: Change, id: UserId) -> Result<(Change, Vec<SessionId>)> {
    let known = store::find(change.read(), id).await?.ok_or_else(|| not_found("user", &["id"]))?;
    let permit = change.permit(engine::Change::ManageUser(&change.subject(id).await?), &["id"])?;
    let roles = store::assigned_roles(change.read(), id).await?;
    let (connection, now) = (change.write(&permit), change.now());
    let ended = store::end_sessions(connection, id, ("USER_DELETED", now)).await?;
    store::erase(connection, id, now).await?;
    auth::forget_reset(connection, id).await?;
    let policy = change.policy().clone();
    let mut names: Vec<&str> =
        roles.iter().filter_map(|&role| policy.role(role)).map(|role| role.name.as_str()).collect();
    names.sort_unstable();
    let entry = Entry::done(format!("deleted user {}", known.user.username))
        .before(json!({ "username": known.user.username, "roles": names }))
        .concerning(roles.iter().map(|role| role.uuid()))
        .concerning(ended.iter().map(|session| session.uuid()));
    change.touch_user(id);
    change.record(entry);
    Ok((change, ended))
}

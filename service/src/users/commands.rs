//! Creating users and changing their attributes.

use super::account::{Account, Registration, Texts, refuse_taken, register};
use super::store::UserRecord;
use super::{EmailAddress, NewUser, User, UserChanges, UserUpdate, Username, store};
use crate::audit::{Act, Target, TargetType};
use crate::batch::{Batch, not_found};
use crate::change::{Change, refuse_stale};
use crate::limits::AttemptKey;
use crate::permissions::names::ROLE_ASSIGN;
use crate::{Changed, Context, RefusalDetail, Requested, Result, Service, UnauthenticatedReason, boxed};
use engine::{PermitKind, Proposal, UserId};

/// Creates a user without a password (AddUser), with the default roles and `roles`. A blank display name is refused
/// as `REQUIRED`: leave it out for none.
///
/// # Errors
/// `REQUIRED`, `INVALID`, `TOO_LONG`, `TAKEN`, `NOT_FOUND` (a role), `SOD_VIOLATION` or
/// `BEYOND_AUTHORITY`.
#[boxed]
pub async fn create(service: &Service, ctx: &Context, new: NewUser) -> Result<Changed<User>> {
    let act = Act::new("user.create", Target::new(TargetType::User, None, new.username.clone()));
    service.administer(ctx, act, check(new), |change, account| add(change, account)).await
}

fn check(new: NewUser) -> Result<Account> {
    let display_name = new.display_name.as_deref();
    let texts = Texts { username: &new.username, email: new.email.as_deref(), display_name };
    let roles = Batch::new(new.roles, &["input", "roleIds"])?;
    Ok(Account { roles, ..Account::check(texts, &["input"])? })
}

#[boxed]
async fn add(change: &mut Change<'_>, account: Account) -> Result<User> {
    if !account.roles.is_empty() {
        change.require(ROLE_ASSIGN, &["input", "roleIds"])?;
    }
    let policy = change.policy().clone();
    account.roles.require_known("role", |role| policy.role(role).is_some())?;
    change.set_separation_path(&["input", "roleIds"]);
    let Registration { user, entry } = register(change, account).await?;
    change.record(entry);
    Ok(user)
}

/// Changes the attributes of a user. `Some(None)` removes an address or a display name; an empty text does not.
///
/// # Errors
/// As [`create`]; `NOT_FOUND` when the user is unknown; `STALE`.
#[boxed]
pub async fn update(
    service: &Service,
    ctx: &Context,
    user: Requested<UserId>,
    update: UserUpdate,
) -> Result<Changed<User>> {
    let act = Act::new("user.update", target(service, user).await?);
    let expected = update.expected_version;
    let input = UserChanges::parse(update);
    service.administer(ctx, act, input, |change, changes| edit(change, user, expected, changes)).await
}

/// Changes the caller's own display name.
///
/// # Errors
/// `REQUIRED` (blank), `INVALID`, `TOO_LONG`; [`crate::Error::RateLimited`].
#[boxed]
pub async fn update_profile(
    service: &Service,
    ctx: &Context,
    display_name: Option<Option<String>>,
) -> Result<Changed<User>> {
    let user = ctx.user_id().ok_or(UnauthenticatedReason::Missing)?;
    let attempt = service.limits.take(AttemptKey::SelfService(user), service.now()).await?;
    let act = Act::new("profile.update", target(service, Some(user)).await?);
    let input = UserChanges::parse(UserUpdate { display_name, ..UserUpdate::default() });
    let changed = service.administer(ctx, act, input, |change, changes| edit(change, Some(user), None, changes)).await;
    attempt.refund_outage(&changed).await;
    changed
}

#[boxed]
async fn edit(
    change: &mut Change<'_>,
    user: Requested<UserId>,
    expected_version: Option<i32>,
    changes: UserChanges,
) -> Result<User> {
    let known = find_record(change, user, "id").await?;
    let id = known.user.id;
    refuse_stale("user", expected_version, known.user.version).map_err(|refusal| {
        let is_readable = change.author().reader().may_read_user(id);
        if is_readable { refusal } else { refusal.with(RefusalDetail::None) }
    })?;
    let changes = changes.without_unchanged(&known);
    if changes.is_empty() {
        return Ok(known.user);
    }
    let own_name = Username::parse(&known.user.username).ok();
    if let Some(username) = &changes.username
        && own_name.as_ref().is_none_or(|own| own.key() != username.key())
    {
        username.check_new().map_err(|refusal| refusal.at(["input", "username"]))?;
    }
    let email = changes.email.as_ref().and_then(Option::as_ref);
    refuse_taken(change, changes.username.as_ref(), email, Some(id), &["input"]).await?;
    let subject = change.subject(id).await?;
    let permit = change.permit(Proposal::ManageUser(&subject), &["id"])?;
    // Replicas keep the names, for sessions and for lists of users.
    change.set_user(subject.clone(), subject);
    let connection = change.write(&permit, PermitKind::ManageUser)?;
    store::update(connection, &known, &changes, change.now()).await?;
    if changes.alter_login_names() {
        // A stored name that is no longer valid cannot be used to log in.
        let username = changes.username.clone().or(own_name);
        let own_email = known.user.email.as_deref().and_then(|email| EmailAddress::parse(email).ok());
        let email = changes.email.clone().unwrap_or(own_email);
        store::replace_login_names(connection, id, username.as_ref(), email.as_ref()).await?;
    }
    change.record(changes.audit_entry(&known));
    Ok(changes.apply(known).touched(change.now()))
}

/// The user as the target of an act, labelled with the present username.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub(crate) async fn target(service: &Service, user: Requested<UserId>) -> Result<Target> {
    let known = match user {
        Some(id) => store::find(service.database.connection(), id).await?,
        None => None,
    };
    Ok(Target::new(TargetType::User, user.map(UserId::uuid), known.map(|known| known.user.username)))
}

/// The record of a user within a change.
///
/// # Errors
/// `NOT_FOUND` at `argument` when the user is unknown or deleted.
pub(crate) async fn find(change: &Change<'_>, user: Requested<UserId>, argument: &str) -> Result<User> {
    Ok(find_record(change, user, argument).await?.user)
}

async fn find_record(change: &Change<'_>, user: Requested<UserId>, argument: &str) -> Result<UserRecord> {
    let unknown = || not_found("user", &[argument]);
    let known = store::find(change.read(), user.ok_or_else(unknown)?).await?;
    Ok(known.ok_or_else(unknown)?)
}

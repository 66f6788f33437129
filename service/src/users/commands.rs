//! Creating users and changing their attributes.

use super::account::{Account, Texts, refuse_taken, register};
use super::store::{Changes, Known};
use super::{EmailAddress, NewUser, User, UserUpdate, Username, store};
use crate::audit::{Entry, Target, TargetType, checked};
use crate::batch::{Batch, not_found};
use crate::change::{Act, Change};
use crate::{Context, Result, Service, UnauthenticatedReason, boxed, text};
use engine::UserId;
use serde_json::{Map, Value, json};

/// Creates a user without a password (AddUser), with the default roles and `roles`. A blank name to
/// show is `REQUIRED`: leave it out for none.
///
/// # Errors
/// Refused with `REQUIRED`, `INVALID`, `TOO_LONG`, `TAKEN`, `NOT_FOUND` (a role), `SOD_VIOLATION` or
/// `BEYOND_AUTHORITY`.
#[boxed]
pub async fn create(service: &Service, ctx: &Context, new: NewUser) -> Result<User> {
    let act = Act::new("user.create", Target::new(TargetType::User, None, new.username.clone()));
    let account = checked(service, ctx, &act, check(new)).await?;
    let id = service.change(ctx, act, |change| add((service, ctx), change, account)).await?;
    get(service, id).await
}

fn check(new: NewUser) -> Result<Account> {
    let display_name = new.display_name.as_deref();
    let texts = Texts { username: &new.username, email: new.email.as_deref(), display_name };
    let roles = Batch::new(new.roles, &["input", "roleIds"])?;
    Ok(Account { roles, ..Account::check(texts, &["input"])? })
}

async fn add(who: (&Service, &Context), mut change: Change, account: Account) -> Result<(Change, UserId)> {
    if !account.roles.is_empty() {
        change.require("role:assign", &["input", "roleIds"])?;
    }
    let policy = change.policy().clone();
    account.roles.require_known("role", |role| policy.role(role).is_some())?;
    change.blame(&["input", "roleIds"]);
    let (id, entry) = register(who, &mut change, account).await?;
    change.record(entry);
    Ok((change, id))
}

/// Changes a user's attributes. An address or a name to show is taken away by `Some(None)`, not by an
/// empty text.
///
/// # Errors
/// As [`create`]; `NOT_FOUND` when there is no such user.
#[boxed]
pub async fn update(service: &Service, ctx: &Context, user: UserId, update: UserUpdate) -> Result<User> {
    let act = Act::new("user.update", target(service, user).await?);
    let changes = checked(service, ctx, &act, parse(&update)).await?;
    service.change(ctx, act, |change| edit(change, user, changes)).await?;
    get(service, user).await
}

/// Changes the caller's own name to show.
///
/// # Errors
/// `REQUIRED` (blank), `INVALID`, `TOO_LONG`.
#[boxed]
pub async fn update_profile(service: &Service, ctx: &Context, display_name: Option<Option<String>>) -> Result<User> {
    let user = ctx.user_id().ok_or(UnauthenticatedReason::Missing)?;
    let act = Act::new("profile.update", target(service, user).await?);
    let changes = checked(service, ctx, &act, parse(&UserUpdate { display_name, ..UserUpdate::default() })).await?;
    service.change(ctx, act, |change| edit(change, user, changes)).await?;
    get(service, user).await
}

fn parse(update: &UserUpdate) -> Result<Changes> {
    let username = update.username.as_deref().map(Username::parse).transpose();
    let email = update.email.as_ref().map(|email| email.as_deref().map(EmailAddress::parse).transpose()).transpose();
    let display_name = update.display_name.as_ref().and_then(|name| name.as_deref());
    text::check_display_name(display_name).map_err(|refusal| refusal.at(["input", "displayName"]))?;
    Ok(Changes {
        username: username.map_err(|refusal| refusal.at(["input", "username"]))?,
        email: email.map_err(|refusal| refusal.at(["input", "email"]))?,
        display_name: update.display_name.clone(),
    })
}

async fn edit(mut change: Change, id: UserId, mut changes: Changes) -> Result<(Change, ())> {
    let known = store::find(change.read(), id).await?.ok_or_else(|| not_found("user", &["id"]))?;
    changes.username = changes.username.filter(|new| new.as_str() != known.user.username);
    changes.email = changes.email.filter(|new| new.as_ref().map(|email| email.as_str()) != known.user.email.as_deref());
    changes.display_name = changes.display_name.filter(|new| *new != known.display_name);
    let names_change = changes.username.is_some() || changes.email.is_some();
    if !names_change && changes.display_name.is_none() {
        return Ok((change, ()));
    }
    let given = (changes.username.as_ref(), changes.email.as_ref().and_then(Option::as_ref));
    refuse_taken(&change, given, Some(id), &["input"]).await?;
    let permit = change.permit(engine::Change::ManageUser(&change.subject(id).await?), &["id"])?;
    let connection = change.write(&permit);
    store::update(connection, &known, &changes, change.now()).await?;
    if names_change {
        // Stored names were accepted once; one that would not be any more cannot be signed in with.
        let username = changes.username.clone().or_else(|| Username::parse(&known.user.username).ok());
        let own_email = known.user.email.as_deref().and_then(|email| EmailAddress::parse(email).ok());
        let email = changes.email.clone().unwrap_or(own_email);
        store::replace_login_names(connection, id, (username.as_ref(), email.as_ref())).await?;
    }
    if names_change {
        // Sessions know whose they are by name and address as well: every replica reads those again.
        change.touch_user(id);
    }
    change.record(describe(&known, &changes));
    Ok((change, ()))
}

/// What changes of a user, in words and as the states before and after.
fn describe(known: &Known, changes: &Changes) -> Entry {
    let (mut before, mut after) = (Map::new(), Map::new());
    let mut differ = |key: &str, old: Value, new: Value| {
        before.insert(key.to_owned(), old);
        after.insert(key.to_owned(), new);
    };
    if let Some(username) = &changes.username {
        differ("username", json!(known.user.username), json!(username.as_str()));
    }
    if let Some(email) = &changes.email {
        differ("email", json!(known.user.email), json!(email.as_ref().map(EmailAddress::as_str)));
    }
    if let Some(display_name) = &changes.display_name {
        differ("displayName", json!(known.display_name), json!(display_name));
    }
    let summary = match &changes.username {
        Some(username) => format!("renamed user {} to {}", known.user.username, username.as_str()),
        None => format!("changed user {}", known.user.username),
    };
    Entry::done(summary).before(before.into()).after(after.into())
}

/// The user as the target of an act, by its present name.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub(crate) async fn target(service: &Service, id: UserId) -> Result<Target> {
    let known = store::find(service.database.connection(), id).await?;
    Ok(Target::new(TargetType::User, id.uuid(), known.map(|known| known.user.username)))
}

/// A user who is not gone, within a change.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the database cannot be read.
pub(crate) async fn find(change: &Change, id: UserId) -> Result<Option<User>> {
    Ok(store::find(change.read(), id).await?.map(|known| known.user))
}

/// The user as it is now, after it was changed.
///
/// # Errors
/// `NOT_FOUND` when it is gone meanwhile.
pub(crate) async fn get(service: &Service, id: UserId) -> Result<User> {
    let known = store::find(service.database.connection(), id).await?;
    Ok(known.ok_or_else(|| not_found("user", &["id"]))?.user)
}

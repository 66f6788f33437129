//! Stored users and the names they sign in with.

mod list;

pub(super) use list::{Wanted, counts, pages};

use super::{EmailAddress, User, UserKind, UserStatus, Username};
use crate::Result;
use crate::text::sort_key;
use chrono::{DateTime, Utc};
use engine::{RoleId, SessionId, UserId};
use entity::{login_name, refresh_token, session, session_role, user, user_permission, user_role};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set,
    Value,
};
use uuid::Uuid;

/// Rows or ids in one statement.
const CHUNK: usize = 500;

/// A user about to be created, with its keys to sign in by.
#[derive(Clone, Debug)]
pub(crate) struct NewRow {
    pub(crate) id: UserId,
    pub(crate) username: Username,
    pub(crate) email: Option<EmailAddress>,
    pub(crate) display_name: Option<String>,
    pub(crate) password_hash: Option<String>,
}

/// A user who is not gone, with the name to show that was given, if any.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) user: User,
    pub(super) display_name: Option<String>,
}

/// What changes of a user; `None` stays.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    pub(super) username: Option<Username>,
    pub(super) email: Option<Option<EmailAddress>>,
    pub(super) display_name: Option<Option<String>>,
}

/// Creates people; their names must be free.
pub(crate) async fn insert<C: ConnectionTrait>(connection: &C, new: &[NewRow], now: DateTime<Utc>) -> Result<()> {
    for new in new.chunks(CHUNK) {
        let rows = new.iter().map(|new| row(new, now).into_active_model());
        user::Entity::insert_many(rows).exec_without_returning(connection).await?;
        let names = new.iter().flat_map(|new| {
            let keys = login_keys(Some(&new.username), new.email.as_ref());
            keys.into_iter().map(|key| name(new.id, key))
        });
        login_name::Entity::insert_many(names).exec_without_returning(connection).await?;
    }
    Ok(())
}

fn row(new: &NewRow, now: DateTime<Utc>) -> user::Model {
    user::Model {
        id: new.id.uuid(),
        kind: user::Kind::Human,
        status: user::Status::Active,
        username: new.username.as_str().to_owned(),
        username_key: new.username.key().to_owned(),
        email: new.email.as_ref().map(|email| email.as_str().to_owned()),
        display_name: new.display_name.clone(),
        display_key: sort_key(new.display_name.as_deref().unwrap_or(new.username.as_str())),
        password_hash: new.password_hash.clone(),
        revision: 0,
        created_at: now,
        updated_at: now,
        last_login_at: None,
        last_login_key: 0,
    }
}

fn name(user: UserId, key: &str) -> login_name::ActiveModel {
    login_name::Model { name_key: key.to_owned(), user_id: user.uuid() }.into_active_model()
}

/// The keys a user signs in by: one when the address is the username.
fn login_keys<'a>(username: Option<&'a Username>, email: Option<&'a EmailAddress>) -> Vec<&'a str> {
    let mut keys: Vec<&str> = username.map(Username::key).into_iter().chain(email.map(EmailAddress::key)).collect();
    keys.dedup();
    keys
}

/// Is this name or address another user's than `own`?
pub(crate) async fn is_taken<C: ConnectionTrait>(connection: &C, key: &str, own: Option<UserId>) -> Result<bool> {
    let holder = login_name::Entity::find_by_id(key).one(connection).await?;
    Ok(holder.is_some_and(|holder| Some(UserId::new(holder.user_id)) != own))
}

/// A user who is not gone.
pub(super) async fn find<C: ConnectionTrait>(connection: &C, id: UserId) -> Result<Option<Known>> {
    let found = user::Entity::find_by_id(id.uuid())
        .filter(user::Column::Status.ne(user::Status::Deleted))
        .one(connection)
        .await?;
    Ok(found.map(|row| Known { display_name: row.display_name.clone(), user: User::from(row) }))
}

pub(super) async fn find_by_username<C: ConnectionTrait>(connection: &C, key: &str) -> Result<Option<User>> {
    Ok(user::Entity::find().filter(user::Column::UsernameKey.eq(key)).one(connection).await?.map(User::from))
}

/// Users by id, those who are gone included.
pub(crate) async fn by_ids<C: ConnectionTrait>(connection: &C, ids: &[UserId]) -> Result<Vec<User>> {
    let mut users = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        let ids = ids.iter().map(|id| id.uuid());
        let rows = user::Entity::find().filter(user::Column::Id.is_in(ids)).all(connection).await?;
        users.extend(rows.into_iter().map(User::from));
    }
    Ok(users)
}

/// Changes a user; a name that is given up is free at once.
pub(super) async fn update<C: ConnectionTrait>(
    connection: &C,
    known: &Known,
    changes: &Changes,
    now: DateTime<Utc>,
) -> Result<()> {
    let id = known.user.id;
    let username = changes.username.as_ref().map_or(known.user.username.as_str(), |name| name.as_str());
    let display_name = changes.display_name.as_ref().unwrap_or(&known.display_name);
    let change = user::ActiveModel {
        username: set(changes.username.as_ref().map(|name| name.as_str().to_owned())),
        username_key: set(changes.username.as_ref().map(|name| name.key().to_owned())),
        email: set(changes.email.as_ref().map(|email| email.as_ref().map(|email| email.as_str().to_owned()))),
        display_name: set(changes.display_name.clone()),
        display_key: Set(sort_key(display_name.as_deref().unwrap_or(username))),
        updated_at: Set(now),
        ..Default::default()
    };
    let this = user::Column::Id.eq(id.uuid());
    user::Entity::update_many().set(change).filter(this).exec(connection).await?;
    Ok(())
}

/// Makes these the names a user signs in by.
pub(super) async fn replace_login_names<C: ConnectionTrait>(
    connection: &C,
    id: UserId,
    names: (Option<&Username>, Option<&EmailAddress>),
) -> Result<()> {
    let own = login_name::Column::UserId.eq(id.uuid());
    login_name::Entity::delete_many().filter(own).exec(connection).await?;
    let rows: Vec<_> = login_keys(names.0, names.1).into_iter().map(|key| name(id, key)).collect();
    login_name::Entity::insert_many(rows).exec_without_returning(connection).await?;
    Ok(())
}

pub(super) async fn set_status<C: ConnectionTrait>(
    connection: &C,
    id: UserId,
    (status, now): (UserStatus, DateTime<Utc>),
) -> Result<()> {
    let change = user::ActiveModel { status: Set(status.into()), updated_at: Set(now), ..Default::default() };
    let this = user::Column::Id.eq(id.uuid());
    user::Entity::update_many().set(change).filter(this).exec(connection).await?;
    Ok(())
}

/// Ends a user's sessions; gives those that were live.
pub(super) async fn end_sessions<C: ConnectionTrait>(
    connection: &C,
    id: UserId,
    (reason, now): (&'static str, DateTime<Utc>),
) -> Result<Vec<SessionId>> {
    let own = Condition::all().add(session::Column::UserId.eq(id.uuid())).add(session::Column::RevokedAt.is_null());
    let live: Vec<Uuid> = session::Entity::find()
        .select_only()
        .column(session::Column::Id)
        .filter(own.clone())
        .filter(session::Column::ExpiresAt.gt(now))
        .into_tuple()
        .all(connection)
        .await?;
    let end = session::ActiveModel {
        revoked_at: Set(Some(now)),
        revoked_reason: Set(Some(reason.to_owned())),
        ..Default::default()
    };
    session::Entity::update_many().set(end).filter(own).exec(connection).await?;
    Ok(live.into_iter().map(SessionId::new).collect())
}

/// Erases a user: what is left is a row with an id, so that the log can be read.
pub(super) async fn erase<C: ConnectionTrait>(connection: &C, id: UserId, now: DateTime<Utc>) -> Result<()> {
    let user_id = id.uuid();
    login_name::Entity::delete_many().filter(login_name::Column::UserId.eq(user_id)).exec(connection).await?;
    user_role::Entity::delete_many().filter(user_role::Column::UserId.eq(user_id)).exec(connection).await?;
    let grants = user_permission::Column::UserId.eq(user_id);
    user_permission::Entity::delete_many().filter(grants).exec(connection).await?;
    erase_sessions(connection, user_id).await?;
    let name = format!("deleted-{user_id}");
    let change = user::ActiveModel {
        status: Set(user::Status::Deleted),
        username: Set(name.clone()),
        username_key: Set(name.clone()),
        email: Set(None),
        display_name: Set(None),
        display_key: Set(name),
        password_hash: Set(None),
        updated_at: Set(now),
        ..Default::default()
    };
    user::Entity::update_many().set(change).filter(user::Column::Id.eq(user_id)).exec(connection).await?;
    Ok(())
}

/// Erases from where and with what a user signed in, and what could continue a session.
async fn erase_sessions<C: ConnectionTrait>(connection: &C, user: Uuid) -> Result<()> {
    let tokens = refresh_token::Column::SessionId.in_subquery(sessions_of(user));
    refresh_token::Entity::delete_many().filter(tokens).exec(connection).await?;
    let roles = session_role::Column::SessionId.in_subquery(sessions_of(user));
    session_role::Entity::delete_many().filter(roles).exec(connection).await?;
    session::Entity::update_many()
        .col_expr(session::Column::UserAgent, Expr::value(Value::String(None)))
        .col_expr(session::Column::IpAddress, Expr::value(Value::String(None)))
        .filter(session::Column::UserId.eq(user))
        .exec(connection)
        .await?;
    Ok(())
}

fn sessions_of(user: Uuid) -> SelectStatement {
    Query::select()
        .column(session::Column::Id)
        .from(session::Entity)
        .and_where(session::Column::UserId.eq(user))
        .to_owned()
}

/// Roles assigned to a user, whenever the assignments count, in no order.
pub(super) async fn assigned_roles<C: ConnectionTrait>(connection: &C, id: UserId) -> Result<Vec<RoleId>> {
    let roles: Vec<Uuid> = user_role::Entity::find()
        .select_only()
        .column(user_role::Column::RoleId)
        .filter(user_role::Column::UserId.eq(id.uuid()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(roles.into_iter().map(RoleId::new).collect())
}

fn set<V: Into<Value>>(value: Option<V>) -> ActiveValue<V> {
    value.map_or(ActiveValue::NotSet, ActiveValue::Set)
}

impl From<user::Model> for User {
    fn from(row: user::Model) -> Self {
        Self {
            id: UserId::new(row.id),
            kind: row.kind.into(),
            display_name: row.display_name.unwrap_or_else(|| row.username.clone()),
            username: row.username,
            email: row.email,
            status: row.status.into(),
            created_at: row.created_at,
            updated_at: row.updated_at,
            last_login_at: row.last_login_at,
        }
    }
}

impl From<user::Kind> for UserKind {
    fn from(kind: user::Kind) -> Self {
        match kind {
            user::Kind::Human => Self::Human,
            user::Kind::Service => Self::Service,
        }
    }
}

impl From<UserKind> for user::Kind {
    fn from(kind: UserKind) -> Self {
        match kind {
            UserKind::Human => Self::Human,
            UserKind::Service => Self::Service,
        }
    }
}

impl From<user::Status> for UserStatus {
    fn from(status: user::Status) -> Self {
        match status {
            user::Status::Active => Self::Active,
            user::Status::Suspended => Self::Suspended,
            user::Status::Deleted => Self::Deleted,
        }
    }
}

impl From<UserStatus> for user::Status {
    fn from(status: UserStatus) -> Self {
        match status {
            UserStatus::Active => Self::Active,
            UserStatus::Suspended => Self::Suspended,
            UserStatus::Deleted => Self::Deleted,
        }
    }
}

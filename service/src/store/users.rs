//! Users and the names they log in with.

mod credentials;
mod erase;
mod list;
mod login_names;

pub(crate) use credentials::{
    AccountRecord, HashCosts, account, account_by_name, has_password, hash_costs, latest_password_hashes, record_login,
    replace_password, restore, set_password,
};
pub(crate) use erase::{erase, erase_traces};
pub(crate) use list::{ReviewedUser, last_logins, listed, reviewed_after, reviewed_since};
pub(crate) use login_names::{find_by_username, is_taken, login_names, replace_login_names};

pub(super) use erase::erase_some_traces;

use super::bulk::{Form, insert_texts};
use super::{among, policy, rows_with, set};
use crate::Result;
use crate::database::Connection;
use crate::text::sort_key;
use crate::users::{EmailAddress, User, UserChanges, UserKind, Username};
use chrono::{DateTime, Utc};
use engine::{AccountStatus, Activation, Subject, UserId};
use entity::user::{ActiveModel, Column, Entity, Kind, Model, Status};
use rustc_hash::FxHashMap;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, SelectStatement};
use sea_orm::{ActiveEnum, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Related, Select, SelectTwo, Set};
use uuid::Uuid;

/// A user to insert.
#[derive(Clone, Debug)]
pub(crate) struct UserInsert {
    pub(crate) id: UserId,
    pub(crate) username: Username,
    pub(crate) email: Option<EmailAddress>,
    pub(crate) display_name: Option<String>,
    pub(crate) password_hash: Option<String>,
}

/// A user who is not deleted, with the display name as it was set.
#[derive(Clone, Debug)]
pub(crate) struct UserRecord {
    pub(crate) user: User,
    pub(crate) display_name: Option<String>,
}

/// Inserts users with their login names, which must be free.
pub(crate) async fn insert<C: Connection>(connection: &C, new: &[UserInsert], now: DateTime<Utc>) -> Result<()> {
    let columns = [
        (Column::Id, Form::Id),
        (Column::Username, Form::Text),
        (Column::UsernameKey, Form::Text),
        (Column::Email, Form::Text),
        (Column::DisplayName, Form::Text),
        (Column::DisplayKey, Form::Text),
        (Column::PasswordHash, Form::Text),
    ];
    let others = [
        (Column::Kind, Expr::value(Kind::Human.to_value())),
        (Column::Status, Expr::value(Status::Active.to_value())),
        (Column::Revision, 0_i64.into()),
        (Column::Version, 0_i32.into()),
        (Column::CreatedAt, now.into()),
        (Column::UpdatedAt, now.into()),
        (Column::LastLoginKey, 0_i64.into()),
    ];
    let rows: Vec<_> = new.iter().map(|new| texts(row(new, now))).collect();
    insert_texts(connection, Entity, &columns, &rows, &others).await?;
    login_names::insert(connection, new).await
}

/// What differs between new users, in the order of the columns.
fn texts(row: Model) -> Vec<Option<String>> {
    let id = row.id.simple().to_string();
    let (username, key) = (Some(row.username), Some(row.username_key));
    vec![Some(id), username, key, row.email, row.display_name, Some(row.display_key), row.password_hash]
}

/// The record of a user inserted at `now`.
pub(crate) fn inserted(new: &UserInsert, now: DateTime<Utc>) -> User {
    User::from(row(new, now))
}

fn row(new: &UserInsert, now: DateTime<Utc>) -> Model {
    Model {
        id: new.id.uuid(),
        kind: Kind::Human,
        status: Status::Active,
        username: new.username.as_str().to_owned(),
        username_key: new.username.spelled_key().to_owned(),
        email: new.email.as_ref().map(|email| email.as_str().to_owned()),
        display_name: new.display_name.clone(),
        display_key: sort_key(new.display_name.as_deref().unwrap_or(new.username.as_str())),
        password_hash: new.password_hash.clone(),
        revision: 0,
        version: 0,
        created_at: now,
        updated_at: now,
        last_login_at: None,
        last_login_key: 0,
    }
}

/// A user, unless deleted.
pub(crate) async fn find<C: Connection>(connection: &C, id: UserId) -> Result<Option<UserRecord>> {
    let query = Entity::find_by_id(id.uuid()).filter(Column::Status.ne(Status::Deleted));
    let row = query.one(connection).await?;
    Ok(row.map(|row| UserRecord { display_name: row.display_name.clone(), user: User::from(row) }))
}

/// The usernames of all users who are not deleted, each after its form for comparison.
pub(crate) async fn usernames<C: Connection>(connection: &C) -> Result<Vec<(String, String)>> {
    let query = Entity::find().select_only().columns([Column::UsernameKey, Column::Username]);
    Ok(query.filter(Column::Status.ne(Status::Deleted)).into_tuple().all(connection).await?)
}

/// Users by id, deleted ones included.
pub(crate) async fn by_ids<C: Connection>(connection: &C, ids: &[UserId]) -> Result<Vec<User>> {
    let rows: Vec<Model> = rows_with(connection, Column::Id, ids.iter().map(|id| id.uuid())).await?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// Updates a user, except the login names.
pub(crate) async fn update<C: Connection>(
    connection: &C,
    current: &UserRecord,
    changes: &UserChanges,
    now: DateTime<Utc>,
) -> Result<()> {
    let username = changes.username.as_ref().map_or(current.user.username.as_str(), |name| name.as_str());
    let display_name = changes.display_name.as_ref().unwrap_or(&current.display_name);
    let change = ActiveModel {
        username: set(changes.username.as_ref().map(|name| name.as_str().to_owned())),
        username_key: set(changes.username.as_ref().map(|name| name.spelled_key().to_owned())),
        email: set(changes.email.as_ref().map(|email| email.as_ref().map(|email| email.as_str().to_owned()))),
        display_name: set(changes.display_name.clone()),
        display_key: Set(sort_key(display_name.as_deref().unwrap_or(username))),
        updated_at: Set(now),
        ..Default::default()
    };
    Entity::update_many().set(change).filter(Column::Id.eq(current.user.id.uuid())).exec(connection).await?;
    Ok(())
}

pub(crate) async fn set_status<C: Connection>(
    connection: &C,
    id: UserId,
    status: AccountStatus,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = ActiveModel { status: Set(status_column(status)), updated_at: Set(now), ..Default::default() };
    Entity::update_many().set(change).filter(Column::Id.eq(id.uuid())).exec(connection).await?;
    Ok(())
}

/// Increments the versions of users and sets their revision and time of change.
pub(crate) async fn stamp<C: Connection>(
    connection: &C,
    users: &[Uuid],
    revision: u64,
    now: DateTime<Utc>,
) -> Result<()> {
    if users.is_empty() {
        return Ok(());
    }
    let update = Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::Revision, Expr::value(policy::revision_column(revision)))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(among(connection, Column::Id, users.iter().copied()));
    update.exec(connection).await?;
    Ok(())
}

/// Those of these users who are not deleted.
pub(crate) async fn present<C: Connection>(
    connection: &C,
    users: impl IntoIterator<Item = UserId>,
) -> Result<Vec<UserId>> {
    let query = Entity::find().select_only().column(Column::Id).filter(Column::Status.ne(Status::Deleted));
    let query = query.filter(among(connection, Column::Id, users.into_iter().map(UserId::uuid)));
    let found: Vec<Uuid> = query.into_tuple().all(connection).await?;
    Ok(found.into_iter().map(UserId::new).collect())
}

/// Ids and usernames of all users who are not deleted.
pub(crate) async fn users_by_name<C: Connection>(connection: &C) -> Result<Vec<(UserId, String)>> {
    let query = Entity::find().select_only().columns([Column::Id, Column::Username]);
    let query = query.filter(Column::Status.ne(Status::Deleted));
    let rows: Vec<(Uuid, String)> = query.into_tuple().all(connection).await?;
    Ok(rows.into_iter().map(|(id, username)| (UserId::new(id), username)).collect())
}

/// Users as subjects without their assignments and grants.
pub(super) async fn read_subjects<C: Connection>(connection: &C, users: &[Uuid]) -> Result<FxHashMap<Uuid, Subject>> {
    let query = Entity::find().select_only().columns([Column::Id, Column::Status, Column::Revision]);
    let query = query.filter(among(connection, Column::Id, users.iter().copied()));
    let rows: Vec<(Uuid, Status, i64)> = query.into_tuple().all(connection).await?;
    let subject = |(id, status, revision): (Uuid, Status, i64)| Subject {
        user: UserId::new(id),
        status: status_of(status),
        revision: policy::revision_of(revision),
        assignments: Vec::new(),
        grants: Vec::new(),
        activation: Activation::All,
    };
    Ok(rows.into_iter().map(|row| (row.0, subject(row))).collect())
}

/// Joins the human users who are active, by the column of their ids.
pub(super) fn join_active_humans(query: &mut SelectStatement, user: Expr) {
    let condition = Condition::all().add(Column::Kind.eq(Kind::Human)).add(Column::Status.eq(Status::Active));
    query.inner_join(Entity, Expr::col((Entity, Column::Id)).eq(user)).cond_where(condition);
}

/// Joins the user to which each row belongs.
pub(super) fn with_user<E: EntityTrait + Related<Entity>>(query: Select<E>) -> SelectTwo<E, Entity> {
    query.find_also_related(Entity)
}

impl From<Model> for User {
    fn from(row: Model) -> Self {
        Self {
            id: UserId::new(row.id),
            kind: row.kind.into(),
            display_name: row.display_name.unwrap_or_else(|| row.username.clone()),
            username: row.username,
            email: row.email,
            status: status_of(row.status),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            last_login_at: row.last_login_at,
        }
    }
}

impl From<Kind> for UserKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Human => Self::Human,
        }
    }
}

fn status_of(column: Status) -> AccountStatus {
    match column {
        Status::Active => AccountStatus::Active,
        Status::Suspended => AccountStatus::Suspended,
        Status::Deleted => AccountStatus::Deleted,
    }
}

fn status_column(status: AccountStatus) -> Status {
    match status {
        AccountStatus::Active => Status::Active,
        AccountStatus::Suspended => Status::Suspended,
        AccountStatus::Deleted => Status::Deleted,
    }
}

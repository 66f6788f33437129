//! Login names: usernames and e-mail addresses, in one namespace.

use super::UserInsert;
use crate::Result;
use crate::database::Connection;
use crate::store::bulk::{Form, insert_texts};
use crate::users::{EmailAddress, LoginName, User, Username};
use engine::UserId;
use entity::login_name::{ActiveModel, Column, Entity, Model, Relation};
use entity::user;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter, QuerySelect, RelationTrait};
use uuid::Uuid;

/// A login name and the user whose it is.
#[derive(Clone, Debug)]
pub(crate) struct LoginNameRecord {
    pub(crate) key: String,
    pub(crate) user: UserId,
    /// Username of the user, as stored.
    pub(crate) username: String,
    /// False for an e-mail address that is not the username too.
    pub(crate) is_username: bool,
}

/// Inserts the login names of new users.
pub(super) async fn insert<C: Connection>(connection: &C, new: &[UserInsert]) -> Result<()> {
    let names = new.iter().flat_map(|new| {
        let keys = login_keys(Some(new.username.login_name()), new.email.as_ref().map(EmailAddress::login_name));
        let id = new.id.uuid().simple().to_string();
        keys.into_iter().map(move |key| vec![Some(key.to_owned()), Some(id.clone())])
    });
    let rows: Vec<_> = names.collect();
    let columns = [(Column::NameKey, Form::Text), (Column::UserId, Form::Id)];
    insert_texts(connection, Entity, &columns, &rows, &[]).await
}

fn row(user: UserId, key: &str) -> ActiveModel {
    Model { name_key: key.to_owned(), user_id: user.uuid() }.into_active_model()
}

/// The keys of the login names of a user: one when the e-mail address is the username. An address that is not in
/// canonical form has the key of its spelling as well.
fn login_keys<'a>(username: Option<&'a LoginName>, email: Option<&'a LoginName>) -> Vec<&'a str> {
    let mut keys: Vec<&str> = username.into_iter().chain(email).flat_map(LoginName::keys).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// Whether the login name is that of a user other than `own`.
pub(crate) async fn is_taken<C: Connection>(connection: &C, name: &LoginName, own: Option<UserId>) -> Result<bool> {
    let holders = holders(connection, &name.keys()).await?;
    Ok(holders.into_iter().any(|holder| Some(UserId::new(holder.user_id)) != own))
}

/// The rows of those keys that a user has.
async fn holders<C: Connection>(connection: &C, keys: &[&str]) -> Result<Vec<Model>> {
    Ok(Entity::find().filter(Column::NameKey.is_in(keys.iter().copied())).all(connection).await?)
}

/// The user with this login name, and the key by which it was found.
pub(super) async fn find_by_name<C: Connection>(
    connection: &C,
    name: &LoginName,
) -> Result<Option<(String, user::Model)>> {
    let found = Entity::find().filter(Column::NameKey.is_in(name.keys())).find_also_related(user::Entity);
    let mut found = found.all(connection).await?;
    // The key of the spelling goes before that of the address.
    found.sort_by_key(|(row, _)| name.keys().iter().position(|key| *key == row.name_key));
    Ok(found.into_iter().find_map(|(row, user)| Some((row.name_key, user?))))
}

/// The user with this username.
pub(crate) async fn find_by_username<C: Connection>(connection: &C, name: &LoginName) -> Result<Option<User>> {
    let found = find_by_name(connection, name).await?;
    Ok(found.filter(|(key, user)| is_username(key, &user.username)).map(|(_, user)| User::from(user)))
}

/// Whether a key is one of this username.
fn is_username(key: &str, username: &str) -> bool {
    Username::parse(username).is_ok_and(|name| name.login_name().keys().contains(&key))
}

/// Keys in one statement; they are texts of some length.
const MAX_KEYS: usize = 500;

/// The login names that exist among these.
pub(crate) async fn login_names<C: Connection>(connection: &C, keys: &[String]) -> Result<Vec<LoginNameRecord>> {
    let mut names = Vec::new();
    for keys in keys.chunks(MAX_KEYS) {
        let rows: Vec<(String, Uuid, String)> = Entity::find()
            .select_only()
            .column(Column::NameKey)
            .column(Column::UserId)
            .column(user::Column::Username)
            .join(JoinType::InnerJoin, Relation::User.def())
            .filter(Column::NameKey.is_in(keys.iter().map(String::as_str)))
            .into_tuple()
            .all(connection)
            .await?;
        names.extend(rows.into_iter().map(|(key, user, username)| LoginNameRecord {
            is_username: is_username(&key, &username),
            key,
            user: UserId::new(user),
            username,
        }));
    }
    Ok(names)
}

/// Replaces the login names of a user. A key that another user has stays theirs: two accounts of before the canonical
/// form may have addresses with the same.
pub(crate) async fn replace_login_names<C: Connection>(
    connection: &C,
    id: UserId,
    username: Option<&Username>,
    email: Option<&EmailAddress>,
) -> Result<()> {
    delete_of(connection, id).await?;
    let keys = login_keys(username.map(Username::login_name), email.map(EmailAddress::login_name));
    let taken: Vec<String> = holders(connection, &keys).await?.into_iter().map(|holder| holder.name_key).collect();
    let free = keys.into_iter().filter(|key| taken.iter().all(|taken| taken != key));
    let rows: Vec<_> = free.map(|key| row(id, key)).collect();
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

pub(super) async fn delete_of<C: Connection>(connection: &C, user: UserId) -> Result<()> {
    Entity::delete_many().filter(Column::UserId.eq(user.uuid())).exec(connection).await?;
    Ok(())
}

//! What is there of the users that a document mentions.

use super::plan::Account;
use crate::Result;
use chrono::{DateTime, Utc};
use engine::{PermissionId, RoleId, UserId, Validity};
use entity::{login_name, user, user_permission, user_role};
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, RelationTrait};
use uuid::Uuid;

type Instant = Option<DateTime<Utc>>;

/// Ids or names in one statement.
const CHUNK: usize = 500;

/// Whose these names to sign in with are; names of nobody are left out.
pub(super) async fn accounts<C: ConnectionTrait>(
    connection: &C,
    keys: &[String],
) -> Result<FxHashMap<String, Account>> {
    let mut accounts = FxHashMap::default();
    for keys in keys.chunks(CHUNK) {
        let rows: Vec<(String, Uuid, String)> = login_name::Entity::find()
            .select_only()
            .column(login_name::Column::NameKey)
            .column(login_name::Column::UserId)
            .column(user::Column::UsernameKey)
            .join(sea_orm::JoinType::InnerJoin, login_name::Relation::User.def())
            .filter(login_name::Column::NameKey.is_in(keys.iter().map(String::as_str)))
            .into_tuple()
            .all(connection)
            .await?;
        accounts.extend(rows.into_iter().map(|(key, user, username)| {
            let is_name = key == username;
            (key, if is_name { Account::Named(UserId::new(user)) } else { Account::Addressed })
        }));
    }
    Ok(accounts)
}

/// The users among accounts.
pub(super) fn ids(accounts: &FxHashMap<String, Account>) -> Vec<UserId> {
    let id = |account: &Account| match account {
        Account::Named(user) => Some(*user),
        Account::Addressed => None,
    };
    accounts.values().filter_map(id).collect()
}

/// Roles assigned to users, and when the assignments count.
pub(super) async fn user_roles<C: ConnectionTrait>(
    connection: &C,
    users: &[UserId],
) -> Result<FxHashMap<(UserId, RoleId), Validity>> {
    use user_role::Column;
    let mut pairs = FxHashMap::default();
    for users in users.chunks(CHUNK) {
        let rows: Vec<(Uuid, Uuid, Instant, Instant)> = user_role::Entity::find()
            .select_only()
            .columns([Column::UserId, Column::RoleId, Column::ValidFrom, Column::ExpiresAt])
            .filter(Column::UserId.is_in(users.iter().map(|user| user.uuid())))
            .into_tuple()
            .all(connection)
            .await?;
        let pair = |(user, role, from, until)| ((UserId::new(user), RoleId::new(role)), Validity { from, until });
        pairs.extend(rows.into_iter().map(pair));
    }
    Ok(pairs)
}

/// Permissions granted to users directly, whenever the grants count.
pub(super) async fn user_permissions<C: ConnectionTrait>(
    connection: &C,
    users: &[UserId],
) -> Result<FxHashSet<(UserId, PermissionId)>> {
    let mut pairs = FxHashSet::default();
    for users in users.chunks(CHUNK) {
        let rows: Vec<(Uuid, Uuid)> = user_permission::Entity::find()
            .select_only()
            .columns([user_permission::Column::UserId, user_permission::Column::PermissionId])
            .filter(user_permission::Column::UserId.is_in(users.iter().map(|user| user.uuid())))
            .into_tuple()
            .all(connection)
            .await?;
        pairs.extend(rows.into_iter().map(|(user, grant)| (UserId::new(user), PermissionId::new(grant))));
    }
    Ok(pairs)
}

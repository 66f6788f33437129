//! Accounts with their password hashes.

use super::login_names::find_by_name;
use super::status_of;
use crate::Result;
use crate::database::Connection;
use crate::users::LoginName;
use chrono::{DateTime, Utc};
use engine::{AccountStatus, UserId};
use entity::user::{ActiveModel, Column, Entity, Model, Status};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

/// An account with its credentials.
#[derive(Clone, Debug)]
pub(crate) struct AccountRecord {
    pub(crate) id: UserId,
    pub(crate) username: String,
    pub(crate) email: Option<String>,
    pub(crate) status: AccountStatus,
    pub(crate) password_hash: Option<String>,
}

/// The account with this login name.
pub(crate) async fn account_by_name<C: Connection>(connection: &C, name: &LoginName) -> Result<Option<AccountRecord>> {
    Ok(find_by_name(connection, name).await?.map(|(_, user)| AccountRecord::from(user)))
}

pub(crate) async fn account<C: Connection>(connection: &C, id: UserId) -> Result<Option<AccountRecord>> {
    Ok(Entity::find_by_id(id.uuid()).one(connection).await?.map(AccountRecord::from))
}

impl From<Model> for AccountRecord {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.into(),
            username: row.username,
            email: row.email,
            status: status_of(row.status),
            password_hash: row.password_hash,
        }
    }
}

/// Replaces a password hash if it is still `old`; returns whether it was.
pub(crate) async fn replace_password<C: Connection>(
    connection: &C,
    user: UserId,
    old: &str,
    new: String,
) -> Result<bool> {
    let update = Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(new))
        .filter(Column::Id.eq(user.uuid()))
        .filter(Column::PasswordHash.eq(old));
    Ok(update.exec(connection).await?.rows_affected == 1)
}

/// Records a login if the account is active and still has this password hash; returns whether it does. The row stays
/// locked until the transaction ends, so that no login succeeds while the account is suspended or its password replaced.
pub(crate) async fn record_login<C: Connection>(
    connection: &C,
    user: UserId,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<bool> {
    let login = ActiveModel {
        last_login_at: Set(Some(now)),
        last_login_key: Set(now.timestamp_millis()),
        ..Default::default()
    };
    let condition = is_active(user).add(Column::PasswordHash.eq(password_hash));
    Ok(Entity::update_many().set(login).filter(condition).exec(connection).await?.rows_affected == 1)
}

/// Whether the account is active and has this password hash. The row stays locked until the transaction ends.
pub(crate) async fn has_password<C: Connection>(connection: &C, user: UserId, password_hash: &str) -> Result<bool> {
    let condition = is_active(user).add(Column::PasswordHash.eq(password_hash));
    Ok(Entity::find().filter(condition).lock_exclusive().one(connection).await?.is_some())
}

/// Activates an account, whatever its status, and sets its password hash.
pub(crate) async fn restore<C: Connection>(
    connection: &C,
    user: UserId,
    password_hash: String,
    now: DateTime<Utc>,
) -> Result<()> {
    let change = ActiveModel {
        status: Set(Status::Active),
        password_hash: Set(Some(password_hash)),
        updated_at: Set(now),
        ..Default::default()
    };
    Entity::update_many().set(change).filter(Column::Id.eq(user.uuid())).exec(connection).await?;
    Ok(())
}

/// Sets the password hash of an account if it is active; returns whether it is.
pub(crate) async fn set_password<C: Connection>(connection: &C, user: UserId, password_hash: String) -> Result<bool> {
    let update = Entity::update_many().col_expr(Column::PasswordHash, Expr::value(password_hash));
    Ok(update.filter(is_active(user)).exec(connection).await?.rows_affected == 1)
}

fn is_active(user: UserId) -> Condition {
    Condition::all().add(Column::Id.eq(user.uuid())).add(Column::Status.eq(Status::Active))
}

/// Password hashes of the users who logged in last.
pub(crate) async fn latest_password_hashes<C: Connection>(connection: &C, limit: u64) -> Result<Vec<String>> {
    let hashes: Vec<Option<String>> = Entity::find()
        .select_only()
        .column(Column::PasswordHash)
        .order_by_desc(Column::LastLoginKey)
        .order_by_desc(Column::Id)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(hashes.into_iter().flatten().collect())
}

/// Number of password hashes of one cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HashCosts {
    /// Parameters as in the hash, such as `m=19456,t=2,p=1`.
    pub(crate) cost: String,
    pub(crate) count: u64,
}

/// Password hashes by their parameters. Reads every account.
pub(crate) async fn hash_costs<C: Connection>(connection: &C) -> Result<Vec<HashCosts>> {
    let find = match connection.get_database_backend() {
        DbBackend::Postgres => "STRPOS",
        _ => "INSTR",
    };
    // `$argon2id$v=19$m=…,t=…,p=…$salt$hash`: the 16th character begins the parameters.
    let cost = format!("SUBSTR(password_hash, 16, {find}(SUBSTR(password_hash, 16), '$') - 1)");
    let rows: Vec<(String, i64)> = Entity::find()
        .select_only()
        .column_as(Expr::cust(cost.clone()), "cost")
        .column_as(Column::Id.count(), "count")
        .filter(Column::PasswordHash.like("$argon2id$v=19$%$%"))
        .group_by(Expr::cust(cost))
        .into_tuple()
        .all(connection)
        .await?;
    let costs = rows.into_iter().map(|(cost, count)| HashCosts { cost, count: count.unsigned_abs() });
    Ok(costs.collect())
}

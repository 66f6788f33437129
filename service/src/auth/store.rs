//! Stored accounts as far as signing in goes, and refresh tokens.

pub(super) mod resets;

use super::opaque::TokenHash;
use crate::Result;
use crate::users::{UserKind, UserStatus};
use chrono::{DateTime, Utc};
use engine::{RoleId, SessionId, UserId};
use entity::{login_name, refresh_token, user, user_role};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Set,
};
use uuid::Uuid;

/// An account that is there, as far as signing in goes.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) id: UserId,
    pub(super) username: String,
    pub(super) email: Option<String>,
    pub(super) status: UserStatus,
    pub(super) kind: UserKind,
    pub(super) password_hash: Option<String>,
}

/// The account that signs in by this key.
pub(super) async fn account_by_key<C: ConnectionTrait>(connection: &C, key: &str) -> Result<Option<Known>> {
    let found = login_name::Entity::find_by_id(key).find_also_related(user::Entity).one(connection).await?;
    Ok(found.and_then(|(_, user)| user).map(Known::from))
}

pub(super) async fn account<C: ConnectionTrait>(connection: &C, id: UserId) -> Result<Option<Known>> {
    Ok(user::Entity::find_by_id(id.uuid()).one(connection).await?.map(Known::from))
}

impl From<user::Model> for Known {
    fn from(row: user::Model) -> Self {
        Self {
            id: row.id.into(),
            username: row.username,
            email: row.email,
            status: row.status.into(),
            kind: row.kind.into(),
            password_hash: row.password_hash,
        }
    }
}

/// Replaces a password hash, if it is still the `old` one; says whether it was.
pub(super) async fn replace_password<C: ConnectionTrait>(
    connection: &C,
    user: UserId,
    (old, new): (&str, String),
) -> Result<bool> {
    let update = user::Entity::update_many()
        .col_expr(user::Column::PasswordHash, Expr::value(new))
        .filter(user::Column::Id.eq(user.uuid()))
        .filter(user::Column::PasswordHash.eq(old));
    Ok(update.exec(connection).await?.rows_affected == 1)
}

/// Notes a sign-in with the password of this hash, if the account is active and has it still; says
/// whether it does. The account stays as it is until the transaction ends, so that nobody signs in to
/// an account while it is suspended, or with a password that is being replaced.
pub(super) async fn note_login<C: ConnectionTrait>(
    connection: &C,
    (user, password_hash): (UserId, &str),
    now: DateTime<Utc>,
) -> Result<bool> {
    let login = user::ActiveModel {
        last_login_at: Set(Some(now)),
        last_login_key: Set(now.timestamp_millis()),
        ..Default::default()
    };
    let active = active(user).add(user::Column::PasswordHash.eq(password_hash));
    Ok(user::Entity::update_many().set(login).filter(active).exec(connection).await?.rows_affected == 1)
}

/// Is the account active, and has it the password of this hash? It stays so until the transaction ends.
pub(super) async fn has_password<C: ConnectionTrait>(
    connection: &C,
    (user, password_hash): (UserId, &str),
) -> Result<bool> {
    let active = active(user).add(user::Column::PasswordHash.eq(password_hash));
    Ok(user::Entity::find().filter(active).lock_exclusive().one(connection).await?.is_some())
}

/// Makes an account active, with this password.
pub(super) async fn restore<C: ConnectionTrait>(
    connection: &C,
    user: UserId,
    (password_hash, now): (String, DateTime<Utc>),
) -> Result<()> {
    let change = user::ActiveModel {
        status: Set(user::Status::Active),
        password_hash: Set(Some(password_hash)),
        updated_at: Set(now),
        ..Default::default()
    };
    user::Entity::update_many().set(change).filter(user::Column::Id.eq(user.uuid())).exec(connection).await?;
    Ok(())
}

/// Gives an active account this password, whichever it had; says whether it is active.
pub(super) async fn set_password<C: ConnectionTrait>(
    connection: &C,
    user: UserId,
    password_hash: String,
) -> Result<bool> {
    let update = user::Entity::update_many().col_expr(user::Column::PasswordHash, Expr::value(password_hash));
    Ok(update.filter(active(user)).exec(connection).await?.rows_affected == 1)
}

/// That account, while it is active.
fn active(user: UserId) -> Condition {
    Condition::all().add(user::Column::Id.eq(user.uuid())).add(user::Column::Status.eq(user::Status::Active))
}

/// Password hashes of those who signed in last.
pub(super) async fn latest_passwords<C: ConnectionTrait>(connection: &C, limit: u64) -> Result<Vec<String>> {
    let hashes: Vec<Option<String>> = user::Entity::find()
        .select_only()
        .column(user::Column::PasswordHash)
        .order_by_desc(user::Column::LastLoginKey)
        .order_by_desc(user::Column::Id)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(hashes.into_iter().flatten().collect())
}

/// A role that somebody shall have for good, assigned by nobody in particular.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lasting {
    pub(super) id: Uuid,
    pub(super) user: UserId,
    pub(super) role: RoleId,
    pub(super) at: DateTime<Utc>,
}

/// Assigns a role for good; an assignment with an end that is there already loses it.
pub(super) async fn assign<C: ConnectionTrait>(connection: &C, new: Lasting) -> Result<()> {
    let held = Condition::all()
        .add(user_role::Column::UserId.eq(new.user.uuid()))
        .add(user_role::Column::RoleId.eq(new.role.uuid()));
    if user_role::Entity::find().filter(held.clone()).one(connection).await?.is_some() {
        let forever = user_role::ActiveModel { valid_from: Set(None), expires_at: Set(None), ..Default::default() };
        user_role::Entity::update_many().set(forever).filter(held).exec(connection).await?;
        return Ok(());
    }
    let row = user_role::Model {
        id: new.id,
        user_id: new.user.uuid(),
        role_id: new.role.uuid(),
        assigned_at: new.at,
        assigned_by: None,
        valid_from: None,
        expires_at: None,
        reason: None,
        noted_end: None,
    };
    user_role::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Does a person, neither suspended nor deleted, have this role now and for good?
pub(super) async fn has_lasting_holder<C: ConnectionTrait>(
    connection: &C,
    role: RoleId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let begun = Condition::any().add(user_role::Column::ValidFrom.is_null()).add(user_role::Column::ValidFrom.lte(now));
    let holder = user_role::Entity::find()
        .inner_join(user::Entity)
        .filter(user_role::Column::RoleId.eq(role.uuid()))
        .filter(user_role::Column::ExpiresAt.is_null())
        .filter(begun)
        .filter(user::Column::Kind.eq(user::Kind::Human))
        .filter(user::Column::Status.eq(user::Status::Active))
        .one(connection)
        .await?;
    Ok(holder.is_some())
}

/// A refresh token, as stored.
#[derive(Clone, Debug)]
pub(super) struct StoredToken {
    pub(super) session: SessionId,
    pub(super) used_at: Option<DateTime<Utc>>,
    pub(super) sealed_successor: Option<Vec<u8>>,
}

pub(super) async fn insert_token<C: ConnectionTrait>(
    connection: &C,
    (hash, session): (TokenHash, SessionId),
    now: DateTime<Utc>,
) -> Result<()> {
    let row = refresh_token::Model {
        token_hash: hash.to_vec(),
        session_id: session.uuid(),
        created_at: now,
        used_at: None,
        sealed_successor: None,
    };
    refresh_token::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

pub(super) async fn token<C: ConnectionTrait>(connection: &C, hash: TokenHash) -> Result<Option<StoredToken>> {
    let row = refresh_token::Entity::find_by_id(hash.to_vec()).one(connection).await?;
    Ok(row.map(|row| StoredToken {
        session: row.session_id.into(),
        used_at: row.used_at,
        sealed_successor: row.sealed_successor,
    }))
}

/// Marks a token as traded, if it was not; says whether this call did. One conditional UPDATE: of
/// all that try at once, on whatever replica, one wins.
pub(super) async fn trade<C: ConnectionTrait>(
    connection: &C,
    hash: TokenHash,
    (sealed_successor, now): (Vec<u8>, DateTime<Utc>),
) -> Result<bool> {
    let traded = refresh_token::ActiveModel {
        used_at: Set(Some(now)),
        sealed_successor: Set(Some(sealed_successor)),
        ..Default::default()
    };
    let unused = refresh_token::Column::TokenHash.eq(hash.to_vec()).and(refresh_token::Column::UsedAt.is_null());
    Ok(refresh_token::Entity::update_many().set(traded).filter(unused).exec(connection).await?.rows_affected == 1)
}

/// Erases the successors of tokens that were traded between two instants.
pub(super) async fn erase_successors<C: ConnectionTrait>(
    connection: &C,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::SealedSuccessor, Expr::value(Option::<Vec<u8>>::None))
        .filter(refresh_token::Column::UsedAt.gte(from))
        .filter(refresh_token::Column::UsedAt.lt(to))
        .filter(refresh_token::Column::SealedSuccessor.is_not_null())
        .exec(connection)
        .await?;
    Ok(())
}

//! Signing keys.

use super::rows_with;
use crate::Result;
use crate::database::Connection;
use crate::keys::{KeyStatus, SigningAlgorithm, SigningKey};
use chrono::{DateTime, Utc};
use engine::SigningKeyId;
use entity::signing_key::{ActiveModel, Column, Entity, Model, Status};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set};
use std::cmp::Reverse;

/// A signing key with its sealed private half.
#[derive(Clone, Debug)]
pub(crate) struct KeyRecord {
    pub(crate) id: SigningKeyId,
    pub(crate) kid: String,
    pub(crate) algorithm: String,
    pub(crate) sealed_private: Vec<u8>,
    pub(crate) public_jwk: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) retires_at: Option<DateTime<Utc>>,
    pub(crate) status: KeyStatus,
}

/// The active keys, and those that verify, or did after `since`.
pub(crate) async fn in_use<C: Connection>(connection: &C, since: DateTime<Utc>) -> Result<Vec<KeyRecord>> {
    let used = Condition::any().add(Column::Status.eq(Status::Active)).add(Column::RetiresAt.gt(since));
    let mut rows = Entity::find().filter(used).all(connection).await?;
    rows.sort_by_key(newest_first);
    Ok(rows.into_iter().map(KeyRecord::from).collect())
}

/// The query of the number of keys.
pub(super) fn count_query() -> SelectStatement {
    Query::select().expr(Column::Id.count()).from(Entity).take()
}

/// The query of the number of revoked keys.
pub(super) fn count_revoked_query() -> SelectStatement {
    count_query().and_where(Column::Status.eq(Status::Revoked)).take()
}

/// The query of the time at which the newest key was created.
pub(super) fn newest_query() -> SelectStatement {
    Query::select().expr(Column::CreatedAt.max()).from(Entity).take()
}

/// All keys, newest first, with their status at `now`.
pub(crate) async fn all<C: Connection>(connection: &C, now: DateTime<Utc>) -> Result<Vec<SigningKey>> {
    let mut rows = Entity::find().all(connection).await?;
    rows.sort_by_key(newest_first);
    Ok(rows.into_iter().map(|row| with_status_at(row, now)).collect())
}

/// Keys by id, with their status at `now`; unknown ones are left out.
pub(crate) async fn by_ids<C: Connection>(
    connection: &C,
    ids: &[SigningKeyId],
    now: DateTime<Utc>,
) -> Result<Vec<SigningKey>> {
    let rows: Vec<Model> = rows_with(connection, Column::Id, ids.iter().map(|id| id.uuid())).await?;
    Ok(rows.into_iter().map(|row| with_status_at(row, now)).collect())
}

/// Whether a key other than `excluded` is active.
pub(crate) async fn another_signs<C: Connection>(connection: &C, excluded: SigningKeyId) -> Result<bool> {
    let others = Entity::find().filter(Column::Status.eq(Status::Active)).filter(Column::Id.ne(excluded.uuid()));
    Ok(others.limit(1).one(connection).await?.is_some())
}

/// Inserts an active key.
pub(crate) async fn insert<C: Connection>(connection: &C, key: KeyRecord) -> Result<()> {
    let row = Model {
        id: key.id.uuid(),
        kid: key.kid,
        algorithm: key.algorithm,
        status: Status::Active,
        sealed_private: key.sealed_private,
        public_jwk: key.public_jwk,
        created_at: key.created_at,
        retires_at: None,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Makes active keys retiring ones, which verify until `retires_at`.
pub(crate) async fn retire<C: Connection>(
    connection: &C,
    keys: &[SigningKey],
    retires_at: DateTime<Utc>,
) -> Result<()> {
    for key in keys {
        let change = ActiveModel {
            status: Set(Status::Retiring),
            retires_at: Set(Some(retires_at)),
            ..without_private_half(&key.algorithm)
        };
        Entity::update_many().set(change).filter(Column::Id.eq(key.id.uuid())).exec(connection).await?;
    }
    Ok(())
}

/// Revokes a key: nothing that it signed is valid after `retires_at`.
pub(crate) async fn revoke<C: Connection>(connection: &C, key: &SigningKey, retires_at: DateTime<Utc>) -> Result<()> {
    let change = ActiveModel {
        status: Set(Status::Revoked),
        retires_at: Set(Some(retires_at)),
        ..without_private_half(&key.algorithm)
    };
    Entity::update_many().set(change).filter(Column::Id.eq(key.id.uuid())).exec(connection).await?;
    Ok(())
}

/// Replaces the sealed private half of a key.
pub(crate) async fn reseal<C: Connection>(connection: &C, key: SigningKeyId, sealed: Vec<u8>) -> Result<()> {
    let change = ActiveModel { sealed_private: Set(sealed), ..Default::default() };
    Entity::update_many().set(change).filter(Column::Id.eq(key.uuid())).exec(connection).await?;
    Ok(())
}

/// Erases a private half that will not sign again; a symmetric key is kept, since it verifies.
fn without_private_half(algorithm: &str) -> ActiveModel {
    match SigningAlgorithm::named(algorithm) {
        Some(algorithm) if !algorithm.is_symmetric() => {
            ActiveModel { sealed_private: Set(Vec::new()), ..Default::default() }
        }
        _ => ActiveModel::default(),
    }
}

/// Of keys created at the same time, the active one replaced the others.
fn newest_first(row: &Model) -> impl Ord + use<> {
    Reverse((row.created_at, row.status == Status::Active, row.id))
}

fn with_status_at(row: Model, now: DateTime<Utc>) -> SigningKey {
    let has_retired = row.retires_at.is_some_and(|retires_at| retires_at <= now);
    let status = match status(row.status) {
        KeyStatus::Retiring if has_retired => KeyStatus::Retired,
        status => status,
    };
    SigningKey {
        id: row.id.into(),
        kid: row.kid,
        algorithm: row.algorithm,
        status,
        created_at: row.created_at,
        retires_at: row.retires_at,
    }
}

fn status(stored: Status) -> KeyStatus {
    match stored {
        Status::Active => KeyStatus::Active,
        Status::Retiring => KeyStatus::Retiring,
        Status::Retired => KeyStatus::Retired,
        Status::Revoked => KeyStatus::Revoked,
    }
}

impl From<Model> for KeyRecord {
    fn from(row: Model) -> Self {
        Self {
            id: row.id.into(),
            kid: row.kid,
            algorithm: row.algorithm,
            sealed_private: row.sealed_private,
            public_jwk: row.public_jwk,
            created_at: row.created_at,
            retires_at: row.retires_at,
            status: status(row.status),
        }
    }
}

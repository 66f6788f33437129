//! Signing keys, as stored.

use super::model::{KeyStatus, SigningAlgorithm, SigningKey};
use crate::Result;
use chrono::{DateTime, Utc};
use engine::SigningKeyId;
use entity::signing_key::{ActiveModel, Column, Entity, Model, Status};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, Set};
use std::cmp::Reverse;

/// A key with its secrets, as stored.
#[derive(Clone, Debug)]
pub(super) struct StoredKey {
    pub(super) id: SigningKeyId,
    pub(super) kid: String,
    pub(super) algorithm: String,
    pub(super) sealed_private: Vec<u8>,
    pub(super) public_jwk: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) retires_at: Option<DateTime<Utc>>,
    pub(super) status: KeyStatus,
}

/// The keys that sign, and those that stopped verifying after `since` or have yet to.
pub(super) async fn in_use<C: ConnectionTrait>(connection: &C, since: DateTime<Utc>) -> Result<Vec<StoredKey>> {
    let used = Condition::any().add(Column::Status.eq(Status::Active)).add(Column::RetiresAt.gt(since));
    let mut rows = Entity::find().filter(used).all(connection).await?;
    rows.sort_by_key(newest_first);
    Ok(rows.into_iter().map(StoredKey::from).collect())
}

/// All keys that there ever were, newest first, by their status at `now`.
pub(super) async fn all<C: ConnectionTrait>(connection: &C, now: DateTime<Utc>) -> Result<Vec<SigningKey>> {
    let mut rows = Entity::find().all(connection).await?;
    rows.sort_by_key(newest_first);
    Ok(rows.into_iter().map(|row| shown(row, now)).collect())
}

/// Keys by id, those that exist.
pub(super) async fn by_ids<C: ConnectionTrait>(
    connection: &C,
    ids: &[SigningKeyId],
    now: DateTime<Utc>,
) -> Result<Vec<SigningKey>> {
    let rows = Entity::find().filter(Column::Id.is_in(ids.iter().map(|id| id.uuid()))).all(connection).await?;
    Ok(rows.into_iter().map(|row| shown(row, now)).collect())
}

/// Does a key other than `but` sign?
pub(super) async fn another_signs<C: ConnectionTrait>(connection: &C, but: SigningKeyId) -> Result<bool> {
    let others = Entity::find().filter(Column::Status.eq(Status::Active)).filter(Column::Id.ne(but.uuid()));
    Ok(others.limit(1).one(connection).await?.is_some())
}

/// Stores a key that signs.
pub(super) async fn insert<C: ConnectionTrait>(connection: &C, key: StoredKey) -> Result<()> {
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

/// Keys that sign stop doing so: these verify until `retires_at`.
pub(super) async fn retire<C: ConnectionTrait>(
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

/// A key is distrusted; nothing it signed counts after `retires_at`.
pub(super) async fn distrust<C: ConnectionTrait>(
    connection: &C,
    key: &SigningKey,
    retires_at: DateTime<Utc>,
) -> Result<()> {
    let change = ActiveModel {
        status: Set(Status::Revoked),
        retires_at: Set(Some(retires_at)),
        ..without_private_half(&key.algorithm)
    };
    Entity::update_many().set(change).filter(Column::Id.eq(key.id.uuid())).exec(connection).await?;
    Ok(())
}

/// Seals the private half of a key anew.
pub(super) async fn reseal<C: ConnectionTrait>(connection: &C, key: SigningKeyId, sealed: Vec<u8>) -> Result<()> {
    let change = ActiveModel { sealed_private: Set(sealed), ..Default::default() };
    Entity::update_many().set(change).filter(Column::Id.eq(key.uuid())).exec(connection).await?;
    Ok(())
}

/// What will never sign again is thrown away; a secret that has to verify is kept.
fn without_private_half(algorithm: &str) -> ActiveModel {
    match SigningAlgorithm::named(algorithm) {
        Some(algorithm) if !algorithm.is_symmetric() => {
            ActiveModel { sealed_private: Set(Vec::new()), ..Default::default() }
        }
        _ => ActiveModel::default(),
    }
}

/// Of keys made in the same moment, the one that signs replaced the others.
fn newest_first(row: &Model) -> impl Ord + use<> {
    Reverse((row.created_at, row.status == Status::Active, row.id))
}

fn shown(row: Model, now: DateTime<Utc>) -> SigningKey {
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

impl From<Model> for StoredKey {
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

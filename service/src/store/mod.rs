//! The tables: each belongs to one file or folder, which alone reads and writes it. Apart from `database`, nothing else
//! in this crate names `entity` or SeaORM.
//!
//! Every function takes a [`Connection`], which is a connection or an open transaction, and returns
//! [`Error::Unavailable`](crate::Error::Unavailable) when the database does not answer.

pub(crate) mod assignments;
pub(crate) mod audit;
pub(crate) mod constraints;
pub(crate) mod deletions;
pub(crate) mod demo;
pub(crate) mod keys;
pub(crate) mod last_uses;
pub(crate) mod permissions;
pub(crate) mod policy;
pub(crate) mod positions;
pub(crate) mod resets;
pub(crate) mod revisions;
pub(crate) mod roles;
pub(crate) mod sessions;
pub(crate) mod sizes;
pub(crate) mod statistics;
pub(crate) mod tokens;
pub(crate) mod users;

mod bulk;
mod ids;
mod page;
#[cfg(test)]
mod plans;

use crate::Result;
use crate::database::Connection;
use ids::{among, among_pairs};
use rustc_hash::FxHashMap;
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, ModelTrait, QueryFilter, QuerySelect, Value};
use std::hash::Hash;
use uuid::Uuid;

/// Rows written by one statement: SQLite limits the values that a statement binds.
pub(crate) const CHUNK: usize = 500;

/// Rows whose `column` is one of `ids`.
async fn rows_with<M, C>(connection: &C, column: ColumnOf<M>, ids: impl IntoIterator<Item = Uuid>) -> Result<Vec<M>>
where
    M: ModelTrait,
    M::Entity: EntityTrait<Model = M>,
    C: Connection,
{
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let these = among(connection, column, ids);
    Ok(<M::Entity as EntityTrait>::find().filter(these).all(connection).await?)
}

/// The values of a text column by id, of the rows that have one.
async fn texts<E, Id, C>(connection: &C, id: E::Column, text: E::Column) -> Result<FxHashMap<Id, String>>
where
    E: EntityTrait,
    Id: From<Uuid> + Eq + Hash,
    C: Connection,
{
    let rows: Vec<(Uuid, Option<String>)> =
        E::find().select_only().columns([id, text]).filter(text.is_not_null()).into_tuple().all(connection).await?;
    Ok(rows.into_iter().filter_map(|(id, text)| Some((id.into(), text?))).collect())
}

/// Users who lose their links to a deleted object.
#[derive(Clone, Debug)]
pub(crate) struct Unlinked {
    /// Number of all.
    pub(crate) total: u64,
    /// Those who have lost them; the others do so later.
    pub(crate) users: Vec<Uuid>,
}

type ColumnOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;

/// A column of an update: left as it is without a value.
fn set<V: Into<Value>>(value: Option<V>) -> ActiveValue<V> {
    value.map_or(ActiveValue::NotSet, ActiveValue::Set)
}

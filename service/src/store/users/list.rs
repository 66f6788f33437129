//! Users as lists need them: what a list is selected and sorted by, and the rows of a page.

use super::status_of;
use crate::Result;
use crate::database::Connection;
use crate::page::{Cursor, Direction, PageRequest};
use crate::store::page::{Keyset, SortKey};
use crate::store::{among, policy, rows_with};
use crate::users::{User, UserOrder, UserOrderField};
use chrono::{DateTime, Utc};
use engine::{AccountStatus, UserId};
use entity::user::{Column, Entity, Model, Status};
use rustc_hash::FxHashMap;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

/// Users read by one statement when all are read.
const PIECE: u64 = 20_000;

/// What lists are selected and sorted by.
#[derive(Clone, Debug)]
pub(crate) struct ReviewedUser {
    pub(crate) id: UserId,
    pub(crate) status: AccountStatus,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) username_key: String,
    pub(crate) display_key: String,
    pub(crate) email: Option<String>,
}

/// The columns of a [`ReviewedUser`].
type ReviewedRow = (Uuid, Status, DateTime<Utc>, String, String, Option<String>);

/// The next users after `last`, in the order of their ids; none when all were read.
pub(crate) async fn reviewed_after<C: Connection>(connection: &C, last: Option<UserId>) -> Result<Vec<ReviewedUser>> {
    let mut query = Entity::find();
    if let Some(last) = last {
        query = query.filter(Column::Id.gt(last.uuid()));
    }
    reviewed(connection, query.order_by_asc(Column::Id).limit(PIECE)).await
}

/// The users whom revisions after `revision` changed; `None` when they are more than `max`.
pub(crate) async fn reviewed_since<C: Connection>(
    connection: &C,
    revision: u64,
    max: usize,
) -> Result<Option<Vec<ReviewedUser>>> {
    let query = Entity::find().filter(Column::Revision.gt(policy::revision_column(revision)));
    let users = reviewed(connection, query.limit(max as u64 + 1)).await?;
    Ok((users.len() <= max).then_some(users))
}

async fn reviewed<C: Connection>(connection: &C, query: Select<Entity>) -> Result<Vec<ReviewedUser>> {
    let columns = [Column::Id, Column::Status, Column::CreatedAt];
    let texts = [Column::UsernameKey, Column::DisplayKey, Column::Email];
    let query = query.select_only().columns(columns).columns(texts);
    let rows: Vec<ReviewedRow> = query.into_tuple().all(connection).await?;
    let user = |(id, status, created_at, username_key, display_key, email): ReviewedRow| {
        let (id, status) = (UserId::new(id), status_of(status));
        ReviewedUser { id, status, created_at, username_key, display_key, email }
    };
    Ok(rows.into_iter().map(user).collect())
}

/// Users with their cursors in an order.
pub(crate) async fn listed<C: Connection>(
    connection: &C,
    ids: &[UserId],
    order: UserOrder,
) -> Result<FxHashMap<UserId, (Cursor, User)>> {
    let keyset = keyset(order);
    let rows: Vec<Model> = rows_with(connection, Column::Id, ids.iter().map(|id| id.uuid())).await?;
    let entry = |row: Model| Ok((UserId::new(row.id), (keyset.cursor::<Entity>(&row)?, User::from(row))));
    rows.into_iter().map(entry).collect()
}

fn keyset(order: UserOrder) -> Keyset<Column> {
    let key = match order.field {
        UserOrderField::CreatedAt => SortKey::Time(Column::CreatedAt),
        UserOrderField::DisplayName => SortKey::Text(Column::DisplayKey),
        UserOrderField::Username => SortKey::Text(Column::UsernameKey),
        UserOrderField::LastLoginAt => SortKey::Number(Column::LastLoginKey),
    };
    Keyset { id: Column::Id, key, direction: order.direction }
}

/// Users by their last login, each after its sort key, in the order of reading: of all users, or of these.
///
/// # Errors
/// [`crate::Error::BadInput`] for a cursor of another order.
pub(crate) async fn last_logins<C: Connection>(
    connection: &C,
    users: Option<&[UserId]>,
    direction: Direction,
    request: &PageRequest,
) -> Result<Vec<(i64, UserId)>> {
    let mut query = Entity::find().select_only().columns([Column::LastLoginKey, Column::Id]);
    if let Some(users) = users {
        query = query.filter(among(connection, Column::Id, users.iter().map(|user| user.uuid())));
    }
    let keyset = keyset(UserOrder { field: UserOrderField::LastLoginAt, direction });
    let query = keyset.between_cursors(query, request, connection.get_database_backend())?;
    let rows: Vec<(i64, Uuid)> = query.limit(request.limit as u64).into_tuple().all(connection).await?;
    Ok(rows.into_iter().map(|(key, user)| (key, UserId::new(user))).collect())
}

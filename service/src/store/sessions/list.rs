//! Lists of live sessions.

use super::choice::choices;
use crate::Result;
use crate::database::Connection;
use crate::page::{Direction, Page, PageRequest};
use crate::sessions::{Session, SessionFilter};
use crate::store::among;
use crate::store::page::{Keyset, SortKey, count_each, fetch_each, no_rows};
use chrono::{DateTime, Utc};
use engine::UserId;
use entity::session::{Column, Entity};
use rustc_hash::FxHashSet;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, ExprTrait, IntoSimpleExpr, PaginatorTrait, QueryFilter, Select,
};
use uuid::Uuid;

/// Users whose sessions are counted by their ids; for more of them, all live sessions are read.
const MAX_NAMED: usize = 2_000;

/// For each filter, a page of the sessions that are live at `now`, most recently used first.
pub(crate) async fn pages<C: Connection>(
    connection: &C,
    filters: &[SessionFilter],
    now: DateTime<Utc>,
    request: &PageRequest,
) -> Result<Vec<Page<Session>>> {
    let keyset = Keyset { id: Column::Id, key: SortKey::Time(Column::LastSeenAt), direction: Direction::Descending };
    let pages = fetch_each(live(connection, filters, now), keyset, request, connection).await?;
    let choices = choices(connection, pages.iter().flat_map(|page| &page.items).map(|(_, row)| row)).await?;
    Ok(pages.into_iter().map(|page| page.map(|row| Session::of(row, &choices))).collect())
}

/// For each filter, the number of sessions that are live at `now`.
pub(crate) async fn counts<C: Connection>(
    connection: &C,
    filters: &[SessionFilter],
    now: DateTime<Utc>,
) -> Result<Vec<u64>> {
    count_each(live(connection, filters, now), connection).await
}

/// The number of sessions of these users that are live at `now`.
pub(crate) async fn count_of<C: Connection>(connection: &C, users: &[UserId], now: DateTime<Utc>) -> Result<u64> {
    if users.is_empty() {
        return Ok(0);
    }
    let live = condition(&SessionFilter::default(), now, connection.get_database_backend());
    if users.len() <= MAX_NAMED {
        let these = among(connection, Column::UserId, users.iter().map(|user| user.uuid()));
        return Ok(Entity::find().filter(live).filter(these).count(connection).await?);
    }
    let mut query = Query::select();
    query.column(Column::UserId).expr(Expr::col(Column::Id).count()).from(Entity).cond_where(live);
    let rows = connection.query_all(query.group_by_col(Column::UserId)).await?;
    let users: FxHashSet<Uuid> = users.iter().map(|user| user.uuid()).collect();
    let mut count = 0;
    for row in rows {
        let (user, sessions): (Uuid, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        count += if users.contains(&user) { u64::try_from(sessions).unwrap_or_default() } else { 0 };
    }
    Ok(count)
}

fn live<C: Connection>(connection: &C, filters: &[SessionFilter], now: DateTime<Utc>) -> Vec<Select<Entity>> {
    let backend = connection.get_database_backend();
    filters.iter().map(|filter| Entity::find().filter(condition(filter, now, backend))).collect()
}

fn condition(filter: &SessionFilter, now: DateTime<Utc>, backend: DbBackend) -> Condition {
    let mut expires_at = Column::ExpiresAt.into_simple_expr();
    if backend == DbBackend::Sqlite {
        // Without statistics SQLite prefers the index of this column, and sorts what it finds. `+` keeps it from that.
        expires_at = Expr::cust_with_expr("+?", expires_at);
    }
    Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(expires_at.gt(now))
        .add(Column::EndsAt.gt(now))
        .add_option(filter.user.map(|user| Column::UserId.is_in(user.map(UserId::uuid))))
        .add_option(filter.ip_address.as_deref().map(from_address))
        .add_option(filter.active_since.map(|since| Column::LastSeenAt.gte(since)))
}

/// Sessions from an IP address, in any of its notations; none when the text is no address.
fn from_address(address: &str) -> Condition {
    match address.parse::<std::net::IpAddr>() {
        Ok(address) => Condition::all().add(Column::IpAddress.eq(address.to_canonical().to_string())),
        Err(_) => no_rows(),
    }
}

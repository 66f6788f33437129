//! Pages by the last login. Logins make no revision of the policy, so that this order is read from the database.

use super::index::{Index, Numbers};
use crate::Result;
use crate::database::Connection;
use crate::page::{Cursor, CursorKey, Direction, PageEnd, PageRequest};
use crate::store::users::last_logins;
use engine::UserId;
use roaring::RoaringBitmap;

/// Users whose logins are read by their ids; for more of them, the logins of all users are read in order.
const MAX_NAMED: u64 = 2_000;
/// Logins read by one statement.
const MIN_BATCH: usize = 200;
const MAX_BATCH: usize = 5_000;

/// One page of `users` by the last login.
///
/// # Errors
/// [`crate::Error::BadInput`] for a cursor of another order; [`crate::Error::Unavailable`].
pub(super) async fn page<C: Connection>(
    connection: &C,
    index: &Index,
    users: &RoaringBitmap,
    direction: Direction,
    request: &PageRequest,
) -> Result<Numbers> {
    let limit = request.limit + 1;
    let mut found = Vec::with_capacity(limit);
    if users.len() <= MAX_NAMED {
        let ids: Vec<UserId> = users.iter().map(|number| index.id(number)).collect();
        found = last_logins(connection, Some(&ids), direction, &PageRequest { limit, ..request.clone() }).await?;
    } else {
        let mut rest = PageRequest { limit: MIN_BATCH.max(limit), ..request.clone() };
        loop {
            let read = last_logins(connection, None, direction, &rest).await?;
            let is_last = read.len() < rest.limit;
            let cursor = read.last().map(|&(key, user)| Cursor { key: CursorKey::Number(key), id: user.uuid() });
            let is_listed = |user: &UserId| index.number(*user).is_some_and(|number| users.contains(number));
            found.extend(read.into_iter().filter(|(_, user)| is_listed(user)));
            if is_last || found.len() >= limit {
                break;
            }
            match rest.from {
                PageEnd::Start => rest.after = cursor,
                PageEnd::End => rest.before = cursor,
            }
            rest.limit = (2 * rest.limit).min(MAX_BATCH);
        }
    }
    let more = found.len() > request.limit;
    let users = found.into_iter().take(request.limit).filter_map(|(_, user)| index.number(user)).collect();
    Ok(Numbers { users, more })
}

//! The review index: who has which role and permission, and who is called what, in memory.
//!
//! It answers who is on a page of users, and how many there are, whatever the filter: the rows of the page are the only ones that
//! are read. A process that serves requests builds it after startup, and then reads again the users that later revisions
//! of the policy changed. A list waits for the index of its policy.

mod bypass;
mod difference;
mod follow;
mod holders;
mod holdings;
mod index;
mod logins;
mod members;
mod peers;
mod people;
mod prospects;
mod read;
mod texts;

#[cfg(test)]
mod tests;

pub use bypass::{BypassingUsers, bypassing_users};
pub(crate) use difference::{Difference, Step, UserDifference};
pub(crate) use follow::follow_changes;
pub use holdings::{HeldObject, Holding};
pub(crate) use holdings::{HoldingFilter, HoldingPart, Holdings, SelectedHoldings};
pub(crate) use members::roles_without_members;
pub(crate) use prospects::Prospects;

use crate::page::{Page, PageRequest};
use crate::store::users as store;
use crate::users::{User, UserFilter, UserOrder};
use crate::{Result, Service, boxed};
use chrono::{DateTime, Utc};
use engine::Policy;
use index::{Index, Numbers};
use people::Order;
use roaring::RoaringBitmap;
use std::sync::{Arc, PoisonError, RwLock};

/// The review index of this replica.
#[derive(Debug, Default)]
pub(crate) struct Review {
    /// None until it is built, and while it is updated.
    index: RwLock<Option<Arc<Index>>>,
    /// Held while the index is built or updated.
    turn: tokio::sync::Mutex<()>,
}

impl Review {
    /// The index at `revision` or a later one.
    fn known(&self, revision: u64) -> Option<Arc<Index>> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        index.as_ref().filter(|index| index.revision >= revision).cloned()
    }

    fn take(&self) -> Option<Arc<Index>> {
        self.index.write().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, index: Arc<Index>) {
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Some(index);
    }
}

/// All users, their roles and direct grants, at one time: pages and numbers of its lists agree with each other.
#[derive(Debug)]
pub struct UserView {
    service: Service,
    index: Arc<Index>,
    policy: Arc<Policy>,
    now: DateTime<Utc>,
}

/// The users as of the present policy.
///
/// # Errors
/// [`crate::Error::Unavailable`] when the index cannot be brought up to date.
#[boxed]
pub async fn view(service: &Service) -> Result<UserView> {
    let (policy, now) = (service.policy(), service.now());
    let index = read::up_to(service, policy.revision()).await?;
    Ok(UserView { service: service.clone(), index, policy, now })
}

impl UserView {
    /// A page of users for each filter (also AssignedUsers and AuthorizedUsers). The rows of all pages are read together.
    /// `permission` matches active accounts only, since no other holds a permission; direct grants are those valid now. An
    /// empty list of states matches no user.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database cannot be read; [`crate::Error::BadInput`] for a cursor of another list.
    #[boxed]
    pub async fn pages(
        &self,
        filters: &[UserFilter],
        order: UserOrder,
        request: &PageRequest,
    ) -> Result<Vec<Page<User>>> {
        let (index, connection) = (&self.index, self.service.database.connection());
        let mut lists: Vec<Numbers> = Vec::with_capacity(filters.len());
        for filter in filters {
            let users = self.select(filter);
            lists.push(match Order::by(order.field) {
                Some(kept) => index.page(&users, kept, order.direction, request)?,
                None => logins::page(connection, index, &users, order.direction, request).await?,
            });
        }
        let mut ids: Vec<_> = lists.iter().flat_map(|list| &list.users).map(|&number| index.id(number)).collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = store::listed(connection, &ids, order).await?;
        let page = |list: Numbers| {
            let items = list.users.iter().filter_map(|&number| rows.get(&index.id(number)).cloned()).collect();
            Page::read(items, list.more, request)
        };
        Ok(lists.into_iter().map(page).collect())
    }

    /// The number of users that match each filter, without a statement.
    #[must_use]
    pub fn counts(&self, filters: &[UserFilter]) -> Vec<u64> {
        filters.iter().map(|filter| self.select(filter).len()).collect()
    }

    fn select(&self, filter: &UserFilter) -> RoaringBitmap {
        self.index.select(filter, &self.policy, self.now)
    }
}

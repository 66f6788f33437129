//! Batching of lists below the items of another list: the pages of all sibling fields in one statement.

use super::batch::Batch;
use crate::graphql::error::to_graphql;
use async_graphql::{Error, Result};
use rustc_hash::FxHashMap;
use service::audit::{self, AuditEvent, AuditFilter};
use service::page::{Direction, Page, PageRequest};
use service::sessions::{self, Session, SessionFilter};
use service::users::{User, UserFilter, UserOrder, UserView};
use service::{Result as Read, Service};
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

/// A kind of list that the service reads many of at once.
pub(super) trait List: Clone + Debug + Eq + Hash + Send + Sync {
    /// Its items.
    type Item: Debug + Send + Sync;
    /// Its order.
    type Order: Copy + Debug + Eq + Hash + Send + Sync;
    /// What it is read from.
    type Source: Sync;

    /// A page of each list.
    fn pages(
        source: &Self::Source,
        lists: &[Self],
        part: &Part<Self::Order>,
    ) -> impl Future<Output = Read<Vec<Page<Self::Item>>>> + Send;

    /// The length of each list.
    fn lengths(source: &Self::Source, lists: &[Self]) -> impl Future<Output = Read<Vec<u64>>> + Send;
}

/// A page of a list, in an order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Part<O> {
    pub(super) order: O,
    pub(super) page: PageRequest,
}

/// The result of one page: its error, such as a malformed cursor, does not affect the other pages.
type Found<F> = Result<Page<Arc<<F as List>::Item>>, Error>;

/// Pages and lengths of lists of one kind.
#[derive(Debug)]
pub(super) struct Lists<F: List> {
    pages: Batch<(F, Part<F::Order>), Found<F>>,
    lengths: Batch<F, u64>,
}

impl<F: List> Default for Lists<F> {
    fn default() -> Self {
        Self { pages: Batch::default(), lengths: Batch::default() }
    }
}

impl<F: List> Lists<F> {
    /// A page, read together with the same page of other lists.
    pub(super) async fn page(&self, source: &F::Source, list: F, part: Part<F::Order>) -> Found<F> {
        let found = self.pages.get((list, part), async |requested| Ok(read(source, requested).await)).await?;
        found.unwrap_or_else(|| Err(missing()))
    }

    /// The length of a list, counted together with all that are requested.
    pub(super) async fn length(&self, source: &F::Source, list: F) -> Result<u64> {
        let count = async |lists: Vec<F>| {
            let lengths = F::lengths(source, &lists).await?;
            Ok(lists.into_iter().zip(lengths).collect())
        };
        self.lengths.get(list, count).await?.ok_or_else(missing)
    }

    /// Drops all cached pages and lengths.
    pub(super) fn forget(&self) {
        self.pages.forget();
        self.lengths.forget();
    }
}

async fn read<F: List>(
    source: &F::Source,
    requested: Vec<(F, Part<F::Order>)>,
) -> Vec<((F, Part<F::Order>), Found<F>)> {
    let mut by_part = FxHashMap::<Part<F::Order>, Vec<F>>::default();
    for (list, part) in requested {
        by_part.entry(part).or_default().push(list);
    }
    let mut found = Vec::new();
    for (part, lists) in by_part {
        let pages: Vec<Found<F>> = match F::pages(source, &lists, &part).await.map_err(to_graphql) {
            Ok(pages) => pages.into_iter().map(|page| Ok(page.map(Arc::new))).collect(),
            Err(error) => lists.iter().map(|_| Err(error.clone())).collect(),
        };
        found.extend(lists.into_iter().map(|list| (list, part.clone())).zip(pages));
    }
    found
}

/// The error of a list that the service left out: a bug, since it returns empty lists as well.
fn missing() -> Error {
    to_graphql(service::Error::Internal("a requested list was not read".into()))
}

impl List for UserFilter {
    type Item = User;
    type Order = UserOrder;
    type Source = UserView;

    async fn pages(view: &UserView, lists: &[Self], part: &Part<Self::Order>) -> Read<Vec<Page<User>>> {
        view.pages(lists, part.order, &part.page).await
    }

    async fn lengths(view: &UserView, lists: &[Self]) -> Read<Vec<u64>> {
        Ok(view.counts(lists))
    }
}

impl List for SessionFilter {
    type Item = Session;
    type Order = ();
    type Source = Service;

    async fn pages(service: &Service, lists: &[Self], part: &Part<Self::Order>) -> Read<Vec<Page<Session>>> {
        sessions::pages(service, lists, &part.page).await
    }

    async fn lengths(service: &Service, lists: &[Self]) -> Read<Vec<u64>> {
        sessions::counts(service, lists).await
    }
}

impl List for AuditFilter {
    type Item = AuditEvent;
    type Order = Direction;
    type Source = Service;

    async fn pages(service: &Service, lists: &[Self], part: &Part<Self::Order>) -> Read<Vec<Page<AuditEvent>>> {
        audit::pages(service, lists, part.order, &part.page).await
    }

    async fn lengths(service: &Service, lists: &[Self]) -> Read<Vec<u64>> {
        audit::counts(service, lists).await
    }
}

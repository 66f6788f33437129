//! Lists below the items of another list: the pages of all siblings in one statement.

use super::batch::Batch;
use crate::graphql::error::to_graphql;
use async_graphql::{Error, Result};
use rustc_hash::FxHashMap;
use service::audit::{self, AuditEvent, AuditFilter};
use service::page::{Direction, Page, PageRequest};
use service::sessions::{self, Session, SessionFilter};
use service::users::{self, User, UserFilter, UserOrder};
use service::{Result as Read, Service};
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

/// What a list holds, and how many such lists are read at once.
pub(super) trait List: Clone + Debug + Eq + Hash + Send + Sync {
    /// What is on it.
    type Item: Debug + Send + Sync;
    /// In which order.
    type Order: Copy + Debug + Eq + Hash + Send + Sync;

    /// A page of each list.
    fn pages(
        service: &Service,
        lists: &[Self],
        part: &(Self::Order, PageRequest),
    ) -> impl Future<Output = Read<Vec<Page<Self::Item>>>> + Send;

    /// How long each list is.
    fn lengths(service: &Service, lists: &[Self]) -> impl Future<Output = Read<Vec<u64>>> + Send;
}

/// Part of a list: its order, and which page of it.
type Part<F> = (<F as List>::Order, PageRequest);
/// What one page meets, such as a cursor that is none, is no trouble of the others.
type Found<F> = Result<Page<Arc<<F as List>::Item>>, Error>;

/// Pages and lengths of lists of one kind.
#[derive(Debug)]
pub(super) struct Lists<F: List> {
    pages: Batch<(F, Part<F>), Found<F>>,
    lengths: Batch<F, u64>,
}

impl<F: List> Default for Lists<F> {
    fn default() -> Self {
        Self { pages: Batch::default(), lengths: Batch::default() }
    }
}

impl<F: List> Lists<F> {
    /// A page, read together with all that are wanted of the same part.
    pub(super) async fn page(&self, service: &Service, list: F, part: Part<F>) -> Found<F> {
        let found = self.pages.get((list, part), async |wanted| Ok(read(service, wanted).await)).await?;
        found.unwrap_or_else(|| Err(unanswered()))
    }

    /// How long a list is, counted together with all that are asked for.
    pub(super) async fn length(&self, service: &Service, list: F) -> Result<u64> {
        let count = async |lists: Vec<F>| {
            let lengths = F::lengths(service, &lists).await?;
            Ok(lists.into_iter().zip(lengths).collect())
        };
        self.lengths.get(list, count).await?.ok_or_else(unanswered)
    }

    /// Forgets what was read.
    pub(super) fn forget(&self) {
        self.pages.forget();
        self.lengths.forget();
    }
}

async fn read<F: List>(service: &Service, wanted: Vec<(F, Part<F>)>) -> Vec<((F, Part<F>), Found<F>)> {
    let mut alike = FxHashMap::<Part<F>, Vec<F>>::default();
    for (list, part) in wanted {
        alike.entry(part).or_default().push(list);
    }
    let mut found = Vec::new();
    for (part, lists) in alike {
        let pages: Vec<Found<F>> = match F::pages(service, &lists, &part).await.map_err(to_graphql) {
            Ok(pages) => pages.into_iter().map(|page| Ok(page.map(Arc::new))).collect(),
            Err(error) => lists.iter().map(|_| Err(error.clone())).collect(),
        };
        found.extend(lists.into_iter().map(|list| (list, part.clone())).zip(pages));
    }
    found
}

/// Every list that is asked for is answered, were it with nothing in it.
fn unanswered() -> Error {
    to_graphql(service::Error::Internal("a list was asked for and not read".into()))
}

impl List for UserFilter {
    type Item = User;
    type Order = UserOrder;

    async fn pages(service: &Service, lists: &[Self], part: &Part<Self>) -> Read<Vec<Page<User>>> {
        users::pages(service, lists, part.0, &part.1).await
    }

    async fn lengths(service: &Service, lists: &[Self]) -> Read<Vec<u64>> {
        users::counts(service, lists).await
    }
}

impl List for SessionFilter {
    type Item = Session;
    type Order = ();

    async fn pages(service: &Service, lists: &[Self], part: &Part<Self>) -> Read<Vec<Page<Session>>> {
        sessions::pages(service, lists, &part.1).await
    }

    async fn lengths(service: &Service, lists: &[Self]) -> Read<Vec<u64>> {
        sessions::counts(service, lists).await
    }
}

impl List for AuditFilter {
    type Item = AuditEvent;
    type Order = Direction;

    async fn pages(service: &Service, lists: &[Self], part: &Part<Self>) -> Read<Vec<Page<AuditEvent>>> {
        audit::pages(service, lists, part.0, &part.1).await
    }

    async fn lengths(service: &Service, lists: &[Self]) -> Read<Vec<u64>> {
        audit::counts(service, lists).await
    }
}

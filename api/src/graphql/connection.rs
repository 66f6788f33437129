//! Relay cursor connections. The types are our own, because guards read their fields in the schema.

use super::context::{Request, request};
use super::error::to_graphql;
use async_graphql::{Context, Object};
use futures_util::future::BoxFuture;
use service::Service;
use service::page::{Cursor, Page, PageArguments, PageRequest};
use std::fmt;

/// Position of a page in its list (Relay cursor connections).
#[derive(Clone, Debug)]
pub struct PageInfo {
    has_next: bool,
    has_previous: bool,
    start: Option<Cursor>,
    end: Option<Cursor>,
}

impl PageInfo {
    /// The position of a page.
    #[must_use]
    pub fn of<T>(page: &Page<T>) -> Self {
        let cursor = |item: Option<&(Cursor, T)>| item.map(|(cursor, _)| cursor.clone());
        Self {
            has_next: page.has_next,
            has_previous: page.has_previous,
            start: cursor(page.items.first()),
            end: cursor(page.items.last()),
        }
    }
}

/// Position of a page in its list (Relay cursor connections).
#[Object]
impl PageInfo {
    /// Whether items follow the page.
    async fn has_next_page(&self) -> bool {
        self.has_next
    }

    /// Whether items precede the page.
    async fn has_previous_page(&self) -> bool {
        self.has_previous
    }

    /// Cursor of the first item of the page. Null when the page is empty.
    async fn start_cursor(&self) -> Option<String> {
        self.start.as_ref().map(Cursor::encode)
    }

    /// Cursor of the last item of the page. Null when the page is empty.
    async fn end_cursor(&self) -> Option<String> {
        self.end.as_ref().map(Cursor::encode)
    }
}

/// Parses the arguments of a connection.
///
/// # Errors
/// `BAD_USER_INPUT` for a size out of range or a cursor of another list.
pub fn page_request(ctx: &Context<'_>, arguments: &PageArguments) -> async_graphql::Result<PageRequest> {
    arguments.parse(request(ctx).service.config().max_page_size).map_err(to_graphql)
}

/// Counts the items of a list.
type Count = dyn for<'a> Fn(&'a Request) -> BoxFuture<'a, async_graphql::Result<u64>> + Send + Sync;

/// Number of items in all pages.
pub enum Total {
    /// A number that is known already.
    Known(u64),
    /// A number that is counted only when `totalCount` is selected.
    Counted(Box<Count>),
}

impl Total {
    /// A number that `count` reads when it is selected.
    pub fn counted<F, Fut>(count: F) -> Self
    where
        F: Fn(Service) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = service::Result<u64>> + Send + 'static,
    {
        Self::counted_by_loaders(move |request| {
            let counting = count(request.service.clone());
            Box::pin(async { counting.await.map_err(to_graphql) })
        })
    }

    /// A number that the loaders of the request read when it is selected, batched with those of other lists.
    pub fn counted_by_loaders<F>(count: F) -> Self
    where
        F: for<'a> Fn(&'a Request) -> BoxFuture<'a, async_graphql::Result<u64>> + Send + Sync + 'static,
    {
        Self::Counted(Box::new(count))
    }

    /// The number, limited to the range of GraphQL's `Int`.
    /// # Errors
    /// Those of the count.
    pub async fn get(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        let total = match self {
            Self::Known(total) => *total,
            Self::Counted(count) => count(request(ctx)).await?,
        };
        Ok(i32::try_from(total).unwrap_or(i32::MAX))
    }
}

impl fmt::Debug for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(total) => f.debug_tuple("Known").field(total).finish(),
            Self::Counted(_) => f.write_str("Counted"),
        }
    }
}

/// Declares a connection and its edge for a type of item:
///
/// ```ignore
/// connection! {
///     /// Page of a list of users.
///     UserConnection,
///     /// User in a list, with its cursor.
///     UserEdge,
///     Entity<User>
/// }
/// UserConnection::new(page.map(Entity), Total::counted(move |service| …))
/// ```
macro_rules! connection {
    ($(#[$($doc:tt)*])* $connection:ident, $(#[$($edge_doc:tt)*])* $edge:ident, $item:ty) => {
        $(#[$($doc)*])*
        #[derive(Debug)]
        pub struct $connection {
            edges: Vec<$edge>,
            page_info: $crate::graphql::connection::PageInfo,
            total: $crate::graphql::connection::Total,
        }

        $(#[$($edge_doc)*])*
        #[derive(Debug)]
        pub struct $edge {
            cursor: service::page::Cursor,
            node: $item,
        }

        impl $connection {
            /// A page, with the number of items in all pages.
            #[must_use]
            pub fn new(page: service::page::Page<$item>, total: $crate::graphql::connection::Total) -> Self {
                let page_info = $crate::graphql::connection::PageInfo::of(&page);
                let edges = page.items.into_iter().map(|(cursor, node)| $edge::new(cursor, node)).collect();
                Self { edges, page_info, total }
            }
        }

        impl $edge {
            /// An item with its cursor.
            #[must_use]
            pub fn new(cursor: service::page::Cursor, node: $item) -> Self {
                Self { cursor, node }
            }
        }

        $(#[$($doc)*])*
        #[async_graphql::Object]
        impl $connection {
            /// Items of the page with their cursors.
            async fn edges(&self) -> $crate::graphql::list::List<'_, $edge> {
                self.edges.iter().collect()
            }

            /// Items of the page.
            async fn nodes(&self) -> $crate::graphql::list::List<'_, $item> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }

            /// Position of the page in the list.
            async fn page_info(&self) -> &$crate::graphql::connection::PageInfo {
                &self.page_info
            }

            /// Number of items in all pages, limited to those visible to the caller.
            async fn total_count(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<i32> {
                self.total.get(ctx).await
            }
        }

        $(#[$($edge_doc)*])*
        #[async_graphql::Object]
        impl $edge {
            /// Position of the item in the list, for `after` and `before`. Opaque.
            async fn cursor(&self) -> String {
                self.cursor.encode()
            }

            /// Item at this position.
            async fn node(&self) -> &$item {
                &self.node
            }
        }
    };
}

pub(crate) use connection;

//! Relay connections as types of our own, because guards want to see their fields in the schema.

use super::context::{Request, request};
use super::error::to_graphql;
use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{Context, ContextSelectionSet, OutputType, Positioned, ServerResult, SimpleObject, Value};
use futures_util::future::{BoxFuture, try_join_all};
use service::Service;
use service::page::{Cursor, Page, PageArguments, PageRequest};
use std::borrow::Cow;
use std::fmt;

/// Where a page sits in its list.
#[derive(Clone, Debug, SimpleObject)]
pub struct PageInfo {
    /// Are there items after this page?
    pub has_next_page: bool,
    /// Are there items before this page?
    pub has_previous_page: bool,
    /// Cursor of the first item.
    pub start_cursor: Option<String>,
    /// Cursor of the last item.
    pub end_cursor: Option<String>,
}

impl PageInfo {
    /// Of a page.
    #[must_use]
    pub fn of<T>(page: &Page<T>) -> Self {
        let cursor = |item: Option<&(Cursor, T)>| item.map(|(cursor, _)| cursor.encode());
        Self {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: cursor(page.items.first()),
            end_cursor: cursor(page.items.last()),
        }
    }
}

/// The page that a connection's arguments ask for.
///
/// # Errors
/// `BAD_USER_INPUT` for an impossible size or a cursor of another list.
pub fn page_request(ctx: &Context<'_>, arguments: &PageArguments) -> async_graphql::Result<PageRequest> {
    arguments.parse(request(ctx).service.config().max_page_size).map_err(to_graphql)
}

/// Counts the items of a list.
type Count = dyn for<'a> Fn(&'a Request) -> BoxFuture<'a, async_graphql::Result<u64>> + Send + Sync;

/// How many items there are in all pages: known already, or counted only when someone asks.
pub enum Total {
    /// Known already.
    Known(u64),
    /// Counted when asked.
    Counted(Box<Count>),
}

impl Total {
    /// Counted by `count` when someone asks.
    pub fn counted<F, Fut>(count: F) -> Self
    where
        F: Fn(Service) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = service::Result<u64>> + Send + 'static,
    {
        Self::counted_together(move |request| {
            let counting = count(request.service.clone());
            Box::pin(async { counting.await.map_err(to_graphql) })
        })
    }

    /// Counted when someone asks by the loaders of the request, together with the lists beside it.
    pub fn counted_together<F>(count: F) -> Self
    where
        F: for<'a> Fn(&'a Request) -> BoxFuture<'a, async_graphql::Result<u64>> + Send + Sync + 'static,
    {
        Self::Counted(Box::new(count))
    }

    /// The number, at most what GraphQL's `Int` holds.
    ///
    /// # Errors
    /// Whatever counting meets.
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

/// Items of a page. As a `Vec`, but whatever the items are, waiting for all of them is the same code: compiled once
/// and not for each type.
#[derive(Debug)]
pub struct List<'a, T>(Vec<&'a T>);

impl<'a, T> FromIterator<&'a T> for List<'a, T> {
    fn from_iter<I: IntoIterator<Item = &'a T>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<T: OutputType> OutputType for List<'_, T> {
    fn type_name() -> Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<T>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let items = self.0.iter().enumerate().map(|(index, item)| -> BoxFuture<'_, ServerResult<Value>> {
            let ctx = ctx.with_index(index);
            Box::pin(async move { item.resolve(&ctx, field).await.map_err(|error| ctx.set_error_path(error)) })
        });
        Ok(Value::List(try_join_all(items.collect::<Vec<_>>()).await?))
    }
}

/// Makes a connection and its edge. The item is given with its type:
///
/// ```ignore
/// connection! {
///     /// A page of users.
///     UserConnection,
///     /// One of the users, with its cursor.
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
            cursor: String,
            node: $item,
        }

        impl $connection {
            /// A page, and how to count all pages.
            #[must_use]
            pub fn new(page: service::page::Page<$item>, total: $crate::graphql::connection::Total) -> Self {
                let page_info = $crate::graphql::connection::PageInfo::of(&page);
                let edge = |(cursor, node): (service::page::Cursor, $item)| $edge { cursor: cursor.encode(), node };
                Self { edges: page.items.into_iter().map(edge).collect(), page_info, total }
            }
        }

        $(#[$($doc)*])*
        #[async_graphql::Object]
        impl $connection {
            /// Items with their cursors.
            async fn edges(&self) -> $crate::graphql::connection::List<'_, $edge> {
                self.edges.iter().collect()
            }

            /// The items alone.
            async fn nodes(&self) -> $crate::graphql::connection::List<'_, $item> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }

            /// Where this page sits.
            async fn page_info(&self) -> &$crate::graphql::connection::PageInfo {
                &self.page_info
            }

            /// Items in all pages, as far as visible to the caller.
            async fn total_count(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<i32> {
                self.total.get(ctx).await
            }
        }

        $(#[$($edge_doc)*])*
        #[async_graphql::Object]
        impl $edge {
            /// Position in the list, opaque.
            async fn cursor(&self) -> &str {
                &self.cursor
            }

            /// The item.
            async fn node(&self) -> &$item {
                &self.node
            }
        }
    };
}

pub(crate) use connection;

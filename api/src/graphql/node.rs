//! Objects by global id, whatever their type.

pub use super::entity_kinds::Node;
use super::error::bad_input;
use super::guard::directives::authenticated;
use async_graphql::{Context, ID, Object, Result};
use futures_util::future::try_join_all;

/// Most ids in one call.
const MAX_IDS: usize = 100;

/// Queries for any object.
#[derive(Debug, Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Object with the given global id. Null when it does not exist or is not visible to the caller.
    #[graphql(directive = authenticated::apply())]
    async fn node(&self, ctx: &Context<'_>, id: ID) -> Result<Option<Node>> {
        Node::find(ctx, &id).await
    }

    /// Objects with the given global ids, at most 100, in the order of the ids. Null in the place of each object that does not exist or is not visible to the caller.
    #[graphql(directive = authenticated::apply())]
    async fn nodes(&self, ctx: &Context<'_>, ids: Vec<ID>) -> Result<Option<Vec<Option<Node>>>> {
        if ids.len() > MAX_IDS {
            return Err(bad_input(format!("`ids` has at most {MAX_IDS} entries")));
        }
        let found = ids.iter().map(|id| Node::find(ctx, id));
        try_join_all(found).await.map(Some)
    }
}

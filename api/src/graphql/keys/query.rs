//! Queries of signing keys.

use super::SigningKey;
use crate::graphql::context::request;
use crate::graphql::entity::Entity;
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::has_permission;
use async_graphql::{Context, Object, Result};
use service::keys;

/// Queries of signing keys.
#[derive(Debug, Default)]
pub struct SigningKeyQuery;

#[Object]
impl SigningKeyQuery {
    /// Signing keys, newest first.
    #[graphql(directive = has_permission::apply("key:read"))]
    async fn signing_keys(&self, ctx: &Context<'_>) -> Result<Option<Vec<Entity<SigningKey>>>> {
        let records = keys::list(&request(ctx).service).await.map_err(to_graphql)?;
        Ok(Some(records.into_iter().map(|record| Entity(SigningKey::of_record(record))).collect()))
    }
}

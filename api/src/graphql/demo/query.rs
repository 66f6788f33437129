//! Query of the demo company.

use crate::graphql::context::request;
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::has_permission;
use async_graphql::{Context, Object, Result, SimpleObject};
use service::demo;

/// State of the demo company.
#[derive(Debug, SimpleObject)]
pub struct DemoStatus {
    /// Whether the demo company is loaded.
    is_loaded: bool,
    /// Whether it may be loaded: there are no users other than administrators, and no roles and permissions that are not
    /// built in.
    can_load: bool,
}

/// Query of the demo company.
#[derive(Debug, Default)]
pub struct DemoQuery;

#[Object]
impl DemoQuery {
    /// State of the demo company.
    #[graphql(directive = has_permission::apply("policy:read"))]
    async fn demo(&self, ctx: &Context<'_>) -> Result<Option<DemoStatus>> {
        let demo::DemoStatus { is_loaded, can_load } = demo::status(&request(ctx).service).await.map_err(to_graphql)?;
        Ok(Some(DemoStatus { is_loaded, can_load }))
    }
}

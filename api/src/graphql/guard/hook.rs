//! The one place that enforces the rules field by field: the hook of the hooked lane.
//!
//! INVARIANT: what the table does not know is refused, and so is everything while there is no table.

use super::super::context::Request;
use super::Guards;
use super::judge::{Asked, judge, unknown};
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute, NextResolve, ResolveInfo};
use async_graphql::{PathSegment, QueryPathNode, QueryPathSegment, Response, ServerError, ServerResult, Value};
use std::sync::Arc;

/// Enforces the rules of the published schema, and lets nullable fields keep their null beside the
/// error (GraphQL 6.4.4), which async-graphql alone does not.
#[derive(Clone, Copy, Debug)]
pub(in crate::graphql) struct Enforce;

impl ExtensionFactory for Enforce {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for Enforce {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let mut response = next.run(ctx, operation_name).await;
        if let Some(watch) = ctx.data_opt::<Request>().and_then(|request| request.watch.as_ref()) {
            response.errors.extend(watch.take_errors());
        }
        response
    }

    async fn resolve(
        &self,
        ctx: &ExtensionContext<'_>,
        info: ResolveInfo<'_>,
        next: NextResolve<'_>,
    ) -> ServerResult<Option<Value>> {
        let is_nullable = !info.return_type.ends_with('!');
        let resolved = match check(ctx, &info).await {
            Ok(()) => next.run(ctx, info).await,
            Err(error) => Err(error),
        };
        let watch = ctx.data_opt::<Request>().and_then(|request| request.watch.as_ref());
        match (resolved, watch) {
            (Err(error), Some(watch)) if is_nullable => {
                watch.set_aside(error);
                Ok(Some(Value::Null))
            }
            (resolved, _) => resolved,
        }
    }
}

async fn check(ctx: &ExtensionContext<'_>, info: &ResolveInfo<'_>) -> ServerResult<()> {
    // An item of a list that was let through; and the schema's own description.
    let is_item = matches!(info.path_node.segment, QueryPathSegment::Index(_));
    if is_item || info.is_for_introspection || info.name.starts_with("__") {
        return Ok(());
    }
    let refuse = |error: async_graphql::Error| {
        let position = info.field.response_key().pos;
        error.into_server_error(position).with_path(path(info.path_node))
    };
    let table = ctx.data_opt::<Guards>().and_then(Guards::table);
    let request = ctx.data_opt::<Request>();
    let Some((request, watch)) = request.and_then(|request| Some((request, request.watch.as_ref()?))) else {
        return Err(refuse(unknown()));
    };
    let Some((table, field)) = table.and_then(|table| Some((table, table.field(info.parent_type, info.name)?))) else {
        return Err(refuse(unknown()));
    };
    let is_write = table.roots().mutation.as_deref() == Some(info.parent_type);
    if is_write {
        // Judged before anything ran.
        let key = info.field.response_key().node.as_str();
        return watch.verdicts.get(key).cloned().unwrap_or_else(|| Err(refuse(unknown())));
    }
    let entered = watch.entered_at(Some(info.path_node));
    let caller = entered.as_ref().or(request.caller());
    let asked = Asked { field: info.field, info: field, caller, parent: watch.parent_of(info.path_node) };
    judge(request, asked).await.map_err(refuse)
}

/// A path as errors carry it.
fn path(node: &QueryPathNode<'_>) -> Vec<PathSegment> {
    let mut path: Vec<_> = std::iter::once(node).chain(node.parents()).map(|node| segment(node.segment)).collect();
    path.reverse();
    path
}

fn segment(segment: QueryPathSegment<'_>) -> PathSegment {
    match segment {
        QueryPathSegment::Name(name) => PathSegment::Field(name.to_owned()),
        QueryPathSegment::Index(index) => PathSegment::Index(index),
    }
}

/// The error of a root field that was refused before anything ran.
pub(in crate::graphql) fn refusal_at(
    field: &async_graphql::parser::types::Field,
    error: async_graphql::Error,
) -> ServerError {
    let key = field.response_key();
    error.into_server_error(key.pos).with_path(vec![PathSegment::Field(key.node.to_string())])
}

//! Enforcement of guards, field by field, in enforced execution.
//!
//! INVARIANT: a field that the table does not have is denied; while there is no table, every field is.

use super::super::context::Request;
use super::super::execution_state::ExecutionState;
use super::super::field_outcomes::RootField;
use super::Guards;
use super::authorize::{FieldAccess, authorize, unknown_field};
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute, NextResolve, ResolveInfo};
use async_graphql::{Error, PathSegment, QueryPathNode, QueryPathSegment, Response, ServerResult, Value};
use std::sync::Arc;

/// Enforces the guards of the published schema, and sets a nullable field with an error to null (GraphQL, 6.4.4), which
/// async-graphql does not do by itself.
#[derive(Clone, Copy, Debug)]
pub(in crate::graphql) struct GuardExtension;

impl ExtensionFactory for GuardExtension {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for GuardExtension {
    async fn execute(
        &self,
        ctx: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        let mut response = next.run(ctx, operation_name).await;
        if let Some(state) = state(ctx) {
            response.errors.extend(state.take_errors());
            if !response.errors.is_empty() && !state.outcomes.is_empty() {
                response.extensions.insert("outcomes".to_owned(), state.outcomes.to_value());
            }
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
        let root = root_field(ctx, &info);
        let resolution = async {
            check(ctx, &info).await?;
            next.run(ctx, info).await
        };
        let resolved = match root {
            Some((request, state, field)) => state.outcomes.resolve(request, field, resolution).await,
            None => resolution.await,
        };
        match (resolved, state(ctx)) {
            (Err(error), Some(state)) if is_nullable => {
                state.add_error(error);
                Ok(Some(Value::Null))
            }
            (resolved, _) => resolved,
        }
    }
}

fn state<'a>(ctx: &ExtensionContext<'a>) -> Option<&'a ExecutionState> {
    ctx.data_opt::<Request>().and_then(|request| request.state.as_ref())
}

/// The root field of a mutation that is about to be resolved; `None` for any other field.
fn root_field<'a>(
    ctx: &ExtensionContext<'a>,
    info: &ResolveInfo<'_>,
) -> Option<(&'a Request, &'a ExecutionState, RootField)> {
    let request = ctx.data_opt::<Request>().filter(|_| info.path_node.parent.is_none())?;
    let (state, key) = (request.state.as_ref()?, info.field.response_key());
    let field = || RootField { key: key.node.to_string(), position: key.pos };
    state.outcomes.has(&key.node).then(|| (request, state, field()))
}

async fn check(ctx: &ExtensionContext<'_>, info: &ResolveInfo<'_>) -> ServerResult<()> {
    // An item of a list that is allowed already, or introspection.
    let is_item = matches!(info.path_node.segment, QueryPathSegment::Index(_));
    if is_item || info.is_for_introspection || info.name.starts_with("__") {
        return Ok(());
    }
    let deny = |error: Error| {
        let position = info.field.response_key().pos;
        error.into_server_error(position).with_path(path(info.path_node))
    };
    let table = ctx.data_opt::<Guards>().and_then(Guards::table);
    let Some((request, state)) = ctx.data_opt::<Request>().zip(state(ctx)) else { return Err(deny(unknown_field())) };
    let Some((table, field)) = table.and_then(|table| Some((table, table.field(info.parent_type, info.name)?))) else {
        return Err(deny(unknown_field()));
    };
    let is_mutation = table.roots().mutation.as_deref() == Some(info.parent_type);
    if is_mutation {
        state.begin_root_field(info.path_node, request.present_caller().await);
    } else {
        end_root_field_above(request, state, info.path_node).await;
    }
    let Some(rule) = field.rule.as_deref() else { return Ok(()) };
    let caller = match request.caller_at(Some(info.path_node)) {
        Ok(caller) => caller,
        Err(_) if rule.never_denies() => None,
        Err(error) => return Err(deny(error)),
    };
    let parent = state.parent_of(info.path_node);
    let access = FieldAccess { field: info.field, info: field, caller: caller.as_deref(), parent };
    let decision = authorize(request, access).await;
    if is_mutation && decision.is_err() {
        request.audit_denial(&format!("{}.{}", info.parent_type, info.name), &rule.to_string()).await;
    }
    decision.map_err(deny)
}

/// Before the first field of a payload, reads the rights of the caller again: the change of the root field may have
/// altered them. A session that it ended keeps what is its own, in this payload only.
async fn end_root_field_above(request: &Request, state: &ExecutionState, path: &QueryPathNode<'_>) {
    if path.parent.is_none_or(|parent| parent.parent.is_some()) {
        return;
    }
    let Some(before) = state.caller_before_change(path) else { return };
    let after = match (request.present_caller().await, before) {
        (Ok(None), Ok(Some(before))) => Ok(Some(before.without_rights())),
        (after, _) => after,
    };
    state.end_root_field(path, after);
}

/// The path of an error.
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

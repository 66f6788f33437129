//! Queries of guards.

use super::FieldGuard;
use super::decide::Decider;
use crate::graphql::context::{Introspection, caller_at, request};
use crate::graphql::document::{DecisionPlace, Document, DocumentLimits, SharedValidator};
use crate::graphql::error::bad_input;
use crate::graphql::guard::directives::authenticated;
use crate::graphql::guard::{Guards, Table};
use crate::graphql::scalars::Json;
use crate::graphql::schema::introspection_disabled;
use async_graphql::{Context, Error, Object, Result, ServerError, Value, Variables};
use std::sync::Arc;

/// Queries of guards.
#[derive(Debug, Default)]
pub struct FieldGuardQuery;

#[Object]
impl FieldGuardQuery {
    /// Guarded fields of the schema, with the decision for the caller by the rules that execution evaluates: root fields
    /// first, then types by name.
    #[graphql(directive = authenticated::apply())]
    async fn guards(&self, ctx: &Context<'_>, allowed: Option<bool>) -> Result<Option<Vec<FieldGuard>>> {
        let (caller, table) = (caller_at(ctx), table(ctx)?);
        let mut decider = Decider::new(request(ctx), caller.as_ref());
        let mut guards = Vec::new();
        for (coordinate, info) in table.fields() {
            guards.extend(decider.guard(coordinate, info, &[DecisionPlace::AnyObject]).await?);
        }
        guards.retain(|guard| allowed.is_none() || guard.allowed == allowed);
        Ok(Some(guards))
    }

    /// Guarded fields of one operation, each once and in the order of the document, with the decision for the caller. The
    /// operation is not executed. Fields that `@skip` or `@include` may leave out are listed. An operation that could not
    /// be executed fails with the errors that its execution would have; their places in the document are in
    /// `extensions.documentLocations`.
    #[graphql(directive = authenticated::apply())]
    async fn check_operation(
        &self,
        ctx: &Context<'_>,
        document: String,
        operation_name: Option<String>,
        variables: Option<Json>,
    ) -> Result<Option<Vec<FieldGuard>>> {
        let variables = variables.map(object).transpose()?;
        match check(ctx, &document, operation_name.as_deref(), variables).await? {
            Checked::Guards(guards) => Ok(Some(guards)),
            Checked::Invalid(errors) => {
                errors.into_iter().for_each(|error| report(ctx, error));
                Ok(None)
            }
        }
    }
}

/// The result of checking an operation.
enum Checked {
    /// It can be executed.
    Guards(Vec<FieldGuard>),
    /// It cannot.
    Invalid(Vec<ServerError>),
}

async fn check(ctx: &Context<'_>, source: &str, name: Option<&str>, variables: Option<Variables>) -> Result<Checked> {
    let (table, limits, request) = (table(ctx)?, DocumentLimits::default(), request(ctx));
    let validator = ctx.data_opt::<SharedValidator>().and_then(SharedValidator::get).ok_or_else(unset)?;
    let validator = validator.with(request.introspection);
    let document = match Document::read(source, &validator, table, &limits) {
        Ok(document) => Arc::new(document),
        Err(errors) => return Ok(Checked::Invalid(errors)),
    };
    let operation = match document.check(name, variables, table, &limits) {
        Ok(operation) => operation,
        Err(error) => return Ok(Checked::Invalid(vec![error])),
    };
    if operation.is_introspection && request.introspection == Introspection::Disabled {
        return Ok(Checked::Invalid(vec![introspection_disabled()]));
    }
    let caller = caller_at(ctx);
    let mut decider = Decider::new(request, caller.as_ref());
    let mut guards = Vec::with_capacity(operation.fields.len());
    for field in &operation.fields {
        guards.extend(decider.guard(field.coordinate(), field.info, &field.places).await?);
    }
    Ok(Checked::Guards(guards))
}

/// Adds an error of the checked document to the response: at this field, since locations refer to the request.
fn report(ctx: &Context<'_>, error: ServerError) {
    let place = |line: usize, column: usize| {
        Value::from_json(serde_json::json!({ "line": line, "column": column })).unwrap_or_default()
    };
    let places = error.locations.iter().map(|at| place(at.line, at.column)).collect();
    let mut extensions = error.extensions.unwrap_or_default();
    extensions.set("documentLocations", Value::List(places));
    let error = ServerError { extensions: Some(extensions), ..ServerError::new(error.message, Some(ctx.item.pos)) };
    ctx.add_error(ctx.set_error_path(error));
}

fn object(variables: Json) -> Result<Variables> {
    match variables.0 {
        variables @ serde_json::Value::Object(_) => Ok(Variables::from_json(variables)),
        _ => Err(bad_input("`variables` must be an object")),
    }
}

fn table<'a>(ctx: &Context<'a>) -> Result<&'a Table> {
    ctx.data_opt::<Guards>().and_then(Guards::table).ok_or_else(unset)
}

/// The error of a schema that is not built completely: a bug.
fn unset() -> Error {
    crate::graphql::error::to_graphql(service::Error::Internal("the schema has no guards".into()))
}

//! Documents: parsed once, analyzed before execution, cached.
//!
//! [`Document::read`] parses a source text, computes its costs and validates it; [`Document::bind`] selects an operation
//! and coerces its variables, which gives a [`BoundOperation`]. Costs are limited before validation, which takes longer.

mod argument_values;
mod cache;
mod cookie_use;
mod cost;
mod grammar;
mod guarded_fields;
mod limits;
mod list_size;
mod omitted;
mod operation;
mod ownership;
mod parse;
mod place;
mod positions;
mod requirements;
mod root;
#[cfg(test)]
mod schema_names;
mod suggestion;
#[cfg(test)]
mod tests;
mod tokens;
mod translate;
mod validate;
mod values;
mod variables;

use super::error::ErrorCode;
use super::guard::Table;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType};
use async_graphql::{Name, ServerError, Value, Variables};
use cost::{Cost, CostAnalyzer, VALUES};
use guarded_fields::{CheckedOperation, Collector};
use limits::{request_error, too_complex};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use values::NeverNull;

pub use cache::Documents;
pub use cookie_use::CookieUse;
pub use guarded_fields::DecisionPlace;
pub use limits::DocumentLimits;
pub use operation::BoundOperation;
pub use validate::{SharedValidator, Validator};

/// A valid document within the limits.
#[derive(Debug)]
pub struct Document {
    executable: ExecutableDocument,
    costs: FxHashMap<Option<Name>, Arc<Cost>>,
    never_null: NeverNull,
}

/// An operation of a document.
struct SelectedOperation<'a> {
    name: Option<Name>,
    definition: &'a OperationDefinition,
}

impl Document {
    /// Parses a document, computes the costs that do not depend on variables, and validates it.
    ///
    /// # Errors
    /// `GRAPHQL_PARSE_FAILED`, `OPERATION_TOO_COMPLEX`, `GRAPHQL_VALIDATION_FAILED`, or `BAD_USER_INPUT` for a literal
    /// that its scalar rejects.
    pub fn read(
        source: &str,
        validator: &Validator,
        table: &Table,
        limits: &DocumentLimits,
    ) -> Result<Self, Vec<ServerError>> {
        let parsed = parse::parse(source, limits).map_err(|error| vec![error])?;
        let executable = translate::executable(&parsed, source);
        let costs = CostAnalyzer::new(table, &executable, limits, None).document().map_err(|error| vec![error])?;
        let never_null = validator.validate(&parsed, source, limits)?;
        Ok(Self { executable, costs, never_null })
    }

    /// Selects an operation, coerces its variables and checks the limits that depend on them.
    ///
    /// # Errors
    /// `GRAPHQL_VALIDATION_FAILED` for an unknown operation, `BAD_USER_INPUT` for a variable, `OPERATION_TOO_COMPLEX`.
    pub fn bind(
        self: &Arc<Self>,
        name: Option<&str>,
        variables: Variables,
        table: &Table,
        limits: &DocumentLimits,
    ) -> Result<BoundOperation, ServerError> {
        let SelectedOperation { name, definition } = self.select(name)?;
        let cost = self.costs.get(&name).ok_or_else(unknown_operation)?;
        let never_null = self.never_null.get(&name).map_or(&[][..], Vec::as_slice);
        let variables = variables::coerce(table, definition, never_null, variables)?;
        if cost.values.with(&variables) > limits.values {
            return Err(too_complex(limits.values, VALUES, None));
        }
        if cost.is_variable {
            CostAnalyzer::new(table, &self.executable, limits, Some(&variables)).operation(definition)?;
        }
        let operation = BoundOperation::new(Arc::clone(self), definition, name, Arc::clone(cost), variables);
        if operation.kind() == OperationType::Mutation {
            operation.check_mutation(table)?;
        }
        Ok(operation)
    }

    /// Checks an operation as [`bind`](Self::bind) does, and lists its guarded fields. When it declares variables and
    /// none are passed, what depends on them is not checked.
    ///
    /// # Errors
    /// As [`bind`](Self::bind).
    pub(in crate::graphql) fn check<'a>(
        self: &'a Arc<Self>,
        name: Option<&str>,
        variables: Option<Variables>,
        table: &'a Table,
        limits: &DocumentLimits,
    ) -> Result<CheckedOperation<'a>, ServerError> {
        let selected = self.select(name)?;
        if variables.is_some() || selected.definition.variable_definitions.is_empty() {
            self.bind(name, variables.unwrap_or_default(), table, limits)?;
        }
        let cost = self.costs.get(&selected.name).ok_or_else(unknown_operation)?;
        let is_introspection = cost.requirements.is_introspection;
        Ok(CheckedOperation { fields: Collector::new(self, table).collect(&selected), is_introspection })
    }

    fn select(&self, name: Option<&str>) -> Result<SelectedOperation<'_>, ServerError> {
        match (&self.executable.operations, name) {
            (DocumentOperations::Single(operation), None) => {
                Ok(SelectedOperation { name: None, definition: &operation.node })
            }
            (DocumentOperations::Single(_), Some(_)) => Err(unknown_operation()),
            (DocumentOperations::Multiple(operations), Some(name)) => {
                let (name, operation) = operations.get_key_value(name).ok_or_else(unknown_operation)?;
                Ok(SelectedOperation { name: Some(name.clone()), definition: &operation.node })
            }
            (DocumentOperations::Multiple(operations), None) => match operations.iter().next() {
                Some((name, operation)) if operations.len() == 1 => {
                    Ok(SelectedOperation { name: Some(name.clone()), definition: &operation.node })
                }
                _ => {
                    let message = "the document has several operations: select one with `operationName`";
                    Err(request_error(ErrorCode::ValidationFailed, message))
                }
            },
        }
    }
}

fn unknown_operation() -> ServerError {
    request_error(ErrorCode::ValidationFailed, "the document has no operation with this name")
}

/// The value of an argument, variables substituted; `None` for an absent argument and for a variable without a value.
pub(super) fn argument(field: &Field, name: &str, variables: &Variables) -> Option<Value> {
    let value = field.get_argument(name)?.node.clone();
    value.into_const_with(|name: Name| variables.get(&name).cloned().ok_or(())).ok()
}

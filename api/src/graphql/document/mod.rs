//! Documents: read once, measured before anything runs, kept for the next time.
//!
//! [`Document::read`] is text → document with its measures; [`Document::ask`] picks an operation and
//! checks its variables; what comes out is [`Ready`] to run. `measure` counts, `given` counts what
//! arguments hold, `place` knows what is the caller's own, `cache` keeps.

mod cache;
mod given;
mod limits;
mod measure;
mod parse;
mod place;
mod reliance;
mod root;
mod size;
#[cfg(test)]
mod tests;
mod tokens;
mod variables;

use super::error::Code;
use super::guard::{Rule, Table};
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType};
use async_graphql::{Name, ServerError, Variables};
use limits::{request_error, too_complex};
use measure::{Measure, Surveyor, VALUES};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

pub use cache::Documents;
pub use limits::DocumentLimits;
pub use reliance::Reliance;

/// A document that was read and keeps within the limits.
#[derive(Debug)]
pub struct Document {
    executable: ExecutableDocument,
    measures: FxHashMap<Option<Name>, Measure>,
}

/// An operation with its variables, ready to run.
#[derive(Debug)]
pub struct Ready {
    document: Arc<Document>,
    name: Option<Name>,
    /// Checked, with defaults.
    pub(super) variables: Variables,
}

impl Document {
    /// Reads a document and measures all of it, values of variables left aside.
    ///
    /// # Errors
    /// `GRAPHQL_PARSE_FAILED`, `OPERATION_TOO_COMPLEX`, or `GRAPHQL_VALIDATION_FAILED` for fragments
    /// that spread themselves.
    pub fn read(text: &str, table: &Table, limits: &DocumentLimits) -> Result<Self, ServerError> {
        Self::measured(parse::parse(text, limits)?, table, limits).map(|(document, _)| document)
    }

    /// Measures a document; gives also how many selections were looked at.
    fn measured(
        executable: ExecutableDocument,
        table: &Table,
        limits: &DocumentLimits,
    ) -> Result<(Self, u64), ServerError> {
        if executable.operations.iter().count() + executable.fragments.len() > limits.definitions {
            return Err(too_complex(limits.definitions, "operations and fragments", None));
        }
        let mut surveyor = Surveyor::new(table, &executable, limits, None);
        let mut measures = FxHashMap::default();
        for (name, operation) in executable.operations.iter() {
            let measure = surveyor.operation(&operation.node, root(table, operation.node.ty))?;
            measures.insert(name.cloned(), measure);
        }
        surveyor.leftovers()?;
        let visits = surveyor.visits;
        Ok((Self { executable, measures }, visits))
    }

    /// Picks an operation and checks its variables, and what depends on their values.
    ///
    /// # Errors
    /// `GRAPHQL_VALIDATION_FAILED` when there is no such operation, `BAD_USER_INPUT` for the
    /// variables, `OPERATION_TOO_COMPLEX`.
    pub fn ask(
        self: &Arc<Self>,
        name: Option<&str>,
        given: Variables,
        rules: (&Table, &DocumentLimits),
    ) -> Result<Ready, ServerError> {
        let (table, limits) = rules;
        let (name, operation) = self.pick(name)?;
        let variables = variables::coerce(table, operation, given)?;
        let measure = self.measures.get(&name);
        if measure.is_some_and(|measure| measure.given.with(&variables) > limits.values) {
            return Err(too_complex(limits.values, VALUES, None));
        }
        if measure.is_none_or(|measure| measure.varies) {
            let mut surveyor = Surveyor::new(table, &self.executable, limits, Some(&variables));
            surveyor.operation(operation, root(table, operation.ty))?;
        }
        let ready = Ready { document: Arc::clone(self), name, variables };
        if ready.kind() == OperationType::Mutation {
            ready.check_writes(table)?;
        }
        Ok(ready)
    }

    fn pick(&self, name: Option<&str>) -> Result<(Option<Name>, &OperationDefinition), ServerError> {
        let unknown = |message: &str| request_error(Code::ValidationFailed, message);
        match (&self.executable.operations, name) {
            (DocumentOperations::Single(operation), None) => Ok((None, &operation.node)),
            (DocumentOperations::Multiple(operations), Some(name)) => operations
                .get_key_value(name)
                .map(|(name, operation)| (Some(name.clone()), &operation.node))
                .ok_or_else(|| unknown("the document has no operation of that name")),
            (DocumentOperations::Multiple(operations), None) => match operations.iter().next() {
                Some((name, operation)) if operations.len() == 1 => Ok((Some(name.clone()), &operation.node)),
                _ => Err(unknown("the document has several operations: name one of them")),
            },
            (DocumentOperations::Single(_), Some(_)) => Err(unknown("the document has no operation of that name")),
        }
    }
}

impl Ready {
    /// Query, mutation or subscription?
    #[must_use]
    pub fn kind(&self) -> OperationType {
        self.operation().ty
    }

    /// Does it carry a secret in an argument?
    #[must_use]
    pub fn carries_secrets(&self) -> bool {
        self.measure().needs.secrets
    }

    /// Does it ask the schema about itself?
    #[must_use]
    pub fn asks_for_schema(&self) -> bool {
        self.measure().needs.introspection
    }

    /// Is it the whole document, and without variables?
    pub(super) fn stands_alone(&self) -> bool {
        self.document.measures.len() == 1 && self.operation().variable_definitions.is_empty()
    }

    /// Rules that a caller must meet for the fast lane; `None` when it cannot be told without looking
    /// at objects, or when something is written.
    pub(super) fn rules(&self) -> Option<&[Arc<Rule>]> {
        let needs = &self.measure().needs;
        (self.kind() == OperationType::Query && !needs.more).then_some(&needs.rules)
    }

    /// The root fields that will run.
    pub(super) fn root_fields(&self) -> Vec<&Field> {
        root::root_fields(&self.document.executable, &self.operation().selection_set.node, &self.variables)
    }

    /// The document, to run.
    pub(super) fn executable(&self) -> ExecutableDocument {
        self.document.executable.clone()
    }

    /// The name of the operation.
    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn operation(&self) -> &OperationDefinition {
        // INVARIANT: `name` was picked from this very document.
        let found = self.document.executable.operations.iter().find(|(name, _)| *name == self.name.as_ref());
        &found.expect("the operation was picked from this document").1.node
    }

    fn measure(&self) -> &Measure {
        self.document.measures.get(&self.name).expect("every operation was measured")
    }

    /// A mutation's root fields run one after the other, so none may run twice under one response
    /// key, and none oftener than its `@limited` says.
    fn check_writes(&self, table: &Table) -> Result<(), ServerError> {
        let (mut keys, mut runs) = (FxHashSet::default(), FxHashMap::<&str, u64>::default());
        for field in self.root_fields() {
            let key = field.response_key();
            if !keys.insert(key.node.as_str()) {
                let message = format!("`{}` is selected more than once: use aliases", key.node);
                return Err(Code::ValidationFailed.error(message).into_server_error(key.pos));
            }
            let name = field.name.node.as_str();
            let count = runs.entry(name).or_default();
            *count += 1;
            let info = table.field(root(table, OperationType::Mutation), name);
            match info.and_then(|info| info.max_per_operation) {
                Some(most) if *count > most => return Err(too_complex(most, &format!("`{name}`"), Some(key.pos))),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The root type of an operation; none for what the schema does not have.
fn root(table: &Table, ty: OperationType) -> &str {
    let roots = table.roots();
    match ty {
        OperationType::Query => &roots.query,
        OperationType::Mutation => roots.mutation.as_deref().unwrap_or_default(),
        OperationType::Subscription => roots.subscription.as_deref().unwrap_or_default(),
    }
}

//! An operation with its variables, ready for execution.

use super::cost::Cost;
use super::guarded_fields::Collector;
use super::limits::too_complex;
use super::{Document, omitted, root};
use crate::graphql::guard::{Rule, Table};
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Field, OperationDefinition, OperationType};
use async_graphql::{Name, ServerError, Variables};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::sync::Arc;

/// An operation with coerced variables, ready for execution.
#[derive(Debug)]
pub struct BoundOperation {
    document: Arc<Document>,
    name: Option<Name>,
    kind: OperationType,
    cost: Arc<Cost>,
    /// Variables without a value.
    omitted: Vec<Name>,
    /// Coerced, defaults included.
    pub(in crate::graphql) variables: Variables,
}

impl BoundOperation {
    /// An operation of `document`.
    pub(super) fn new(
        document: Arc<Document>,
        definition: &OperationDefinition,
        name: Option<Name>,
        cost: Arc<Cost>,
        variables: Variables,
    ) -> Self {
        let declared = definition.variable_definitions.iter().map(|variable| &variable.node.name.node);
        let omitted = declared.filter(|name| !variables.contains_key(*name)).cloned().collect();
        Self { document, name, kind: definition.ty, cost, omitted, variables }
    }

    /// Query, mutation or subscription.
    #[must_use]
    pub fn kind(&self) -> OperationType {
        self.kind
    }

    /// Whether an argument is `@sensitive`.
    #[must_use]
    pub fn carries_secrets(&self) -> bool {
        self.cost.requirements.has_secrets
    }

    /// Whether a list of the database is read.
    #[must_use]
    pub fn reads_lists(&self) -> bool {
        self.cost.reads_lists
    }

    /// Whether a field is introspection.
    #[must_use]
    pub fn is_introspection(&self) -> bool {
        self.cost.requirements.is_introspection
    }

    /// Rules that a caller must meet for pre-authorized execution; `None` when enforced execution is required.
    pub(in crate::graphql) fn required_rules(&self) -> Option<&[Arc<Rule>]> {
        let requirements = &self.cost.requirements;
        (self.kind == OperationType::Query && !requirements.is_enforced).then_some(&requirements.rules)
    }

    /// The rules that executed fields require for pre-authorized execution, those of fields that `@skip` or `@include` leaves
    /// out not among them.
    pub(in crate::graphql) fn executed_rules(&self, table: &Table) -> Cow<'_, [Arc<Rule>]> {
        if self.cost.directives == 0 {
            return Cow::Borrowed(self.required_rules().unwrap_or_default());
        }
        let rules = self
            .definition()
            .map(|definition| Collector::new(&self.document, table).executed_rules(definition, &self.variables));
        Cow::Owned(rules.unwrap_or_default())
    }

    fn definition(&self) -> Option<&OperationDefinition> {
        let mut operations = self.document.executable.operations.iter();
        operations.find(|(name, _)| *name == self.name.as_ref()).map(|(_, operation)| &operation.node)
    }

    /// The root fields that are executed, one for each response key.
    pub(in crate::graphql) fn root_fields(&self) -> Vec<&Field> {
        let (mut fields, mut keys) = (self.all_root_fields(), FxHashSet::default());
        fields.retain(|field| keys.insert(field.response_key().node.as_str()));
        fields
    }

    fn all_root_fields(&self) -> Vec<&Field> {
        self.definition().map_or_else(Vec::new, |operation| {
            root::root_fields(&self.document.executable, &operation.selection_set.node, &self.variables)
        })
    }

    /// The document for execution with these variables.
    pub(in crate::graphql) fn executable(&self) -> ExecutableDocument {
        let mut executable = self.document.executable.clone();
        if self.kind == OperationType::Mutation
            && let Some(merged) = root::merged(&self.all_root_fields())
        {
            let operation = match (&mut executable.operations, &self.name) {
                (DocumentOperations::Single(operation), _) => Some(operation),
                (DocumentOperations::Multiple(operations), Some(name)) => operations.get_mut(name),
                (DocumentOperations::Multiple(_), None) => None,
            };
            operation.into_iter().for_each(|operation| operation.node.selection_set.node = merged.clone());
        }
        if !self.omitted.is_empty() {
            omitted::remove_arguments(&mut executable, &self.omitted);
        }
        executable
    }

    /// The name of the operation.
    pub(in crate::graphql) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Checks that the `@limited` root fields of a mutation are within their limits.
    pub(super) fn check_mutation(&self, table: &Table) -> Result<(), ServerError> {
        let mut counts = FxHashMap::<&str, u64>::default();
        for field in self.root_fields() {
            let key = field.response_key();
            let name = field.name.node.as_str();
            let count = counts.entry(name).or_default();
            *count += 1;
            let info = table.field(table.roots().of(self.kind), name);
            match info.and_then(|info| info.max_per_operation) {
                Some(limit) if *count > limit => {
                    return Err(too_complex(limit, &format!("`{name}`"), Some(key.pos)));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

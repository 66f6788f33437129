//! The guarded fields of an operation, for a check that does not execute it.

use super::ownership::PathOwnership;
use super::root::is_skipped;
use super::{Document, SelectedOperation};
use crate::graphql::guard::{FieldInfo, Rule, Table};
use async_graphql::Variables;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Field, OperationDefinition, Selection, SelectionSet};
use std::sync::Arc;

/// The field below which the caller is the session that a mutation made.
const NEW_SESSION: [&str; 2] = ["AuthPayload", "viewer"];

/// What a decision at a place of an operation depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecisionPlace {
    /// The object is the caller's own, by its path.
    OwnObject,
    /// The object may be any.
    AnyObject,
    /// The caller is a session that the operation makes.
    NewSession,
}

/// A guarded field of an operation, with the distinct places that select it.
#[derive(Debug)]
pub(in crate::graphql) struct GuardedField<'a> {
    parent: &'a str,
    name: &'a str,
    /// The field as published.
    pub(in crate::graphql) info: &'a FieldInfo,
    /// At least one.
    pub(in crate::graphql) places: Vec<DecisionPlace>,
}

/// An operation that could be executed, as far as that is known without its variables.
#[derive(Debug)]
pub(in crate::graphql) struct CheckedOperation<'a> {
    /// In the order of the document.
    pub(in crate::graphql) fields: Vec<GuardedField<'a>>,
    /// Whether a field is introspection.
    pub(in crate::graphql) is_introspection: bool,
}

impl GuardedField<'_> {
    /// The schema coordinate.
    pub(in crate::graphql) fn coordinate(&self) -> String {
        format!("{}.{}", self.parent, self.name)
    }
}

/// Collects the guarded fields of one operation. Fragments are expanded: the limit on selections, which counts them
/// expanded, was checked before.
pub(super) struct Collector<'a> {
    document: &'a Document,
    table: &'a Table,
    /// Values of the variables, when fields that are not executed are left out.
    variables: Option<&'a Variables>,
    found: IndexMap<[&'a str; 2], GuardedField<'a>>,
}

#[derive(Clone, Copy)]
struct Scope<'a> {
    type_name: &'a str,
    ownership: PathOwnership,
    has_new_session: HasNewSession,
}

/// Whether a place is below the session that a mutation made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum HasNewSession {
    Yes,
    No,
}

impl<'a> Collector<'a> {
    pub(super) fn new(document: &'a Document, table: &'a Table) -> Self {
        Self { document, table, variables: None, found: IndexMap::new() }
    }

    /// The rules that the executed fields of an operation require, except on objects that are the caller's own by their path.
    pub(super) fn executed_rules(
        mut self,
        definition: &'a OperationDefinition,
        variables: &'a Variables,
    ) -> Vec<Arc<Rule>> {
        self.variables = Some(variables);
        let fields = self.collect_from(definition).into_iter();
        let fields = fields.filter(|field| field.places.iter().any(|&place| place != DecisionPlace::OwnObject));
        fields.filter_map(|field| field.info.rule.clone()).collect()
    }

    /// The guarded fields of an operation of the document.
    pub(super) fn collect(self, operation: &SelectedOperation<'a>) -> Vec<GuardedField<'a>> {
        self.collect_from(operation.definition)
    }

    fn collect_from(mut self, definition: &'a OperationDefinition) -> Vec<GuardedField<'a>> {
        let type_name = self.table.roots().of(definition.ty);
        let scope = Scope { type_name, ownership: PathOwnership::Any, has_new_session: HasNewSession::No };
        self.selections(&definition.selection_set.node, scope);
        self.found.into_values().collect()
    }

    fn selections(&mut self, set: &'a SelectionSet, scope: Scope<'a>) {
        for selection in &set.items {
            let directives = selection.node.directives();
            if self.variables.is_some_and(|variables| is_skipped(directives, variables)) {
                continue;
            }
            match &selection.node {
                Selection::Field(field) => self.field(&field.node, scope),
                Selection::InlineFragment(inner) => {
                    let on = inner.node.type_condition.as_ref().map(|on| on.node.on.node.as_str());
                    let scope = Scope { type_name: on.unwrap_or(scope.type_name), ..scope };
                    self.selections(&inner.node.selection_set.node, scope);
                }
                Selection::FragmentSpread(spread) => {
                    let document = self.document;
                    if let Some(fragment) = document.executable.fragments.get(&spread.node.fragment_name.node) {
                        let type_name = fragment.node.type_condition.node.on.node.as_str();
                        self.selections(&fragment.node.selection_set.node, Scope { type_name, ..scope });
                    }
                }
            }
        }
    }

    fn field(&mut self, field: &'a Field, scope: Scope<'a>) {
        let name = field.name.node.as_str();
        // Introspection is not in the table, and has no guards.
        let table = self.table;
        let Some(info) = table.field(scope.type_name, name) else { return };
        if let Some(rule) = info.rule.as_deref() {
            let place = match scope.has_new_session {
                HasNewSession::Yes => DecisionPlace::NewSession,
                HasNewSession::No if scope.ownership.meets(rule) => DecisionPlace::OwnObject,
                HasNewSession::No => DecisionPlace::AnyObject,
            };
            let found = self.found.entry([scope.type_name, name]);
            let parent = scope.type_name;
            let found = found.or_insert_with(|| GuardedField { parent, name, info, places: Vec::new() });
            if !found.places.contains(&place) {
                found.places.push(place);
            }
        }
        let is_new = [scope.type_name, name] == NEW_SESSION;
        let below = Scope {
            type_name: &info.returns,
            ownership: scope.ownership.below(table, scope.type_name, name),
            has_new_session: if is_new { HasNewSession::Yes } else { scope.has_new_session },
        };
        self.selections(&field.selection_set.node, below);
    }
}

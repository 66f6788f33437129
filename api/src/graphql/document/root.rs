//! The root fields of an operation.

use async_graphql::indexmap::IndexMap;
use async_graphql::indexmap::map::Entry;
use async_graphql::parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Value, Variables};

/// The root fields that are executed: fragments expanded, `@skip` and `@include` applied.
pub(super) fn root_fields<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    variables: &Variables,
) -> Vec<&'a Field> {
    let mut fields = Vec::new();
    collect(document, set, variables, &mut fields);
    fields
}

/// The root selections of a mutation with the fields of one response key merged (GraphQL, 6.3.2), which validation found
/// to be the same field with the same arguments; async-graphql would execute it several times. `None` when there is
/// nothing to merge.
pub(super) fn merged(fields: &[&Field]) -> Option<SelectionSet> {
    let mut by_key: IndexMap<&str, Field> = IndexMap::new();
    for field in fields {
        match by_key.entry(field.response_key().node.as_str()) {
            Entry::Vacant(entry) => drop(entry.insert((*field).clone())),
            Entry::Occupied(mut entry) => {
                entry.get_mut().selection_set.node.items.extend(field.selection_set.node.items.iter().cloned());
            }
        }
    }
    let is_merged = by_key.len() < fields.len();
    let selection = |field: Field| {
        let pos = field.response_key().pos;
        Positioned::new(Selection::Field(Positioned::new(field, pos)), pos)
    };
    is_merged.then(|| SelectionSet { items: by_key.into_values().map(selection).collect() })
}

fn collect<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    variables: &Variables,
    fields: &mut Vec<&'a Field>,
) {
    let is_executed = |selection: &&Positioned<Selection>| !is_skipped(selection.node.directives(), variables);
    for selection in set.items.iter().filter(is_executed) {
        match &selection.node {
            Selection::Field(field) => fields.push(&field.node),
            Selection::InlineFragment(inner) => collect(document, &inner.node.selection_set.node, variables, fields),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    collect(document, &fragment.node.selection_set.node, variables, fields);
                }
            }
        }
    }
}

/// Whether `@skip` or `@include` leaves a selection out.
pub(super) fn is_skipped(directives: &[Positioned<Directive>], variables: &Variables) -> bool {
    directives.iter().any(|directive| {
        let skipped_when = match directive.node.name.node.as_str() {
            "skip" => true,
            "include" => false,
            _ => return false,
        };
        let condition = directive.node.get_argument("if").map(|condition| condition.node.clone());
        let value = condition
            .and_then(|value| value.into_const_with(|name: Name| variables.get(&name).cloned().ok_or(())).ok());
        // A value that is not a boolean counts as false, as in async-graphql.
        (value == Some(Value::Boolean(true))) == skipped_when
    })
}

//! Arguments whose variable has no value.

use async_graphql::Name;
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Selection, SelectionSet};
use async_graphql_value::Value;

/// Removes the arguments of fields whose value is one of the `omitted` variables, so that their default values apply
/// (GraphQL, 6.4.1); async-graphql would take null. Inside of values it does so itself.
pub(super) fn remove_arguments(document: &mut ExecutableDocument, omitted: &[Name]) {
    match &mut document.operations {
        DocumentOperations::Single(operation) => visit(&mut operation.node.selection_set.node, omitted),
        DocumentOperations::Multiple(operations) => {
            operations.values_mut().for_each(|operation| visit(&mut operation.node.selection_set.node, omitted));
        }
    }
    document.fragments.values_mut().for_each(|fragment| visit(&mut fragment.node.selection_set.node, omitted));
}

fn visit(set: &mut SelectionSet, omitted: &[Name]) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                let is_omitted = |value: &Value| matches!(value, Value::Variable(name) if omitted.contains(name));
                field.node.arguments.retain(|(_, value)| !is_omitted(&value.node));
                visit(&mut field.node.selection_set.node, omitted);
            }
            Selection::InlineFragment(inner) => visit(&mut inner.node.selection_set.node, omitted),
            Selection::FragmentSpread(_) => {}
        }
    }
}

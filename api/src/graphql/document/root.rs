//! The root fields of an operation, as they will run.

use async_graphql::parser::types::{Directive, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Value, Variables};

/// The root fields that will run: fragments put in place, `@skip` and `@include` looked at.
pub(super) fn root_fields<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    variables: &Variables,
) -> Vec<&'a Field> {
    let mut fields = Vec::new();
    collect(document, set, variables, &mut fields);
    fields
}

fn collect<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    variables: &Variables,
    fields: &mut Vec<&'a Field>,
) {
    let runs = |selection: &&Positioned<Selection>| !is_skipped(selection.node.directives(), variables);
    for selection in set.items.iter().filter(runs) {
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

fn is_skipped(directives: &[Positioned<Directive>], variables: &Variables) -> bool {
    directives.iter().any(|directive| {
        let skipped_when = match directive.node.name.node.as_str() {
            "skip" => true,
            "include" => false,
            _ => return false,
        };
        let condition = directive.node.get_argument("if").map(|condition| condition.node.clone());
        let value = condition
            .and_then(|value| value.into_const_with(|name: Name| variables.get(&name).cloned().ok_or(())).ok());
        // Whatever is not a boolean counts as false, as where it runs.
        (value == Some(Value::Boolean(true))) == skipped_when
    })
}

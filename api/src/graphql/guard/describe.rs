//! The rules in words, appended to the descriptions: introspection never shows applied directives.

use super::rule::Rule;
use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaField, MetaType, Registry};
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use std::borrow::Cow;

/// A type that is never answered: registering it, last, edits the descriptions of all others.
#[derive(Debug)]
pub(in crate::graphql) struct RulesInWords;

impl OutputType for RulesInWords {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("Boolean")
    }

    fn create_type_info(registry: &mut Registry) -> String {
        for ty in registry.types.values_mut() {
            if let MetaType::Object { fields, .. } = ty {
                fields.values_mut().for_each(describe);
            }
        }
        Self::qualified_type_name()
    }

    async fn resolve(&self, _ctx: &ContextSelectionSet<'_>, _field: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::Null)
    }
}

fn describe(field: &mut MetaField) {
    let directives = &field.directive_invocations;
    // A guard that cannot be read is refused when the table is; here it is only left out.
    let rule = directives.iter().find_map(|d| Rule::read(&d.name, |name| d.args.get(name)).ok().flatten());
    let Some(rule) = rule.filter(|rule| *rule != Rule::Inherit) else { return };
    let mut words = rule.words();
    if directives.iter().any(|directive| directive.name == "recentLogin") {
        words.push_str(" The password must have been given recently.");
    }
    let description = field.description.get_or_insert_default();
    // Registered twice, a type is described once.
    if !description.ends_with(&words) {
        if !description.is_empty() {
            description.push(' ');
        }
        description.push_str(&words);
    }
}

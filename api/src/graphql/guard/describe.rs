//! Rules appended to the descriptions of fields: introspection does not show applied directives.

use super::rule::Rule;
use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaField, MetaType, Registry};
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use std::borrow::Cow;
use std::marker::PhantomData;

/// An edit of the description of a field or of its arguments.
pub(in crate::graphql) trait FieldEdit: Send + Sync {
    /// Edits one field of an object. A type may be registered more than once, so an edit is idempotent.
    fn edit(field: &mut MetaField);
}

/// A type that no field returns. Its registration edits the fields of all objects registered before it.
#[derive(Debug)]
pub(in crate::graphql) struct FieldDescriptions<E>(PhantomData<E>);

impl<E: FieldEdit> OutputType for FieldDescriptions<E> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("Boolean")
    }

    fn create_type_info(registry: &mut Registry) -> String {
        for ty in registry.types.values_mut() {
            if let MetaType::Object { fields, .. } = ty {
                fields.values_mut().for_each(E::edit);
            }
        }
        Self::qualified_type_name()
    }

    async fn resolve(&self, _ctx: &ContextSelectionSet<'_>, _field: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::Null)
    }
}

/// Appends the rule of a field to its description; registered last.
#[derive(Debug)]
pub(in crate::graphql) struct RuleDescriptions;

impl FieldEdit for RuleDescriptions {
    fn edit(field: &mut MetaField) {
        describe(field);
    }
}

fn describe(field: &mut MetaField) {
    let directives = &field.directive_invocations;
    // A malformed guard is skipped here: reading the table rejects the schema.
    let rule = directives.iter().find_map(|d| Rule::read(&d.name, |name| d.args.get(name)).ok().flatten());
    let Some(rule) = rule.filter(|rule| *rule != Rule::Inherit) else { return };
    let mut sentence = rule.sentence();
    if directives.iter().any(|directive| directive.name == "recentLogin") {
        sentence.push_str(" Requires a recent login.");
    }
    let description = field.description.get_or_insert_default();
    if !description.ends_with(&sentence) {
        if !description.is_empty() {
            description.push(' ');
        }
        description.push_str(&sentence);
    }
}

//! The description of the schema, which async-graphql replaces with that of the type `__Schema`.

use async_graphql::parser::types::Field;
use async_graphql::{Name, Value};

/// The description of the schema.
const DESCRIPTION: &str = "\
Keyward: role-based access control. Directives on fields are their guards. Errors have a stable `extensions.code`; \
refusals of a mutation are in `userErrors` of its payload.";

/// Replaces the description of the schema in a response. It is the only string in an object of type `__Schema` besides
/// the name of that type.
pub(super) fn replace(data: &mut Value, root_fields: &[&Field]) {
    let Value::Object(data) = data else { return };
    for field in root_fields.iter().filter(|field| field.name.node == "__schema") {
        if let Some(Value::Object(schema)) = data.get_mut(&Name::new(&*field.response_key().node)) {
            for value in schema.values_mut() {
                match value {
                    Value::String(text) if text != "__Schema" => DESCRIPTION.clone_into(text),
                    _ => {}
                }
            }
        }
    }
}

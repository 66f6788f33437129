//! Suggestions in errors about unknown names. Only where introspection is enabled: a suggestion is a name of the schema.

use apollo_compiler::Schema;
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::DiagnosticData;

/// Most names that are suggested.
const MAX_NAMES: usize = 3;
/// Longest name that suggestions are looked up for, in bytes.
const MAX_LEN: usize = 64;

/// The names of the schema that are nearest to the unknown one, as the end of a message; empty when none is near.
pub(super) fn of(schema: &Schema, rule: &str, data: &DiagnosticData) -> String {
    // The names are not public in any other form.
    let message = data.unstable_compat_message().unwrap_or_default();
    let mut quoted = message.split('"').skip(1).step_by(2);
    let (name, place) = (quoted.next().unwrap_or_default(), quoted.next().unwrap_or_default());
    let nearest = match rule {
        "UndefinedField" => nearest(name, fields(schema, place)),
        "UndefinedArgument" => nearest(name, arguments(schema, place)),
        "UndefinedDefinition"
        | "UndefinedTypeInInlineFragmentTypeCondition"
        | "UndefinedTypeInNamedFragmentTypeCondition" => nearest(name, schema.types.keys().map(|name| name.as_str())),
        _ => Vec::new(),
    };
    if nearest.is_empty() { String::new() } else { format!(": did you mean {}?", nearest.join(" or ")) }
}

fn fields<'a>(schema: &'a Schema, ty: &str) -> Vec<&'a str> {
    match schema.types.get(ty) {
        Some(ExtendedType::Object(object)) => object.fields.keys().map(|name| name.as_str()).collect(),
        Some(ExtendedType::Interface(interface)) => interface.fields.keys().map(|name| name.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// The arguments of a field, such as `Query.users`.
fn arguments<'a>(schema: &'a Schema, coordinate: &str) -> Vec<&'a str> {
    let field = coordinate.split_once('.').and_then(|(ty, field)| schema.type_field(ty, field).ok());
    field.map_or_else(Vec::new, |field| field.arguments.iter().map(|argument| argument.name.as_str()).collect())
}

/// The nearest of `names`, in backticks, nearest first.
fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    if name.len() > MAX_LEN {
        return Vec::new();
    }
    // As many edits as graphql-js allows.
    let limit = name.len() * 2 / 5 + 1;
    let written = name.to_lowercase();
    let distance = |known: &'a str| (strsim::damerau_levenshtein(&written, &known.to_lowercase()), known);
    let names = names.into_iter().filter(|known| !known.starts_with("__"));
    let mut near: Vec<_> = names.map(distance).filter(|(edits, _)| *edits <= limit).collect();
    near.sort_unstable();
    near.into_iter().take(MAX_NAMES).map(|(_, known)| format!("`{known}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_names_come_first() {
        let names = ["role", "roles", "roleByName", "user", "__schema"];
        assert_eq!(nearest("rols", names), ["`role`", "`roles`"]);
        assert_eq!(nearest("USER", names), ["`user`"]);
        assert!(nearest("invoice", names).is_empty() && nearest("_schema", names).is_empty());
        assert!(nearest(&"r".repeat(MAX_LEN + 1), ["r"]).is_empty());
    }
}

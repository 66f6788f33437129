//! Values of variables: of the types that the operation declares, defaults filled in.
//!
//! async-graphql does neither completely: it runs without variables that are required, and leaves
//! defaults out of `@skip` and `@include`.

use super::super::error::Code;
use super::super::guard::{ArgumentInfo, InputInfo, Table};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql::{ServerError, Value, Variables};

/// Checks the variables that came with an operation. Those it does not declare are left out.
///
/// # Errors
/// `BAD_USER_INPUT` for the first one that is missing or of the wrong type.
pub(super) fn coerce(
    table: &Table,
    operation: &OperationDefinition,
    mut given: Variables,
) -> Result<Variables, ServerError> {
    let mut variables = Variables::default();
    for definition in &operation.variable_definitions {
        let variable = &definition.node;
        let (name, ty) = (&variable.name.node, &variable.var_type.node);
        let default = || variable.default_value.as_ref().map(|default| default.node.clone());
        let complaint = match given.remove(name).or_else(default) {
            Some(value) => {
                let checked = check(table, &value, ty);
                variables.insert(name.clone(), value);
                checked.err()
            }
            None => (!ty.nullable).then(|| format!("is needed, of type `{ty}`")),
        };
        if let Some(complaint) = complaint {
            let error = Code::BadUserInput.error(format!("variable `${name}` {complaint}"));
            return Err(error.into_server_error(definition.pos));
        }
    }
    Ok(variables)
}

/// Does a value fit a type (GraphQL 3)? Scalars with a meaning of their own are read later.
fn check(table: &Table, value: &Value, ty: &Type) -> Result<(), String> {
    let wrong = || format!("is not of type `{ty}`");
    let fits = |fits: bool| if fits { Ok(()) } else { Err(wrong()) };
    match (&ty.base, value) {
        (_, Value::Null) => fits(ty.nullable),
        (BaseType::List(inner), Value::List(items)) => {
            items.iter().try_for_each(|item| check(table, item, inner)).map_err(|inner| place(&inner, "an item"))
        }
        // One value stands for a list of one.
        (BaseType::List(inner), single) => check(table, single, inner),
        (BaseType::Named(name), value) => match (name.as_str(), value) {
            ("Int", Value::Number(number)) => fits(number.as_i64().is_some_and(|n| i32::try_from(n).is_ok())),
            ("Float", Value::Number(_)) | ("String" | "ID", Value::String(_)) | ("Boolean", Value::Boolean(_)) => {
                Ok(())
            }
            ("ID", Value::Number(number)) => fits(number.is_i64() || number.is_u64()),
            ("Int" | "Float" | "String" | "ID" | "Boolean", _) => Err(wrong()),
            (name, value) => match (table.input(name), value) {
                (Some(InputInfo::Enum(values)), Value::String(text)) => fits(values.iter().any(|v| v.as_ref() == text)),
                (Some(InputInfo::Enum(values)), Value::Enum(text)) => {
                    fits(values.iter().any(|v| v.as_ref() == text.as_str()))
                }
                (Some(InputInfo::Object(fields)), Value::Object(object)) => check_object(table, object, fields),
                (Some(InputInfo::Enum(_) | InputInfo::Object(_)), _) => Err(wrong()),
                // Validation tells of types that are unknown.
                (Some(InputInfo::Scalar) | None, _) => Ok(()),
            },
        },
    }
}

fn check_object(
    table: &Table,
    object: &IndexMap<async_graphql::Name, Value>,
    fields: &IndexMap<Box<str>, ArgumentInfo>,
) -> Result<(), String> {
    if object.keys().any(|name| !fields.contains_key(name.as_str())) {
        return Err("has a field that its type does not have".to_owned());
    }
    for (name, field) in fields {
        match object.get(name.as_ref()) {
            Some(value) => check(table, value, &field.ty).map_err(|inner| place(&inner, &format!("`{name}`")))?,
            None if field.ty.nullable || field.default.is_some() => {}
            None => return Err(format!("lacks `{name}`, of type `{}`", field.ty)),
        }
    }
    Ok(())
}

/// Says where within the value it is wrong.
fn place(complaint: &str, within: &str) -> String {
    match complaint.strip_prefix("in ") {
        Some(deeper) => format!("in {within}, in {deeper}"),
        None => format!("in {within}: {complaint}"),
    }
}

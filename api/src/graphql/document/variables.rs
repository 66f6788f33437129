//! Coercion of variables (GraphQL, 6.1.2).
//!
//! async-graphql executes operations without their required variables, and ignores default values in `@skip` and
//! `@include`.

use super::super::error::ErrorCode;
use super::super::guard::{ArgumentInfo, InputInfo, Table};
use super::super::scalars;
use super::place::Place;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql::{Name, Number, ServerError, Value, Variables};

/// Coerces the variables of an operation. Variables that it does not declare are dropped.
///
/// # Errors
/// `BAD_USER_INPUT` for the first variable that is missing, of the wrong type, or null although `never_null` has it.
pub(super) fn coerce(
    table: &Table,
    operation: &OperationDefinition,
    never_null: &[Name],
    mut values: Variables,
) -> Result<Variables, ServerError> {
    let mut variables = Variables::default();
    for definition in &operation.variable_definitions {
        let variable = &definition.node;
        let (name, ty) = (&variable.name.node, &variable.var_type.node);
        let rejected = |message: String| ErrorCode::BadUserInput.error(message).into_server_error(definition.pos);
        let value = match (values.remove(name), &variable.default_value) {
            (Some(value), _) => coerce_value(table, value, ty, &Place::Variable(name)).map_err(rejected)?,
            // Validated with the document.
            (None, Some(default)) => default.node.clone(),
            (None, None) if ty.nullable => continue,
            (None, None) => return Err(rejected(format!("variable `${name}` is required and of type `{ty}`"))),
        };
        if value == Value::Null && never_null.contains(name) {
            return Err(rejected(format!("variable `${name}` is null where a value is expected")));
        }
        variables.insert(name.clone(), value);
    }
    Ok(variables)
}

/// Coerces a value to a type (GraphQL, 3).
fn coerce_value(table: &Table, value: Value, ty: &Type, place: &Place<'_>) -> Result<Value, String> {
    match (&ty.base, value) {
        (_, Value::Null) if ty.nullable => Ok(Value::Null),
        (_, Value::Null) => Err(wrong(&Value::Null, ty, place)),
        (BaseType::List(inner), Value::List(items)) => {
            let items = items.into_iter().enumerate();
            let coerced = items.map(|(index, item)| coerce_value(table, item, inner, &Place::Item(place, index)));
            coerced.collect::<Result<_, _>>().map(Value::List)
        }
        // A single value is coerced to a list of one.
        (BaseType::List(inner), single) => coerce_value(table, single, inner, place),
        (BaseType::Named(name), value) => match (name.as_str(), &value) {
            ("Int", Value::Number(number)) => match whole(number) {
                Some(number) => Ok(Value::Number(number.into())),
                None => Err(wrong(&value, ty, place)),
            },
            ("Float", Value::Number(_)) | ("String" | "ID", Value::String(_)) | ("Boolean", Value::Boolean(_)) => {
                Ok(value)
            }
            ("ID", Value::Number(number)) if number.is_i64() || number.is_u64() => Ok(value),
            ("Int" | "Float" | "String" | "ID" | "Boolean", _) => Err(wrong(&value, ty, place)),
            (name, _) => coerce_input(table, value, name, ty, place),
        },
    }
}

/// Coerces a value to a type that the schema defines.
fn coerce_input(table: &Table, value: Value, name: &str, ty: &Type, place: &Place<'_>) -> Result<Value, String> {
    match (table.input(name), value) {
        (Some(InputInfo::Enum(values)), Value::String(text)) => {
            if values.iter().any(|known| known.as_ref() == text) {
                Ok(Value::Enum(Name::new(text)))
            } else {
                Err(format!("{place} is not a value of `{name}`"))
            }
        }
        (Some(InputInfo::Object(fields)), Value::Object(object)) => {
            coerce_object(table, object, fields, place).map(Value::Object)
        }
        (Some(InputInfo::Enum(_) | InputInfo::Object(_)), value) => Err(wrong(&value, ty, place)),
        (Some(InputInfo::Scalar) | None, value) => match scalars::check(name, value.clone()) {
            Ok(()) => Ok(value),
            Err(reason) => Err(format!("{place}: {reason}")),
        },
    }
}

fn coerce_object(
    table: &Table,
    object: IndexMap<Name, Value>,
    fields: &IndexMap<Box<str>, ArgumentInfo>,
    place: &Place<'_>,
) -> Result<IndexMap<Name, Value>, String> {
    for (name, field) in fields {
        if !object.contains_key(name.as_ref()) && !field.ty.nullable && field.default.is_none() {
            return Err(format!("{} of type `{}` is missing", Place::Field(place, name), field.ty));
        }
    }
    let coerced = object.into_iter().map(|(name, value)| {
        let place = Place::Field(place, name.as_str());
        match fields.get(name.as_str()) {
            Some(field) => coerce_value(table, value, &field.ty, &place).map(|value| (name.clone(), value)),
            None => Err(format!("{place} is a field that its type does not have")),
        }
    });
    coerced.collect()
}

/// An integer of 32 bits. JSON does not distinguish `1.0` and `1`, nor `-0` and `0`.
fn whole(number: &Number) -> Option<i32> {
    match number.as_i64() {
        Some(number) => i32::try_from(number).ok(),
        None => number.as_f64().filter(|number| number.fract() == 0.0).and_then(|number| {
            let is_within = (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number);
            is_within.then_some(number as i32)
        }),
    }
}

fn wrong(value: &Value, ty: &Type, place: &Place<'_>) -> String {
    let found = match value {
        Value::Null => "null",
        Value::Number(number) if number.is_f64() => "a number",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Boolean(_) => "a boolean",
        Value::Binary(_) => "binary data",
        Value::Enum(_) => "an enum value",
        Value::List(_) => "a list",
        Value::Object(_) => "an object",
    };
    format!("{place} is {found} where `{ty}` is expected")
}

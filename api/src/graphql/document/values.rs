//! Validation of the values in a document: literals have the type of their position (GraphQL, 5.6), and variables are
//! allowed in theirs (5.8.5).
//!
//! apollo-compiler accepts a variable of any nullability inside of a list or an input object, repeated fields of an
//! input object, and every literal of a custom scalar.

use super::place::Place;
use super::translate;
use super::validate::Fault;
use crate::graphql::scalars;
use apollo_compiler::ast::{Type, Value, VariableDefinition};
use apollo_compiler::executable::{DirectiveList, ExecutableDocument, Operation, Selection, SelectionSet};
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::schema::{ExtendedType, InputObjectType};
use apollo_compiler::{Name, Node, Schema};
use rustc_hash::{FxHashMap, FxHashSet};

/// By operation: variables of a nullable type in a position that is not nullable, allowed by a default value. Null for
/// them is an error.
pub(super) type NeverNull = FxHashMap<Option<async_graphql::Name>, Vec<async_graphql::Name>>;

/// The values of a document.
#[derive(Debug, Default)]
pub(super) struct Values {
    pub(super) faults: Vec<Fault>,
    pub(super) never_null: NeverNull,
}

/// Checks the values of each operation.
pub(super) fn check(schema: &Schema, document: &ExecutableDocument) -> Values {
    let mut values = Values::default();
    for operation in document.operations.iter() {
        let mut checker = ValueChecker {
            schema,
            document,
            variables: &operation.variables,
            fragments: FxHashSet::default(),
            faults: Vec::new(),
            never_null: FxHashSet::default(),
        };
        checker.operation(operation);
        values.faults.append(&mut checker.faults);
        let name = |name: &Name| async_graphql::Name::new(name.as_str());
        values.never_null.insert(operation.name.as_ref().map(name), checker.never_null.into_iter().map(name).collect());
    }
    values
}

struct ValueChecker<'a> {
    schema: &'a Schema,
    document: &'a ExecutableDocument,
    variables: &'a [Node<VariableDefinition>],
    /// Fragments that were visited.
    fragments: FxHashSet<&'a str>,
    faults: Vec<Fault>,
    never_null: FxHashSet<&'a Name>,
}

/// The position of a value.
#[derive(Clone, Copy)]
struct Expected<'a> {
    ty: &'a Type,
    has_default: bool,
}

impl<'a> ValueChecker<'a> {
    fn operation(&mut self, operation: &'a Operation) {
        self.directives(&operation.directives);
        self.selections(&operation.selection_set);
        // Default values have no variables.
        self.variables = &[];
        for variable in &operation.variables {
            self.directives(&variable.directives);
            if let Some(default) = &variable.default_value {
                let expected = Expected { ty: &variable.ty, has_default: false };
                self.value(default, expected, &Place::Default(&variable.name));
            }
        }
    }

    fn selections(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    for argument in &field.arguments {
                        // Validation reports unknown arguments.
                        if let Some(definition) = field.definition.argument_by_name(&argument.name) {
                            let has_default = definition.default_value.is_some();
                            let expected = Expected { ty: &definition.ty, has_default };
                            self.value(&argument.value, expected, &Place::Argument(&argument.name));
                        }
                    }
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(inner) => self.selections(&inner.selection_set),
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.fragment_name);
                    if let Some(fragment) = fragment.filter(|_| self.fragments.insert(&spread.fragment_name)) {
                        self.directives(&fragment.directives);
                        self.selections(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a DirectiveList) {
        for directive in directives.iter() {
            let Some(definition) = self.schema.directive_definitions.get(&directive.name) else { continue };
            for argument in &directive.arguments {
                if let Some(definition) = definition.argument_by_name(&argument.name) {
                    let has_default = definition.default_value.is_some();
                    let expected = Expected { ty: &definition.ty, has_default };
                    self.value(&argument.value, expected, &Place::Argument(&argument.name));
                }
            }
        }
    }

    fn value(&mut self, value: &'a Node<Value>, expected: Expected<'_>, place: &Place<'_>) {
        let ty = expected.ty;
        match &**value {
            Value::Variable(name) => self.variable(name, value.location(), expected),
            Value::Null if !ty.is_non_null() => {}
            Value::Null => self.wrong(value, ty, place),
            Value::List(items) if ty.is_list() => {
                let item_type = Expected { ty: ty.item_type(), has_default: false };
                for (index, item) in items.iter().enumerate() {
                    self.value(item, item_type, &Place::Item(place, index));
                }
            }
            // A single value is coerced to a list of one.
            _ if ty.is_list() => self.value(value, Expected { ty: ty.item_type(), ..expected }, place),
            _ => self.named(value, ty, place),
        }
    }

    /// Checks a value, neither null nor a variable, against a type that is not a list.
    fn named(&mut self, value: &'a Node<Value>, ty: &Type, place: &Place<'_>) {
        let Some(definition) = self.schema.types.get(ty.inner_named_type()) else { return };
        match (definition, &**value) {
            (ExtendedType::Scalar(scalar), found) => match (scalar.name.as_str(), found) {
                ("Int", Value::Int(number)) if number.try_to_i32().is_err() => {
                    self.fault(value.location(), format!("{place} is beyond 32 bits where `{ty}` is expected"));
                }
                ("ID", Value::Int(number)) if translate::integer(number).is_none() => {
                    self.fault(value.location(), format!("{place} is beyond 64 bits where `{ty}` is expected"));
                }
                ("Float", Value::Int(number)) if number.try_to_f64().is_err() => self.wrong(value, ty, place),
                ("Float", Value::Float(number)) if number.try_to_f64().is_err() => self.wrong(value, ty, place),
                ("Int" | "ID", Value::Int(_))
                | ("Float", Value::Int(_) | Value::Float(_))
                | ("String" | "ID", Value::String(_))
                | ("Boolean", Value::Boolean(_)) => {}
                ("Int" | "Float" | "String" | "Boolean" | "ID", _) => self.wrong(value, ty, place),
                (name, _) => self.custom_scalar(value, name, place),
            },
            (ExtendedType::Enum(of), Value::Enum(name)) if of.values.contains_key(name) => {}
            (ExtendedType::Enum(of), Value::Enum(name)) => {
                self.fault(value.location(), format!("{place} is `{name}`, which `{}` does not have", of.name));
            }
            (ExtendedType::InputObject(of), Value::Object(fields)) => self.object(value, fields, of, place),
            _ => self.wrong(value, ty, place),
        }
    }

    fn object(
        &mut self,
        value: &Node<Value>,
        fields: &'a [(Name, Node<Value>)],
        of: &'a InputObjectType,
        place: &Place<'_>,
    ) {
        self.repeated(fields, place);
        for (name, field) in fields {
            let place = Place::Field(place, name);
            match of.fields.get(name) {
                Some(definition) => {
                    let has_default = definition.default_value.is_some();
                    self.value(field, Expected { ty: &definition.ty, has_default }, &place);
                }
                None => self.fault(name.location(), format!("{place} does not exist on `{}`", of.name)),
            }
        }
        for (name, definition) in &of.fields {
            if definition.is_required() && !fields.iter().any(|(found, _)| found == name) {
                let place = Place::Field(place, name);
                self.fault(value.location(), format!("{place} of type `{}` is missing", definition.ty));
            }
        }
    }

    /// Reports repeated fields of an input object (5.6.3).
    fn repeated(&mut self, fields: &[(Name, Node<Value>)], place: &Place<'_>) {
        let mut names = FxHashSet::default();
        for (name, _) in fields {
            if !names.insert(name) {
                self.fault(name.location(), format!("{} is repeated", Place::Field(place, name)));
            }
        }
    }

    /// Checks a literal of a custom scalar. One with variables is parsed when it is executed.
    fn custom_scalar(&mut self, value: &'a Node<Value>, scalar: &str, place: &Place<'_>) {
        self.inside_scalar(value, place);
        let rejected = translate::constant(value).and_then(|constant| scalars::check(scalar, constant).err());
        if let Some(reason) = rejected {
            let offset = value.location().map_or(0, |location| location.offset());
            self.faults.push(Fault { offset, message: format!("{place}: {reason}"), is_scalar: true });
        }
    }

    fn inside_scalar(&mut self, value: &'a Node<Value>, place: &Place<'_>) {
        match &**value {
            Value::Variable(name) if self.definition(name).is_none() => {
                self.fault(value.location(), format!("variable `${name}` is not defined"));
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.inside_scalar(item, &Place::Item(place, index));
                }
            }
            Value::Object(fields) => {
                self.repeated(fields, place);
                for (name, field) in fields {
                    self.inside_scalar(field, &Place::Field(place, name));
                }
            }
            Value::Float(number) if number.try_to_f64().is_err() => {
                self.fault(value.location(), format!("{place} is beyond 64 bits"));
            }
            Value::Int(number) if translate::integer(number).is_none() => {
                self.fault(value.location(), format!("{place} is beyond 64 bits"));
            }
            _ => {}
        }
    }

    fn definition(&self, variable: &Name) -> Option<&'a VariableDefinition> {
        self.variables.iter().find(|definition| definition.name == *variable).map(|definition| &**definition)
    }

    fn variable(&mut self, name: &'a Name, location: Option<SourceSpan>, expected: Expected<'_>) {
        let Some(definition) = self.definition(name) else {
            return self.fault(location, format!("variable `${name}` is not defined"));
        };
        let (found, ty) = (&*definition.ty, expected.ty);
        // Validation reports unknown types.
        if !self.schema.types.contains_key(found.inner_named_type()) {
            return;
        }
        let has_default = || {
            let default = definition.default_value.as_ref();
            expected.has_default || default.is_some_and(|default| !default.is_null())
        };
        let is_allowed = if ty.is_non_null() && !found.is_non_null() {
            self.never_null.insert(name);
            has_default() && found.is_assignable_to(&ty.clone().nullable())
        } else {
            found.is_assignable_to(ty)
        };
        if !is_allowed {
            self.fault(location, format!("variable `${name}` of type `{found}` is used where `{ty}` is expected"));
        }
    }

    fn wrong(&mut self, value: &Node<Value>, ty: &Type, place: &Place<'_>) {
        self.fault(value.location(), format!("{place} is {} where `{ty}` is expected", describe(value)));
    }

    fn fault(&mut self, location: Option<SourceSpan>, message: String) {
        let offset = location.map_or(0, |location| location.offset());
        self.faults.push(Fault { offset, message, is_scalar: false });
    }
}

/// The kind of a literal.
fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Enum(_) => "an enum value",
        Value::Variable(_) => "a variable",
        Value::String(_) => "a string",
        Value::Float(_) => "a number",
        Value::Int(_) => "an integer",
        Value::Boolean(_) => "a boolean",
        Value::List(_) => "a list",
        Value::Object(_) => "an object",
    }
}

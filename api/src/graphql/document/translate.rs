//! Translation of a parsed document into the syntax tree that async-graphql executes.
//!
//! The parser knows what async-graphql's does not: `\u{…}` and surrogate pairs in strings, `-0` as an integer. The
//! translation is defined for every document that was parsed; validation rejects those without a meaning, for example
//! two fragments of one name, of which the first is kept as in validation.

use super::positions::Positions;
use apollo_compiler::parser::SourceSpan;
use apollo_compiler::{Name as ParsedName, Node, ast};
use async_graphql::parser::types::{
    BaseType, Directive, DocumentOperations, ExecutableDocument, Field, FragmentDefinition, FragmentSpread,
    InlineFragment, OperationDefinition, OperationType, Selection, SelectionSet, Type, TypeCondition,
    VariableDefinition,
};
use async_graphql::{Name, Number, Pos, Positioned};
use async_graphql_value::{ConstValue, Value};
use std::collections::HashMap;

type Argument = (Positioned<Name>, Positioned<Value>);

/// Translates a document.
pub(super) fn executable(document: &ast::Document, source: &str) -> ExecutableDocument {
    let mut translator = Translator { positions: Positions::new(source) };
    let (mut operations, mut fragments) = (Vec::new(), HashMap::new());
    for definition in &document.definitions {
        match definition {
            ast::Definition::OperationDefinition(operation) => {
                let name = operation.name.as_ref().map(name);
                operations.push((name, translator.operation(operation, operation.location())));
            }
            ast::Definition::FragmentDefinition(fragment) => {
                let translated = translator.fragment(fragment, fragment.location());
                fragments.entry(name(&fragment.name)).or_insert(translated);
            }
            // Definitions of types: validation rejects them.
            _ => {}
        }
    }
    ExecutableDocument { operations: by_name(operations), fragments }
}

/// Operations by name. An anonymous one beside others has an empty name: validation rejects it.
fn by_name(operations: Vec<(Option<Name>, Positioned<OperationDefinition>)>) -> DocumentOperations {
    match <[_; 1]>::try_from(operations) {
        Ok([(None, operation)]) => DocumentOperations::Single(operation),
        Ok([(Some(name), operation)]) => DocumentOperations::Multiple(HashMap::from([(name, operation)])),
        Err(operations) => {
            let mut named = HashMap::new();
            for (name, operation) in operations {
                named.entry(name.unwrap_or_else(|| Name::new(""))).or_insert(operation);
            }
            DocumentOperations::Multiple(named)
        }
    }
}

struct Translator<'a> {
    positions: Positions<'a>,
}

impl Translator<'_> {
    fn at(&mut self, location: Option<SourceSpan>) -> Pos {
        self.positions.at(location.map_or(0, |location| location.offset()))
    }

    fn name(&mut self, of: &ParsedName) -> Positioned<Name> {
        Positioned::new(name(of), self.at(of.location()))
    }

    fn operation(
        &mut self,
        operation: &ast::OperationDefinition,
        location: Option<SourceSpan>,
    ) -> Positioned<OperationDefinition> {
        let pos = self.at(location);
        let ty = match operation.operation_type {
            ast::OperationType::Query => OperationType::Query,
            ast::OperationType::Mutation => OperationType::Mutation,
            ast::OperationType::Subscription => OperationType::Subscription,
        };
        let definitions = operation.variables.iter();
        let variable_definitions = definitions.map(|variable| self.variable(variable, variable.location())).collect();
        let directives = self.directives(&operation.directives);
        let selection_set = self.selections(&operation.selection_set, pos);
        Positioned::new(OperationDefinition { ty, variable_definitions, directives, selection_set }, pos)
    }

    fn variable(
        &mut self,
        variable: &ast::VariableDefinition,
        location: Option<SourceSpan>,
    ) -> Positioned<VariableDefinition> {
        let pos = self.at(location);
        let name = self.name(&variable.name);
        let var_type = Positioned::new(ty(&variable.ty), self.at(variable.ty.location()));
        let default_value = variable.default_value.as_ref().map(|default| {
            // Variables in a default value are rejected by validation.
            let value = value(default).into_const().unwrap_or_default();
            Positioned::new(value, self.at(default.location()))
        });
        let directives = self.directives(&variable.directives);
        Positioned::new(VariableDefinition { name, var_type, directives, default_value }, pos)
    }

    fn fragment(
        &mut self,
        fragment: &ast::FragmentDefinition,
        location: Option<SourceSpan>,
    ) -> Positioned<FragmentDefinition> {
        let pos = self.at(location);
        let type_condition = self.condition(&fragment.type_condition);
        let directives = self.directives(&fragment.directives);
        let selection_set = self.selections(&fragment.selection_set, pos);
        Positioned::new(FragmentDefinition { type_condition, directives, selection_set }, pos)
    }

    fn condition(&mut self, on: &ParsedName) -> Positioned<TypeCondition> {
        let on = self.name(on);
        let pos = on.pos;
        Positioned::new(TypeCondition { on }, pos)
    }

    fn selections(&mut self, selections: &[ast::Selection], pos: Pos) -> Positioned<SelectionSet> {
        let items = selections.iter().map(|selection| self.selection(selection)).collect();
        Positioned::new(SelectionSet { items }, pos)
    }

    fn selection(&mut self, selection: &ast::Selection) -> Positioned<Selection> {
        let pos = self.at(selection.location());
        let translated = match selection {
            ast::Selection::Field(field) => Selection::Field(Positioned::new(self.field(field, pos), pos)),
            ast::Selection::FragmentSpread(spread) => {
                let fragment_name = self.name(&spread.fragment_name);
                let directives = self.directives(&spread.directives);
                Selection::FragmentSpread(Positioned::new(FragmentSpread { fragment_name, directives }, pos))
            }
            ast::Selection::InlineFragment(fragment) => {
                let type_condition = fragment.type_condition.as_ref().map(|on| self.condition(on));
                let directives = self.directives(&fragment.directives);
                let selection_set = self.selections(&fragment.selection_set, pos);
                let inner = InlineFragment { type_condition, directives, selection_set };
                Selection::InlineFragment(Positioned::new(inner, pos))
            }
        };
        Positioned::new(translated, pos)
    }

    fn field(&mut self, field: &ast::Field, pos: Pos) -> Field {
        Field {
            alias: field.alias.as_ref().map(|alias| self.name(alias)),
            name: self.name(&field.name),
            arguments: self.arguments(&field.arguments),
            directives: self.directives(&field.directives),
            selection_set: self.selections(&field.selection_set, pos),
        }
    }

    fn directives(&mut self, directives: &ast::DirectiveList) -> Vec<Positioned<Directive>> {
        let translate = |directive: &Node<ast::Directive>| {
            let pos = self.at(directive.location());
            let (name, arguments) = (self.name(&directive.name), self.arguments(&directive.arguments));
            Positioned::new(Directive { name, arguments }, pos)
        };
        directives.iter().map(translate).collect()
    }

    fn arguments(&mut self, arguments: &[Node<ast::Argument>]) -> Vec<Argument> {
        let translate = |argument: &Node<ast::Argument>| {
            let name = self.name(&argument.name);
            (name, Positioned::new(value(&argument.value), self.at(argument.value.location())))
        };
        arguments.iter().map(translate).collect()
    }
}

fn name(name: &ParsedName) -> Name {
    Name::new(name.as_str())
}

fn ty(of: &ast::Type) -> Type {
    let base = match of {
        ast::Type::Named(named) | ast::Type::NonNullNamed(named) => BaseType::Named(name(named)),
        ast::Type::List(item) | ast::Type::NonNullList(item) => BaseType::List(Box::new(ty(item))),
    };
    Type { base, nullable: !of.is_non_null() }
}

/// Translates a value. A number beyond 64 bits becomes null: validation rejects it.
pub(super) fn value(of: &ast::Value) -> Value {
    match of {
        ast::Value::Null => Value::Null,
        ast::Value::Enum(of) => Value::Enum(name(of)),
        ast::Value::Variable(of) => Value::Variable(name(of)),
        ast::Value::String(text) => Value::String(text.clone()),
        ast::Value::Boolean(of) => Value::Boolean(*of),
        ast::Value::Int(number) => integer(number).map_or(Value::Null, Value::Number),
        ast::Value::Float(number) => {
            number.try_to_f64().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
        }
        ast::Value::List(items) => Value::List(items.iter().map(|item| value(item)).collect()),
        ast::Value::Object(fields) => {
            Value::Object(fields.iter().map(|(field, of)| (name(field), value(of))).collect())
        }
    }
}

/// The number of an integer literal; `-0` is zero. `None` beyond 64 bits.
pub(super) fn integer(literal: &ast::IntValue) -> Option<Number> {
    let text = literal.as_str();
    text.parse::<i64>().ok().map(Number::from).or_else(|| text.parse::<u64>().ok().map(Number::from))
}

/// A value without variables.
pub(super) fn constant(of: &ast::Value) -> Option<ConstValue> {
    value(of).into_const()
}

#[cfg(test)]
mod tests {
    use super::super::limits::DocumentLimits;
    use super::super::parse::parse;
    use super::*;

    fn translated(text: &str) -> ExecutableDocument {
        executable(&parse(text, &DocumentLimits::default()).expect("a document"), text)
    }

    #[test]
    fn the_syntax_tree_is_the_one_of_the_parser_of_async_graphql() {
        let documents = [
            "{ me { id } }",
            "query Q($a: Int = 5, $b: [ID!]! , $c: T = {x: [1, E]}) @e(f: $a) {\n  a: b(c: $a, d: [1, -2.5, \"é\"], e: {f: null, g: true}) @skip(if: $a) { c }\r\n ...F @include(if: false) ... on U @x { d } ... { e } }\nfragment F on Query @y { z }",
            "mutation A { a } mutation B { b(text: \"\"\"\n  block\n    text\n\"\"\") }",
            "subscription { a }",
        ];
        for text in documents {
            let expected = async_graphql::parser::parse_query(text).expect("a document");
            let tree = |document: &ExecutableDocument| {
                let fragments: std::collections::BTreeMap<_, _> = document.fragments.iter().collect();
                let mut operations: Vec<_> = document.operations.iter().collect();
                operations.sort_by_key(|(name, _)| *name);
                without_positions(serde_json::to_value((operations, fragments)).expect("JSON"))
            };
            assert_eq!(tree(&translated(text)), tree(&expected), "{text}");
        }
    }

    fn without_positions(value: serde_json::Value) -> serde_json::Value {
        use serde_json::Value::{Array, Object};
        match value {
            Object(map) => {
                let kept = map.into_iter().filter(|(key, _)| key != "pos");
                Object(kept.map(|(key, value)| (key, without_positions(value))).collect())
            }
            Array(items) => Array(items.into_iter().map(without_positions).collect()),
            other => other,
        }
    }

    #[test]
    fn strings_and_numbers_are_those_of_the_specification() {
        let argument = |literal: &str| {
            let document = translated(&format!("{{ a(b: {literal}) }}"));
            let DocumentOperations::Single(operation) = document.operations else { panic!("one operation") };
            let selection = operation.node.selection_set.node.items.into_iter().next().expect("a field").node;
            let Selection::Field(field) = selection else { panic!("a field") };
            field.node.arguments.into_iter().next().expect("an argument").1.node
        };
        for literal in [r#""\u{1F600}""#, r#""\uD83D\uDE00""#, "\"\u{1F600}\"", "\"\"\"\u{1F600}\"\"\""] {
            assert_eq!(argument(literal), Value::String("\u{1F600}".to_owned()), "{literal}");
        }
        assert_eq!(argument("-0"), Value::Number(0.into()));
        assert_eq!(argument("18446744073709551615"), Value::Number(u64::MAX.into()));
        assert_eq!(argument(r#""\b\n\"\/""#), Value::String("\u{8}\n\"/".to_owned()));
    }
}

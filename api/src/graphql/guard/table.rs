//! The rules as published: what the schema's text says of every field.

use super::rule::{Rule, Veil};
use async_graphql::Value;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, ConstDirective, FieldDefinition, InputValueDefinition, Type};
use async_graphql::{Name, Positioned};
use chrono::TimeDelta;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Types of the schema with the rules of their fields, read from its text.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub(super) types: IndexMap<Box<str>, TypeInfo>,
    pub(super) inputs: FxHashMap<Box<str>, InputInfo>,
    pub(super) roots: Roots,
}

/// Names of the root types.
#[derive(Clone, Debug, Default)]
pub struct Roots {
    /// Reads.
    pub query: Box<str>,
    /// Writes.
    pub mutation: Option<Box<str>>,
    /// Events.
    pub subscription: Option<Box<str>>,
}

/// An object type, an interface or a union.
#[derive(Clone, Debug, Default)]
pub struct TypeInfo {
    /// Fields in the order of the schema.
    pub fields: IndexMap<Box<str>, FieldInfo>,
    /// Interfaces it implements.
    pub implements: Vec<Box<str>>,
    /// Members, when it is a union.
    pub members: Vec<Box<str>>,
    /// Is it an interface?
    pub is_interface: bool,
    /// Who sees its objects at all.
    pub veil: Option<Veil>,
}

/// A field of an object type or an interface.
#[derive(Clone, Debug)]
pub struct FieldInfo {
    /// Its guard; plain facts carry none.
    pub rule: Option<Arc<Rule>>,
    /// `@recentLogin`.
    pub recent_login: Option<TimeDelta>,
    /// `@limited`: how often one operation may select it.
    pub max_per_operation: Option<u64>,
    /// The type it leads to, without lists and `!`.
    pub returns: Box<str>,
    /// Does it give a list?
    pub is_list: bool,
    /// May it be null?
    pub is_nullable: bool,
    /// Its arguments, in the order of the schema.
    pub arguments: IndexMap<Box<str>, ArgumentInfo>,
}

/// An argument of a field, or a field of an input object.
#[derive(Clone, Debug)]
pub struct ArgumentInfo {
    /// Its type.
    pub ty: Type,
    /// What is taken when it is left out.
    pub default: Option<Value>,
    /// Secret?
    pub is_sensitive: bool,
}

/// A type that variables can have, besides the built-in scalars.
#[derive(Clone, Debug)]
pub enum InputInfo {
    /// A scalar with a meaning of its own.
    Scalar,
    /// An enum, with its values.
    Enum(Vec<Box<str>>),
    /// An input object, with its fields.
    Object(IndexMap<Box<str>, ArgumentInfo>),
}

impl Table {
    /// What a type is, if it has fields.
    #[must_use]
    pub fn get(&self, type_name: &str) -> Option<&TypeInfo> {
        self.types.get(type_name)
    }

    /// What a field of a type is.
    #[must_use]
    pub fn field(&self, type_name: &str, field: &str) -> Option<&FieldInfo> {
        self.types.get(type_name)?.fields.get(field)
    }

    /// What a type of variables is.
    #[must_use]
    pub fn input(&self, type_name: &str) -> Option<&InputInfo> {
        self.inputs.get(type_name)
    }

    /// Names of the root types.
    #[must_use]
    pub fn roots(&self) -> &Roots {
        &self.roots
    }

    /// Who sees objects of this type at all; no one when there is no such type.
    #[must_use]
    pub fn veil(&self, type_name: &str) -> Option<&Veil> {
        self.types.get(type_name)?.veil.as_ref()
    }

    /// Is it a page of a list: an object with `edges` and `pageInfo`?
    #[must_use]
    pub fn is_connection(&self, type_name: &str) -> bool {
        self.get(type_name).is_some_and(|ty| ty.has("edges") && ty.has("pageInfo"))
    }

    /// Every field that carries a guard, with its coordinate: root fields first, then types by name.
    pub fn guarded(&self) -> impl Iterator<Item = (String, &FieldInfo, &Rule)> {
        let roots =
            [Some(self.roots.query.as_ref()), self.roots.mutation.as_deref(), self.roots.subscription.as_deref()];
        let rank = move |name: &str| roots.iter().position(|root| *root == Some(name)).unwrap_or(roots.len());
        let mut types: Vec<_> = self.types.iter().collect();
        types.sort_by_key(|(name, _)| (rank(name), *name));
        types.into_iter().flat_map(|(type_name, ty)| {
            let rules = ty.fields.iter().filter_map(|(name, field)| Some((name, field, field.rule.as_deref()?)));
            rules.map(move |(name, field, rule)| (format!("{type_name}.{name}"), field, rule))
        })
    }

    /// Every permission that a guard or a veil names, each once, sorted.
    #[must_use]
    pub fn permissions(&self) -> Vec<&str> {
        let rules = self.types.values().flat_map(|ty| ty.fields.values()).filter_map(|field| field.rule.as_deref());
        let veils = self.types.values().filter_map(|ty| ty.veil.as_ref()).map(|veil| veil.permission.as_ref());
        let mut names: Vec<_> = rules.flat_map(Rule::permissions).chain(veils).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Every role that a guard names, each once, sorted.
    #[must_use]
    pub fn roles(&self) -> Vec<&str> {
        let rules = self.types.values().flat_map(|ty| ty.fields.values()).filter_map(|field| field.rule.as_deref());
        let mut names: Vec<_> = rules.flat_map(Rule::roles).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The rules as a table of `docs/permissions.md`.
    #[must_use]
    pub fn markdown(&self) -> String {
        let rows = self
            .guarded()
            .map(|(coordinate, field, rule)| format!("| `{coordinate}` | `{rule}` | {} |\n", field.words(rule)));
        format!("| field | rule | in words |\n|---|---|---|\n{}", rows.collect::<String>())
    }
}

impl TypeInfo {
    /// Has it this field?
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// Does it implement this interface?
    #[must_use]
    pub fn is_a(&self, interface: &str) -> bool {
        self.implements.iter().any(|implemented| implemented.as_ref() == interface)
    }
}

impl FieldInfo {
    /// Its guard and modifiers in words.
    #[must_use]
    pub fn words(&self, rule: &Rule) -> String {
        let recent = self.recent_login.map(|within| {
            format!(" The password must have been given within the last {} minutes.", within.num_minutes())
        });
        rule.words() + &recent.unwrap_or_default()
    }

    pub(super) fn read(field: &FieldDefinition, rule: Option<Rule>) -> Self {
        let modifier = |name: &str| field.directives.iter().find(|directive| directive.node.name.node == name);
        let (returns, is_list) = unwrap(&field.ty.node);
        Self {
            rule: rule.map(Arc::new),
            recent_login: modifier("recentLogin").map(|d| TimeDelta::minutes(number(d, "withinMinutes", 10))),
            max_per_operation: modifier("limited").map(|d| number(d, "maxPerOperation", 1).unsigned_abs()),
            returns: returns.as_str().into(),
            is_list,
            is_nullable: field.ty.node.nullable,
            arguments: arguments(&field.arguments),
        }
    }
}

/// Arguments of a field, or fields of an input object.
pub(super) fn arguments(arguments: &[Positioned<InputValueDefinition>]) -> IndexMap<Box<str>, ArgumentInfo> {
    let read = |argument: &Positioned<InputValueDefinition>| {
        let argument = &argument.node;
        let info = ArgumentInfo {
            ty: argument.ty.node.clone(),
            default: argument.default_value.as_ref().map(|default| default.node.clone()),
            is_sensitive: argument.directives.iter().any(|directive| directive.node.name.node == "sensitive"),
        };
        (argument.name.node.as_str().into(), info)
    };
    arguments.iter().map(read).collect()
}

/// The named type within lists, and whether there is a list.
pub(super) fn unwrap(ty: &Type) -> (&Name, bool) {
    match &ty.base {
        BaseType::Named(name) => (name, false),
        BaseType::List(inner) => (unwrap(inner).0, true),
    }
}

fn number(directive: &Positioned<ConstDirective>, argument: &str, default: i64) -> i64 {
    match directive.node.get_argument(argument).map(|value| &value.node) {
        Some(Value::Number(number)) => number.as_i64().unwrap_or(default),
        _ => default,
    }
}

//! The types of the published schema, with the guards of their fields.

use super::rule::{Rule, Visibility};
use async_graphql::Value;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, ConstDirective, FieldDefinition, InputValueDefinition, OperationType, Type,
};
use async_graphql::{Name, Positioned};
use chrono::TimeDelta;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// `@recentLogin` without an argument.
const RECENT_LOGIN_MINUTES: i64 = 10;

/// The types of a schema with the guards of their fields, read from its SDL.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub(super) types: IndexMap<Box<str>, TypeInfo>,
    pub(super) inputs: FxHashMap<Box<str>, InputInfo>,
    pub(super) roots: Roots,
}

/// Names of the root types.
#[derive(Clone, Debug, Default)]
pub struct Roots {
    /// The query type.
    pub query: Box<str>,
    /// The mutation type.
    pub mutation: Option<Box<str>>,
    /// The subscription type.
    pub subscription: Option<Box<str>>,
}

/// An object type, an interface or a union.
#[derive(Clone, Debug, Default)]
pub struct TypeInfo {
    /// Its fields, in order of declaration.
    pub fields: IndexMap<Box<str>, FieldInfo>,
    /// Interfaces it implements.
    pub implements: Vec<Box<str>>,
    /// Members of a union.
    pub members: Vec<Box<str>>,
    /// Whether it is an interface.
    pub is_interface: bool,
    /// `@visibleTo`.
    pub visibility: Option<Visibility>,
}

/// A field of an object type or an interface.
#[derive(Clone, Debug)]
pub struct FieldInfo {
    /// Its guard; fields that lead to no other entity have none.
    pub rule: Option<Arc<Rule>>,
    /// `@recentLogin`.
    pub recent_login: Option<TimeDelta>,
    /// `@limited`: how often one operation may select it.
    pub max_per_operation: Option<u64>,
    /// Its type without list and non-null wrappers.
    pub returns: Box<str>,
    /// Whether it is a list.
    pub is_list: bool,
    /// Whether it may be null.
    pub is_nullable: bool,
    /// Its arguments, in order of declaration.
    pub arguments: IndexMap<Box<str>, ArgumentInfo>,
}

/// An argument of a field, or a field of an input object.
#[derive(Clone, Debug)]
pub struct ArgumentInfo {
    /// Its type.
    pub ty: Type,
    /// Its default value.
    pub default: Option<Value>,
    /// `@sensitive`.
    pub is_sensitive: bool,
}

/// An input type other than the built-in scalars.
#[derive(Clone, Debug)]
pub enum InputInfo {
    /// A custom scalar.
    Scalar,
    /// An enum, with its values.
    Enum(Vec<Box<str>>),
    /// An input object, with its fields.
    Object(IndexMap<Box<str>, ArgumentInfo>),
}

impl Table {
    /// A type with fields, or a union.
    #[must_use]
    pub fn get(&self, type_name: &str) -> Option<&TypeInfo> {
        self.types.get(type_name)
    }

    /// A field of a type.
    #[must_use]
    pub fn field(&self, type_name: &str, field: &str) -> Option<&FieldInfo> {
        self.types.get(type_name)?.fields.get(field)
    }

    /// An input type.
    #[must_use]
    pub fn input(&self, type_name: &str) -> Option<&InputInfo> {
        self.inputs.get(type_name)
    }

    /// Names of the custom scalars.
    pub fn scalars(&self) -> impl Iterator<Item = &str> {
        let is_scalar = |info: &InputInfo| matches!(info, InputInfo::Scalar);
        self.inputs.iter().filter(move |(_, info)| is_scalar(info)).map(|(name, _)| name.as_ref())
    }

    /// Names of the root types.
    #[must_use]
    pub fn roots(&self) -> &Roots {
        &self.roots
    }

    /// `@visibleTo` of a type.
    #[must_use]
    pub fn visibility(&self, type_name: &str) -> Option<&Visibility> {
        self.types.get(type_name)?.visibility.as_ref()
    }

    /// Types that implement an interface.
    pub fn implementations(&self, interface: &str) -> impl Iterator<Item = &TypeInfo> {
        self.types.values().filter(move |ty| ty.is_a(interface))
    }

    /// Whether a type is a connection: an object with `edges` and `pageInfo`.
    #[must_use]
    pub fn is_connection(&self, type_name: &str) -> bool {
        self.get(type_name).is_some_and(|ty| ty.has("edges") && ty.has("pageInfo"))
    }

    /// Permissions in guards and in `@visibleTo`, distinct and sorted.
    #[must_use]
    pub fn permissions(&self) -> Vec<&str> {
        let rules = self.types.values().flat_map(|ty| ty.fields.values()).filter_map(|field| field.rule.as_deref());
        let visibilities = self.types.values().filter_map(|ty| ty.visibility.as_ref());
        let visible_to = visibilities.map(|visibility| visibility.permission.as_ref());
        let mut names: Vec<_> = rules.flat_map(Rule::permissions).chain(visible_to).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Roles in guards, distinct and sorted.
    #[must_use]
    pub fn roles(&self) -> Vec<&str> {
        let rules = self.types.values().flat_map(|ty| ty.fields.values()).filter_map(|field| field.rule.as_deref());
        let mut names: Vec<_> = rules.flat_map(Rule::roles).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// All fields with their schema coordinates: root types first, then types by name.
    pub fn fields(&self) -> impl Iterator<Item = (String, &FieldInfo)> {
        let roots =
            [Some(self.roots.query.as_ref()), self.roots.mutation.as_deref(), self.roots.subscription.as_deref()];
        let rank = |name: &str| roots.iter().position(|root| *root == Some(name)).unwrap_or(roots.len());
        let mut types: Vec<_> = self.types.iter().collect();
        types.sort_by_key(|(name, _)| (rank(name), *name));
        types.into_iter().flat_map(|(type_name, ty)| {
            ty.fields.iter().map(move |(name, field)| (format!("{type_name}.{name}"), field))
        })
    }

    /// The guards as the table of `docs/permissions.md`.
    #[must_use]
    pub fn markdown(&self) -> String {
        let rows = self.fields().filter_map(|(coordinate, field)| {
            let rule = field.rule.as_deref()?;
            Some(format!("| `{coordinate}` | `{rule}` | {} |\n", field.sentence(rule)))
        });
        std::iter::once("| field | guard | rule |\n|---|---|---|\n".to_owned()).chain(rows).collect()
    }
}

impl Roots {
    /// The root type of an operation; empty for a type that the schema does not have.
    #[must_use]
    pub fn of(&self, operation: OperationType) -> &str {
        match operation {
            OperationType::Query => &self.query,
            OperationType::Mutation => self.mutation.as_deref().unwrap_or_default(),
            OperationType::Subscription => self.subscription.as_deref().unwrap_or_default(),
        }
    }
}

impl TypeInfo {
    /// Whether it is an edge of a connection.
    #[must_use]
    pub fn is_edge(&self) -> bool {
        self.fields.len() == 2 && self.has("cursor") && self.has("node")
    }

    /// Whether it has a field.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// Whether it implements an interface.
    #[must_use]
    pub fn is_a(&self, interface: &str) -> bool {
        self.implements.iter().any(|implemented| implemented.as_ref() == interface)
    }
}

impl FieldInfo {
    /// Its guard as in the SDL, with `@recentLogin` where it has that; `None` without a guard.
    #[must_use]
    pub fn guard(&self) -> Option<String> {
        let rule = self.rule.as_deref()?;
        Some(match self.recent_login.map(|within| within.num_minutes()) {
            None => rule.to_string(),
            Some(RECENT_LOGIN_MINUTES) => format!("{rule} @recentLogin"),
            Some(minutes) => format!("{rule} @recentLogin(withinMinutes: {minutes})"),
        })
    }

    /// Its rule and modifiers as a sentence.
    #[must_use]
    pub fn sentence(&self, rule: &Rule) -> String {
        let recent = self
            .recent_login
            .map(|within| format!(" Requires a login within the last {} minutes.", within.num_minutes()));
        rule.sentence() + &recent.unwrap_or_default()
    }

    pub(super) fn read(field: &FieldDefinition, rule: Option<Rule>) -> Self {
        let modifier = |name: &str| field.directives.iter().find(|directive| directive.node.name.node == name);
        Self {
            rule: rule.map(Arc::new),
            recent_login: modifier("recentLogin")
                .map(|d| TimeDelta::minutes(number(d, "withinMinutes", RECENT_LOGIN_MINUTES))),
            max_per_operation: modifier("limited").map(|d| number(d, "maxPerOperation", 1).unsigned_abs()),
            returns: named_type(&field.ty.node).as_str().into(),
            is_list: matches!(field.ty.node.base, BaseType::List(_)),
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

/// The named type inside of lists.
pub(in crate::graphql) fn named_type(ty: &Type) -> &Name {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => named_type(inner),
    }
}

fn number(directive: &Positioned<ConstDirective>, argument: &str, default: i64) -> i64 {
    match directive.node.get_argument(argument).map(|value| &value.node) {
        Some(Value::Number(number)) => number.as_i64().unwrap_or(default),
        _ => default,
    }
}

//! The published schema, read from its text alone, independent of the code that enforces it.

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    ConstDirective, FieldDefinition, InputValueDefinition, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Guard directives: a field has at most one.
pub(crate) const GUARDS: [&str; 6] = ["@public", "@inherit", "@authenticated", "@hasRole", "@hasPermission", "@selfOr"];

/// A schema.
#[derive(Debug, Default)]
pub(crate) struct Sdl {
    /// Types by name.
    pub types: BTreeMap<String, Type>,
    /// Names of the root types: query, mutation, subscription.
    pub roots: Vec<String>,
}

/// The kind of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    Interface,
    Union,
    Scalar,
    Enum,
    Input,
}

/// A type.
#[derive(Debug)]
pub(crate) struct Type {
    pub kind: Kind,
    /// Fields in the order of the text.
    pub fields: Vec<Field>,
    /// Implemented interfaces.
    pub implements: Vec<String>,
    /// Values of an enum, members of a union.
    pub members: Vec<String>,
    /// Directives as written.
    pub directives: Vec<String>,
}

/// A field of a type, an argument of a field, or a field of an input.
#[derive(Debug)]
pub(crate) struct Field {
    pub name: String,
    /// Its type as written, such as `[ID!]!`.
    pub ty: String,
    pub default: Option<String>,
    pub directives: Vec<String>,
    pub arguments: Vec<Field>,
    /// The line of its type in the text, from 1.
    pub line: usize,
}

/// The schema that the service publishes.
pub(crate) fn published() -> &'static Sdl {
    static PUBLISHED: OnceLock<Sdl> = OnceLock::new();
    PUBLISHED.get_or_init(|| Sdl::read(&text()))
}

/// The text that the service publishes.
pub(crate) fn text() -> String {
    api::graphql::schema::build().expect("a guarded schema").sdl().to_owned()
}

/// The named type in `[ID!]!`: `ID`.
pub(crate) fn named(ty: &str) -> &str {
    ty.trim_matches(['[', ']', '!'])
}

impl Sdl {
    /// Parses a schema.
    pub(crate) fn read(text: &str) -> Self {
        let document = parse_schema(text).expect("a schema");
        let mut sdl = Self::default();
        for definition in &document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let schema = &schema.node;
                    let roots = [&schema.query, &schema.mutation, &schema.subscription];
                    sdl.roots = roots.into_iter().flatten().map(|name| name.node.to_string()).collect();
                }
                TypeSystemDefinition::Type(ty) => {
                    sdl.types.insert(ty.node.name.node.to_string(), Type::read(&ty.node));
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        sdl
    }

    /// The fields of a root type: `Query` or `Mutation`.
    pub(crate) fn root(&self, name: &str) -> &[Field] {
        &self.types[name].fields
    }

    /// Every field of every object type and interface, with its coordinate.
    pub(crate) fn fields(&self) -> impl Iterator<Item = FieldOfType<'_>> {
        let with_fields = self.types.iter().filter(|(_, ty)| matches!(ty.kind, Kind::Object | Kind::Interface));
        with_fields.flat_map(|(name, ty)| {
            ty.fields.iter().map(move |field| FieldOfType { coordinate: format!("{name}.{}", field.name), ty, field })
        })
    }
}

/// A field with its schema coordinate and its type.
pub(crate) struct FieldOfType<'a> {
    pub(crate) coordinate: String,
    pub(crate) ty: &'a Type,
    pub(crate) field: &'a Field,
}

impl Type {
    fn read(ty: &TypeDefinition) -> Self {
        let text = |name: &Positioned<async_graphql::Name>| name.node.to_string();
        let (kind, fields, implements, members) = match &ty.kind {
            TypeKind::Scalar => (Kind::Scalar, vec![], vec![], vec![]),
            TypeKind::Object(object) => {
                (Kind::Object, fields(&object.fields), object.implements.iter().map(text).collect(), vec![])
            }
            TypeKind::Interface(interface) => {
                (Kind::Interface, fields(&interface.fields), interface.implements.iter().map(text).collect(), vec![])
            }
            TypeKind::Union(union) => (Kind::Union, vec![], vec![], union.members.iter().map(text).collect()),
            TypeKind::Enum(values) => {
                (Kind::Enum, vec![], vec![], values.values.iter().map(|v| text(&v.node.value)).collect())
            }
            TypeKind::InputObject(input) => (Kind::Input, inputs(&input.fields), vec![], vec![]),
        };
        Self { kind, fields, implements, members, directives: directives(&ty.directives) }
    }

    /// A field by name.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Does it implement this interface?
    pub(crate) fn is_a(&self, interface: &str) -> bool {
        self.implements.iter().any(|name| name == interface)
    }
}

impl Field {
    /// Its guard as written, if it has one.
    pub(crate) fn guard(&self) -> Option<&str> {
        let is_guard = |text: &&String| GUARDS.contains(&text.split('(').next().unwrap_or_default());
        self.directives.iter().find(is_guard).map(String::as_str)
    }

    /// Does it carry this directive?
    pub(crate) fn has(&self, directive: &str) -> bool {
        self.directives.iter().any(|text| text.split('(').next() == Some(directive))
    }

    /// Is a value required?
    pub(crate) fn is_required(&self) -> bool {
        self.ty.ends_with('!') && self.default.is_none()
    }
}

fn fields(definitions: &[Positioned<FieldDefinition>]) -> Vec<Field> {
    let read = |field: &Positioned<FieldDefinition>| Field {
        name: field.node.name.node.to_string(),
        ty: field.node.ty.node.to_string(),
        default: None,
        directives: directives(&field.node.directives),
        arguments: inputs(&field.node.arguments),
        line: field.node.ty.pos.line,
    };
    definitions.iter().map(read).collect()
}

fn inputs(definitions: &[Positioned<InputValueDefinition>]) -> Vec<Field> {
    let read = |input: &Positioned<InputValueDefinition>| Field {
        name: input.node.name.node.to_string(),
        ty: input.node.ty.node.to_string(),
        default: input.node.default_value.as_ref().map(|default| default.node.to_string()),
        directives: directives(&input.node.directives),
        arguments: Vec::new(),
        line: input.node.ty.pos.line,
    };
    definitions.iter().map(read).collect()
}

fn directives(directives: &[Positioned<ConstDirective>]) -> Vec<String> {
    let write = |directive: &Positioned<ConstDirective>| {
        let argument = |(name, value): &(Positioned<async_graphql::Name>, Positioned<async_graphql::Value>)| {
            format!("{}: {}", name.node, value.node)
        };
        let arguments: Vec<_> = directive.node.arguments.iter().map(argument).collect();
        match arguments.is_empty() {
            true => format!("@{}", directive.node.name.node),
            false => format!("@{}({})", directive.node.name.node, arguments.join(", ")),
        }
    };
    directives.iter().map(write).collect()
}

//! Reading guards from SDL. A schema with a missing or malformed guard is rejected.

use super::rule::{GUARDS, Rule, Visibility};
use super::table::{FieldInfo, InputInfo, Roots, Table, TypeInfo, arguments};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, ConstDirective, FieldDefinition, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Positioned};

/// The interface of types with a global id.
const NODE: &str = "Node";
/// The interface of payloads.
const PAYLOAD: &str = "Payload";

impl Table {
    /// Reads the guards from SDL.
    ///
    /// # Errors
    /// One message for each field without a required guard, with two guards, with a malformed guard, or guarded and
    /// non-null; and for each type without a required `@visibleTo`.
    pub fn read(sdl: &str) -> Result<Self, Vec<String>> {
        let document = parse_schema(sdl).map_err(|error| vec![format!("malformed schema: {error}")])?;
        let (mut table, mut errors) = (Self::default(), Vec::new());
        for definition in &document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let name = |root: &Option<Positioned<Name>>| root.as_ref().map(|name| name.node.as_str().into());
                    table.roots = Roots {
                        query: name(&schema.node.query).unwrap_or_default(),
                        mutation: name(&schema.node.mutation),
                        subscription: name(&schema.node.subscription),
                    };
                }
                TypeSystemDefinition::Type(ty) => table.add(&ty.node, &mut errors),
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        table.inspect(&mut errors);
        if errors.is_empty() { Ok(table) } else { Err(errors) }
    }

    fn add(&mut self, ty: &TypeDefinition, errors: &mut Vec<String>) {
        let name: Box<str> = ty.name.node.as_str().into();
        let names = |names: &[Positioned<Name>]| names.iter().map(|name| name.node.as_str().into()).collect();
        let info = match &ty.kind {
            TypeKind::Object(object) => TypeInfo {
                fields: fields(&name, &object.fields, errors),
                implements: names(&object.implements),
                visibility: visibility(ty, errors),
                ..TypeInfo::default()
            },
            TypeKind::Interface(interface) => TypeInfo {
                fields: fields(&name, &interface.fields, errors),
                implements: names(&interface.implements),
                is_interface: true,
                ..TypeInfo::default()
            },
            TypeKind::Union(union) => TypeInfo { members: names(&union.members), ..TypeInfo::default() },
            TypeKind::Scalar => return drop(self.inputs.insert(name, InputInfo::Scalar)),
            TypeKind::Enum(r#enum) => {
                let values = r#enum.values.iter().map(|value| value.node.value.node.as_str().into()).collect();
                return drop(self.inputs.insert(name, InputInfo::Enum(values)));
            }
            TypeKind::InputObject(input) => {
                return drop(self.inputs.insert(name, InputInfo::Object(arguments(&input.fields))));
            }
        };
        self.types.insert(name, info);
    }

    /// Checks that need the whole schema.
    fn inspect(&self, errors: &mut Vec<String>) {
        for (type_name, ty) in &self.types {
            for (field_name, field) in &ty.fields {
                let messages = [
                    self.missing(type_name, ty, field),
                    self.misplaced(type_name, ty, field),
                    self.bypassed(ty, field_name, field),
                ];
                let messages = messages.into_iter().flatten();
                errors.extend(messages.map(|message| format!("{type_name}.{field_name} {message}")));
            }
            if ty.is_a(NODE) && !ty.is_interface && ty.visibility.is_none() {
                errors.push(format!("{type_name} implements `Node` without `@visibleTo`"));
            }
        }
    }

    fn missing(&self, type_name: &str, ty: &TypeInfo, field: &FieldInfo) -> Option<String> {
        let leads_on = || !self.is_wrapping(type_name, ty) && self.leads_to_entity(&field.returns);
        let must = self.is_root(type_name) || leads_on();
        (must && field.rule.is_none()).then(|| "has no guard".to_owned())
    }

    fn misplaced(&self, type_name: &str, ty: &TypeInfo, field: &FieldInfo) -> Option<String> {
        let rule = field.rule.as_deref()?;
        let message = match rule {
            _ if !rule.never_denies() && !field.is_nullable => "is guarded and must be nullable",
            Rule::Inherit if self.is_root(type_name) => "is a root field and cannot use `@inherit`",
            Rule::SelfOr { of: None, .. } if !ty.is_a(NODE) => {
                "uses `@selfOr` without `of` in a type that does not implement `Node`"
            }
            Rule::SelfOr { of: Some(of), .. } => {
                let argument = field.arguments.get(of.as_ref());
                let takes_id =
                    argument.is_some_and(|argument| matches!(&argument.ty.base, BaseType::Named(ty) if ty == "ID"));
                return (!takes_id).then(|| format!("has no argument `{of}` of type `ID`"));
            }
            _ if field.max_per_operation.is_some() && !self.is_root(type_name) => {
                "uses `@limited` and is not a root field"
            }
            _ => return None,
        };
        Some(message.to_owned())
    }

    /// The fields of an interface are resolved without their implementation: the guard there would not be checked.
    fn bypassed(&self, ty: &TypeInfo, field_name: &str, field: &FieldInfo) -> Option<String> {
        let bypasses = |interface: &&str| {
            let inherited = self.field(interface, field_name);
            field.rule.is_some() && inherited.is_some_and(|inherited| inherited.rule != field.rule)
        };
        let interface = ty.implements.iter().map(AsRef::as_ref).find(bypasses)?;
        Some(format!("has a guard that {interface}.{field_name} bypasses"))
    }

    fn is_root(&self, type_name: &str) -> bool {
        let roots = &self.roots;
        let others = roots.mutation.iter().chain(&roots.subscription);
        std::iter::once(&roots.query).chain(others).any(|root| root.as_ref() == type_name)
    }

    /// Payloads, edges and connections wrap objects that are guarded elsewhere.
    fn is_wrapping(&self, type_name: &str, ty: &TypeInfo) -> bool {
        ty.is_edge() || self.is_connection(type_name) || ty.is_a(PAYLOAD)
    }

    fn leads_to_entity(&self, type_name: &str) -> bool {
        let Some(ty) = self.get(type_name) else { return false };
        let through = |field: &str| ty.fields.get(field).is_some_and(|field| self.leads_to_entity(&field.returns));
        let is_entity = |ty: &TypeInfo| ty.is_a(NODE);
        let members = ty.members.iter().filter_map(|member| self.get(member));
        let implementing = self.implementations(type_name).filter(|_| ty.is_interface);
        is_entity(ty) || members.chain(implementing).any(is_entity) || self.is_connection(type_name) && through("nodes")
    }
}

fn fields(
    type_name: &str,
    fields: &[Positioned<FieldDefinition>],
    errors: &mut Vec<String>,
) -> IndexMap<Box<str>, FieldInfo> {
    let read = |field: &Positioned<FieldDefinition>| {
        let field = &field.node;
        let rule = guard(&field.directives).unwrap_or_else(|message| {
            errors.push(format!("{type_name}.{} {message}", field.name.node));
            // Not reported as missing as well.
            Some(Rule::Public)
        });
        (field.name.node.as_str().into(), FieldInfo::read(field, rule))
    };
    fields.iter().map(read).collect()
}

/// The one guard among a field's directives.
fn guard(directives: &[Positioned<ConstDirective>]) -> Result<Option<Rule>, String> {
    let mut guards = directives.iter().filter(|directive| GUARDS.contains(&directive.node.name.node.as_str()));
    let Some(first) = guards.next() else { return Ok(None) };
    if guards.next().is_some() {
        return Err("has more than one guard".to_owned());
    }
    Rule::read(&first.node.name.node, |name| first.node.get_argument(name).map(|value| &value.node))
}

fn visibility(ty: &TypeDefinition, errors: &mut Vec<String>) -> Option<Visibility> {
    let directive = ty.directives.iter().find(|directive| directive.node.name.node == "visibleTo")?;
    let visibility = Visibility::read(|name| directive.node.get_argument(name).map(|value| &value.node));
    visibility.map_err(|message| errors.push(format!("{} {message}", ty.name.node))).ok()
}

#[cfg(test)]
mod tests;

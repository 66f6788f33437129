//! From the schema's text to the table of rules, refusing a schema with an open door.

use super::rule::{GUARDS, Rule, Veil};
use super::table::{FieldInfo, InputInfo, Roots, Table, TypeInfo, arguments};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, ConstDirective, FieldDefinition, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Positioned};

/// The interface of everything that has a global id.
const NODE: &str = "Node";
/// The interface of what mutations return.
const PAYLOAD: &str = "Payload";

impl Table {
    /// Reads the rules from a published schema.
    ///
    /// # Errors
    /// Everything that is wrong with it: fields that should carry a guard and do not, or carry more
    /// than one; guards that ask for nothing; guarded fields without room for a denial; veils that
    /// are missing.
    pub fn read(sdl: &str) -> Result<Self, Vec<String>> {
        let document = parse_schema(sdl).map_err(|error| vec![format!("the schema cannot be read: {error}")])?;
        let (mut table, mut wrong) = (Self::default(), Vec::new());
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
                TypeSystemDefinition::Type(ty) => table.add(&ty.node, &mut wrong),
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        table.inspect(&mut wrong);
        if wrong.is_empty() { Ok(table) } else { Err(wrong) }
    }

    fn add(&mut self, ty: &TypeDefinition, wrong: &mut Vec<String>) {
        let name: Box<str> = ty.name.node.as_str().into();
        let names = |names: &[Positioned<Name>]| names.iter().map(|name| name.node.as_str().into()).collect();
        let info = match &ty.kind {
            TypeKind::Object(object) => TypeInfo {
                fields: fields(&name, &object.fields, wrong),
                implements: names(&object.implements),
                veil: veil(ty, wrong),
                ..TypeInfo::default()
            },
            TypeKind::Interface(interface) => TypeInfo {
                fields: fields(&name, &interface.fields, wrong),
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

    /// Looks for what only the whole schema shows.
    fn inspect(&self, wrong: &mut Vec<String>) {
        for (type_name, ty) in &self.types {
            for (field_name, field) in &ty.fields {
                let complaints = [
                    self.unguarded(type_name, ty, field),
                    self.misplaced(type_name, ty, field),
                    self.bypassed(ty, field_name, field),
                ];
                let complaints = complaints.into_iter().flatten();
                wrong.extend(complaints.map(|complaint| format!("{type_name}.{field_name} {complaint}")));
            }
            if ty.is_a(NODE) && !ty.is_interface && ty.veil.is_none() {
                wrong.push(format!("{type_name} can be reached by id and carries no `@visibleTo`"));
            }
        }
    }

    fn unguarded(&self, type_name: &str, ty: &TypeInfo, field: &FieldInfo) -> Option<String> {
        let leads_on = || !self.is_wrapping(type_name, ty) && self.leads_to_entity(&field.returns);
        let must = self.is_root(type_name) || leads_on();
        (must && field.rule.is_none()).then(|| "carries no guard".to_owned())
    }

    fn misplaced(&self, type_name: &str, ty: &TypeInfo, field: &FieldInfo) -> Option<String> {
        let rule = field.rule.as_deref()?;
        let complaint = match rule {
            _ if !rule.never_denies() && !field.is_nullable => "is guarded and must be nullable",
            Rule::Inherit if self.is_root(type_name) => "is a root field and has nothing to inherit from",
            Rule::SelfOr { of: None, .. } if !ty.is_a(NODE) => "has no parent object that could be one's own",
            Rule::SelfOr { of: Some(of), .. } => {
                let argument = field.arguments.get(of.as_ref());
                let takes_id =
                    argument.is_some_and(|argument| matches!(&argument.ty.base, BaseType::Named(ty) if ty == "ID"));
                return (!takes_id).then(|| format!("has no argument `{of}` that carries an id"));
            }
            _ if field.max_per_operation.is_some() && !self.is_root(type_name) => {
                "is limited per operation and no root field"
            }
            _ => return None,
        };
        Some(complaint.to_owned())
    }

    /// An interface resolves its fields itself: a guard on an implementing type would not be asked.
    fn bypassed(&self, ty: &TypeInfo, field_name: &str, field: &FieldInfo) -> Option<String> {
        let goes_round = |interface: &&str| {
            let open = self.field(interface, field_name);
            field.rule.is_some() && open.is_some_and(|open| open.rule != field.rule)
        };
        let interface = ty.implements.iter().map(AsRef::as_ref).find(goes_round)?;
        Some(format!("has a guard that {interface}.{field_name} goes round"))
    }

    fn is_root(&self, type_name: &str) -> bool {
        let roots = &self.roots;
        let others = roots.mutation.iter().chain(&roots.subscription);
        std::iter::once(&roots.query).chain(others).any(|root| root.as_ref() == type_name)
    }

    /// Payloads, edges and connections wrap what was let through already.
    fn is_wrapping(&self, type_name: &str, ty: &TypeInfo) -> bool {
        let is_edge = ty.fields.len() == 2 && ty.has("cursor") && ty.has("node");
        is_edge || self.is_connection(type_name) || ty.is_a(PAYLOAD)
    }

    fn leads_to_entity(&self, type_name: &str) -> bool {
        let Some(ty) = self.get(type_name) else { return false };
        let through = |field: &str| ty.fields.get(field).is_some_and(|field| self.leads_to_entity(&field.returns));
        let is_entity = |ty: &TypeInfo| ty.is_a(NODE);
        let members = ty.members.iter().filter_map(|member| self.get(member));
        let implementing = self.types.values().filter(|other| ty.is_interface && other.is_a(type_name));
        is_entity(ty) || members.chain(implementing).any(is_entity) || self.is_connection(type_name) && through("nodes")
    }
}

fn fields(
    type_name: &str,
    fields: &[Positioned<FieldDefinition>],
    wrong: &mut Vec<String>,
) -> IndexMap<Box<str>, FieldInfo> {
    let read = |field: &Positioned<FieldDefinition>| {
        let field = &field.node;
        let rule = guard(&field.directives).unwrap_or_else(|complaint| {
            wrong.push(format!("{type_name}.{} {complaint}", field.name.node));
            // Keeps the complaint from being repeated as a missing guard.
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
        return Err("carries more than one guard".to_owned());
    }
    Rule::read(&first.node.name.node, |name| first.node.get_argument(name).map(|value| &value.node))
}

fn veil(ty: &TypeDefinition, wrong: &mut Vec<String>) -> Option<Veil> {
    let directive = ty.directives.iter().find(|directive| directive.node.name.node == "visibleTo")?;
    let veil = Veil::read(|name| directive.node.get_argument(name).map(|value| &value.node));
    veil.map_err(|complaint| wrong.push(format!("{} {complaint}", ty.name.node))).ok()
}

#[cfg(test)]
mod tests;

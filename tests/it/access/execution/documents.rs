//! Random documents: valid queries generated from a byte string, so that a failing one shrinks.

use crate::calls::{Position, kind_of, positions};
use crate::sdl::{Field, Kind, Sdl, Type, named, published};
use serde_json::Value;
use std::collections::BTreeMap;
use tests::Client;

/// Maximal depth of a selection below a root field.
const DEPTH: usize = 4;
/// Maximal number of fields of one selection set.
const WIDTH: usize = 3;

/// Bytes that drive the choices; zeros after the end.
pub(super) struct Choices<'a> {
    row: std::slice::Iter<'a, u8>,
}

/// Existing ids by prefix, and some that do not exist.
#[derive(Debug, Default)]
pub(super) struct Pool(BTreeMap<String, Vec<String>>);

impl<'a> Choices<'a> {
    pub(super) fn new(row: &'a [u8]) -> Self {
        Self { row: row.iter() }
    }

    fn below(&mut self, end: usize) -> usize {
        usize::from(*self.row.next().unwrap_or(&0)) % end.max(1)
    }

    fn has_ended(&self) -> bool {
        self.row.len() == 0
    }

    /// A non-empty subset of the items, in their order.
    fn some<'b, T>(&mut self, items: &'b [T], most: usize) -> Vec<&'b T> {
        let mut chosen: Vec<usize> = (0..=self.below(most)).map(|_| self.below(items.len())).collect();
        chosen.sort_unstable();
        chosen.dedup();
        chosen.into_iter().map(|at| &items[at]).collect()
    }
}

impl Pool {
    /// Reads every id of the service.
    pub(super) async fn read(root: &Client) -> Self {
        let document = "{ users(first: 100) { nodes { id roleAssignments { id } } } roles(first: 100) { nodes { id } }
            permissions(first: 100) { nodes { id } } sessions(first: 100) { nodes { id } }
            sodConstraints { id } auditLog(first: 30) { nodes { id } } policyRevisions(first: 30) { nodes { id } } }";
        let answer = root.ask(document).await;
        let mut pool = Self::default();
        pool.gather(answer.data());
        assert!(pool.0.len() >= 8, "{:?}", pool.0.keys());
        pool.0.values_mut().for_each(|ids| ids.push("nothing".to_owned()));
        pool
    }

    fn gather(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.gather(item)),
            Value::Object(fields) => {
                if let Some(id) = fields.get("id").and_then(Value::as_str) {
                    let prefix = id.split('_').next().expect("a prefix");
                    self.0.entry(prefix.to_owned()).or_default().push(id.to_owned());
                }
                fields.values().for_each(|field| self.gather(field));
            }
            _ => {}
        }
    }

    fn id(&self, kind: &str, choices: &mut Choices<'_>) -> String {
        let ids = &self.0[kind];
        ids[choices.below(ids.len())].clone()
    }
}

/// A query of one to three root fields; every second one starts from the caller's own `viewer` or `me`.
pub(super) fn document(choices: &mut Choices<'_>, pool: &Pool) -> String {
    let writer = Writer { sdl: published(), pool };
    let fields = writer.sdl.root("Query");
    let starts: Vec<_> = fields.iter().filter(|field| matches!(field.name.as_str(), "me" | "viewer")).collect();
    let all: Vec<_> = fields.iter().collect();
    let among = if choices.below(2) == 0 { &starts } else { &all };
    let chosen = choices.some(among, 3);
    let mut parts = Vec::new();
    for field in chosen {
        parts.push(writer.field(field, true, DEPTH, choices));
    }
    format!("{{ {} }}", parts.join(" "))
}

struct Writer<'a> {
    sdl: &'a Sdl,
    pool: &'a Pool,
}

impl Writer<'_> {
    fn field(&self, field: &Field, is_root: bool, depth: usize, choices: &mut Choices<'_>) -> String {
        let arguments = self.arguments(field, is_root, choices);
        let selection = match self.sdl.types.get(named(&field.ty)) {
            Some(ty) if matches!(ty.kind, Kind::Object | Kind::Interface) => {
                self.selection(named(&field.ty), ty, depth, choices)
            }
            _ => String::new(),
        };
        format!("{}{arguments}{selection}", field.name)
    }

    fn selection(&self, name: &str, ty: &Type, depth: usize, choices: &mut Choices<'_>) -> String {
        if ty.kind == Kind::Interface {
            let members: Vec<_> = self.sdl.types.iter().filter(|(_, other)| other.is_a(name)).collect();
            let mut parts = Vec::new();
            for (name, ty) in choices.some(&members, 2) {
                parts.push(format!("... on {name}{}", self.selection(name, ty, depth, choices)));
            }
            return format!(" {{ __typename {} }}", parts.join(" "));
        }
        let is_leaf = |field: &&Field| {
            let ty = self.sdl.types.get(named(&field.ty));
            ty.is_none_or(|ty| matches!(ty.kind, Kind::Scalar | Kind::Enum))
        };
        let may_go_on = depth > 0 && !choices.has_ended();
        let fields: Vec<_> = ty.fields.iter().filter(|field| may_go_on || is_leaf(field)).collect();
        if fields.is_empty() {
            return " { __typename }".to_owned();
        }
        let chosen = choices.some(&fields, WIDTH);
        let depth = depth.saturating_sub(1);
        let mut inner = Vec::new();
        for field in chosen {
            inner.push(self.field(field, false, depth, choices));
        }
        let inner = inner.join(" ");
        match choices.below(8) {
            6 => format!(" {{ ... on {name} {{ {inner} }} }}"),
            7 => format!(" {{ ... @include(if: true) {{ {inner} }} __typename }}"),
            _ => format!(" {{ {inner} }}"),
        }
    }

    fn arguments(&self, field: &Field, is_root: bool, choices: &mut Choices<'_>) -> String {
        if field.name == "checkAccessBatch" {
            let user = self.pool.id("user", choices);
            return format!("(checks: [{{ userId: \"{user}\", permission: \"invoice:read\" }}])");
        }
        if field.name == "policyPlan" {
            return "(document: { content: \"version: 1\" })".to_owned();
        }
        let required = |position: &Position| {
            field.arguments.iter().any(|argument| argument.name == position.path && argument.is_required())
        };
        let mut given = Vec::new();
        for position in positions(self.sdl, field) {
            let is_paging = position.path == "first" && choices.below(2) == 0;
            if !required(&position) && !is_paging {
                continue;
            }
            let value = match position.ty.as_str() {
                "ID" if is_root => format!("\"{}\"", self.pool.id(kind_of(&field.name, &position), choices)),
                "String" if position.path == "document" => {
                    "\"{ me { roles { name } } users { totalCount } }\"".to_owned()
                }
                "ID" => panic!("an id below the root: {}", field.name),
                "PermissionName" => {
                    format!("\"{}\"", ["invoice:read", "user:read", "vault:open", "no:such"][choices.below(4)])
                }
                "String" => format!("\"{}\"", ["ana", "clerk", "invoice", "user"][choices.below(4)]),
                "Int" => (choices.below(3) + usize::from(field.name != "paths")).to_string(),
                other => panic!("what does {}({}: {other}) take?", field.name, position.path),
            };
            let value = if position.is_list { format!("[{value}]") } else { value };
            given.push(format!("{}: {value}", position.path));
        }
        if given.is_empty() { String::new() } else { format!("({})", given.join(", ")) }
    }
}

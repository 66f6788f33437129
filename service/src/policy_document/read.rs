//! From a tree to a [`Document`]: what is not understood is a problem.

mod assignments;
mod constraints;
mod fields;
mod names;
mod permissions;
mod roles;

use super::document::Document;
use super::node::{Entry, Node, Value, shown};
use super::problem::{Position, Problems};
use crate::RefusalCode::{Invalid, Required};
use fields::{Fields, mapping};

/// The version of documents that is understood.
pub(super) const VERSION: &str = "1";

/// Reads a whole document.
pub(super) fn document(tree: Node<'_>, problems: &mut Problems) -> Document {
    let at = tree.at;
    let Some(entries) = mapping(tree, "a document", problems) else { return Document::default() };
    let known = ["version", "permissions", "roles", "constraints", "assignments"];
    let mut fields = Fields::new("a document", entries, &known, problems);
    read_version(fields.take("version"), at, problems);
    let mut section =
        |key: &str| Some(mapping(fields.take(key)?.node, &format!("`{key}`"), problems).unwrap_or_default());
    let (permissions, roles) = (section("permissions"), section("roles"));
    let (constraints, assignments) = (section("constraints"), section("assignments"));
    Document {
        permissions: permissions.map(|entries| permissions::read(entries, problems)),
        roles: roles.map(|entries| roles::read(entries, problems)),
        constraints: constraints.map(|entries| constraints::read(entries, problems)),
        assignments: assignments.map(|entries| assignments::read(entries, problems)),
    }
}

fn read_version(version: Option<Entry<'_>>, document: Position, problems: &mut Problems) {
    let Some(entry) = version else {
        problems.push(document, Required, format!("a document begins with `version: {VERSION}`"));
        return;
    };
    match &entry.node.value {
        Value::Number(version) if version == VERSION => {}
        Value::Number(version) => {
            let message = format!("version {} is not understood: this is version {VERSION}", shown(version));
            problems.push(entry.node.at, Invalid, message);
        }
        other => fields::refuse_type(other, entry.node.at, &format!("`version` is the number {VERSION}"), problems),
    }
}

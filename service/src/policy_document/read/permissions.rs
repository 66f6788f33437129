//! The section `permissions`.

use super::super::document::PermissionEntry;
use super::super::node::{Entry, Value};
use super::super::problem::Problems;
use super::fields::{Fields, description, mapping};
use super::names::name;

/// Reads all permissions, sorted by name. A text instead of a mapping is the description.
pub(super) fn read(entries: Vec<Entry<'_>>, problems: &mut Problems) -> Vec<PermissionEntry> {
    let mut permissions: Vec<PermissionEntry> =
        entries.into_iter().filter_map(|entry| permission(entry, problems)).collect();
    permissions.sort_by(|one, other| one.name.value.cmp(&other.name.value));
    permissions
}

fn permission(entry: Entry<'_>, problems: &mut Problems) -> Option<PermissionEntry> {
    let name = name(&entry.key, entry.at, problems);
    let description = match entry.node.value {
        Value::Text(_) => description(entry.node, problems).map(Some),
        _ => {
            let entries = mapping(entry.node, "a permission", problems)?;
            Fields::new("a permission", entries, &["description"], problems).take_description(problems)
        }
    };
    Some(PermissionEntry { name: name?, description })
}

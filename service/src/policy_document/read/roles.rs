//! The section `roles`.

use super::super::document::RoleEntry;
use super::super::node::Entry;
use super::super::problem::{Located, Problems};
use super::fields::{Fields, mapping};
use super::names::{name, names, refuse_repeated};
use engine::RoleName;

const KEYS: [&str; 6] = ["description", "default", "requiresActivation", "permissions", "patterns", "inherits"];

/// Reads all roles, sorted by name. Names that differ in case only are duplicates.
pub(super) fn read(entries: Vec<Entry<'_>>, problems: &mut Problems) -> Vec<RoleEntry> {
    let mut roles: Vec<RoleEntry> = entries.into_iter().filter_map(|entry| role(entry, problems)).collect();
    let named: Vec<Located<RoleName>> = roles.iter().map(|role| role.name.clone()).collect();
    refuse_repeated(&named, "role", RoleName::key, problems);
    roles.sort_by_cached_key(|role| (role.name.value.key(), role.name.value.clone()));
    roles
}

fn role(entry: Entry<'_>, problems: &mut Problems) -> Option<RoleEntry> {
    let name = name(&entry.key, entry.at, problems);
    let entries = mapping(entry.node, "a role", problems)?;
    let mut fields = Fields::new("a role", entries, &KEYS, problems);
    let description = fields.take_description(problems);
    let is_default = fields.take_flag("default", problems);
    let requires_activation = fields.take_flag("requiresActivation", problems);
    let permissions = fields.take("permissions").and_then(|entry| names(entry, problems));
    let patterns = fields.take("patterns").and_then(|entry| names(entry, problems));
    let inherits = fields.take("inherits").and_then(|entry| names(entry, problems));
    Some(RoleEntry { name: name?, description, is_default, requires_activation, permissions, patterns, inherits })
}

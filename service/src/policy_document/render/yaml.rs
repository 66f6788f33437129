//! YAML by lines, each with its place in the order of the text: so a diff is a merge.

use super::instant;
use super::scalars::{block_header, block_lines, scalar};
use crate::assignments::Terms;
use crate::policy_document::{ConstraintState, PermissionState, RoleState, State, UserState};
use crate::text::sort_key;
use engine::{ConstraintKind, PermissionName, PermissionPattern, RoleName};

/// Longest key that needs no `?` before it (YAML 1.2, 7.4.3), in bytes: names of constraints can be longer in escapes.
const MAX_IMPLICIT_KEY: usize = 1_000;

/// The lines of an object, or the head of a section.
#[derive(Debug)]
pub(in super::super) struct Block<'s> {
    /// Place in the order of the text.
    pub(in super::super) order: BlockOrder<'s>,
    pub(in super::super) lines: Vec<Line<'s>>,
}

/// The order of blocks: by section, the head first, then by name as the section compares names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct BlockOrder<'s> {
    section: u8,
    folded: Option<String>,
    name: &'s str,
}

/// A line.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Line<'s> {
    /// Place in the order of the block.
    pub(in super::super) order: LineOrder<'s>,
    pub(in super::super) text: String,
}

/// The order of lines in a block: by attribute, by item of its list, by line of the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) struct LineOrder<'s> {
    attribute: u8,
    item: &'s str,
    number: usize,
}

/// All blocks of the canonical text, in order.
pub(in super::super) fn blocks(state: &State) -> Vec<Block<'_>> {
    let mut blocks = vec![head(0, "version: 1".to_owned())];
    let State { permissions, roles, constraints, assignments } = state;
    blocks.push(section(1, "permissions", permissions));
    blocks.extend(permissions.iter().map(|permission| permission_block(permission)));
    blocks.push(section(2, "roles", roles));
    blocks.extend(roles.iter().map(|role| role_block(role)));
    blocks.push(section(3, "constraints", constraints));
    blocks.extend(constraints.iter().map(|constraint| constraint_block(constraint)));
    if let Some(users) = assignments {
        blocks.push(section(4, "assignments", users));
        blocks.extend(users.iter().map(|user| user_block(user)));
    }
    blocks
}

fn section<'s, T>(section: u8, key: &str, objects: &[T]) -> Block<'s> {
    head(section, if objects.is_empty() { format!("{key}: {{}}") } else { format!("{key}:") })
}

fn head<'s>(section: u8, text: String) -> Block<'s> {
    let order = LineOrder { attribute: 0, item: "", number: 0 };
    Block { order: BlockOrder { section, folded: None, name: "" }, lines: vec![Line { order, text }] }
}

fn permission_block(permission: &PermissionState) -> Block<'_> {
    let name = permission.name.as_str();
    let mut lines = Lines::default();
    match &permission.description {
        Some(description) => lines.push_text(1, "", 2, name, description),
        None => lines.push(1, "", format!("  {}: {{}}", scalar(name))),
    }
    Block { order: BlockOrder { section: 1, folded: Some(String::new()), name }, lines: lines.0 }
}

fn role_block(role: &RoleState) -> Block<'_> {
    let name = role.name.as_str();
    let mut lines = Lines::default();
    if let Some(description) = &role.description {
        lines.push_text(1, "", 4, "description", description);
    }
    if role.is_default {
        lines.push(2, "", "    default: true".to_owned());
    }
    if role.requires_activation {
        lines.push(3, "", "    requiresActivation: true".to_owned());
    }
    lines.push_names(4, "permissions", role.permissions.iter().map(PermissionName::as_str));
    lines.push_names(6, "patterns", role.patterns.iter().map(PermissionPattern::as_str));
    lines.push_names(8, "inherits", role.inherits.iter().map(RoleName::as_str));
    Block { order: BlockOrder { section: 2, folded: Some(role.name.key()), name }, lines: lines.of_object(name) }
}

fn constraint_block(constraint: &ConstraintState) -> Block<'_> {
    let name = constraint.name.as_str();
    let mut lines = Lines::default();
    if let Some(description) = &constraint.description {
        lines.push_text(1, "", 4, "description", description);
    }
    lines.push(2, "", format!("    kind: {}", kind_name(constraint.kind)));
    lines.push(3, "", format!("    limit: {}", constraint.limit));
    lines.push_names(4, "roles", constraint.roles.iter().map(RoleName::as_str));
    lines.push_names(6, "permissions", constraint.permissions.iter().map(PermissionName::as_str));
    Block { order: BlockOrder { section: 3, folded: Some(sort_key(name)), name }, lines: lines.of_object(name) }
}

/// A kind as documents write it.
pub(super) fn kind_name(kind: ConstraintKind) -> &'static str {
    match kind {
        ConstraintKind::Static => "static",
        ConstraintKind::Dynamic => "dynamic",
    }
}

fn user_block(user: &UserState) -> Block<'_> {
    let name = user.username.as_str();
    let mut lines = Lines::default();
    if !user.roles.is_empty() {
        lines.push(1, "", "    roles:".to_owned());
        user.roles.iter().for_each(|link| lines.push_link(2, link.name.as_str(), &link.terms));
    }
    if !user.permissions.is_empty() {
        lines.push(3, "", "    permissions:".to_owned());
        user.permissions.iter().for_each(|link| lines.push_link(4, link.name.as_str(), &link.terms));
    }
    Block { order: BlockOrder { section: 4, folded: Some(String::new()), name }, lines: lines.of_object(name) }
}

/// The lines of an object, without its name.
#[derive(Default)]
struct Lines<'s>(Vec<Line<'s>>);

impl<'s> Lines<'s> {
    fn push(&mut self, attribute: u8, item: &'s str, text: String) {
        let follows = self.0.last().filter(|last| last.order.attribute == attribute && last.order.item == item);
        let number = follows.map_or(0, |last| last.order.number + 1);
        self.0.push(Line { order: LineOrder { attribute, item, number }, text });
    }

    /// A key with a text, of several lines where it has several.
    fn push_text(&mut self, attribute: u8, item: &'s str, indent: usize, key: &str, text: &str) {
        let key = scalar(key);
        let Some(lines) = block_lines(text) else {
            self.push(attribute, item, format!("{:indent$}{key}: {}", "", scalar(text)));
            return;
        };
        self.push(attribute, item, format!("{:indent$}{key}: {}", "", block_header(text)));
        let indent = indent + 2;
        lines.iter().for_each(|line| self.push(attribute, item, format!("{:indent$}{line}", "")));
    }

    /// A list of names; nothing for none.
    fn push_names(&mut self, attribute: u8, key: &str, names: impl ExactSizeIterator<Item = &'s str>) {
        if names.len() > 0 {
            self.0.reserve(names.len() + 1);
            self.push(attribute, "", format!("    {key}:"));
            names.for_each(|name| self.push(attribute + 1, name, format!("      - {}", scalar(name))));
        }
    }

    /// A role or a permission of a user.
    fn push_link(&mut self, attribute: u8, name: &'s str, terms: &Terms) {
        let Terms { valid_from, expires_at, reason } = terms;
        let key = scalar(name);
        if *terms == Terms::default() {
            self.push(attribute, name, format!("      {key}: {{}}"));
            return;
        }
        self.push(attribute, name, format!("      {key}:"));
        if let Some(at) = valid_from {
            self.push_text(attribute, name, 8, "validFrom", &instant(*at));
        }
        if let Some(at) = expires_at {
            self.push_text(attribute, name, 8, "expiresAt", &instant(*at));
        }
        if let Some(reason) = reason {
            self.push_text(attribute, name, 8, "reason", reason);
        }
    }

    /// All lines of an object.
    fn of_object(mut self, name: &str) -> Vec<Line<'s>> {
        let end = if self.0.is_empty() { ": {}" } else { ":" };
        let key = scalar(name);
        let texts = match key.len() > MAX_IMPLICIT_KEY {
            true => vec![format!("  ? {key}"), format!("  {end}")],
            false => vec![format!("  {key}{end}")],
        };
        let line = |(number, text)| Line { order: LineOrder { attribute: 0, item: "", number }, text };
        self.0.splice(0..0, texts.into_iter().enumerate().map(line));
        self.0
    }
}

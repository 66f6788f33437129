//! The section `constraints`.

use super::super::document::ConstraintEntry;
use super::super::node::{Entry, Value, shown};
use super::super::problem::{Located, Problems};
use super::fields::{Fields, accept, mapping, refuse_type, text_of};
use super::names::{Name, constraint_key, names, refuse_repeated};
use crate::RefusalCode::Invalid;
use crate::text::check_name;
use engine::{Constraint, ConstraintKind, PermissionName, RoleName};

const KEYS: [&str; 5] = ["description", "kind", "limit", "roles", "permissions"];

/// Reads all constraints, sorted by name. Names that differ in case only are duplicates.
pub(super) fn read(entries: Vec<Entry<'_>>, problems: &mut Problems) -> Vec<ConstraintEntry> {
    let mut constraints: Vec<ConstraintEntry> =
        entries.into_iter().filter_map(|entry| constraint(entry, problems)).collect();
    let named: Vec<Located<String>> = constraints.iter().map(|constraint| constraint.name.clone()).collect();
    refuse_repeated(&named, "constraint", |name| constraint_key(name), problems);
    constraints
        .sort_by_cached_key(|constraint| (constraint_key(&constraint.name.value), constraint.name.value.clone()));
    constraints
}

fn constraint(entry: Entry<'_>, problems: &mut Problems) -> Option<ConstraintEntry> {
    let checked = accept(check_name(&entry.key), entry.at, problems);
    let name = checked.map(|()| Located { value: entry.key.into_owned(), at: entry.at });
    let entries = mapping(entry.node, "a constraint", problems)?;
    let mut fields = Fields::new("a constraint", entries, &KEYS, problems);
    let description = fields.take_description(problems);
    let kind = fields.take("kind").and_then(|entry| kind(entry, problems));
    let limit = fields.take("limit").and_then(|entry| limit(&entry, problems));
    let (roles, permissions) = (fields.take("roles"), fields.take("permissions"));
    if let (Some(_), Some(entry)) = (&roles, &permissions) {
        problems.push(entry.at, Invalid, "a constraint names either `roles` or `permissions`");
    }
    let roles: Option<Vec<Located<RoleName>>> = roles.and_then(|entry| members(entry, problems));
    let permissions: Option<Vec<Located<PermissionName>>> = permissions.and_then(|entry| members(entry, problems));
    check_range(limit.as_ref(), roles.as_deref(), problems);
    check_range(limit.as_ref(), permissions.as_deref(), problems);
    Some(ConstraintEntry { name: name?, description, kind, limit, roles, permissions })
}

fn kind(entry: Entry<'_>, problems: &mut Problems) -> Option<ConstraintKind> {
    let at = entry.node.at;
    let text = text_of(entry.node, "`kind` is `static` or `dynamic`", problems)?;
    match text.as_str() {
        "static" => Some(ConstraintKind::Static),
        "dynamic" => Some(ConstraintKind::Dynamic),
        other => {
            problems.push(at, Invalid, format!("`kind` is `static` or `dynamic`, not `{}`", shown(other)));
            None
        }
    }
}

fn limit(entry: &Entry<'_>, problems: &mut Problems) -> Option<Located<usize>> {
    let at = entry.node.at;
    let Value::Number(text) = &entry.node.value else {
        refuse_type(&entry.node.value, at, "`limit` is a whole number", problems);
        return None;
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    match text.parse::<i32>().ok().and_then(|limit| usize::try_from(limit).ok()).filter(|_| digits) {
        Some(value) if value >= 2 => Some(Located { value, at }),
        _ => {
            problems.push(at, Invalid, format!("`limit` is a whole number from 2, not `{}`", shown(text)));
            None
        }
    }
}

fn members<N: Name + Ord>(entry: Entry<'_>, problems: &mut Problems) -> Option<Vec<Located<N>>> {
    let at = entry.node.at;
    let found = problems.total();
    let members: Vec<Located<N>> = names(entry, problems)?;
    if problems.total() != found {
        return None;
    }
    if members.len() < 2 {
        problems.push(at, Invalid, format!("a constraint needs at least two {}s", N::KIND));
        return None;
    }
    Some(members)
}

/// Checks the limit against the members where both are given.
fn check_range<N: Name>(limit: Option<&Located<usize>>, members: Option<&[Located<N>]>, problems: &mut Problems) {
    let Some((limit, members)) = limit.zip(members) else { return };
    if !Constraint::limit_range(members.len()).contains(&limit.value) {
        let message = format!("`limit` is at most the number of {}s, which is {}", N::KIND, members.len());
        problems.push(limit.at, Invalid, message);
    }
}

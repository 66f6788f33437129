//! Names in the lists of a document, and terms that have passed.

use crate::RefusalCode::{Invalid, NotFound};
use crate::policy_document::document::{Document, LinkEntry};
use crate::policy_document::problem::{Located, Problems};
use crate::policy_document::state::{Current, State};
use chrono::SecondsFormat;
use engine::{PermissionName, RoleName};
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt::Display;

/// Reports names that no object has after the change, and terms that have passed.
pub(super) fn check(document: &Document, current: &Current<'_>, after: &State, problems: &mut Problems) {
    let (permissions, roles, folded) = (FxHashSet::default(), FxHashSet::default(), FxHashMap::default());
    let mut known = Known { current, permissions, roles, folded, problems };
    known.permissions.extend(after.permissions.iter().map(|permission| permission.name.as_str()));
    let system = current.policy.permissions().filter(|permission| permission.is_system);
    known.permissions.extend(system.map(|permission| permission.name.as_str()));
    known.roles.extend(after.roles.iter().map(|role| role.name.as_str()));
    let superadmin = current.policy.superadmin().and_then(|role| current.policy.role(role));
    known.roles.extend(superadmin.map(|role| role.name.as_str()));
    known.folded = known.roles.iter().map(|&name| (name.to_ascii_lowercase(), name)).collect();
    for role in document.roles.iter().flatten() {
        role.permissions.iter().flatten().for_each(|name| known.check_permission(name));
        role.inherits.iter().flatten().for_each(|name| known.check_role(name));
    }
    for constraint in document.constraints.iter().flatten() {
        constraint.roles.iter().flatten().for_each(|name| known.check_role(name));
        constraint.permissions.iter().flatten().for_each(|name| known.check_permission(name));
    }
    for user in document.assignments.iter().flatten() {
        for link in user.roles.iter().flatten() {
            known.check_role(&link.name);
            known.check_terms("role", link);
        }
        for link in user.permissions.iter().flatten() {
            known.check_permission(&link.name);
            known.check_terms("permission", link);
        }
    }
}

/// Names of all objects after the change.
struct Known<'a> {
    current: &'a Current<'a>,
    permissions: FxHashSet<&'a str>,
    roles: FxHashSet<&'a str>,
    /// Names of roles by their lower case.
    folded: FxHashMap<String, &'a str>,
    problems: &'a mut Problems,
}

impl Known<'_> {
    fn check_permission(&mut self, name: &Located<PermissionName>) {
        let text = name.value.as_str();
        if !self.permissions.contains(text) {
            let exists = self.current.policy.permission_named(text).is_some();
            let message = if exists { deleted("permission", text) } else { format!("unknown permission `{text}`") };
            self.problems.push(name.at, NotFound, message);
        }
    }

    fn check_terms<N: Display>(&mut self, kind: &str, link: &LinkEntry<N>) {
        if let Some(end) = link.terms.expires_at.filter(|end| *end <= self.current.now) {
            let end = end.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            let message = format!("{kind} `{}` has expired at {end}: remove it, or set a later end", link.name.value);
            self.problems.push(link.name.at, Invalid, message);
        }
    }

    fn check_role(&mut self, name: &Located<RoleName>) {
        let text = name.value.as_str();
        if self.roles.contains(text) {
            return;
        }
        let similar = self.folded.get(&text.to_ascii_lowercase());
        let message = match similar {
            Some(similar) => format!("unknown role `{text}`: the role is called `{similar}`"),
            None if self.current.policy.role_named(text).is_some() => deleted("role", text),
            None => format!("unknown role `{text}`"),
        };
        self.problems.push(name.at, NotFound, message);
    }
}

fn deleted(kind: &str, name: &str) -> String {
    format!("{kind} `{name}` would be deleted: the document does not have it")
}

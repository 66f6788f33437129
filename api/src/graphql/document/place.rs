//! Own by place: below `me` and `viewer`, whatever is reached along certain edges is the caller's
//! own, so that the fast lane need not look at objects.
//!
//! Only edges that cannot lead to anything else are listed. `RoleAssignment.role` and
//! `GrantPath.roles` are not: they also lead to roles that are no longer, or not yet, held.

use super::super::guard::{Rule, Table};

/// Where an object was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// Along edges that lead to the caller's own things only.
    Own,
    /// Elsewhere.
    Elsewhere,
}

/// Root fields that give the caller's own things.
const STARTS: [&str; 2] = ["me", "viewer"];

/// Edges from something of the caller's own to something of its own.
const EDGES: [(&str, &str); 16] = [
    ("Viewer", "user"),
    ("Viewer", "session"),
    ("Viewer", "inactiveRoles"),
    ("User", "roles"),
    ("User", "authorizedRoles"),
    ("User", "directPermissions"),
    ("User", "effectivePermissions"),
    ("User", "sessions"),
    ("User", "roleAssignments"),
    ("EffectivePermission", "permission"),
    ("Session", "user"),
    ("Session", "activeRoles"),
    ("Role", "permissions"),
    ("Role", "inheritsFrom"),
    ("Role", "inheritsFromAll"),
    ("Role", "effectivePermissions"),
];

impl Place {
    /// Is the rule met here, whoever asks?
    pub(super) fn meets(self, rule: &Rule) -> bool {
        self == Self::Own && matches!(rule, Rule::SelfOr { of: None, .. })
    }
}

/// The place that a field leads to.
pub(super) fn step(table: &Table, parent: &str, field: &str, place: Place) -> Place {
    let starts = parent == table.roots().query.as_ref() && STARTS.contains(&field);
    let is_edge = table.get(parent).is_some_and(|ty| ty.fields.len() == 2 && ty.has("cursor") && ty.has("node"));
    // Connections and edges hold what was reached already.
    let leads_on = || is_edge || table.is_connection(parent) || EDGES.contains(&(parent, field));
    if starts || place == Place::Own && leads_on() { Place::Own } else { Place::Elsewhere }
}

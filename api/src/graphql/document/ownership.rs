//! Ownership by path: below `me` and `viewer`, the objects along certain edges are the caller's own, so that
//! pre-authorized execution reads no object.
//!
//! Only edges that lead to nothing else are listed. `RoleAssignment.role` and `GrantPath.roles` are not: they lead to
//! roles of expired and future assignments as well.

use super::super::guard::{Rule, Table};

/// The objects at the end of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum PathOwnership {
    /// The caller's own only.
    Own,
    /// Any objects.
    Any,
}

/// Root fields that return the caller's own objects.
pub(super) const OWN_ROOT_FIELDS: [&str; 2] = ["me", "viewer"];

/// Edges from an object of the caller to objects of the caller.
pub(super) const OWN_EDGES: [(&str, &str); 16] = [
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

impl PathOwnership {
    /// Whether the rule is met at this path for every caller.
    pub(super) fn meets(self, rule: &Rule) -> bool {
        self == Self::Own && matches!(rule, Rule::SelfOr { of: None, .. })
    }

    /// Ownership below a field of an object at this path.
    pub(super) fn below(self, table: &Table, parent: &str, field: &str) -> Self {
        let is_start = parent == table.roots().query.as_ref() && OWN_ROOT_FIELDS.contains(&field);
        // Connections and edges hold objects that are reached already.
        let is_wrapper = || table.is_connection(parent) || table.get(parent).is_some_and(|ty| ty.is_edge());
        let is_own = is_start || self == Self::Own && (is_wrapper() || OWN_EDGES.contains(&(parent, field)));
        if is_own { Self::Own } else { Self::Any }
    }
}

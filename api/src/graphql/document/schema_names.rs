//! Names of the schema that are literals in the code exist in the published schema.

use super::cookie_use::{CALLER_INDEPENDENT, DELIVERY_ARGUMENT, DELIVERY_BY_COOKIE, REFRESH};
use super::ownership::{OWN_EDGES, OWN_ROOT_FIELDS};
use crate::graphql::guard::{InputInfo, Rule, Table};
use crate::graphql::id::EntityType;
use crate::graphql::schema;

/// Edges that carry ownership by the access rules. Of these, [`OWN_EDGES`] lists the ones that lead to the caller's
/// current objects only.
const OWNERSHIP_RULES: [(&str, &[&str]); 7] = [
    ("Viewer", &["user", "session", "inactiveRoles"]),
    ("User", &["roles", "authorizedRoles", "directPermissions", "effectivePermissions", "sessions", "roleAssignments"]),
    ("RoleAssignment", &["role"]),
    ("EffectivePermission", &["permission", "paths"]),
    ("GrantPath", &["roles"]),
    ("Session", &["user", "activeRoles"]),
    ("Role", &["permissions", "inheritsFrom", "inheritsFromAll", "effectivePermissions"]),
];
/// Edges that carry ownership and may lead to roles that the caller does not hold now, or to no object.
const NOT_BY_PATH: [(&str, &str); 3] =
    [("RoleAssignment", "role"), ("GrantPath", "roles"), ("EffectivePermission", "paths")];

fn table() -> Table {
    schema::build().expect("a guarded schema").rules().clone()
}

#[test]
fn edges_that_carry_ownership_are_those_of_the_access_rules() {
    let table = table();
    let rules: Vec<_> =
        OWNERSHIP_RULES.iter().flat_map(|(ty, fields)| fields.iter().map(|field| (*ty, *field))).collect();
    for (ty, field) in &rules {
        assert!(table.field(ty, field).is_some(), "{ty}.{field} does not exist");
    }
    let by_path: Vec<_> = rules.into_iter().filter(|edge| !NOT_BY_PATH.contains(edge)).collect();
    assert_eq!(OWN_EDGES.to_vec(), by_path);
}

#[test]
fn edges_that_carry_ownership_have_a_guard_that_depends_on_the_parent() {
    let table = table();
    for (ty, field) in OWN_EDGES {
        let rule = table.field(ty, field).and_then(|field| field.rule.as_deref());
        assert!(matches!(rule, Some(Rule::Inherit | Rule::SelfOr { of: None, .. })), "{ty}.{field}: {rule:?}");
    }
}

#[test]
fn root_fields_that_return_the_callers_own_objects_exist() {
    let table = table();
    for field in OWN_ROOT_FIELDS {
        assert!(table.field(&table.roots().query, field).is_some(), "{field}");
    }
}

#[test]
fn root_fields_of_the_csrf_check_exist() {
    let table = table();
    let (query, mutation) = (&table.roots().query, table.roots().mutation.as_deref().expect("mutations"));
    let has = |field| table.field(query, field).is_some() || table.field(mutation, field).is_some();
    for field in CALLER_INDEPENDENT.into_iter().chain([REFRESH]) {
        assert!(has(field), "{field}");
    }
    for field in ["login", "signup"] {
        let info = table.field(mutation, field).expect("a mutation");
        let delivery = info.arguments.get(DELIVERY_ARGUMENT).expect("a delivery");
        let ty = crate::graphql::guard::named_type(&delivery.ty);
        let Some(InputInfo::Enum(values)) = table.input(ty) else { panic!("{ty} is not an enum") };
        assert!(values.iter().any(|value| value.as_ref() == DELIVERY_BY_COOKIE), "{values:?}");
    }
}

#[test]
fn root_fields_that_ignore_the_caller_are_public() {
    let table = table();
    for field in CALLER_INDEPENDENT {
        let roots = [table.roots().query.as_ref(), table.roots().mutation.as_deref().unwrap_or_default()];
        let info = roots.into_iter().find_map(|root| table.field(root, field)).expect("a root field");
        assert_eq!(info.rule.as_deref(), Some(&Rule::Public), "{field}");
    }
}

#[test]
fn kinds_of_entity_are_the_types_that_implement_node() {
    let table = table();
    for kind in EntityType::ALL {
        let ty = table.get(kind.type_name()).unwrap_or_else(|| panic!("{kind:?} is not a type"));
        assert!(ty.is_a("Node"), "{kind:?} does not implement `Node`");
        assert!(table.visibility(kind.type_name()).is_some(), "{kind:?} has no `@visibleTo`");
    }
    assert_eq!(table.implementations("Node").count(), EntityType::ALL.len());
}

#[test]
fn the_description_of_node_lists_the_prefixes_of_ids() {
    let schema = schema::build().expect("a guarded schema");
    let prefixes: Vec<_> = EntityType::ALL.into_iter().map(EntityType::prefix).collect();
    for prefix in prefixes {
        let text = schema.sdl();
        let description = text.find("interface Node").and_then(|at| text.get(..at)).expect("an interface `Node`");
        let description = description.rsplit("\n}").next().unwrap_or_default();
        assert!(description.contains(prefix), "{prefix}: {description}");
    }
}

#[test]
fn every_custom_scalar_is_checked_before_execution() {
    let table = table();
    let mut scalars: Vec<_> = table.scalars().collect();
    scalars.sort_unstable();
    assert_eq!(scalars, ["DateTime", "JSON", "PermissionName"], "check the values of new ones in `scalars::check`");
}

use super::Table;

/// A small guarded schema, with more fields of `Query` and more types.
fn schema(query: &str, more: &str) -> String {
    format!(
        r#"
        type Query {{ me: User @public {query} }}
        interface Node {{ id: ID! }}
        interface Payload {{ userErrors: [String!]! }}
        type User implements Node @visibleTo(permission: "user:read") {{
            id: ID!
            name: String!
            roles: [Role!] @selfOr(permission: "user:read")
        }}
        type Role implements Node @visibleTo(permission: "role:read") {{ id: ID! }}
        type RoleConnection {{ edges: [RoleEdge!]! nodes: [Role!]! pageInfo: Boolean! }}
        type RoleEdge {{ cursor: String! node: Role! }}
        type RolePayload implements Payload {{ role: Role userErrors: [String!]! }}
        {more}
        schema {{ query: Query }}
        "#
    )
}

fn errors(query: &str, more: &str) -> Vec<String> {
    Table::read(&schema(query, more)).err().unwrap_or_default()
}

#[test]
fn a_guarded_schema_is_accepted() {
    assert_eq!(errors("", ""), Vec::<String>::new());
}

#[test]
fn a_root_field_without_a_guard_is_rejected() {
    assert_eq!(errors("open: Int", ""), ["Query.open has no guard"]);
}

#[test]
fn every_field_without_a_guard_is_reported() {
    assert_eq!(errors("a: Int b: Int", "").len(), 2);
}

#[test]
fn two_guards_are_rejected() {
    assert_eq!(errors("two: Int @public @authenticated", ""), ["Query.two has more than one guard"]);
}

#[test]
fn a_field_that_leads_to_another_object_needs_a_guard() {
    for (ty, field) in [("Role", "role"), ("[Role!]", "roles"), ("RoleConnection", "page"), ("Node", "node")] {
        let more = format!("type Box {{ {field}: {ty} }}");
        assert_eq!(errors("", &more), [format!("Box.{field} has no guard")]);
    }
}

#[test]
fn a_field_that_leads_to_an_object_through_a_union_or_an_interface_needs_a_guard() {
    let union = "union Any = Role | Box type Box { any: Any }";
    assert_eq!(errors("", union), ["Box.any has no guard"]);
    let interface = "interface Named { name: String! } type Box { named: Named } \
        type Group implements Node & Named @visibleTo(permission: \"g\") { id: ID! name: String! }";
    assert_eq!(errors("", interface), ["Box.named has no guard"]);
}

#[test]
fn a_guard_has_exactly_one_of_its_alternative_arguments() {
    let none = "Query.x requires exactly one of `permission`, `any` and `all`";
    assert_eq!(errors("x: Int @hasPermission", ""), [none]);
    assert_eq!(errors(r#"x: Int @hasPermission(permission: "a", any: ["b"])"#, ""), [none]);
    assert_eq!(errors("x: Int @hasPermission(any: [])", ""), ["Query.x has an empty list of names"]);
    let vague = "Query.x has a name that is not a literal string";
    for names in [r#"permission: "*""#, r#"permission: """#, r#"all: ["a", 1]"#] {
        assert_eq!(errors(&format!("x: Int @hasPermission({names})"), ""), [vague], "{names}");
    }
}

#[test]
fn a_root_field_cannot_inherit() {
    let error = "Query.x is a root field and cannot use `@inherit`";
    assert_eq!(errors("x: Int @inherit", ""), [error]);
}

#[test]
fn self_or_needs_an_object() {
    let no_argument = "Query.x has no argument `of` of type `ID`";
    for arguments in ["(id: ID!)", "(of: String!)"] {
        let field = format!(r#"x{arguments}: Int @selfOr(permission: "a", of: "of")"#);
        assert_eq!(errors(&field, ""), [no_argument]);
    }
    let no_parent = "Query.x uses `@selfOr` without `of` in a type that does not implement `Node`";
    assert_eq!(errors(r#"x: Int @selfOr(permission: "a")"#, ""), [no_parent]);
}

#[test]
fn a_guarded_field_is_nullable() {
    for guard in ["@authenticated", r#"@hasRole(role: "r")"#, r#"@hasPermission(permission: "a")"#] {
        assert_eq!(errors(&format!("x: Int! {guard}"), ""), ["Query.x is guarded and must be nullable"]);
    }
    assert_eq!(errors("x: Int! @public", ""), Vec::<String>::new());
}

#[test]
fn a_type_with_a_global_id_needs_visible_to() {
    let error = "Key implements `Node` without `@visibleTo`";
    assert_eq!(errors("", "type Key implements Node { id: ID! }"), [error]);
}

#[test]
fn an_interface_cannot_bypass_a_guard() {
    let more = "interface Named { secret: Int } \
        type Box implements Named { secret: Int @authenticated }";
    assert_eq!(errors("", more), ["Box.secret has a guard that Named.secret bypasses"]);
}

#[test]
fn the_permissions_in_guards_are_listed() {
    let table = Table::read(&schema(r#"x: Int @hasPermission(all: ["b:c", "a:b"])"#, "")).expect("a guarded schema");
    assert_eq!(table.permissions(), ["a:b", "b:c", "role:read", "user:read"]);
}

#[test]
fn the_documentation_quotes_guards_as_in_the_schema() {
    let table =
        Table::read(&schema(r#"x(id: ID!): Int @selfOr(permission: "a:b", of: "id")"#, "")).expect("a guarded schema");
    let markdown = table.markdown();
    let row = r#"| `Query.x` | `@selfOr(permission: "a:b", of: "id")` | Requires `a:b`, unless the object is the caller's own. |"#;
    assert!(markdown.contains(row), "{markdown}");
}

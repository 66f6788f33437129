use super::Table;

/// A small sound schema; `{}` stands for more fields of `Query`, and more types may follow.
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

fn complaints(query: &str, more: &str) -> Vec<String> {
    Table::read(&schema(query, more)).err().unwrap_or_default()
}

#[test]
fn a_sound_schema_is_read() {
    assert_eq!(complaints("", ""), Vec::<String>::new());
}

#[test]
fn a_root_field_without_a_guard_is_refused() {
    assert_eq!(complaints("open: Int", ""), ["Query.open carries no guard"]);
}

#[test]
fn every_unmarked_field_is_named_at_once() {
    assert_eq!(complaints("a: Int b: Int", "").len(), 2);
}

#[test]
fn two_guards_are_refused() {
    assert_eq!(complaints("two: Int @public @authenticated", ""), ["Query.two carries more than one guard"]);
}

#[test]
fn a_way_to_another_object_without_a_guard_is_refused() {
    for (ty, field) in [("Role", "role"), ("[Role!]", "roles"), ("RoleConnection", "page"), ("Node", "node")] {
        let more = format!("type Box {{ {field}: {ty} }}");
        assert_eq!(complaints("", &more), [format!("Box.{field} carries no guard")]);
    }
}

#[test]
fn a_union_or_an_interface_does_not_hide_an_object() {
    let union = "union Any = Role | Box type Box { any: Any }";
    assert_eq!(complaints("", union), ["Box.any carries no guard"]);
    let interface = "interface Named { name: String! } type Box { named: Named } \
        type Group implements Node & Named @visibleTo(permission: \"g\") { id: ID! name: String! }";
    assert_eq!(complaints("", interface), ["Box.named carries no guard"]);
}

#[test]
fn a_guard_asks_for_exactly_one_thing() {
    let none = "Query.x gives not exactly one of `permission`, `any` and `all`";
    assert_eq!(complaints("x: Int @hasPermission", ""), [none]);
    assert_eq!(complaints(r#"x: Int @hasPermission(permission: "a", any: ["b"])"#, ""), [none]);
    assert_eq!(complaints("x: Int @hasPermission(any: [])", ""), ["Query.x gives an empty list"]);
    let vague = "Query.x holds something else than a literal name";
    for names in [r#"permission: "*""#, r#"permission: """#, r#"all: ["a", 1]"#] {
        assert_eq!(complaints(&format!("x: Int @hasPermission({names})"), ""), [vague], "{names}");
    }
}

#[test]
fn a_root_field_has_nothing_to_inherit() {
    let complaint = "Query.x is a root field and has nothing to inherit from";
    assert_eq!(complaints("x: Int @inherit", ""), [complaint]);
}

#[test]
fn own_needs_an_object() {
    let no_argument = "Query.x has no argument `of` that carries an id";
    for arguments in ["(id: ID!)", "(of: String!)"] {
        let field = format!(r#"x{arguments}: Int @selfOr(permission: "a", of: "of")"#);
        assert_eq!(complaints(&field, ""), [no_argument]);
    }
    let no_parent = "Query.x has no parent object that could be one's own";
    assert_eq!(complaints(r#"x: Int @selfOr(permission: "a")"#, ""), [no_parent]);
}

#[test]
fn a_guarded_field_has_room_for_a_denial() {
    for guard in ["@authenticated", r#"@hasRole(role: "r")"#, r#"@hasPermission(permission: "a")"#] {
        assert_eq!(complaints(&format!("x: Int! {guard}"), ""), ["Query.x is guarded and must be nullable"]);
    }
    assert_eq!(complaints("x: Int! @public", ""), Vec::<String>::new());
}

#[test]
fn a_type_reachable_by_id_needs_a_veil() {
    let complaint = "Key can be reached by id and carries no `@visibleTo`";
    assert_eq!(complaints("", "type Key implements Node { id: ID! }"), [complaint]);
}

#[test]
fn an_interface_is_no_way_round_a_guard() {
    let more = "interface Named { secret: Int } \
        type Box implements Named { secret: Int @authenticated }";
    assert_eq!(complaints("", more), ["Box.secret has a guard that Named.secret goes round"]);
}

#[test]
fn the_names_in_guards_are_known() {
    let table = Table::read(&schema(r#"x: Int @hasPermission(all: ["b:c", "a:b"])"#, "")).expect("sound");
    assert_eq!(table.permissions(), ["a:b", "b:c", "role:read", "user:read"]);
}

#[test]
fn rules_are_written_down_as_in_the_schema() {
    let table = Table::read(&schema(r#"x(id: ID!): Int @selfOr(permission: "a:b", of: "id")"#, "")).expect("sound");
    let markdown = table.markdown();
    let row = r#"| `Query.x` | `@selfOr(permission: "a:b", of: "id")` | Requires `a:b`, except for one's own. |"#;
    assert!(markdown.contains(row), "{markdown}");
}

//! Documents that exceed a limit.

use super::*;

#[test]
fn values_of_a_variable_count_at_every_use() {
    let document = |uses: usize| {
        let fields = "canEach(permissions: $names) ".repeat(uses);
        format!("query ($names: [String!]!) {{ ...f ...f }} fragment f on Query {{ {fields} }}")
    };
    let names = |count: usize| Value::from_json(serde_json::json!({ "names": vec![""; count] })).expect("a value");
    // Twenty uses of a list and its 12,499 strings; each placeholder counts as one more value.
    assert!(bind(&document(10), names(10)).is_ok());
    for (uses, count) in [(10, 12_500), (900, 140), (1, 125_000)] {
        let rejected = bind(&document(uses), names(count)).expect_err("too much");
        let expected = "at most 250000 values in arguments, those of variables counted at every use";
        assert_eq!(rejected.message, format!("the document is too complex: {expected}"), "{uses} {count}");
    }
    let long = Value::from_json(serde_json::json!({ "names": ["x".repeat(1_000_000)] })).expect("a value");
    assert!(bind(&document(10), long.clone()).is_ok());
    assert!(bind(&document(500), long).is_err(), "long texts count as well");
}

#[test]
fn literals_count_at_every_spread_of_their_fragment() {
    let text = |spreads: usize| {
        let list = "\"\" ".repeat(5_000);
        format!("{{ {} }} fragment f on Query {{ canEach(permissions: [{list}]) }}", "...f ".repeat(spreads))
    };
    let rejected = rejection(&text(50));
    assert!(rejected.contains("250000 values"), "{rejected}");
    assert!(read(&text(2)).is_ok());
}

#[test]
fn floods_are_rejected() {
    let aliases: String = (0..100).map(|n| format!("a{n}: __typename ")).collect();
    assert_eq!(rejection(&format!("{{ {aliases} }}")), "the document is too complex: at most 50 aliases");
    let many_aliases: String = (0..100_000).map(|n| format!("a{n}: __typename ")).collect();
    assert_eq!(rejection(&format!("{{ {many_aliases} }}")), "the document is too complex: at most 65536 bytes");
    let variables: String = (0..1_500).map(|n| format!("$v{n}: Int ")).collect();
    let rejected = rejection(&format!("query({variables}) {{ __typename }}"));
    assert_eq!(rejected, "the document is too complex: at most 100 variables");
    let unknown: String = (0..5_000).map(|n| format!("u{n} ")).collect();
    let rejected = rejection(&format!("{{ {unknown} }}"));
    assert_eq!(rejected, "the document is too complex: at most 2000 fields, fragments expanded");
    let directives = "@include(if: true) ".repeat(60);
    assert_eq!(
        rejection(&format!("{{ me {directives} {{ id }} }}")),
        "the document is too complex: at most 50 directives"
    );
    let operations: String = (0..200).map(|n| format!("query q{n} {{ __typename }} ")).collect();
    assert_eq!(rejection(&operations), "the document is too complex: at most 100 operations and fragments");
}

#[test]
fn unused_fragments_count() {
    let fields = "name ".repeat(3_000);
    let rejected = rejection(&format!("{{ __typename }} fragment f on User {{ {fields} }}"));
    assert_eq!(rejected, "the document is too complex: at most 2000 fields, fragments expanded");
}

#[test]
fn deep_documents_are_rejected() {
    let deep = |levels: usize| {
        format!("{{ me {{ roles {{ {} name {} }} }} }}", "inheritsFrom { ".repeat(levels), "}".repeat(levels))
    };
    assert_eq!(rejection(&deep(30)), "the document is too complex: at most 15 levels of fields");
    let chain: String = (0..60).map(|n| format!("fragment f{n} on Query {{ ...f{} }} ", n + 1)).collect();
    let rejected = rejection(&format!("{{ ...f0 }} {chain} fragment f60 on Query {{ __typename }}"));
    assert_eq!(rejected, "the document is too complex: at most 30 levels of nesting");
}

#[test]
fn nested_lists_multiply() {
    let children =
        format!("{{ user(id: 1) {{ roles {{ {} name {} }} }} }}", "inheritsFrom { ".repeat(10), "}".repeat(10));
    assert_eq!(rejection(&children), "the document is too complex: at most 100000 values in the response");
    let pages = "{ users(first: 100) { nodes { roles { users(first: 100) { nodes { name } } } } } }";
    assert_eq!(rejection(pages), "the document is too complex: at most 100000 values in the response");
    read("{ users(first: 100) { nodes { roles { permissions } } totalCount } }").expect("an ordinary page");
}

#[test]
fn a_page_that_is_too_large_is_rejected_by_its_field() {
    read("{ users(first: 1000000000) { nodes { name } } }").expect("rejected by the field");
}

#[test]
fn page_sizes_in_variables_count() {
    let text =
        "query($n: Int) { users(first: $n) { nodes { roles { users(first: $n) { edges { node { name } } } } } } }";
    bind(text, value!({"n": 10})).expect("small pages");
    let error = bind(text, value!({"n": 100})).expect_err("large pages");
    assert_eq!(code(&error), "\"OPERATION_TOO_COMPLEX\"");
    assert_eq!(error.locations.len(), 1);
}

/// A matrix with these arguments, in an operation with these variables, and a fragment with its lists.
fn matrix(variables: &str, arguments: &str, cells: &str) -> String {
    let lists = format!("roles {{ id name }} permissions {{ id name }} cells {{ {cells} }}");
    format!(
        "query {variables} {{ permissionMatrix({arguments}) {{ ...f }} }} fragment f on PermissionMatrix {{ {lists} }}"
    )
}

#[test]
fn the_cells_of_a_matrix_count_by_its_pages() {
    let plain = "roleId permissionId isDirect inheritedFrom { name }";
    let wide = format!("{plain} a: roleId b: roleId c: roleId d: permissionId e: permissionId");
    let largest = "firstRoles: 200, firstPermissions: 500";
    let too_many = "the document is too complex: at most 100000 values in the response";
    assert!(read(&matrix("", largest, plain)).is_ok());
    assert_eq!(rejection(&matrix("", largest, &wide)), too_many);
    // A page is not larger than the largest: the field itself refuses the number.
    assert!(read(&matrix("", "firstRoles: 2000000, firstPermissions: 2000000", plain)).is_ok());
    assert!(read(&matrix("", "firstRoles: 20, firstPermissions: 50", &wide)).is_ok());
    let by_variable = matrix("($r: Int)", "firstRoles: $r, firstPermissions: 500", &wide);
    let variables = |count: u32| Value::from_json(serde_json::json!({ "r": count })).expect("a value");
    assert!(bind(&by_variable, variables(100)).is_ok());
    assert_eq!(bind(&by_variable, variables(200)).expect_err("too large").message, too_many);
}

#[test]
fn the_cost_of_a_fragment_depends_on_the_matrix_that_spreads_it() {
    let both = |first: usize, second: usize| {
        let one = |alias: &str, roles: usize| {
            format!("{alias}: permissionMatrix(firstRoles: {roles}, firstPermissions: 500) {{ ...f }}")
        };
        let cells = "roleId permissionId isDirect a: roleId b: roleId c: roleId inheritedFrom { id name }";
        format!(
            "{{ {} {} }} fragment f on PermissionMatrix {{ cells {{ {cells} }} }}",
            one("a", first),
            one("b", second)
        )
    };
    assert!(read(&both(1, 100)).is_ok() && read(&both(100, 1)).is_ok());
    for document in [both(1, 200), both(200, 1), both(100, 101)] {
        assert!(rejection(&document).contains("100000 values"), "{document}");
    }
}

#[test]
fn a_check_of_an_operation_counts_for_a_document() {
    let checks = |count: usize| {
        let check = |at: usize| format!("c{at}: checkOperation(document: \"\") {{ coordinate rule allowed }} ");
        format!("{{ {} }}", (0..count).map(check).collect::<String>())
    };
    assert!(read(&checks(4)).is_ok());
    assert!(rejection(&checks(5)).contains("100000 values"));
}

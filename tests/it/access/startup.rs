//! A schema with a missing or ambiguous guard does not start.

use api::graphql::guard::Table;
use api::graphql::guard::directives::{authenticated, has_any_permission, has_permission, public};
use api::graphql::schema::GuardedSchema;
use async_graphql::{EmptyMutation, Object};

#[derive(Default)]
struct Guarded;

#[Object]
impl Guarded {
    #[graphql(directive = public::apply())]
    async fn open(&self) -> i32 {
        1
    }

    #[graphql(directive = has_permission::apply("page:open"))]
    async fn closed(&self) -> Option<i32> {
        Some(2)
    }
}

#[derive(Default)]
struct Forgotten;

#[Object]
impl Forgotten {
    #[graphql(directive = public::apply())]
    async fn open(&self) -> i32 {
        1
    }

    async fn forgotten(&self) -> Option<i32> {
        Some(2)
    }
}

#[derive(Default)]
struct Careless;

#[Object]
impl Careless {
    #[graphql(directive = authenticated::apply())]
    async fn never_null(&self) -> i32 {
        1
    }

    #[graphql(directive = has_any_permission::apply(&[]))]
    async fn nobody(&self) -> Option<i32> {
        None
    }

    #[graphql(directive = public::apply(), directive = authenticated::apply())]
    async fn both(&self) -> Option<i32> {
        None
    }
}

#[test]
fn a_guarded_schema_is_built_and_lists_the_required_permissions() {
    let schemas = GuardedSchema::<Guarded, EmptyMutation>::build(|schema| schema).expect("a schema");
    let names = schemas.system_permissions();
    assert_eq!(names.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["page:open"]);
}

#[test]
fn a_query_without_a_guard_is_rejected_by_name() {
    let error = GuardedSchema::<Forgotten, EmptyMutation>::build(|schema| schema).expect_err("a missing guard");
    assert_eq!(error, "Forgotten.forgotten has no guard");
}

#[test]
fn a_mutation_without_a_guard_is_rejected_by_name() {
    let error = GuardedSchema::<Guarded, Forgotten>::build(|schema| schema).expect_err("a missing guard");
    assert_eq!(error, "Forgotten.forgotten has no guard");
}

#[test]
fn all_errors_are_reported_at_once() {
    let error = GuardedSchema::<Careless, Forgotten>::build(|schema| schema).expect_err("missing guards");
    let mut lines: Vec<_> = error.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "Careless.both has more than one guard",
            "Careless.neverNull is guarded and must be nullable",
            "Careless.nobody has an empty list of names",
            "Forgotten.forgotten has no guard",
        ]
    );
}

#[test]
fn a_subscription_without_a_guard_is_rejected_by_name() {
    let schema = |guard: &str| {
        format!(
            "type Query {{ open: Int @public }} type Subscription {{ ticks: Int {guard} }}
            schema {{ query: Query subscription: Subscription }}"
        )
    };
    let wrong = Table::read(&schema("")).expect_err("a missing guard");
    assert_eq!(wrong, ["Subscription.ticks has no guard"]);
    let inherited = Table::read(&schema("@inherit")).expect_err("nothing to inherit from");
    assert_eq!(inherited, ["Subscription.ticks is a root field and cannot use `@inherit`"]);
    let table = Table::read(&schema("@hasPermission(permission: \"tick:read\")")).expect("a guarded schema");
    assert_eq!(table.permissions(), ["tick:read"]);
}

/// Name of the field whose declaration ends this part of the schema. Arguments are indented further than fields.
fn field_before(text: &str) -> &str {
    let is_field =
        |line: &&str| line.starts_with("  ") && line[2..].starts_with(|first: char| first.is_ascii_lowercase());
    let line = text.rsplit('\n').find(is_field).expect("a field");
    line[2..].split(['(', ':']).next().expect("a name")
}

#[test]
fn the_published_schema_without_any_one_of_its_guards_is_rejected() {
    let text = crate::sdl::text();
    let mut refused = 0;
    for (at, _) in text.match_indices(" @") {
        let guard = text[at + 1..].split([' ', '\n', '(']).next().expect("a directive");
        let line = text[..at].rsplit('\n').next().expect("a line");
        let is_applied = line.contains(": ") && !line.contains('`');
        if !crate::sdl::GUARDS.contains(&guard) || !is_applied {
            continue;
        }
        let rest = &text[at + 1 + guard.len()..];
        let end = if rest.starts_with('(') { rest.find(')').expect("a bracket") + 1 } else { 0 };
        let without = format!("{}{}", &text[..at], &rest[end..]);
        let is_entity_or_root = Table::read(&without).is_err();
        refused += usize::from(is_entity_or_root);
        // Plain fields may carry a guard, but need none.
        let plain = [
            "bypassedBy",
            "bypassedByCount",
            "cures",
            "deltas",
            "permissionNames",
            "permissionPatterns",
            "operationsOn",
            "lastLoginAt",
            "lastUsedAt",
            "effectivePermissions",
            "roleHierarchy",
            "data",
        ];
        let field = field_before(&text[..at]);
        assert!(is_entity_or_root || plain.contains(&field), "{field} {guard}");
    }
    assert!(refused > 70, "{refused}");
}

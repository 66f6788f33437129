//! A schema with an open door does not start.

use api::graphql::guard::Table;
use api::graphql::guard::directives::{authenticated, has_any_permission, has_permission, public};
use api::graphql::schema::Lanes;
use async_graphql::{EmptyMutation, Object};

#[derive(Default)]
struct Guarded;

#[Object]
impl Guarded {
    #[graphql(directive = public::apply())]
    async fn open(&self) -> i32 {
        1
    }

    #[graphql(directive = has_permission::apply("door:open"))]
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
fn a_guarded_schema_is_built_and_names_the_permissions_that_are_needed() {
    let lanes = Lanes::<Guarded, EmptyMutation>::build(|schema| schema).expect("a schema");
    let names = lanes.system_permissions();
    assert_eq!(names.iter().map(|name| name.as_str()).collect::<Vec<_>>(), ["door:open"]);
}

#[test]
fn a_query_that_lacks_its_guard_is_refused_by_name() {
    let error = Lanes::<Forgotten, EmptyMutation>::build(|schema| schema).expect_err("an open door");
    assert_eq!(error, "Forgotten.forgotten carries no guard");
}

#[test]
fn a_mutation_that_lacks_its_guard_is_refused_by_name() {
    let error = Lanes::<Guarded, Forgotten>::build(|schema| schema).expect_err("an open door");
    assert_eq!(error, "Forgotten.forgotten carries no guard");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let error = Lanes::<Careless, Forgotten>::build(|schema| schema).expect_err("open doors");
    let mut lines: Vec<_> = error.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "Careless.both carries more than one guard",
            "Careless.neverNull is guarded and must be nullable",
            "Careless.nobody gives an empty list",
            "Forgotten.forgotten carries no guard",
        ]
    );
}

#[test]
fn a_subscription_that_lacks_its_guard_is_refused_by_name() {
    let schema = |guard: &str| {
        format!(
            "type Query {{ open: Int @public }} type Subscription {{ ticks: Int {guard} }}
            schema {{ query: Query subscription: Subscription }}"
        )
    };
    let wrong = Table::read(&schema("")).expect_err("an open door");
    assert_eq!(wrong, ["Subscription.ticks carries no guard"]);
    let inherited = Table::read(&schema("@inherit")).expect_err("nothing to inherit from");
    assert_eq!(inherited, ["Subscription.ticks is a root field and has nothing to inherit from"]);
    let table = Table::read(&schema("@hasPermission(permission: \"tick:read\")")).expect("a guarded schema");
    assert_eq!(table.permissions(), ["tick:read"]);
}

#[test]
fn the_published_schema_without_any_one_of_its_guards_is_refused() {
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
        // Plain facts may carry a guard without having to.
        let plain = ["permissionNames", "operationsOn", "lastLoginAt", "effectivePermissions", "roleHierarchy", "data"];
        assert!(is_entity_or_root || plain.iter().any(|name| line.contains(name)), "{line} {guard}");
    }
    assert!(refused > 70, "{refused}");
}

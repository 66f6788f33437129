//! Rendering and parsing, exporting and planning: nothing is lost and nothing is invented.

use super::fixture::{World, lines};
use crate::assignments::Terms;
use crate::policy_document::*;
use crate::users::Username;
use chrono::DateTime;
use engine::{ConstraintKind, PermissionName, PermissionPattern, RoleName};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names that YAML, or a version of it, reads otherwise than as a text.
const NASTY: [&str; 34] = [
    "no",
    "On",
    "y",
    "null",
    "~",
    "true",
    "1.0",
    "1e3",
    "0x1F",
    "0o7",
    ".inf",
    ".nan",
    "2024-01-01",
    "12:30:45",
    "<<",
    "=",
    "- a",
    "-",
    "#x",
    "a #b",
    "a: b",
    "a:",
    "{}",
    "[x]",
    "&a",
    "!t",
    "'q'",
    "?",
    "|",
    ">",
    "%",
    "@",
    "`",
    "---",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![select(&NASTY[..]).prop_map(str::to_owned), "[!#-)+-\\[\\]-~]{1,8}( [!#-)+-\\[\\]-~]{1,4}){0,2}"]
}

fn text() -> impl Strategy<Value = String> {
    let lines = vec(prop_oneof!["[ -~]{0,12}", "\\PC{0,6}"], 1..4).prop_map(|lines| lines.join("\n"));
    let any = any::<String>().prop_map(|text| text.replace('\0', ""));
    prop_oneof![select(&NASTY[..]).prop_map(str::to_owned), lines, any]
}

fn username() -> impl Strategy<Value = String> {
    let text = prop_oneof![select(&NASTY[..]).prop_map(str::to_owned), "[a-z0-9._@-]{1,12}"];
    text.prop_filter("a username", |text| Username::parse(text).is_ok_and(|name| name.key() == text))
}

fn terms() -> impl Strategy<Value = Terms> {
    let instant = |from: i64| {
        option::of((from..from + 1_000_000_000_000).prop_filter_map("an instant", DateTime::from_timestamp_millis))
    };
    (instant(0), instant(2_000_000_000_000), option::of(text())).prop_map(|(valid_from, expires_at, reason)| Terms {
        valid_from,
        expires_at,
        reason,
    })
}

fn links<N: Clone + std::fmt::Debug + Ord + 'static>(names: Vec<N>) -> BoxedStrategy<Vec<LinkState<N>>> {
    if names.is_empty() {
        return Just(Vec::new()).boxed();
    }
    let link = btree_map(select(names), terms(), 0..4);
    link.prop_map(|links| links.into_iter().map(|(name, terms)| LinkState { name, terms }).collect()).boxed()
}

fn subset<T: Clone + std::fmt::Debug + Ord + 'static>(of: Vec<T>) -> BoxedStrategy<Vec<T>> {
    if of.is_empty() {
        return Just(Vec::new()).boxed();
    }
    btree_set(select(of), 0..5).prop_map(|set| set.into_iter().collect()).boxed()
}

fn permissions() -> impl Strategy<Value = Vec<Arc<PermissionState>>> {
    let permission = |(name, description): (String, Option<String>)| {
        Arc::new(PermissionState { name: PermissionName::parse(&name).unwrap(), description })
    };
    btree_map(name(), option::of(text()), 0..8).prop_map(move |all| all.into_iter().map(permission).collect())
}

/// Patterns for some numbers. They match no permission of a constraint.
fn patterns_of(number: u8) -> Vec<PermissionPattern> {
    let all = ["*.*", "*:read", "a b:*"].into_iter().enumerate();
    let some = all.filter(|(at, _)| number >> (at + 4) & 1 == 1);
    some.map(|(_, text)| PermissionPattern::parse(text).unwrap()).collect()
}

/// Roles without cycles: each inherits from some before it.
fn roles(permissions: Vec<PermissionName>) -> impl Strategy<Value = Vec<Arc<RoleState>>> {
    let attributes = (option::of(text()), any::<bool>(), any::<bool>(), subset(permissions), any::<u8>());
    btree_map(name(), attributes, 0..8).prop_map(|all| {
        let by_key: BTreeMap<String, _> =
            all.into_iter().map(|(name, attributes)| (name.to_ascii_lowercase(), (name, attributes))).collect();
        let mut roles: Vec<Arc<RoleState>> = Vec::new();
        for (name, (description, is_default, requires_activation, permissions, juniors)) in by_key.into_values() {
            let some = |(at, role): (usize, &Arc<RoleState>)| (juniors >> (at % 8) & 1 == 1).then(|| role.name.clone());
            let mut inherits: Vec<RoleName> = roles.iter().enumerate().filter_map(some).collect();
            inherits.sort();
            let name = RoleName::parse(&name).unwrap();
            let patterns = patterns_of(juniors);
            let role =
                RoleState { name, description, is_default, requires_activation, permissions, patterns, inherits };
            roles.push(Arc::new(role));
        }
        roles
    })
}

/// A constraint that no role violates by itself: its limit is the number of roles, which no role inherits from all of.
fn constraints(roles: &[Arc<RoleState>]) -> BoxedStrategy<Vec<Arc<ConstraintState>>> {
    let free: Vec<RoleName> = roles
        .iter()
        .filter(|role| role.inherits.is_empty() && !roles.iter().any(|other| other.inherits.contains(&role.name)))
        .map(|role| role.name.clone())
        .collect();
    if free.len() < 2 {
        return Just(Vec::new()).boxed();
    }
    let names = text().prop_filter("a name", |name| !name.trim().is_empty() && name.chars().count() <= 200);
    let kind = prop_oneof![Just(ConstraintKind::Static), Just(ConstraintKind::Dynamic)];
    let attributes = (option::of(text()), kind, btree_set(select(free), 2..5));
    btree_map(names, attributes, 0..3)
        .prop_map(|all| {
            let by_key: BTreeMap<String, _> =
                all.into_iter().map(|(name, attributes)| (crate::text::sort_key(&name), (name, attributes))).collect();
            let constraint = |(name, (description, kind, roles)): (
                String,
                (Option<String>, _, std::collections::BTreeSet<RoleName>),
            )| {
                Arc::new(ConstraintState {
                    name,
                    description,
                    kind,
                    limit: roles.len(),
                    roles: roles.into_iter().collect(),
                    permissions: Vec::new(),
                })
            };
            by_key.into_values().map(constraint).collect()
        })
        .boxed()
}

fn states() -> impl Strategy<Value = State> {
    let roles = permissions().prop_flat_map(|permissions| {
        let names = permissions.iter().map(|permission| permission.name.clone()).collect();
        (Just(permissions), roles(names))
    });
    roles.prop_flat_map(|(permissions, roles)| {
        let granted: Vec<PermissionName> = permissions.iter().map(|permission| permission.name.clone()).collect();
        let assigned: Vec<RoleName> = roles.iter().map(|role| role.name.clone()).collect();
        let users = btree_map(username(), (links(assigned), links(granted)), 0..4);
        (Just(permissions), constraints(&roles), Just(roles), users).prop_map(
            |(permissions, constraints, roles, users)| {
                let users =
                    users.into_iter().filter(|(_, (roles, permissions))| !roles.is_empty() || !permissions.is_empty());
                let user = |(username, (roles, permissions))| Arc::new(UserState { username, roles, permissions });
                State { permissions, roles, constraints, assignments: Some(users.map(user).collect()) }.sorted()
            },
        )
    })
}

fn parse(state: &State, format: Format) -> Document {
    let text = state.render(format);
    Document::parse(&text, format, Limits::REQUEST).unwrap_or_else(|problems| panic!("{text}\n{:?}", lines(&problems)))
}

/// A service whose policy is the state.
fn world(state: &State) -> World {
    let users = state.assignments.iter().flatten().map(|user| user.username.as_str());
    let mut world = World::new(&users.collect::<Vec<_>>());
    let plan = world.plan_of(&parse(state, Format::Yaml), Mode::Merge);
    world.carry_out(plan);
    world
}

/// A text after a unified diff, with all that the diff says about it checked.
fn patched(before: &str, diff: &str) -> String {
    let before: Vec<&str> = before.lines().collect();
    let (mut at, mut after) = (0, Vec::new());
    for line in diff.lines().skip(2) {
        if let Some(header) = line.strip_prefix("@@ -") {
            let numbers: Vec<usize> = header.split([',', ' ', '+', '@']).filter_map(|word| word.parse().ok()).collect();
            let [old, old_count, new, new_count] = numbers[..] else { panic!("{line}") };
            let start = if old_count == 0 { old } else { old - 1 };
            after.extend_from_slice(&before[at..start]);
            at = start;
            assert_eq!(after.len(), if new_count == 0 { new } else { new - 1 }, "{line}");
            continue;
        }
        let (sign, text) = line.split_at(1);
        if sign != "+" {
            assert_eq!(before[at], text);
            at += 1;
        }
        if sign != "-" {
            after.push(text);
        }
    }
    after.extend_from_slice(&before[at..]);
    after.iter().map(|line| format!("{line}\n")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn parsing_what_is_rendered_yields_the_same_state(state in states()) {
        for format in [Format::Yaml, Format::Json] {
            let document = parse(&state, format);
            prop_assert_eq!(document.to_state(), Some(state.clone()));
            prop_assert_eq!(document.to_state().unwrap().render(format), state.render(format));
        }
        prop_assert_eq!(parse(&state, Format::Yaml), parse(&state, Format::Json));
    }

    #[test]
    fn an_exported_policy_is_planned_as_unchanged(state in states()) {
        let mut world = world(&state);
        for mode in [Mode::Merge, Mode::Replace] {
            let document = Document::parse(&world.export(Format::Yaml), Format::Yaml, Limits::REQUEST).unwrap();
            let plan = world.plan_of(&document, mode);
            prop_assert!(plan.problems.is_empty(), "{:?}", lines(&plan.problems));
            prop_assert!(plan.is_empty(), "{:?}", plan.changes);
            prop_assert_eq!(plan.diff(), "");
        }
    }

    #[test]
    fn replacing_a_policy_leaves_exactly_the_document(before in states(), after in states()) {
        let users = before.assignments.iter().flatten().chain(after.assignments.iter().flatten());
        let users: std::collections::BTreeSet<&str> = users.map(|user| user.username.as_str()).collect();
        let mut world = World::new(&users.into_iter().collect::<Vec<_>>());
        for state in [&before, &after] {
            let document = parse(state, Format::Json);
            let plan = world.plan_of(&document, Mode::Replace);
            if !plan.problems.is_empty() {
                // Names that differ in case only are a rename, which is refused.
                let is_rename = plan.problems.iter().any(|problem| problem.message.contains("differ by more than case"));
                prop_assert!(is_rename, "{:?}", lines(&plan.problems));
                return Ok(());
            }
            let (old, diff, new) = (world.export(Format::Yaml), plan.diff(), plan.after().render(Format::Yaml));
            prop_assert_eq!(patched(&old, &diff), new);
            world.carry_out(plan);
            let left = State::with_assignments(&world.current());
            let is_own = |role: &&Arc<RoleState>| role.name.as_str() != "gatekeeper";
            prop_assert_eq!(left.roles.iter().filter(is_own).collect::<Vec<_>>(), state.roles.iter().collect::<Vec<_>>());
            prop_assert_eq!(&left.permissions, &state.permissions);
            prop_assert_eq!(&left.constraints, &state.constraints);
            prop_assert_eq!(&left.assignments, &state.assignments);
            prop_assert!(world.plan_of(&document, Mode::Replace).is_empty());
        }
    }
}

#[test]
fn a_longest_name_of_escapes_is_read_again() {
    let name = "\u{e0001}".repeat(200);
    let roles: Vec<RoleName> = ["a", "b"].map(|name| RoleName::parse(name).unwrap()).to_vec();
    let constraint = ConstraintState {
        name,
        description: None,
        kind: ConstraintKind::Static,
        limit: 2,
        roles,
        permissions: Vec::new(),
    };
    let state = State { constraints: vec![Arc::new(constraint)], ..State::default() };
    assert_eq!(parse(&state, Format::Yaml).to_state(), Some(state.clone()));
    assert_eq!(parse(&state, Format::Json).to_state(), Some(state));
}

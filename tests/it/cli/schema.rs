//! `keyward schema --permissions ts` and `--scalars`: what clients generate their types from.

use super::{assert_names, done, out, refused};
use crate::sdl::{Kind, published};
use serde_json::Value;
use std::collections::BTreeSet;
use tests::Keyward;

/// The members of a TypeScript union of string literals, whose form is checked strictly.
#[track_caller]
fn members(text: &str) -> Vec<String> {
    let mut lines = text.lines();
    assert!(lines.next().is_some_and(|line| line.starts_with("// ")), "{text}");
    assert_eq!(lines.next(), Some("export type PermissionName ="));
    let lines: Vec<_> = lines.collect();
    let (last, others) = lines.split_last().expect("members");
    let literal = |line: &str| {
        let literal = line.strip_prefix("  | \"").and_then(|rest| rest.strip_suffix('"')).expect(line);
        let is_plain = |character: char| matches!(character, ' '..='~') && !matches!(character, '"' | '\\');
        assert!(!literal.is_empty() && literal.chars().all(is_plain), "{line}");
        literal.to_owned()
    };
    let last = last.strip_suffix(';').expect("an end");
    others.iter().copied().chain([last]).map(literal).collect()
}

#[test]
fn permissions_are_a_sorted_union_type_of_the_database() {
    let keyward = Keyward::install();
    keyward.create_administrator();
    let system = members(&done(&keyward.run(&["schema", "--permissions", "ts"], "")));
    let expected = api::graphql::schema::build().expect("a schema").system_permissions();
    let missing: Vec<_> = expected.iter().filter(|name| !system.iter().any(|known| known == name.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    std::fs::write(keyward.folder().join("grants.csv"), "role,permission\nclerk,invoice:read\nclerk,a 'b' ${c}:`d`\n")
        .expect("a file");
    let _ = done(&keyward.run(&["import", "--role-permissions", "grants.csv"], ""));
    let all = members(&done(&keyward.run(&["schema", "--permissions", "ts"], "")));
    assert!(all.is_sorted_by(|a, b| a < b), "{all:?}");
    let added: Vec<_> = all.iter().filter(|name| !system.contains(name)).collect();
    assert_eq!(added, ["a 'b' ${c}:`d`", "invoice:read"]);
}

#[test]
fn permissions_of_no_database_are_refused_and_nothing_is_made() {
    let keyward = Keyward::install();
    let line = refused(&keyward.run(&["schema", "--permissions", "ts"], ""));
    assert_names(&line, &["no database", "--data-dir"]);
    assert!(std::fs::read_dir(keyward.folder()).expect("a folder").next().is_none(), "nothing was written");
}

#[test]
fn permissions_of_a_database_without_its_migrations_are_refused() {
    let keyward = Keyward::install();
    std::fs::create_dir(keyward.folder().join("keyward-data")).expect("a folder");
    std::fs::write(keyward.folder().join("keyward-data/keyward.db"), "").expect("a file");
    assert_names(&refused(&keyward.run(&["schema", "--permissions", "ts"], "")), &["pending", "keyward migrate"]);
}

#[test]
fn permissions_of_guards_are_in_the_union_before_the_first_start() {
    let keyward = Keyward::install();
    let _ = done(&keyward.run(&["migrate"], ""));
    let names = members(&done(&keyward.run(&["schema", "--permissions", "ts"], "")));
    assert!(names.contains(&"user:read".to_owned()), "also before the first start: {names:?}");
}

#[test]
fn scalars_are_a_map_of_all_custom_scalars() {
    let keyward = Keyward::install();
    let output = keyward.run(&["schema", "--scalars"], "");
    let map: Value = serde_json::from_str(&done(&output)).expect("JSON");
    let map = map.as_object().expect("an object");
    let scalars = published().types.iter().filter(|(_, ty)| ty.kind == Kind::Scalar).map(|(name, _)| name);
    let standard = ["Boolean", "Float", "ID", "Int", "String"];
    let scalars: BTreeSet<_> = scalars.filter(|name| !standard.contains(&name.as_str())).collect();
    assert_eq!(map.keys().collect::<BTreeSet<_>>(), scalars);
    assert!(map.values().all(|ty| ty == "string" || ty == "unknown"), "{}", out(&output));
    assert!(std::fs::read_dir(keyward.folder()).expect("a folder").next().is_none(), "it needs no installation");
}

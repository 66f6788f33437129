//! The rules of `docs/architecture.md` about single files. Manifests and `deny.toml` enforce the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Commits show their progress; these end transactions that only read.
const COMMITS: &[&str] = &[
    "change/queue.rs",
    "database.rs",
    "decisions/current.rs",
    "decisions/feed.rs",
    "decisions/subject.rs",
    "review/read.rs",
];

/// A text that may occur only in these files of a folder; in none when the list is empty.
struct Rule {
    folder: &'static str,
    text: &'static str,
    only_in: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule { folder: "engine/src", text: "async ", only_in: &[] },
    Rule { folder: "engine/src", text: "tracing::", only_in: &[] },
    Rule { folder: "engine/src", text: "Utc::now", only_in: &[] },
    Rule { folder: "engine/src", text: "SystemTime", only_in: &[] },
    Rule { folder: "engine/src", text: "std::fs", only_in: &[] },
    Rule { folder: "entity/src", text: "async_graphql", only_in: &[] },
    Rule { folder: "entity/src", text: "Serialize", only_in: &[] },
    Rule { folder: "migration/src", text: "entity::", only_in: &[] },
    Rule { folder: "service/src", text: "async_graphql", only_in: &[] },
    Rule { folder: "service/src", text: "poem", only_in: &[] },
    Rule { folder: "service/src", text: "std::env", only_in: &[] },
    Rule { folder: "service/src", text: "argon2::", only_in: &["auth/password.rs", "auth/hashing.rs"] },
    Rule { folder: "service/src", text: "jsonwebtoken::", only_in: &["auth/token.rs", "keys/pair.rs"] },
    Rule {
        folder: "service/src",
        text: "redis::",
        only_in: &["adapters/redis.rs", "adapters/redis/probe.rs", "adapters/mod.rs"],
    },
    Rule { folder: "service/src", text: "transaction.commit()", only_in: COMMITS },
    Rule { folder: "api/src", text: "sea_orm", only_in: &[] },
    Rule { folder: "api/src", text: "migration::", only_in: &["startup.rs"] },
    Rule { folder: "api/src", text: "data_unchecked", only_in: &["graphql/context.rs"] },
];

fn sources(folder: &str) -> BTreeMap<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(folder);
    let (mut folders, mut files) = (vec![root.clone()], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).expect("a readable source");
                files.insert(path.strip_prefix(&root).expect("below the folder").to_owned(), text);
            }
        }
    }
    assert!(!files.is_empty(), "{folder} has no sources");
    files
}

/// Lines of code, without comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// What every request runs through: a box would cost more than it saves.
const UNBOXED: &[&str] = &["authenticate", "ensure_fresh", "subject"];

/// So that resolvers stay small and every use case is compiled once, in `service`.
#[test]
fn use_cases_are_boxed_where_they_are_written() {
    let mut unboxed = Vec::new();
    for (file, text) in sources("service/src") {
        let lines: Vec<_> = code(&text).map(|(_, line)| line.trim()).collect();
        let functions = lines.windows(2).filter(|pair| pair[1].starts_with("pub async fn") && pair[0] != "#[boxed]");
        let names = functions.filter_map(|pair| pair[1].strip_prefix("pub async fn ")?.split(['(', '<']).next());
        unboxed.extend(names.map(|name| (name.to_owned(), file.clone())));
    }
    unboxed.sort();
    let names: Vec<_> = unboxed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, UNBOXED, "{unboxed:?}");
}

#[test]
fn each_dependency_is_named_in_its_own_files_only() {
    let mut breaches = Vec::new();
    for rule in RULES {
        for (file, text) in sources(rule.folder) {
            if is_test(&file) || rule.only_in.iter().any(|allowed| file == Path::new(allowed)) {
                continue;
            }
            let lines = code(&text).filter(|(_, line)| line.contains(rule.text));
            breaches.extend(
                lines.map(|(at, _)| format!("{}/{}:{at} contains `{}`", rule.folder, file.display(), rule.text)),
            );
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

/// Does the line contain this path, and not only as the end of a longer name?
fn names(line: &str, path: &str) -> bool {
    line.match_indices(path)
        .any(|(at, _)| !line[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_'))
}

/// Unit tests compare with the dependency itself, and look at rows.
fn is_test(file: &Path) -> bool {
    file.iter().any(|part| part == "tests") || file.to_string_lossy().ends_with("tests.rs")
}

/// The sources of `service` without its unit tests.
fn production() -> impl Iterator<Item = (PathBuf, String)> {
    let without_tests = |text: String| text.split("\nmod tests {").next().unwrap_or_default().to_owned();
    let sources = sources("service/src").into_iter().filter(|(file, _)| !is_test(file));
    sources.map(move |(file, text)| (file, without_tests(text)))
}

#[test]
fn only_the_store_and_the_database_name_tables_and_sea_orm() {
    let is_allowed = |file: &Path| file.starts_with("store") || file.starts_with("database") || file == "database.rs";
    let breaches: Vec<_> = production()
        .filter(|(file, _)| !is_allowed(file))
        .flat_map(|(file, text)| {
            let lines = code(&text).filter(|(_, line)| names(line, "entity::") || names(line, "sea_orm"));
            lines.map(|(at, line)| format!("{}:{at}: {line}", file.display())).collect::<Vec<_>>()
        })
        .collect();
    assert!(breaches.is_empty(), "{breaches:#?}");
}

/// The tables that a text names: `entity::role::…`, `entity::{role, user}`.
fn tables(text: &str) -> BTreeSet<String> {
    let word = |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let named = text.split("entity::").skip(1).flat_map(|rest| match rest.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap_or_default().split(',').map(word).collect(),
        None => vec![word(rest)],
    });
    named.filter(|name| !name.is_empty()).collect()
}

#[test]
fn each_table_has_one_owner_in_the_store() {
    let mut owners: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (file, text) in production() {
        let Ok(file) = file.strip_prefix("store") else { continue };
        let owner = file.iter().next().expect("a name").to_string_lossy().trim_end_matches(".rs").to_owned();
        for table in tables(&text) {
            owners.entry(table).or_default().insert(owner.clone());
        }
    }
    let shared: Vec<_> = owners.iter().filter(|(_, owners)| owners.len() != 1).collect();
    assert!(shared.is_empty(), "{shared:#?}");
    let all: BTreeSet<String> = sources("entity/src")
        .keys()
        .map(|file| file.with_extension("").to_string_lossy().into_owned())
        .filter(|name| name != "lib")
        .collect();
    assert_eq!(owners.into_keys().collect::<BTreeSet<_>>(), all, "a table that no store owns");
}

#[test]
fn no_file_has_more_than_300_lines() {
    let folders = ["engine/src", "entity/src", "migration/src", "service/src", "api/src", "tests/src", "tests/it"];
    let long: Vec<_> = folders
        .iter()
        .flat_map(|folder| sources(folder).into_iter().map(move |(file, text)| (folder, file, text.lines().count())))
        .filter(|(_, _, lines)| *lines > 300)
        .map(|(folder, file, lines)| format!("{folder}/{} has {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

//! The arrows of `docs/architecture.md` that speak of single files. Manifests and `deny.toml` hold the rest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A word that may stand only in these files of a room; an empty list forbids it there.
struct Rule {
    room: &'static str,
    word: &'static str,
    only_in: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule { room: "engine/src", word: "async ", only_in: &[] },
    Rule { room: "engine/src", word: "tracing::", only_in: &[] },
    Rule { room: "engine/src", word: "Utc::now", only_in: &[] },
    Rule { room: "engine/src", word: "SystemTime", only_in: &[] },
    Rule { room: "engine/src", word: "std::fs", only_in: &[] },
    Rule { room: "entity/src", word: "async_graphql", only_in: &[] },
    Rule { room: "entity/src", word: "Serialize", only_in: &[] },
    Rule { room: "migration/src", word: "entity::", only_in: &[] },
    Rule { room: "service/src", word: "async_graphql", only_in: &[] },
    Rule { room: "service/src", word: "poem", only_in: &[] },
    Rule { room: "service/src", word: "std::env", only_in: &[] },
    Rule { room: "service/src", word: "argon2::", only_in: &["auth/password.rs", "auth/hashing.rs"] },
    Rule { room: "service/src", word: "jsonwebtoken::", only_in: &["auth/token.rs", "keys/pair.rs"] },
    Rule { room: "service/src", word: "redis::", only_in: &["adapters/redis.rs", "adapters/mod.rs"] },
    Rule { room: "api/src", word: "sea_orm", only_in: &[] },
    Rule { room: "api/src", word: "migration::", only_in: &["startup.rs"] },
    Rule { room: "api/src", word: "data_unchecked", only_in: &["graphql/context.rs"] },
];

/// Where SeaORM is spoken: the stores, and the files that every store stands on.
const SPEAK_SQL: &[&str] = &["change.rs", "database.rs", "error.rs", "batch.rs"];
const SPEAK_SQL_FOLDERS: &[&str] = &["change/", "database/", "decisions/", "page/"];

fn sources(room: &str) -> BTreeMap<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(room);
    let (mut folders, mut files) = (vec![root.clone()], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).expect("a readable source");
                files.insert(path.strip_prefix(&root).expect("below the room").to_owned(), text);
            }
        }
    }
    assert!(!files.is_empty(), "{room} has no sources");
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

/// So that the door can ask the guard again; signing in and out are not let in by any.
#[test]
fn mutations_hand_on_the_guard_that_let_them_in() {
    let is_mutation = |file: &Path| file.ends_with("mutation.rs") && !file.starts_with("graphql/auth");
    let files: Vec<_> = sources("api/src").into_iter().filter(|(file, _)| is_mutation(file)).collect();
    let forgetful = files.iter().filter(|(_, text)| text.contains("request.context")).map(|(file, _)| file);
    assert_eq!(forgetful.collect::<Vec<_>>(), Vec::<&PathBuf>::new());
    assert!(files.len() >= 5, "{files:?}");
}

#[test]
fn each_foreign_thing_is_spoken_to_in_its_own_file() {
    let mut breaches = Vec::new();
    for rule in RULES {
        for (file, text) in sources(rule.room) {
            if rule.only_in.iter().any(|allowed| file == Path::new(allowed)) {
                continue;
            }
            let lines = code(&text).filter(|(_, line)| line.contains(rule.word));
            breaches.extend(lines.map(|(at, _)| format!("{}/{}:{at} says `{}`", rule.room, file.display(), rule.word)));
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn only_stores_and_what_they_stand_on_speak_sql() {
    let breaches: Vec<_> = sources("service/src")
        .into_iter()
        .filter(|(file, _)| {
            let name = file.to_string_lossy();
            !name.ends_with("store.rs")
                && !name.contains("store/")
                && !SPEAK_SQL.iter().any(|allowed| name == *allowed)
                && !SPEAK_SQL_FOLDERS.iter().any(|folder| name.starts_with(folder))
        })
        .flat_map(|(file, text)| {
            let spoken = code(&text).find(|(_, line)| line.contains("entity::") || line.contains("EntityTrait"));
            spoken.map(|(at, _)| format!("{}:{at}", file.display()))
        })
        .collect();
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn no_feature_reads_the_store_of_another() {
    let features = ["users", "roles", "permissions", "assignments", "constraints", "sessions", "audit", "auth", "keys"];
    let mut breaches = Vec::new();
    for (file, text) in sources("service/src") {
        let home = file.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
        for feature in features.iter().filter(|feature| Some(**feature) != home.as_deref()) {
            let word = format!("{feature}::store");
            let lines = code(&text).filter(|(_, line)| line.contains(&word));
            breaches.extend(lines.map(|(at, _)| format!("{}:{at} reads {word}", file.display())));
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn no_file_holds_more_than_one_idea_can_fill() {
    let rooms = ["engine/src", "entity/src", "migration/src", "service/src", "api/src", "tests/src", "tests/it"];
    let long: Vec<_> = rooms
        .iter()
        .flat_map(|room| sources(room).into_iter().map(move |(file, text)| (room, file, text.lines().count())))
        .filter(|(_, _, lines)| *lines > 500)
        .map(|(room, file, lines)| format!("{room}/{} has {lines} lines", file.display()))
        .collect();
    assert!(long.is_empty(), "{long:#?}");
}

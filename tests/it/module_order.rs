//! The order of the modules of `service`, as `service/src/lib.rs` writes it down: no module imports from a later one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Modules that may name the types of later modules: the stores return the records of the features.
const MAY_NAME_TYPES: &[&str] = &["page", "store"];

/// Imports from a later module that remain, each with its reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("users", "assignments", "a new user is assigned the default roles"),
    ("change", "permissions::names", "the names of permissions are constants"),
    ("impact", "permissions::names", "the names of permissions are constants"),
    ("change", "users::User", "entries about several users name them"),
    ("review", "users", "it lists users, by their filters and orders"),
    ("store", "sessions::device", "a session record carries the name of its device"),
];

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../service/src")
}

/// The modules in the order of the text block in the header of `lib.rs`.
fn order(lib: &str) -> Vec<&str> {
    let header = lib.lines().map_while(|line| line.strip_prefix("//!"));
    let block = header.skip_while(|line| line.trim() != "```text").skip(1).take_while(|line| line.trim() != "```");
    block.flat_map(str::split_whitespace).collect()
}

/// Production code by file, without comments and without tests.
fn production_code() -> BTreeMap<PathBuf, String> {
    let (mut folders, mut files) = (vec![sources()], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a readable folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let file = path.strip_prefix(sources()).expect("below the sources").to_owned();
            let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            let is_test = name.ends_with("tests") || file.iter().any(|part| part == "tests");
            if is_test || path.extension().is_none_or(|end| end != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a readable source");
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            files.insert(file, code.join("\n"));
        }
    }
    files
}

/// The paths that follow each `crate::`, groups in braces taken apart.
fn crate_paths(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let is_word = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
        if !is_word {
            read_paths(&code[at + "crate::".len()..], "", &mut paths);
        }
    }
    paths
}

/// Reads one path or group at the start of `code`; returns the rest.
fn read_paths<'a>(code: &'a str, prefix: &str, paths: &mut Vec<String>) -> &'a str {
    if let Some(mut rest) = code.strip_prefix('{') {
        loop {
            rest = rest.trim_start_matches([' ', '\n', ',']);
            match rest.strip_prefix('}') {
                Some(rest) => return rest,
                None if rest.is_empty() => return rest,
                None => rest = read_paths(rest, prefix, paths),
            }
        }
    }
    let end = code.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(code.len());
    let (name, rest) = code.split_at(end);
    let path = format!("{prefix}{name}");
    match rest.strip_prefix("::") {
        Some(rest) if rest.starts_with(|c: char| c == '{' || c == '_' || c.is_alphanumeric()) => {
            read_paths(rest, &format!("{path}::"), paths)
        }
        _ => {
            paths.push(path);
            let rest = rest
                .strip_prefix(" as ")
                .map_or(rest, |alias| alias.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'));
            // Anything else ends a group's item at its comma or brace.
            if end == 0 { rest.get(1..).unwrap_or_default() } else { rest }
        }
    }
}

#[test]
fn the_order_names_every_module() {
    let lib = std::fs::read_to_string(sources().join("lib.rs")).expect("a readable source");
    let declared = lib.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "));
    let declared: BTreeSet<&str> = declared.map(|name| name.trim_end_matches(';')).collect();
    let order = order(&lib);
    assert_eq!(order.iter().copied().collect::<BTreeSet<_>>(), declared);
    assert_eq!(order.len(), declared.len(), "each module once");
}

#[test]
fn no_module_imports_from_a_later_one() {
    let lib = std::fs::read_to_string(sources().join("lib.rs")).expect("a readable source");
    let order = order(&lib);
    let place = |module: &str| order.iter().position(|name| *name == module);
    let mut upward = Vec::new();
    let mut seen = 0;
    for (file, code) in production_code() {
        let module = file.iter().next().and_then(|part| part.to_str()).unwrap_or_default().trim_end_matches(".rs");
        let Some(own) = place(module) else { continue };
        for path in crate_paths(&code) {
            let (target, item) = path.split_once("::").unwrap_or((&path, ""));
            let Some(other) = place(target) else { continue };
            seen += 1;
            let is_type = item.rsplit("::").next().is_some_and(|name| name.starts_with(char::is_uppercase));
            let may_name = MAY_NAME_TYPES.contains(&module) && is_type;
            let is_exception = EXCEPTIONS.iter().any(|(from, to, _)| *from == module && path.starts_with(to));
            if other > own && !may_name && !is_exception {
                upward.push(format!("{}: `crate::{path}`", file.display()));
            }
        }
    }
    assert!(seen > 100, "the imports are read: {seen}");
    assert!(upward.is_empty(), "imports from later modules:\n{}", upward.join("\n"));
}

#[test]
fn paths_are_read_from_groups_and_expressions() {
    let code =
        "use crate::{Error, audit::{self, Entry}, users as people};\nlet x = crate::text::excerpt(1); my_crate::no;";
    assert_eq!(crate_paths(code), ["Error", "audit::self", "audit::Entry", "users", "text::excerpt"]);
}

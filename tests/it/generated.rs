//! Committed generated files are up to date. `UPDATE=1 cargo test -p tests --test it generated` writes them.

use api::graphql::error::ErrorCode;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A file of the project.
pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// Compares a committed file with this text, or writes it with `UPDATE=1`.
#[track_caller]
pub(crate) fn compare(name: &str, text: &str) {
    if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
        std::fs::write(file(name), text).expect("a writable file");
        return;
    }
    let committed = std::fs::read_to_string(file(name)).unwrap_or_default();
    let first = committed.lines().zip(text.lines()).find(|(old, new)| old != new);
    assert!(
        committed == text,
        "{name} is stale; the first line that differs: {first:#?}\nrun with UPDATE=1 and review"
    );
}

#[test]
fn the_schema_is_up_to_date() {
    compare("schema.graphql", &crate::sdl::text());
}

#[test]
fn the_table_of_permissions_is_up_to_date() {
    let schemas = api::graphql::schema::build().expect("a schema");
    let intro = "\
# Permissions

Requirements of each field, generated from the guards of [`schema.graphql`](../schema.graphql), which the service
enforces. A field that is not listed requires nothing beyond access to its parent object.

A permission is held through an active role, a role that it inherits from, or a direct grant. `superadmin` holds every
permission. System permissions guard the service itself and are created at bootstrap:

";
    let names = schemas.system_permissions();
    let names: String = names.iter().map(|name| format!("- `{}`\n", name.as_str())).collect();
    let text = format!("{intro}{names}\n{}", schemas.rules().markdown());
    compare("docs/permissions.md", &text);
}

#[test]
fn the_list_of_settings_is_up_to_date() {
    compare("docs/configuration.md", &api::config::reference());
}

#[test]
fn the_example_configuration_is_up_to_date() {
    compare("keyward.example.toml", &api::config::example());
}

/// First cells of the rows below a heading.
fn codes(document: &str, heading: &str) -> BTreeSet<String> {
    let section = document.split(heading).nth(1).expect("the heading").split("\n## ").next().expect("a section");
    let cell = |line: &str| line.strip_prefix("| `")?.split('`').next().map(str::to_owned);
    section.lines().filter_map(cell).collect()
}

#[test]
fn every_error_code_is_documented() {
    let document = std::fs::read_to_string(file("docs/errors.md")).expect("docs/errors.md");
    let top: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    assert_eq!(codes(&document, "## Top-level errors"), top);
    let user: BTreeSet<_> = crate::sdl::published().types["UserErrorCode"].members.iter().cloned().collect();
    assert_eq!(codes(&document, "## User errors"), user);
}

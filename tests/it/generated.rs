//! What is generated and committed is what would be generated now. `UPDATE=1 cargo test -p tests --test it generated`
//! writes it anew.

use api::graphql::error::Code;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A file of the project.
pub(crate) fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)
}

/// Holds a committed file to be this text, or makes it so when `UPDATE=1` asks for it.
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
fn the_schema_is_fresh() {
    compare("schema.graphql", &crate::sdl::text());
}

#[test]
fn the_table_of_permissions_is_fresh() {
    let schemas = api::graphql::schema::build().expect("a schema");
    let intro = "\
# Permissions

What each field of the API requires, made from the guards of [`schema.graphql`](../schema.graphql), which are what is
enforced. Fields that are not here are plain facts of an object that was reached by one that is.

A permission is held through a role that is active, a role that it inherits from, or a direct grant. `superadmin` holds
every one of them. These guard the service itself and are made when it first starts:

";
    let names = schemas.system_permissions();
    let names: String = names.iter().map(|name| format!("- `{}`\n", name.as_str())).collect();
    let text = format!("{intro}{names}\n{}", schemas.rules().markdown());
    compare("docs/permissions.md", &text);
}

#[test]
fn the_list_of_settings_is_fresh() {
    compare("docs/configuration.md", &api::config::markdown());
}

/// First cells of the rows below a heading.
fn codes(document: &str, heading: &str) -> BTreeSet<String> {
    let section = document.split(heading).nth(1).expect("the heading").split("\n## ").next().expect("a section");
    let cell = |line: &str| line.strip_prefix("| `")?.split('`').next().map(str::to_owned);
    section.lines().filter_map(cell).collect()
}

#[test]
fn every_code_is_explained_and_nothing_else_is() {
    let document = std::fs::read_to_string(file("docs/errors.md")).expect("docs/errors.md");
    let top: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    assert_eq!(codes(&document, "## Top-level errors"), top);
    let user: BTreeSet<_> = crate::sdl::published().types["UserErrorCode"].members.iter().cloned().collect();
    assert_eq!(codes(&document, "## User errors"), user);
}

//! Cases as files: models, checks and the results that the standard or another project's documentation gives. One JSON
//! object per line. A check of a name that the model lacks is denied. A model that the standard rules out has the error
//! in `refused`.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use engine::case::{Model, SodSet};
use serde::Deserialize;
use std::fs;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    source: String,
    model: ModelLine,
    /// The engine's error, where the model contradicts itself.
    refused: Option<String>,
    #[serde(default)]
    checks: Vec<Check>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Check {
    user: String,
    permission: String,
    expect: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ModelLine {
    users: Vec<String>,
    roles: Vec<String>,
    permissions: Vec<String>,
    user_roles: Vec<(String, String)>,
    role_permissions: Vec<(String, String)>,
    role_patterns: Vec<(String, String)>,
    role_hierarchy: Vec<(String, String)>,
    user_permissions: Vec<(String, String)>,
    ssd: Vec<SetLine>,
    dsd: Vec<SetLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetLine {
    name: String,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(default)]
    permissions: Vec<String>,
    cardinality: usize,
}

impl From<ModelLine> for Model {
    fn from(line: ModelLine) -> Self {
        let set = |SetLine { name, roles, permissions, cardinality }| SodSet { name, roles, permissions, cardinality };
        Self {
            users: line.users,
            roles: line.roles,
            permissions: line.permissions,
            user_roles: line.user_roles.into_iter().map(Into::into).collect(),
            role_permissions: line.role_permissions.into_iter().map(Into::into).collect(),
            role_patterns: line.role_patterns.into_iter().map(Into::into).collect(),
            role_hierarchy: line.role_hierarchy.into_iter().map(Into::into).collect(),
            user_permissions: line.user_permissions.into_iter().map(Into::into).collect(),
            ssd: line.ssd.into_iter().map(set).collect(),
            dsd: line.dsd.into_iter().map(set).collect(),
        }
    }
}

/// The cases of all corpus files.
fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let files = fs::read_dir(folder).expect("the corpus is there").map(|entry| entry.expect("an entry").path());
    let texts = files.map(|file| fs::read_to_string(file).expect("a text"));
    let cases = |text: String| -> Vec<Case> {
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line}")))
            .collect()
    };
    texts.flat_map(cases).collect()
}

#[test]
fn every_case_of_the_corpus_has_the_result_of_its_source() {
    let cases = cases();
    assert!(cases.len() >= 60, "the corpus has shrunk to {} cases", cases.len());
    for Case { name, source, model, refused, checks } in cases {
        assert!(!source.is_empty(), "`{name}` names its source");
        match (Model::from(model).build(), refused) {
            (Ok(world), None) => {
                assert!(!checks.is_empty(), "`{name}` asks something");
                for Check { user, permission, expect } in checks {
                    let allowed = world.allows(&user, &permission);
                    assert_eq!(allowed, expect, "`{user}` and `{permission}` in `{name}` ({source})");
                }
            }
            (outcome, refused) => {
                let error = outcome.err().map(|error| error.to_string());
                assert_eq!(error, refused, "`{name}` ({source})");
            }
        }
    }
}

#[test]
fn every_part_of_the_standard_has_cases() {
    let cases = cases();
    let count = |has: fn(&ModelLine) -> bool| cases.iter().filter(|case| has(&case.model)).count();
    let parts = [
        ("core", count(|model| !model.user_roles.is_empty())),
        ("hierarchies", count(|model| !model.role_hierarchy.is_empty())),
        ("static separation of duty", count(|model| !model.ssd.is_empty())),
        ("dynamic separation of duty", count(|model| !model.dsd.is_empty())),
        ("direct grants", count(|model| !model.user_permissions.is_empty())),
        ("patterns", count(|model| !model.role_patterns.is_empty())),
        (
            "sets of permissions",
            count(|model| model.ssd.iter().chain(&model.dsd).any(|set| !set.permissions.is_empty())),
        ),
    ];
    for (part, count) in parts {
        assert!(count >= 10, "{part}: {count} cases");
    }
}

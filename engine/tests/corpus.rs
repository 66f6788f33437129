//! Cases as files: models, questions and the answers that the standard or another project's
//! documentation gives. One JSON object a line; a name that a question uses and the model lacks is
//! answered "no".

mod model;

use chrono::DateTime;
use model::Model;
use serde::Deserialize;
use std::fs;
use std::path::Path;

#[derive(Deserialize)]
struct Case {
    name: String,
    source: String,
    model: Model,
    checks: Vec<Check>,
}

#[derive(Deserialize)]
struct Check {
    user: String,
    permission: String,
    expect: bool,
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
fn every_case_of_the_corpus_comes_out_as_its_source_says() {
    let cases = cases();
    assert!(cases.len() >= 20, "the corpus has shrunk to {} cases", cases.len());
    let now = DateTime::UNIX_EPOCH;
    for Case { name, source, model, checks } in cases {
        let policy = model.policy();
        for Check { user, permission, expect } in checks {
            let subject = model.subject(&user);
            let explained = policy.explain(&subject, &permission, now, 100);
            let told = format!("`{user}` and `{permission}` in `{name}` ({source})");
            assert_eq!(explained.decision.allowed, expect, "{told}");
            assert_eq!(!explained.paths.paths.is_empty(), expect, "paths of {told}");
            let held = policy.permissions_of(&subject, now);
            assert_eq!(policy.names_in(&held).any(|held| held == permission), expect, "permissions of {told}");
        }
    }
}

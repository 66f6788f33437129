//! `keyward policy`

mod assertions;
mod blocked;
mod check;
mod documents;
mod organisation;
mod replicas;

use super::{done, err, out};
use serde_json::Value;
use std::process::Output;
use tests::Keyward;

/// A policy with `ana`, `bob` and `cyd`, in its canonical text.
const POLICY: &str = "\
version: 1
permissions:
  invoice:approve: {}
  invoice:pay: {}
  invoice:read: Read invoices
roles:
  clerk:
    description: Enters invoices
    permissions:
      - invoice:read
  controller:
    permissions:
      - invoice:approve
    inherits:
      - clerk
  payer:
    permissions:
      - invoice:pay
  user:
    description: Has an account
    default: true
constraints:
  Pay and approve:
    kind: static
    limit: 2
    roles:
      - controller
      - payer
assignments:
  ana:
    roles:
      clerk: {}
  bob:
    roles:
      payer:
        expiresAt: \"2099-01-31T18:00:00Z\"
        reason: Cover for Cyd
  cyd:
    roles:
      controller: {}
    permissions:
      invoice:pay: {}
";

/// An installation with the policy [`POLICY`].
fn installation() -> Keyward {
    let keyward = Keyward::install();
    write(&keyward, "users.csv", "user,role\nana,clerk\nbob,clerk\ncyd,clerk\n");
    done(&keyward.run(&["import", "--user-roles", "users.csv"], ""));
    apply(&keyward, POLICY);
    keyward
}

fn write(keyward: &Keyward, file: &str, text: &str) {
    std::fs::write(keyward.folder().join(file), text).expect("a file");
}

/// Replaces the policy with a document; returns standard output.
#[track_caller]
fn apply(keyward: &Keyward, document: &str) -> String {
    done(&keyward.run(&["policy", "apply", "-", "--mode", "replace", "--yes"], document))
}

/// The policy with its assignments.
#[track_caller]
fn export(keyward: &Keyward) -> String {
    done(&keyward.run(&["policy", "export", "--assignments"], ""))
}

/// Plans to replace the policy with a document.
fn plan(keyward: &Keyward, document: &str) -> Output {
    keyward.run(&["policy", "plan", "-", "--mode", "replace"], document)
}

/// The plan to replace the policy with a document, as JSON.
#[track_caller]
fn plan_json(keyward: &Keyward, document: &str) -> Value {
    let output = keyward.run(&["policy", "plan", "-", "--mode", "replace", "--json"], document);
    serde_json::from_str(&out(&output)).unwrap_or_else(|error| panic!("{error}: {}{}", out(&output), err(&output)))
}

/// The changes of a plan in words.
fn summaries(plan: &Value) -> Vec<&str> {
    let changes = plan["changes"].as_array().expect("a list");
    changes.iter().map(|change| change["summary"].as_str().expect("a text")).collect()
}

/// Asserts exit code 1, and an `error:` in the last line of standard error; returns the lines before it.
#[track_caller]
fn problems(output: &Output) -> Vec<String> {
    let text = err(output);
    assert_eq!(output.status.code(), Some(1), "{}{text}", out(output));
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    assert!(lines.pop().is_some_and(|line| line.starts_with("error: ")), "{text}");
    lines
}

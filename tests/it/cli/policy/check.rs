//! `keyward policy check`: models from files, and the engine's decisions against expected ones.

use crate::cli::{assert_names, done, err, out, refused};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Output;
use tests::Keyward;

/// A boss senior to a clerk, who pays; and a user without roles.
fn shop() -> Value {
    json!({
        "users": ["ana", "ben"], "roles": ["boss", "clerk"], "permissions": ["pay", "read"],
        "user_roles": [["ana", "boss"]], "role_permissions": [["clerk", "pay"]],
        "role_hierarchy": [["boss", "clerk"]], "user_permissions": [["ben", "read"]]
    })
}

fn check(user: &str, permission: &str, expect: bool) -> Value {
    json!({ "user": user, "permission": permission, "expect": expect })
}

fn case(model: &Value, checks: &[Value]) -> String {
    format!("{}\n", json!({ "model": model, "checks": checks }))
}

/// Runs the command on a file with this text.
fn run(text: &str) -> Output {
    let keyward = Keyward::install();
    std::fs::write(keyward.folder().join("cases.jsonl"), text).expect("a file");
    keyward.run(&["policy", "check", "cases.jsonl"], "")
}

/// Asserts exit code 1 and mismatches; returns standard output.
#[track_caller]
fn mismatched(output: &Output) -> String {
    assert_eq!((output.status.code(), err(output).as_str()), (Some(1), ""));
    out(output)
}

fn corpus() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../engine/tests/corpus");
    let files = std::fs::read_dir(folder).expect("the corpus").map(|entry| entry.expect("an entry").path());
    files.map(|file| file.canonicalize().expect("a path")).collect()
}

#[test]
fn the_corpus_gives_the_expected_decisions_and_nothing_is_stored() {
    let keyward = Keyward::install();
    let files = corpus();
    let mut command = keyward.command(&["policy", "check"]);
    let text = done(&command.args(&files).output().expect("the binary"));
    let cases: usize = files.iter().map(|file| std::fs::read_to_string(file).expect("a text").lines().count()).sum();
    assert!(cases >= 60 && text.starts_with(&format!("0 mismatches (models: {cases}, checks: ")), "{text}");
    assert!(std::fs::read_dir(keyward.folder()).expect("a folder").next().is_none(), "it needs no installation");
}

#[test]
fn expected_decisions_exit_with_zero() {
    let checks = [
        check("ana", "pay", true),
        check("ana", "read", false),
        check("ben", "pay", false),
        check("ben", "read", true),
        check("nobody", "pay", false),
        check("ana", "no such thing", false),
    ];
    assert_eq!(done(&run(&case(&shop(), &checks))), "0 mismatches (models: 1, checks: 6)\n");
}

#[test]
fn each_mismatch_is_reported_with_its_line_and_exits_with_one() {
    let fine = case(&shop(), &[check("ana", "pay", true)]);
    let wrong = case(&shop(), &[check("ana", "pay", false), check("ana", "pay", true), check("ben", "pay", true)]);
    let expected = [
        r#"cases.jsonl:3: user "ana", permission "pay": expected false, got true"#,
        r#"cases.jsonl:3: user "ben", permission "pay": expected true, got false"#,
        "2 mismatches (models: 3, checks: 5)",
    ];
    let output = run(&format!("{fine}\n{wrong}{fine}"));
    assert_eq!(mismatched(&output).lines().collect::<Vec<_>>(), expected);
}

#[test]
fn names_are_any_text_and_control_characters_are_escaped() {
    let (user, role, permission) = ("\u{1b}[2J ana\n", "*", "");
    let model = json!({
        "users": [user], "roles": [role], "permissions": [permission],
        "user_roles": [[user, role]], "role_permissions": [[role, permission]]
    });
    let output = run(&case(&model, &[check(user, permission, true), check(user, permission, false)]));
    let expected = r#"cases.jsonl:1: user "\u{1b}[2J ana\n", permission "": expected false, got true"#;
    assert_eq!(mismatched(&output).lines().next(), Some(expected));
}

#[test]
fn an_invalid_model_is_a_mismatch_unless_expected() {
    let with = |key: &str, value: Value| {
        let mut model = shop();
        model[key] = value;
        model
    };
    let set = json!([{ "name": "apart", "roles": ["boss", "clerk"], "cardinality": 2 }]);
    let cases = [
        (with("role_hierarchy", json!([["boss", "clerk"], ["clerk", "boss"]])), "the role hierarchy has a cycle"),
        (with("ssd", set.clone()), "role `boss` violates set `apart` by itself"),
        (with("dsd", set), "role `boss` violates set `apart` by itself"),
        (with("user_roles", json!([["eve", "boss"]])), "user `eve` is used but not listed"),
    ];
    for (model, reason) in cases {
        let text = mismatched(&run(&case(&model, &[check("ana", "pay", true)])));
        assert_names(&text, &["cases.jsonl:1: the model is refused", reason, "1 mismatch (models: 1, checks: 0)"]);
        let reason = text.lines().next().expect("a line").trim_start_matches("cases.jsonl:1: the model is refused: ");
        let expected = json!({ "model": model, "refused": reason }).to_string();
        assert_eq!(done(&run(&expected)), "0 mismatches (models: 1, checks: 0)\n");
    }
    let fine = json!({ "model": shop(), "refused": "whatever" }).to_string();
    assert_names(&mismatched(&run(&fine)), &["cases.jsonl:1: ", "expected to be refused", "1 mismatch "]);
}

#[test]
fn a_malformed_case_is_reported_in_one_line() {
    let fine = case(&shop(), &[check("ana", "pay", true)]);
    for (line, words) in [
        ("{", "column 1"),
        ("[]", "invalid length 0"),
        ("{}", "missing field `model`"),
        (r#"{"model": {"user_role": []}}"#, "unknown field `user_role`"),
        (r#"{"model": {"users": "ana"}}"#, "expected a sequence"),
        (r#"{"model": {"user_roles": [["ana"]]}}"#, "invalid length 1"),
        (r#"{"model": {}, "checks": [{"user": "ana", "permission": "pay"}]}"#, "missing field `expect`"),
        (r#"{"model": {}} {"model": {}}"#, "trailing characters"),
    ] {
        assert_names(&refused(&run(&format!("{fine}\n{line}\n"))), &["cases.jsonl:3: ", words]);
    }
}

#[test]
fn files_are_read_in_order_and_standard_input_is_accepted() {
    let keyward = Keyward::install();
    let fine = case(&shop(), &[check("ana", "pay", true)]);
    std::fs::write(keyward.folder().join("one.jsonl"), &fine).expect("a file");
    let text = done(&keyward.run(&["policy", "check", "one.jsonl", "-", "one.jsonl"], &fine));
    assert_eq!(text, "0 mismatches (models: 3, checks: 3)\n");
    let wrong = case(&shop(), &[check("ana", "pay", false)]);
    let text = mismatched(&keyward.run(&["policy", "check", "-"], &wrong));
    assert_names(&text, &["standard input:1: user \"ana\""]);
    assert_eq!(done(&keyward.run(&["policy", "check", "-"], "")), "0 mismatches (models: 0, checks: 0)\n");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let keyward = Keyward::install();
    std::fs::create_dir(keyward.folder().join("folder")).expect("a folder");
    assert_names(&refused(&keyward.run(&["policy", "check", "nowhere.jsonl"], "")), &["nowhere.jsonl"]);
    assert_names(&refused(&keyward.run(&["policy", "check", "folder"], "")), &["folder"]);
}

//! Documents that cannot be applied: every problem is printed, and nothing changes.

use super::{POLICY, export, installation, plan, plan_json, problems, write};
use crate::cli::{assert_names, out, refused};
use tests::Keyward;

/// Asserts that `plan` and `apply` refuse a document with these problems, in this order, and change nothing.
#[track_caller]
fn assert_refused(keyward: &Keyward, document: &str, expected: &[&str]) {
    let before = export(keyward);
    for command in [&["plan", "-"][..], &["apply", "-", "--yes"]] {
        let output = keyward.run(&[&["policy"], command, &["--mode", "replace"]].concat(), document);
        let lines = problems(&output);
        assert_eq!(lines.len(), expected.len(), "{lines:#?}");
        for (line, words) in lines.iter().zip(expected) {
            assert!(line.starts_with("standard input: "), "{line}");
            assert_names(line, &[words]);
        }
    }
    assert_eq!(export(keyward), before);
}

#[test]
fn all_problems_of_a_text_are_printed_with_line_and_column() {
    let keyward = installation();
    let text = "version: 2\nroles:\n  clerk: { permissons: [] }\n  payer: { default: 1, inherits: clerk }\n\
                rules: {}\npermissions: {}\nconstraints: {}\n";
    let expected =
        ["line 1, column 10", "line 3, column 12", "line 4, column 21", "line 4, column 34", "line 5, column 1"];
    assert_refused(&keyward, text, &expected);
    assert_eq!(out(&plan(&keyward, text)), "", "nothing is planned");
}

#[test]
fn texts_that_cannot_be_read_are_refused() {
    let keyward = installation();
    for (text, words) in [
        ("", "line 1, column 1"),
        ("version: 1\n\troles: {}\n", "found a tab"),
        ("version: 1\nroles: &a {}\n", "line 2, column 8"),
        ("{\"version\": 1", "line 1, column "),
    ] {
        assert_refused(&keyward, text, &[words]);
    }
    write(&keyward, "policy.yaml", "");
    std::fs::write(keyward.folder().join("policy.yaml"), b"version: 1\nroles: \xff\n").expect("a file");
    for command in ["plan", "apply"] {
        let line = refused(&keyward.run(&["policy", command, "policy.yaml"], ""));
        assert_names(&line, &["policy.yaml is not UTF-8", "line 2"]);
        let line = refused(&keyward.run(&["policy", command, "nowhere.yaml"], ""));
        assert_names(&line, &["cannot open nowhere.yaml"]);
        let line = refused(&keyward.run(&["policy", command, "keyward-data"], ""));
        assert_names(&line, &["cannot read keyward-data"]);
    }
}

#[test]
fn unknown_names_and_cycles_are_printed_together() {
    let keyward = installation();
    let text = POLICY
        .replace("      - invoice:pay\n", "      - invoice:play\n    inherits:\n      - controller\n")
        .replace("    inherits:\n      - clerk\n", "    inherits:\n      - clark\n      - payer\n")
        .replace("  cyd:\n", "  cyt:\n");
    let expected = ["unknown role `clark`", "cycle", "unknown permission `invoice:play`", "unknown user `cyt`"];
    let lines = problems(&plan(&keyward, &text));
    expected.iter().for_each(|words| assert_names(&lines.join("\n"), &[words]));
    assert!(lines.iter().all(|line| line.contains("line ") && line.contains("column ")), "{lines:#?}");
    let before = export(&keyward);
    problems(&keyward.run(&["policy", "apply", "-", "--yes", "--mode", "replace"], &text));
    assert_eq!(export(&keyward), before);
}

#[test]
fn a_violation_of_separation_of_duty_blocks_and_is_shown_with_the_changes() {
    let keyward = installation();
    let text = POLICY.replace("      clerk: {}\n", "      controller: {}\n      payer: {}\n");
    assert_refused(&keyward, &text, &["`Pay and approve`"]);
    let plan = plan_json(&keyward, &text);
    assert_eq!(plan["blockers"][0]["code"], "SOD_VIOLATION", "{plan}");
    assert_eq!(plan["changes"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_document_that_locks_everybody_out_is_refused() {
    let keyward = installation();
    keyward.create_administrator();
    assert_refused(&keyward, POLICY, &["no active human user would hold `access:check`"]);
    let plan = plan_json(&keyward, POLICY);
    assert_eq!(plan["blockers"][0]["code"], "WOULD_LOCK_OUT", "{plan}");
}

#[test]
fn what_is_built_in_is_not_changed() {
    let keyward = installation();
    let text = POLICY.replace("  user:\n", "  superadmin:\n    description: x\n  user:\n");
    assert_refused(&keyward, &text, &["role `superadmin` is built in"]);
    let text = POLICY.replace("permissions:\n  invoice:approve", "permissions:\n  user:read: x\n  invoice:approve");
    assert_refused(&keyward, &text, &["permission `user:read` is built in"]);
}

#[test]
fn ten_megabytes_of_nonsense_are_refused() {
    let keyward = installation();
    let text = format!("version: 1\nroles:\n{}", "  - x\n".repeat(2_000_000));
    let lines = problems(&keyward.run(&["policy", "plan", "-"], &text));
    assert!((1..=1_000).contains(&lines.len()), "{}", lines.len());
}

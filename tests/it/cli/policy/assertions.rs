//! `keyward policy test`: assertions about the current policy or a document.

use super::{POLICY, installation, problems, write};
use crate::cli::{assert_names, done, err, out, refused};
use std::process::Output;
use tests::Keyward;

const HOLDS: &str = "\
# Reading
ana can invoice:read
cyd can invoice:read
bob cannot invoice:read
role controller can invoice:read
role payer cannot invoice:read

cyd holds clerk
bob does not hold clerk
no one holds both payer and controller
no one can user:write
";

const FAILS: &str = "\
ana can invoice:pay
bob does not hold payer
ana can invoice:read
no one holds both permission invoice:pay and controller
role clerk can invoice:raed
eve cannot invoice:read
no one holds clerk
";

const FAILURES: [&str; 7] = [
    "assertions.txt: line 1, column 1: ana cannot invoice:pay",
    "assertions.txt: line 2, column 1: bob holds payer",
    "assertions.txt: line 4, column 1: permission invoice:pay and controller held by cyd",
    "assertions.txt: line 5, column 16: unknown permission `invoice:raed`",
    "assertions.txt: line 6, column 1: unknown user `eve`",
    "assertions.txt: line 7, column 1: clerk held by ana, cyd",
    "6 assertions fail (of 7)",
];

fn test(keyward: &Keyward, assertions: &str, arguments: &[&str]) -> Output {
    write(keyward, "assertions.txt", assertions);
    keyward.run(&[&["policy", "test", "assertions.txt"], arguments].concat(), "")
}

#[track_caller]
fn failures(output: &Output) -> Vec<String> {
    assert_eq!((output.status.code(), err(output).as_str()), (Some(1), ""), "{}", out(output));
    out(output).lines().map(|line| line.replace("held by role ", "held by ")).collect()
}

#[test]
fn assertions_are_about_the_current_policy() {
    let keyward = installation();
    assert_eq!(done(&test(&keyward, HOLDS, &[])), "0 assertions fail (of 9)\n");
    let lines = failures(&test(&keyward, FAILS, &[]));
    assert_eq!(lines.len(), FAILURES.len(), "{lines:#?}");
    lines.iter().zip(FAILURES).for_each(|(line, expected)| assert_eq!(line.replace("role c", "c"), expected));
}

#[test]
fn assertions_are_about_a_document_without_an_installation() {
    let keyward = Keyward::install();
    write(&keyward, "policy.yaml", POLICY);
    let document = ["--document", "policy.yaml"];
    assert_eq!(done(&test(&keyward, HOLDS, &document)), "0 assertions fail (of 9)\n");
    let lines = failures(&test(&keyward, FAILS, &document));
    lines.iter().zip(FAILURES).for_each(|(line, expected)| assert_eq!(line.replace("role c", "c"), expected));
    assert!(!keyward.folder().join("keyward-data").exists(), "nothing was stored");
}

#[test]
fn assertions_about_users_need_a_document_about_users() {
    let keyward = Keyward::install();
    let (without, _) = POLICY.split_once("assignments:").expect("assignments");
    write(&keyward, "policy.yaml", without);
    let document = ["--document", "policy.yaml"];
    for text in ["no one holds both payer and controller\n", "ana can invoice:read\n"] {
        assert_names(&refused(&test(&keyward, text, &document)), &["policy.yaml has no `assignments`"]);
    }
    let roles = "role clerk can invoice:read\nrole clerk cannot user:read\n";
    assert_eq!(done(&test(&keyward, roles, &document)), "0 assertions fail (of 2)\n");
}

#[test]
fn what_a_superadmin_holds_by_rule_does_not_count_for_no_one() {
    let keyward = installation();
    keyward.create_administrator();
    let text = "no one can user:write\nno one holds both permission user:write and superadmin\nroot can user:write\n";
    assert_eq!(done(&test(&keyward, text, &[])), "0 assertions fail (of 3)\n");
    let lines = failures(&test(&keyward, "no one holds superadmin\n", &[]));
    assert_eq!(lines[0], "assertions.txt: line 1, column 1: role superadmin held by root".replace("by role", "by"));
}

#[test]
fn all_problems_of_all_files_are_printed_and_nothing_is_tested() {
    let keyward = Keyward::install();
    write(&keyward, "one.txt", "ana can invoice:read\nana may invoice:read\n");
    write(&keyward, "two.txt", "\n\"ana can\n");
    let output = keyward.run(&["policy", "test", "one.txt", "two.txt", "--document", "nowhere.yaml"], "");
    let lines = problems(&output);
    assert_eq!((lines.len(), out(&output).as_str()), (2, ""), "{lines:#?}");
    assert_names(&lines[0], &["one.txt: line 2, column 1: "]);
    assert_names(&lines[1], &["two.txt: line 2, column 1: "]);
    write(&keyward, "policy.yaml", "version: 1\nroles: { a: { inherits: [b] }, c: 1 }\n");
    let lines = problems(&test(&keyward, "role a can x\n", &["--document", "policy.yaml"]));
    assert_names(&lines.join("\n"), &["policy.yaml: line 2, column "]);
}

#[test]
fn files_are_read_in_order_and_standard_input_once() {
    let keyward = Keyward::install();
    write(&keyward, "policy.yaml", POLICY);
    write(&keyward, "assertions.txt", "ana can invoice:read\n");
    let run = |files: &[&str], input: &str| keyward.run(&[&["policy", "test"], files].concat(), input);
    let output = run(&["assertions.txt", "-", "--document", "policy.yaml"], "ana can invoice:pay\n");
    assert_eq!(
        failures(&output),
        ["standard input: line 1, column 1: ana cannot invoice:pay", "1 assertion fails (of 2)"]
    );
    assert_eq!(done(&run(&["assertions.txt", "--document", "-"], POLICY)), "0 assertions fail (of 1)\n");
    assert_names(&refused(&run(&["-", "--document", "-"], POLICY)), &["standard input can be read once only"]);
    assert_names(&refused(&run(&["nowhere.txt", "--document", "policy.yaml"], "")), &["cannot open nowhere.txt"]);
    assert_eq!(run(&["assertions.txt", "--format", "json"], "").status.code(), Some(2), "the format of what?");
}

//! The security requirements, their implementation, and their tests: `docs/security.md`.
//!
//! A test belongs to a requirement when its name begins with the requirement's id (`b7_…`), in any module.

mod requirements;

use requirements::{BROWSERS, PASSWORDS, SERVICE, SESSIONS, TOKENS};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;

struct Requirement {
    id: &'static str,
    text: &'static str,
    /// The setting or the behavior that meets it.
    implementation: &'static str,
    /// The reason for the absence of a test.
    untested: Option<&'static str>,
}

const fn tested(id: &'static str, text: &'static str, implementation: &'static str) -> Requirement {
    Requirement { id, text, implementation, untested: None }
}

const fn untested(
    id: &'static str,
    text: &'static str,
    implementation: &'static str,
    why: &'static str,
) -> Requirement {
    Requirement { id, text, implementation, untested: Some(why) }
}

#[test]
fn every_security_requirement_has_a_test_or_a_reason_why_not() {
    let tests = tests_by_id();
    let rows = || PARTS.iter().flat_map(|(_, rows)| *rows);
    let ids: BTreeSet<&str> = rows().map(|row| row.id).collect();
    assert_eq!(ids.len(), rows().count(), "an id stands twice");
    let unknown: Vec<_> = tests.keys().filter(|id| !ids.contains(id.as_str())).collect();
    assert!(unknown.is_empty(), "tests of no requirement: {unknown:?}");
    let bare: Vec<_> =
        rows().filter(|row| row.untested.is_some() == tests.contains_key(row.id)).map(|row| row.id).collect();
    assert!(bare.is_empty(), "neither a test nor a reason, or both: {bare:?}");
    crate::generated::compare("docs/security.md", &page(&tests));
}

/// Tests of this binary, by the requirement in their names.
fn tests_by_id() -> BTreeMap<String, Vec<String>> {
    let binary = std::env::current_exe().expect("this binary");
    let output = Command::new(binary).args(["--list", "--format", "terse"]).output().expect("a list");
    let output = String::from_utf8(output.stdout).expect("text");
    let mut tests = BTreeMap::<String, Vec<String>>::new();
    for test in output.lines().filter_map(|line| line.strip_suffix(": test")) {
        let name = test.rsplit("::").next().unwrap_or_default();
        for id in name.split('_').take_while(|part| is_id(part)) {
            tests.entry(id.to_ascii_uppercase()).or_default().push(test.to_owned());
        }
    }
    tests.retain(|id, _| !id.starts_with(['E', 'I']));
    tests
}

/// A letter and a number. Ids of authorization (`e…`) and of incidents (`i…`) are not in this table.
fn is_id(part: &str) -> bool {
    part.starts_with(['a', 'b', 'c', 'd', 'e', 'f', 'i'])
        && part.len() > 1
        && part[1..].bytes().all(|byte| byte.is_ascii_digit())
}

/// The generated page.
fn page(tests: &BTreeMap<String, Vec<String>>) -> String {
    let mut page = String::from(INTRO);
    for (title, rows) in PARTS {
        let _ = write!(page, "\n## {title}\n\n| id | requirement | implementation | tests |\n|---|---|---|---|\n");
        for Requirement { id, text, implementation, untested } in *rows {
            let shown = match untested {
                Some(why) => format!("no test here: {why}"),
                None => tests[*id].iter().map(|test| format!("`{test}`")).collect::<Vec<_>>().join("<br>"),
            };
            let _ = writeln!(page, "| {id} | {text} | {implementation} | {shown} |");
        }
    }
    page
}

const INTRO: &str = "\
# Security

Security requirements of OWASP ASVS 5.0 (numbers in parentheses), NIST SP 800-63B-4 and several RFCs, their implementation
in Keyward, and the tests in [`tests/it`](../tests/it). Permissions are listed in [permissions.md](permissions.md), the
invariants of administration in [conformance.md](conformance.md). To report a vulnerability, see
[SECURITY.md](../SECURITY.md).
";

const PARTS: &[(&str, &[Requirement])] = &[
    ("Passwords and login", PASSWORDS),
    ("Sessions and cookies", SESSIONS),
    ("CORS and CSRF", BROWSERS),
    ("Tokens", TOKENS),
    ("Service and operations", SERVICE),
];

//! Rows are never lost in silence.

use super::{attempt, held, rejected, seen, state};
use crate::cli::assert_names;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use std::fmt::Write as _;
use std::io::Write as _;
use tests::Keyward;

fn packed(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes()).expect("memory");
    packer.finish().expect("memory")
}

#[tokio::test]
async fn a_row_that_is_not_understood_whole_is_a_problem_with_its_line() {
    let mut keyward = Keyward::install();
    let root = keyward.serve_with_administrator().await;
    let before = state(&root).await;
    let faults = [
        ("user,role\nann,clerk\n\"bob,clerk\ncal,clerk\n", 3, "a quote opens a field and is not closed"),
        (
            "user,role\nann,clerk\n\"bob,clerk\n\"cal\",clerk\ndan,clerk\n",
            3,
            "text follows the closing quote of a field on line 4",
        ),
        ("user,role\nann,\"clerk\"x\n", 2, "text follows the closing quote of a field"),
        ("user,role\nann,cl\"erk\n", 2, "a quote within a field that has no quotes around it"),
        ("user,role\nann,clerk,2026-07-01T00:00:00Z\n", 2, "the row has more fields than the header: 3, not 2"),
        ("user,role\nann,clerk,\n", 2, "the row has more fields than the header"),
        ("user,role\nann\n", 2, "the row has fewer fields than the header: 1, not 2"),
        ("user,role,user\nann,clerk,bob\n", 1, "the column `user` occurs twice"),
        ("user,role\nann,clerk\nuser,role\nbob,clerk\n", 3, "a header within the file"),
        ("user,role\nann,clerk\nrole,user\nclerk,bob\n", 3, "a header within the file"),
        ("user,role\nann,clerk\n\u{feff}user,role\nbob,clerk\n", 3, "a header within the file"),
        ("user,role\nann,clerk\nuser,permission\nbob,read\n", 3, "a header within the file"),
    ];
    for (text, line, words) in faults {
        let error = rejected(&attempt(&keyward, &[("user-roles", text)], &[]));
        assert_names(&error, &[&format!("user-roles.csv:{line}: {words}"), "because of 1 problem"]);
    }
    assert_eq!(state(&root).await, before);
}

#[tokio::test]
async fn all_problems_of_all_files_are_reported_up_to_a_hundred() {
    let mut keyward = Keyward::install();
    let root = keyward.serve_with_administrator().await;
    let before = state(&root).await;
    let mut text = "user,role,expires_at\n".to_owned();
    (0..120).for_each(|number| writeln!(text, "user{number},clerk,friday").expect("memory"));
    let files = [("user-roles", text.as_str()), ("role-permissions", "role,permission\nclerk\nclerk,*\n")];
    let error = rejected(&attempt(&keyward, &files, &[]));
    let reported: Vec<_> = error.lines().filter(|line| line.contains(".csv:")).collect();
    assert_eq!(reported.len(), 100);
    assert!(reported[99].starts_with("user-roles.csv:101: "), "{error}");
    assert_names(&error, &["… and 22 more", "because of 122 problems"]);
    let fewer = text.lines().take(98).collect::<Vec<_>>().join("\n");
    let error = rejected(&attempt(&keyward, &[("user-roles", &fewer), files[1]], &[]));
    assert_eq!(error.lines().filter(|line| line.contains(".csv:")).count(), 99);
    assert_names(&error, &["role-permissions.csv:2: ", "role-permissions.csv:3: ", "because of 99 problems"]);
    assert!(!error.contains("more\n"), "{error}");
    assert_eq!(state(&root).await, before);
}

#[tokio::test]
async fn gzip_may_have_members_and_padding_and_nothing_else() {
    let mut keyward = Keyward::install();
    let root = keyward.serve_with_administrator().await;
    let import = |bytes: &[u8]| {
        std::fs::write(keyward.folder().join("staff.gz"), bytes).expect("a file");
        keyward.run(&["import", "--user-roles", "staff.gz"], "")
    };
    let before = state(&root).await;
    let file = packed("user,role\nann,clerk\n");
    let trailing = rejected(&import(&[file.as_slice(), b"trailing"].concat()));
    assert_names(&trailing, &["staff.gz has 8 bytes after the end of its gzip data"]);
    let joined = rejected(&import(&[file.as_slice(), &packed("user,role\nbob,clerk\n")].concat()));
    assert_names(&joined, &["staff.gz:3: a header within the file"]);
    let cut = rejected(&import(&file[..file.len() - 4]));
    assert_names(&cut, &["cannot read staff.gz"]);
    assert_eq!(state(&root).await, before);

    let whole = [file.as_slice(), &packed("bob,clerk\n"), &[0; 1024]].concat();
    seen(&root, || import(&whole)).await;
    for name in ["ann", "bob"] {
        assert_eq!(held(&root, name).await, json!([["clerk"], []]));
    }
}

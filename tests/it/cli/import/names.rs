//! Names: built-in ones are not touched by accident, and new ones are not made by accident.

use super::{applied, attempt, held, rejected, seen, state};
use crate::cli::assert_names;
use serde_json::json;
use tests::Keyward;

#[tokio::test]
async fn nothing_built_in_is_touched_unless_it_is_declared() {
    let mut keyward = Keyward::install();
    let root = keyward.serve_with_administrator().await;
    let before = state(&root).await;
    let declare = |name: &str| format!("add `--built-in {name}`");
    let (superadmin, user, permission) = (declare("superadmin"), declare("user"), declare("user:read"));
    let case = "which differs in case: use that spelling";
    let attempts: [(&str, &str, &[&str], &str); 10] = [
        ("user-roles", "user,role\nbob,superadmin\n", &[], &superadmin),
        ("user-roles", "user,role\nbob,SuperAdmin\n", &[], case),
        ("user-roles", "user,role\nbob,SuperAdmin\n", &["--built-in", "superadmin"], case),
        ("user-roles", "user,role\nbob,superadmin\n", &["--built-in", "user,user:read"], &superadmin),
        ("role-permissions", "role,permission\nUser,patient:read\n", &[], case),
        ("role-permissions", "role,permission\nuser,patient:read\n", &[], &user),
        ("role-permissions", "role,permission\nclerk,user:read\n", &[], &permission),
        ("user-permissions", "user,permission\nbob,user:read\n", &[], &permission),
        ("role-hierarchy", "senior,junior\nclerk,user\n", &[], &user),
        ("roles", "role\nuser\n", &[], &user),
    ];
    for (flag, text, flags, words) in attempts {
        let error = rejected(&attempt(&keyward, &[(flag, text)], flags));
        assert_names(&error, &[&format!("{flag}.csv:2: "), words, "because of 1 problem"]);
    }
    let misspelled = attempt(&keyward, &[("user-roles", "user,role\nbob,clerk\n")], &["--built-in", "supradmin"]);
    assert_names(&rejected(&misspelled), &["`supradmin` is not a built-in role"]);
    assert_eq!(state(&root).await, before);

    let flags = ["--built-in", "superadmin,user", "--built-in", "user:read"];
    let files = [
        ("user-roles", "user,role\nbob,superadmin\n"),
        ("role-permissions", "role,permission\nuser,patient:read\nclerk,user:read\n"),
    ];
    seen(&root, || attempt(&keyward, &files, &flags)).await;
    assert_eq!(held(&root, "bob").await[0], json!(["superadmin"]));
    let clerk = root.ask("{ roleByName(name: \"clerk\") { permissions { name } } }").await;
    assert_eq!(clerk.data()["roleByName"]["permissions"], json!([{ "name": "user:read" }]));
}

#[tokio::test]
async fn a_default_role_is_declared_like_a_built_in_one() {
    let mut keyward = Keyward::install();
    let root = keyward.serve_with_administrator().await;
    let roles = "role,is_default,requires_activation\nmember,true,\nvault,false,true\n";
    seen(&root, || attempt(&keyward, &[("roles", roles)], &[])).await;
    let document = "{ member: roleByName(name: \"member\") { isDefault requiresActivation }
        vault: roleByName(name: \"vault\") { isDefault requiresActivation } }";
    let expected = json!({ "member": { "isDefault": true, "requiresActivation": false },
        "vault": { "isDefault": false, "requiresActivation": true } });
    assert_eq!(root.ask(document).await.data(), &expected);
    let grants = [("role-permissions", "role,permission\nmember,patient:read\n")];
    let error = rejected(&attempt(&keyward, &grants, &[]));
    assert_names(&error, &["role-permissions.csv:2: role `member` is a default role", "`--built-in member`"]);
    applied(&attempt(&keyward, &grants, &["--built-in", "member"]));
    let changed = [("roles", "role,is_default\nvault,true\n")];
    assert_names(
        &rejected(&attempt(&keyward, &changed, &[])),
        &["roles.csv:2: role `vault` exists with `is_default` false"],
    );
}

#[test]
fn new_names_are_listed_and_those_one_edit_away_pointed_out() {
    let keyward = Keyward::install();
    let first = applied(&attempt(
        &keyward,
        &[("user-roles", "user,role\nben,clerk\n"), ("permissions", "permission,description\npatient:read,reads\n")],
        &[],
    ));
    assert_names(
        &first,
        &["imported 1 user, 1 role, 1 permission, 1 assignment", "new users:\n  ben\n", "new roles:\n  clerk\n"],
    );
    assert_names(&first, &["new permissions:\n  patient:read"]);
    let second = applied(&attempt(
        &keyward,
        &[
            ("user-roles", "user,role\nzoe,auditor\nbne,clerck\n"),
            ("user-permissions", "user,permission\nzoe,patients:read\nzoe,Patient:Read\n"),
        ],
        &[],
    ));
    let expected = [
        "new users:\n  bne (similar to the existing `ben`), zoe\n",
        "new roles:\n  clerck (similar to the existing `clerk`), auditor\n",
        "patients:read (similar to the existing `patient:read`)",
        "Patient:Read (similar to the existing `patient:read`)",
    ];
    assert_names(&second, &expected);
}

#[tokio::test]
async fn existing_only_refuses_new_names_and_suggests_existing_ones() {
    let mut keyward = Keyward::install();
    let root = keyward.serve_with_administrator().await;
    let known =
        [("user-roles", "user,role\nben,clerk\n"), ("role-permissions", "role,permission\nclerk,patient:read\n")];
    seen(&root, || attempt(&keyward, &known, &[])).await;
    let before = state(&root).await;
    let files = [
        ("user-roles", "user,role\nbne,clerk\nben,clerck\nbne,clerck\n"),
        ("user-permissions", "user,permission\nben,patient:reed\nben,other\n"),
    ];
    let (user, role) = (
        "user-roles.csv:2: user `bne` does not exist: `ben` does",
        "user-roles.csv:3: role `clerck` does not exist: `clerk` does",
    );
    let near = "user-permissions.csv:2: permission `patient:reed` does not exist: `patient:read` does";
    let far = "user-permissions.csv:3: permission `other` does not exist\n";
    for (kinds, words) in [
        ("users", vec![user, "because of 1 problem"]),
        ("roles", vec![role, "because of 1 problem"]),
        ("permissions", vec![near, far, "because of 2 problems"]),
        ("users,roles", vec![user, role, "because of 2 problems"]),
        ("all", vec![user, role, near, far, "because of 4 problems"]),
    ] {
        assert_names(&rejected(&attempt(&keyward, &files, &["--existing-only", kinds])), &words);
    }
    assert_eq!(state(&root).await, before);
    applied(&attempt(
        &keyward,
        &[("user-permissions", "user,permission\nben,patient:read\n")],
        &["--existing-only", "all"],
    ));
    assert_eq!(attempt(&keyward, &known, &["--existing-only", "everything"]).status.code(), Some(2));
}

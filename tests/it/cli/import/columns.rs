//! Columns mean something or are refused.

use super::{applied, attempt, rejected, seen};
use crate::cli::assert_names;
use serde_json::json;
use tests::Keyward;

#[tokio::test]
async fn periods_and_reasons_of_assignments_and_grants_are_read() {
    let mut keyward = Keyward::install();
    let root = keyward.serve_with_administrator().await;
    let files = [
        (
            "user-roles",
            "user,role,valid_from,expires_at,reason\nbob,clerk,,2099-07-01T00:00:00+02:00,until Friday\nbob,auditor,2026-01-01T00:00:00Z,,\n",
        ),
        ("user-permissions", "reason,expires_at,user,permission\n,2099-01-01T00:00:00.5Z,bob,patient:read\n"),
    ];
    seen(&root, || attempt(&keyward, &files, &["--reason", "ticket 7"])).await;
    let document = "{ userByUsername(username: \"bob\") { roleAssignments { role { name } validFrom expiresAt reason }
        permissionNames } }";
    let answer = root.ask(document).await;
    let mut found = answer.data()["userByUsername"]["roleAssignments"].as_array().expect("a list").clone();
    found.sort_by_key(|assignment| assignment["role"]["name"].to_string());
    let expected = json!([
        { "role": { "name": "auditor" }, "validFrom": "2026-01-01T00:00:00.000Z", "expiresAt": null, "reason": "ticket 7" },
        { "role": { "name": "clerk" }, "validFrom": null, "expiresAt": "2099-06-30T22:00:00.000Z", "reason": "until Friday" },
    ]);
    assert_eq!(json!(found), expected);
    assert_eq!(answer.data()["userByUsername"]["permissionNames"], json!(["patient:read"]));
    let granted =
        root.ask("{ auditLog(filter: { actions: [\"user.grant_permissions\"] }) { nodes { after reason } } }").await;
    let after = json!({ "permissions": ["patient:read"], "validFrom": null, "expiresAt": "2099-01-01T00:00:00.500Z" });
    assert_eq!(granted.data()["auditLog"]["nodes"], json!([{ "after": after, "reason": "ticket 7" }]));
    // Once more, and as another period.
    assert_names(&applied(&attempt(&keyward, &files, &[])), &["nothing to do"]);
    let other = [("user-roles", "user,role,expires_at\nbob,auditor,2099-01-01T00:00:00Z\n")];
    assert_names(&rejected(&attempt(&keyward, &other, &[])), &["user-roles.csv:2: user `bob` has `auditor` already"]);
    let none = [("user-roles", "user,role\nbob,clerk\n")];
    assert_names(&applied(&attempt(&keyward, &none, &[])), &["1 period left as it is"]);
}

#[test]
fn a_value_that_the_api_refuses_is_a_problem() {
    let keyward = Keyward::install();
    let text = "user,role,valid_from,expires_at\nann,clerk,,2020-01-01T00:00:00Z\nbob,clerk,,01.07.2026\ncal,clerk,2099-02-01T00:00:00Z,2099-01-01T00:00:00Z\n";
    let roles = "role,is_default\nclerk,yes\n";
    let error = rejected(&attempt(&keyward, &[("roles", roles), ("user-roles", text)], &[]));
    let expected = [
        "roles.csv:2: `is_default`: `yes` is neither `true` nor `false`",
        "user-roles.csv:2: `expires_at`: the end must be in the future",
        "user-roles.csv:3: `expires_at`: `01.07.2026` is not a date and time in RFC 3339 format",
        "user-roles.csv:4: `expires_at`: the end must be after the beginning",
        "because of 4 problems",
    ];
    assert_names(&error, &expected);
    let long = "x".repeat(1_001);
    let files = [("user-roles", "user,role\nann,clerk\n")];
    assert_names(&rejected(&attempt(&keyward, &files, &["--reason", &long])), &["longer than 1000 characters"]);
    applied(&attempt(&keyward, &files, &["--reason", &long[1..]]));
}

#[tokio::test]
async fn a_column_without_a_meaning_is_refused_unless_it_is_ignored() {
    let mut keyward = Keyward::install();
    let root = keyward.serve_with_administrator().await;
    let files = [("user-roles", "id,user,role,until\n1,ann,clerk,friday\n")];
    for (flags, columns) in [(&[][..], &["`id`", "`until`"][..]), (&["--ignore-columns", "id"], &["`until`"])] {
        let error = rejected(&attempt(&keyward, &files, flags));
        for column in columns {
            assert_names(&error, &[&format!("user-roles.csv:1: the column {column} has no meaning here")]);
        }
        assert_names(&error, &["`user`, `role`, `valid_from`, `expires_at`, `reason`"]);
    }
    seen(&root, || attempt(&keyward, &files, &["--ignore-columns", "id,until"])).await;
    // A column with a meaning is read in any case.
    let described = [("permissions", "permission,description,note\nvault:open,opens it,x\n")];
    seen(&root, || attempt(&keyward, &described, &["--ignore-columns", "note,description"])).await;
    let answer = root.ask("{ permissionByName(name: \"vault:open\") { description } }").await;
    assert_eq!(answer.data()["permissionByName"], json!({ "description": "opens it" }));
    let again = [("permissions", "permission,description\nvault:open,shuts it\n")];
    let text = applied(&attempt(&keyward, &again, &[]));
    assert_names(&text, &["nothing to do", "1 description left as it is, where the files have another"]);
}

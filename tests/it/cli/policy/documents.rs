//! Documents are exported, planned and applied.

use super::{POLICY, apply, export, installation, plan, plan_json, summaries, write};
use crate::cli::{assert_names, done, err, out, refused};
use serde_json::{Value, json};
use tests::Keyward;

const UNCHANGED: &str = "nothing to do: the policy is as the document says\n";

/// [`POLICY`] after some edits.
fn edited() -> String {
    POLICY
        .replace("  invoice:pay: {}\n  invoice:read", "  invoice:pay: Pay invoices\n  invoice:read")
        .replace("    description: Enters invoices\n", "    description: Enters bills\n")
        .replace("      - invoice:pay\n", "      - invoice:pay\n      - invoice:read\n")
        .replace("  user:\n", "  reader:\n    default: true\n    permissions:\n      - invoice:read\n  user:\n")
        .replace("    kind: static\n", "    description: Nobody pays what they approved\n    kind: dynamic\n")
        .replace("  bob:\n    roles:\n", "  bob:\n    roles:\n      clerk: {}\n")
        .replace("    permissions:\n      invoice:pay: {}\n", "    permissions:\n      invoice:read: {}\n")
}

#[test]
fn what_is_applied_is_exported() {
    assert_eq!(export(&installation()), POLICY);
}

#[test]
fn an_export_is_planned_as_unchanged() {
    let keyward = installation();
    for format in ["yaml", "json"] {
        for assignments in [&[][..], &["--assignments"]] {
            let text = done(&keyward.run(&[&["policy", "export", "--format", format], assignments].concat(), ""));
            assert_eq!(text.contains("assignments"), !assignments.is_empty());
            for mode in ["merge", "replace"] {
                let output = keyward.run(&["policy", "plan", "-", "--format", format, "--mode", mode], &text);
                assert_eq!(done(&output), UNCHANGED);
                let output = keyward.run(&["policy", "apply", "-", "--format", format, "--mode", mode], &text);
                assert_eq!(done(&output), UNCHANGED, "nothing needs agreement");
            }
        }
    }
}

#[test]
fn a_plan_shows_exactly_the_edits_which_are_applied_and_rolled_back() {
    let keyward = installation();
    let (before, edits) = (export(&keyward), edited());
    let output = plan(&keyward, &edits);
    assert_eq!((output.status.code(), err(&output).as_str()), (Some(2), ""));
    let text = out(&output);
    let expected = [
        "7 changes of the policy at revision ",
        "  ~ change permission `invoice:pay`: describe\n",
        "  ~ change role `clerk`: describe\n",
        "  ~ change role `payer`: grant `invoice:read`\n",
        "  + create role `reader`\n",
        "  ~ change constraint `Pay and approve`: change the kind, describe\n",
        "  ~ change user `bob`: assign `clerk`\n",
        "  ~ change user `cyd`: revoke `invoice:pay`, grant `invoice:read`\n",
        "2 users affected (0 live sessions): 1 permission gained, 1 lost\n",
        "  bob: gains `invoice:read`\n",
        "  cyd: loses `invoice:pay`\n",
        "\n--- before\n+++ after\n@@ ",
        "\n-    kind: static\n",
        "\nplan hash: ",
    ];
    assert_names(&text, &expected);
    assert_eq!(export(&keyward), before, "a plan changes nothing");

    let printed = apply(&keyward, &edits);
    assert!(printed.starts_with(text.trim_end()), "what was planned is applied: {printed}");
    assert_names(&printed, &["\napplied 7 changes: the policy has revision "]);
    assert_eq!(export(&keyward), edits);
    assert_eq!(done(&plan(&keyward, &edits)), UNCHANGED);

    apply(&keyward, &before);
    assert_eq!(export(&keyward), before);
}

#[test]
fn objects_with_links_are_deleted() {
    let keyward = installation();
    let empty = "version: 1\npermissions: {}\nroles: {}\nconstraints: {}\n";
    let plan = plan_json(&keyward, empty);
    let expected = [
        "delete constraint `Pay and approve`",
        "delete role `clerk`",
        "delete role `controller`",
        "delete role `payer`",
        "delete role `user`",
        "delete permission `invoice:approve`",
        "delete permission `invoice:pay`",
        "delete permission `invoice:read`",
    ];
    assert_eq!(summaries(&plan), expected);
    assert_eq!(plan["impact"]["usersAffected"], 3, "{plan}");
    assert_eq!(plan["impact"]["permissionsLost"], 5, "{plan}");
    apply(&keyward, empty);
    let text = export(&keyward);
    assert!(!text.contains("invoice") && !text.contains("clerk") && !text.contains("ana"), "{text}");
    apply(&keyward, POLICY);
    assert_eq!(export(&keyward), POLICY);
}

#[test]
fn a_role_of_many_users_is_deleted_and_restored_with_them() {
    let keyward = Keyward::install();
    let rows: String = (0..1_200).map(|number| format!("user{number:04},member\n")).collect();
    write(&keyward, "users.csv", &format!("user,role\n{rows}"));
    done(&keyward.run(&["import", "--user-roles", "users.csv"], ""));
    let before = export(&keyward);
    assert_eq!(before.matches("member: {}").count(), 1_201, "the role, and each user");
    let without = "version: 1\npermissions: {}\nroles: {}\nconstraints: {}\n";
    apply(&keyward, without);
    assert_eq!(export(&keyward), format!("{without}assignments: {{}}\n"));
    apply(&keyward, &before);
    assert_eq!(export(&keyward), before);
}

#[test]
fn merging_changes_only_what_is_mentioned() {
    let keyward = installation();
    let small = "version: 1\nroles: { clerk: { permissions: [] } }\nassignments: { ana: { roles: {} } }\n";
    let output = keyward.run(&["policy", "apply", "-", "--yes"], small);
    assert_names(&done(&output), &["2 changes ", "revoke `invoice:read`", "unassign `clerk`", "applied 2 changes"]);
    let expected = POLICY
        .replace("    permissions:\n      - invoice:read\n  controller", "  controller")
        .replace("  ana:\n    roles:\n      clerk: {}\n", "");
    assert_eq!(export(&keyward), expected);
}

#[test]
fn a_plan_as_json_has_changes_impact_diff_and_hash() {
    let keyward = installation();
    let plan = plan_json(&keyward, &POLICY.replace("  cyd:\n", "  bob2:\n").replace("bob2", "cyd"));
    assert_eq!((&plan["changes"], &plan["diff"], &plan["blockers"]), (&json!([]), &json!(""), &json!([])));
    let plan = plan_json(&keyward, &POLICY.replace("      clerk: {}\n", "      clerk: {}\n      superadmin: {}\n"));
    assert_eq!(plan["impact"]["newAdministrators"], json!(["ana"]));
    assert_eq!(plan["impact"]["deltas"][0]["user"], "ana");
    assert!(plan["hash"].as_str().is_some_and(|hash| hash.len() == 43), "{plan}");
    assert!(plan["baseRevision"].as_u64().is_some_and(|revision| revision > 0), "{plan}");
    let change = &plan["changes"][0];
    assert_eq!(
        (&change["action"], &change["objectType"], &change["key"]),
        (&json!("UPDATE"), &json!("User"), &json!("ana"))
    );
    assert_ne!(change["before"], change["after"]);
}

#[test]
fn only_the_plan_with_the_hash_is_applied() {
    let keyward = installation();
    let edits = edited();
    let hash = |plan: &Value| plan["hash"].as_str().expect("a hash").to_owned();
    let stale = hash(&plan_json(&keyward, &edits));
    apply(&keyward, &POLICY.replace("Enters invoices", "Enters numbers"));
    let before = export(&keyward);
    let apply = |document: &str, hash: &str| {
        keyward.run(&["policy", "apply", "-", "--mode", "replace", "--plan-hash", hash], document)
    };
    for (document, hash) in [(&edits, stale.as_str()), (&edits, "x"), (&before, stale.as_str())] {
        let lines = super::problems(&apply(document, hash));
        assert_names(&lines.join("\n"), &["no longer the one that was shown"]);
        assert_eq!(export(&keyward), before);
    }
    let fresh = hash(&plan_json(&keyward, &edits));
    done(&apply(&edits, &fresh));
    assert_eq!(export(&keyward), edits);
    super::problems(&apply(&edits, &fresh));
}

#[test]
fn without_a_terminal_an_agreement_is_needed() {
    let keyward = installation();
    write(&keyward, "policy.yaml", &edited());
    let output = keyward.run(&["policy", "apply", "policy.yaml", "--mode", "replace"], "yes\n");
    assert_eq!(output.status.code(), Some(1));
    assert_names(&out(&output), &["7 changes"]);
    assert_names(&err(&output), &["error: nothing was applied", "--yes", "--plan-hash"]);
    assert_eq!(export(&keyward), POLICY);
    let output = keyward.run(&["policy", "apply", "policy.yaml", "--yes", "--plan-hash", "x"], "");
    assert_eq!(output.status.code(), Some(2), "one or the other");
}

#[test]
fn an_export_goes_to_a_file_whose_name_tells_the_format() {
    let keyward = installation();
    for file in ["policy.yaml", "policy.json"] {
        let output = keyward.run(&["policy", "export", "--assignments", "--output", file], "");
        assert_eq!(done(&output), "");
        assert_names(&err(&output), &["wrote ", file, "revision "]);
        assert_eq!(done(&keyward.run(&["policy", "plan", file, "--mode", "replace"], "")), UNCHANGED);
    }
    let text = |file: &str| std::fs::read_to_string(keyward.folder().join(file)).expect("a file");
    assert_eq!(text("policy.yaml"), POLICY);
    assert_eq!(serde_json::from_str::<Value>(&text("policy.json")).expect("JSON")["version"], 1);
    assert_eq!(done(&keyward.run(&["policy", "export", "--assignments", "--output", "-"], "")), POLICY);
    assert_names(&refused(&keyward.run(&["policy", "export", "--output", "nowhere/policy.yaml"], "")), &["nowhere"]);
}

#[test]
fn nothing_is_made_where_there_is_no_database() {
    let keyward = Keyward::install();
    write(&keyward, "policy.yaml", POLICY);
    write(&keyward, "assertions.txt", "no one can a:b\n");
    let commands: [&[&str]; 4] =
        [&["export"], &["plan", "policy.yaml"], &["apply", "policy.yaml", "--yes"], &["test", "assertions.txt"]];
    for command in commands {
        let line = refused(&keyward.run(&[&["policy"], command].concat(), ""));
        assert_names(&line, &["there is no database in ", "--data-dir"]);
    }
    assert!(!keyward.folder().join("keyward-data").exists());
}

#[test]
fn the_json_schema_is_printed_as_it_is_committed() {
    let keyward = Keyward::install();
    let committed = std::fs::read_to_string(crate::generated::file("docs/policy.schema.json")).expect("the schema");
    assert_eq!(done(&keyward.run(&["policy", "schema"], "")), committed);
    assert!(!keyward.folder().join("keyward-data").exists(), "it needs no installation");
}

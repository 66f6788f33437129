//! A real organisation as a document: edited in ten places, planned with the right people, applied and rolled back.

use super::{export, plan_json, summaries, write};
use crate::cli::{done, out};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{Keyward, data_file};

type Held = BTreeMap<String, BTreeSet<String>>;

/// An installation with the roles, teams and members of `k8s-org`.
fn organisation() -> Keyward {
    let keyward = Keyward::install();
    let mut command = keyward.command(&["import"]);
    for file in ["roles", "role-permissions", "role-hierarchy", "user-roles"] {
        let name = format!("k8s-org/{}.csv.gz", file.replace('-', "_"));
        command.arg(format!("--{file}")).arg(data_file(&name));
    }
    done(&command.output().expect("the binary"));
    keyward
}

fn keys(value: &Value) -> Vec<String> {
    value.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect()
}

fn names(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(|name| name.as_str().expect("a name").to_owned()).collect()
}

/// The effective permissions of all users of a document, in the simplest way.
fn effective(document: &Value) -> Held {
    let mut held = Held::new();
    for (user, links) in document["assignments"].as_object().expect("assignments") {
        let mut open = keys(&links["roles"]);
        let mut seen = BTreeSet::new();
        let permissions = held.entry(user.clone()).or_default();
        permissions.extend(keys(&links["permissions"]));
        while let Some(role) = open.pop() {
            if seen.insert(role.clone()) {
                let role = &document["roles"][&role];
                permissions.extend(names(&role["permissions"]));
                open.extend(names(&role["inherits"]));
            }
        }
    }
    held
}

fn object<'a>(document: &'a mut Value, section: &str) -> &'a mut Map<String, Value> {
    document[section].as_object_mut().expect("an object")
}

/// Names of roles with grants that users are assigned, most assigned first.
fn assigned_roles(document: &Value) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for links in document["assignments"].as_object().into_iter().flat_map(Map::values) {
        keys(&links["roles"]).into_iter().for_each(|role| *counts.entry(role).or_default() += 1);
    }
    let mut roles: Vec<(usize, String)> = counts.into_iter().map(|(role, count)| (count, role)).collect();
    roles.sort_by(|one, other| other.cmp(one));
    roles.into_iter().map(|(_, role)| role).collect()
}

/// Edits a document in ten places, each in another object.
fn edit(document: &mut Value) {
    let roles = assigned_roles(document);
    let [first, second, third, ..] = roles.as_slice() else { panic!("too few roles") };
    let granted = keys(&document["permissions"]);
    let users = keys(&document["assignments"]);
    let inheriting = roles.iter().filter(|role| !names(&document["roles"][*role]["inherits"]).is_empty());
    let junior = inheriting.clone().nth(5).expect("a senior").clone();
    object(document, "permissions").insert("ledger:audit".to_owned(), json!("Read the audit log"));
    object(document, "permissions").insert(granted[0].clone(), json!("Described"));
    document["roles"]["auditor"] = json!({ "permissions": ["ledger:audit"], "inherits": [third] });
    document["roles"][first]["permissions"] = json!([granted[1]]);
    document["roles"][second]["description"] = json!("The second");
    document["roles"][second]["permissions"] = json!([granted[2], "ledger:audit"]);
    document["roles"][&junior]["inherits"] = json!([]);
    document["constraints"]["Audit"] = json!({ "kind": "static", "limit": 2, "roles": ["auditor", "unused"] });
    document["roles"]["unused"] = json!({});
    document["assignments"][&users[0]]["roles"]["auditor"] = json!({});
    document["assignments"][&users[1]] = json!({ "permissions": { &granted[3]: { "reason": "Ticket 7" } } });
}

fn pairs(held: &Held) -> BTreeSet<(&str, &str)> {
    held.iter().flat_map(|(user, held)| held.iter().map(move |name| (user.as_str(), name.as_str()))).collect()
}

#[test]
fn an_edited_organisation_is_planned_applied_and_rolled_back() {
    let keyward = organisation();
    let before = export(&keyward);
    for mode in ["merge", "replace"] {
        let output = keyward.run(&["policy", "plan", "-", "--mode", mode], &before);
        assert_eq!(done(&output), "nothing to do: the policy is as the document says\n");
    }
    let json = done(&keyward.run(&["policy", "export", "--assignments", "--format", "json"], ""));
    let original: Value = serde_json::from_str(&json).expect("JSON");
    let mut edited = original.clone();
    edit(&mut edited);
    let text = edited.to_string();

    let plan = plan_json(&keyward, &text);
    assert_eq!(plan["blockers"], json!([]));
    assert_eq!(summaries(&plan).len(), 10, "{:#?}", summaries(&plan));
    let (held, held_after) = (effective(&original), effective(&edited));
    let (pairs_before, pairs_after) = (pairs(&held), pairs(&held_after));
    let gained: BTreeSet<_> = pairs_after.difference(&pairs_before).collect();
    let lost: BTreeSet<_> = pairs_before.difference(&pairs_after).collect();
    let affected: BTreeSet<&str> = gained.iter().chain(&lost).map(|pair| pair.0).collect();
    let impact = &plan["impact"];
    assert!(affected.len() > 100 && lost.len() > 100 && gained.len() > 100, "{impact}");
    assert_eq!(impact["usersAffected"], affected.len());
    assert_eq!(impact["permissionsGained"], gained.len());
    assert_eq!(impact["permissionsLost"], lost.len());
    for delta in impact["deltas"].as_array().expect("a list") {
        let user = delta["user"].as_str().expect("a name");
        let of = |pairs: &BTreeSet<&(&str, &str)>| pairs.iter().filter(|pair| pair.0 == user).count();
        assert_eq!((&delta["gainedCount"], &delta["lostCount"]), (&json!(of(&gained)), &json!(of(&lost))), "{user}");
    }

    let hash = plan["hash"].as_str().expect("a hash");
    let arguments = ["policy", "apply", "-", "--mode", "replace", "--plan-hash", hash];
    done(&keyward.run(&arguments, &text));
    let json = done(&keyward.run(&["policy", "export", "--assignments", "--format", "json"], ""));
    let applied: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(effective(&applied), held_after);
    assert_eq!(done(&keyward.run(&["policy", "plan", "-", "--mode", "replace"], &text)).lines().count(), 1);

    super::apply(&keyward, &before);
    assert_eq!(export(&keyward), before);
}

#[test]
fn assertions_about_thousands_of_users_name_the_first_who_contradict_them() {
    let keyward = organisation();
    let text = done(&keyward.run(&["policy", "export", "--assignments"], ""));
    write(&keyward, "policy.yaml", &text);
    write(
        &keyward,
        "assertions.txt",
        "no one holds member:kubernetes\nno one can no-such:permission\nno one holds superadmin\n",
    );
    let live = keyward.run(&["policy", "test", "assertions.txt"], "");
    let of_document = keyward.run(&["policy", "test", "assertions.txt", "--document", "policy.yaml"], "");
    assert_eq!(live.status.code(), Some(1));
    assert_eq!(out(&live), out(&of_document), "the same with users read in pieces");
    let text = out(&live);
    let lines: Vec<&str> = text.lines().collect();
    let expected = "held by user0001, user0003, ";
    assert!(lines[0].contains(expected) && lines[0].ends_with(" and others"), "{text}");
    assert!(lines[1].contains("unknown role or permission") || lines[1].contains("unknown permission"), "{text}");
    assert_eq!(lines[2..], ["2 assertions fail (of 3)"]);
}

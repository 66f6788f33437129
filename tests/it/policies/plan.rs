//! What plans show.

use super::{blockers, changes, export, plan};
use api::http::limits;
use serde_json::json;
use tests::App;

#[tokio::test]
async fn an_export_is_planned_as_unchanged() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("clerk").granting("desk:use").create().await;
    app.role("boss").inheriting("clerk").create().await;
    app.user("ana").with_role("boss").with_permission("vault:open").create().await;
    for (assignments, mode) in [(false, "MERGE"), (false, "REPLACE"), (true, "MERGE"), (true, "REPLACE")] {
        let planned = plan(root, &export(root, assignments).await, mode).await;
        assert_eq!((&planned["isEmpty"], &planned["diff"]), (&json!(true), &json!("")), "{planned:#}");
    }
}

#[tokio::test]
async fn a_plan_shows_its_changes_its_diff_and_whom_it_concerns() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("clerk").granting("desk:use").create().await;
    app.user("ana").with_role("clerk").create().await;
    let before = export(root, true).await;
    let document = "version: 1\npermissions:\n  vault:open: Opens the vault\nroles:\n  clerk:\n    permissions:\n      - vault:open\n";
    let planned = plan(root, document, "MERGE").await;
    assert_eq!(changes(&planned), ["CREATE Permission vault:open", "UPDATE Role clerk"]);
    assert_eq!(planned["isApplicable"], true, "{planned:#}");
    // The administrator, who holds every permission, gains the new one.
    let impact = &planned["impact"];
    assert_eq!(
        (&impact["usersAffected"], &impact["permissionsGained"], &impact["permissionsLost"]),
        (&json!(2), &json!(2), &json!(1))
    );
    let ana = json!({ "user": { "username": "ana" }, "gained": ["vault:open"], "lost": ["desk:use"] });
    assert!(impact["deltas"].as_array().expect("a list").contains(&ana), "{impact:#}");
    let diff = planned["diff"].as_str().expect("a text");
    assert!(diff.contains("-      - desk:use") && diff.contains("+      - vault:open"), "{diff}");
    assert_eq!(export(root, true).await, before, "nothing is changed");
}

#[tokio::test]
async fn a_document_has_room_up_to_the_size_of_a_body() {
    let app = App::start().await;
    let root = app.admin().await;
    let exported = export(root, true).await;
    let with_comment = |bytes: usize| format!("{exported}# {}\n", "x".repeat(bytes));
    let planned = plan(root, &with_comment(limits::BODY - 64 * 1024), "REPLACE").await;
    assert_eq!((&planned["isEmpty"], &planned["blockers"]), (&json!(true), &json!([])), "{planned:#}");
    let document = json!({ "document": { "content": with_comment(limits::BODY) } });
    let refused =
        root.graphql("query ($document: PolicyDocumentInput!) { policyPlan(document: $document) { hash } }", document);
    assert_eq!(refused.await.error(), "BAD_USER_INPUT");
}

#[tokio::test]
async fn all_problems_of_a_text_are_reported_with_their_places() {
    let app = App::start().await;
    let root = app.admin().await;
    let planned =
        plan(root, "version: 1\nrolls: {}\nroles:\n  clerk:\n    default: maybe\n  CLERK: {}\n", "MERGE").await;
    let messages: Vec<&str> = planned["blockers"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|blocker| blocker["message"].as_str())
        .collect();
    assert_eq!(blockers(&planned), ["POLICY_SYNTAX"; 3], "{messages:#?}");
    let places: Vec<&str> = messages.iter().filter_map(|message| message.split(": ").next()).collect();
    assert_eq!(places, ["line 2, column 1", "line 5, column 14", "line 6, column 3"]);
    assert_eq!((&planned["hash"], &planned["isApplicable"]), (&json!(""), &json!(false)));
}

#[tokio::test]
async fn blockers_of_several_kinds_are_shown_at_once() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("payer").create().await;
    app.role("controller").create().await;
    app.user("ana").with_role("payer").with_role("controller").create().await;
    let document = "version: 1
roles:
  user:
    inherits:
      - nobody
constraints:
  payments:
    kind: static
    limit: 2
    roles:
      - controller
      - payer
";
    let planned = plan(root, document, "MERGE").await;
    assert_eq!(blockers(&planned), ["NOT_FOUND"], "{planned:#}");
    let planned =
        plan(root, &document.replace("    inherits:\n      - nobody\n", "    description: All\n"), "MERGE").await;
    assert_eq!(blockers(&planned), ["SOD_VIOLATION"], "{planned:#}");
    assert_eq!(planned["isApplicable"], false);
}

#[tokio::test]
async fn a_plan_is_judged_by_the_rights_of_its_caller() {
    let app = App::start().await;
    app.role("clerk").granting("desk:use").create().await;
    app.role("boss").granting("vault:open").create().await;
    let ana = app
        .user("ana")
        .with_permission("policy:read")
        .with_permission("user:read")
        .with_permission("desk:use")
        .create()
        .await;
    let grant = |role: &str, permission: &str| {
        format!("version: 1\nroles:\n  {role}:\n    permissions:\n      - desk:use\n      - {permission}\n")
    };
    app.permission_id("till:open").await;
    let planned = plan(&ana, &grant("clerk", "till:open"), "MERGE").await;
    // The mutation requires `permission:grant`, and the caller does not hold the permission.
    assert_eq!(blockers(&planned), ["BEYOND_AUTHORITY", "BEYOND_AUTHORITY"], "{planned:#}");
    let root = app.admin().await;
    assert_eq!(blockers(&plan(root, &grant("clerk", "till:open"), "MERGE").await), Vec::<String>::new());
    // New permissions are no way round: nobody but `superadmin` holds one that is just registered.
    let new = "version: 1\npermissions:\n  own:power: {}\nroles:\n  clerk:\n    permissions:\n      - desk:use\n      - own:power\n";
    let rights = ["user:read", "policy:read", "permission:write", "permission:grant", "desk:use"];
    let mut builder = app.user("ben");
    for right in rights {
        builder = builder.with_permission(right);
    }
    let ben = builder.create().await;
    assert_eq!(blockers(&plan(&ben, new, "MERGE").await), ["BEYOND_AUTHORITY"]);
}

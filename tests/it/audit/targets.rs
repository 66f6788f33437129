//! An entry that names an existing object links it by type and id.

use super::{Since, log};
use serde_json::{Value, json};
use tests::App;

#[tokio::test]
async fn every_entry_that_names_an_existing_object_has_its_id() {
    let app = App::start().await;
    let root = app.admin().await;
    let since = Since::now(&app);
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let chief = app.role("chief").create().await;
    let other = app.role("other").create().await;
    let ana = app.user("ana").with_role("clerk").with_permission("invoice:read").create().await;
    let permission = app.permission_id("invoice:read").await;
    for (field, arguments) in [
        ("roleUpdate", json!({ "id": clerk, "input": { "description": "books" } })),
        ("roleAddInheritance", json!({ "roleId": chief, "inheritsFromIds": [clerk] })),
        ("permissionUpdate", json!({ "id": permission, "input": { "description": "to read" } })),
        ("sodConstraintCreate", json!({ "input": { "name": "set", "kind": "STATIC", "roleIds": [clerk, other] } })),
        ("userUpdate", json!({ "id": ana.id, "input": { "displayName": "Ana" } })),
        ("userIssuePasswordReset", json!({ "id": ana.id })),
        ("userSuspend", json!({ "id": ana.id })),
        ("userReactivate", json!({ "id": ana.id })),
        ("roleAssignUsers", json!({ "roleId": chief, "userIds": [root.id] })),
        ("userRevokeSessions", json!({ "id": ana.id })),
        ("signingKeyRotate", json!({})),
        ("login", json!({ "username": "ana", "password": "not the password" })),
        ("roleDelete", json!({ "id": app.role_id("superadmin").await })),
        ("permissionDelete", json!({ "id": app.permission_id("user:read").await })),
        ("roleDelete", json!({ "id": chief })),
        ("userDelete", json!({ "id": ana.id })),
    ] {
        let answer = root.mutate(field, arguments).await;
        assert!(answer.response.body.get("errors").is_none(), "{field}: {:#}", answer.response.body);
    }
    let entries = log(root, json!({ "since": since.0 })).await;
    assert!(entries.len() > 18, "{}", entries.len());
    for entry in &entries {
        let is_linked = entry["targetId"].is_string();
        // What was refused or made before it existed has no id; the whole policy is no object.
        let names_object = !entry["targetLabel"].is_null() || entry["outcome"] == "SUCCESS";
        let is_policy = entry["targetType"] == "Policy";
        assert!(is_linked || !names_object || is_policy, "{entry:#}");
        assert!(entry["targetType"].is_string(), "{entry:#}");
        if entry["outcome"] != "SUCCESS" {
            assert!(is_linked, "{entry:#}");
        }
    }
    let refused = entries.iter().filter(|entry| entry["outcome"] != json!("SUCCESS")).collect::<Vec<&Value>>();
    assert!(refused.len() >= 3, "{refused:#?}");
}

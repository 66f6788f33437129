//! Describing permissions.

use serde_json::{Value, json};
use tests::App;

async fn policy_revision(app: &App) -> Value {
    app.admin().await.ask("{ viewer { policyRevision } }").await.data()["viewer"]["policyRevision"].clone()
}

#[tokio::test]
async fn a_description_changes_and_makes_a_revision() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.permission_id("invoice:read").await;
    let before = policy_revision(&app).await;
    for description in [json!("sees invoices"), json!(""), json!(null)] {
        let update = json!({ "id": id, "input": { "description": description } });
        let permission = root.mutate("permissionUpdate", update).await.done()["permission"].clone();
        assert_eq!((&permission["name"], &permission["description"]), (&json!("invoice:read"), &description));
    }
    // A plan from before is one of another policy, and `policyRollback` goes back to each description.
    let revisions = policy_revision(&app).await.as_u64().zip(before.as_u64()).map(|(after, before)| after - before);
    assert_eq!(revisions, Some(3));
}

#[tokio::test]
async fn an_update_without_change_is_not_audited() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.permission_id("invoice:read").await;
    for input in [json!({}), json!({ "description": null })] {
        let _ = root.mutate("permissionUpdate", json!({ "id": id, "input": input })).await.done();
    }
    let log = root.ask(r#"{ auditLog(filter: { actions: ["permission.update"] }) { totalCount } }"#).await;
    assert_eq!(log.data()["auditLog"]["totalCount"], 0);
}

#[tokio::test]
async fn invalid_values_are_rejected_with_their_path() {
    let app = App::start().await;
    let root = app.admin().await;
    let id = app.permission_id("invoice:read").await;
    for (text, code) in [("a\0b".to_owned(), "INVALID"), ("x".repeat(2_001), "TOO_LONG")] {
        let refused = root.mutate("permissionUpdate", json!({ "id": id, "input": { "description": text } })).await;
        assert_eq!(refused.refused(), format!("{code} input.description"));
    }
    for unknown in ["", "perm_", "invoice:read", &root.id] {
        let refused = root.mutate("permissionUpdate", json!({ "id": unknown, "input": { "description": "x" } })).await;
        assert_eq!(refused.refused(), "NOT_FOUND id", "{unknown}");
    }
}

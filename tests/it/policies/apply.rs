//! What applying a document does.

use super::{changes, export, plan};
use serde_json::{Value, json};
use tests::{App, Client, MutationResult};

async fn apply(client: &Client, content: &str, mode: &str, hash: &Value) -> MutationResult {
    let document = json!({ "content": content, "mode": mode });
    client.mutate("policyApply", json!({ "document": document, "expectedPlanHash": hash })).await
}

/// Plans a document and applies the plan.
async fn bring_about(client: &Client, content: &str, mode: &str) -> Value {
    let planned = plan(client, content, mode).await;
    assert_eq!(planned["isApplicable"], true, "{planned:#}");
    apply(client, content, mode, &planned["hash"]).await.done().clone()
}

const OFFICE: &str = "version: 1
permissions:
  desk:use: Sits at a desk
  till:open: {}
  vault:open: {}
roles:
  boss:
    description: Runs the office
    requiresActivation: true
    permissions:
      - vault:open
    inherits:
      - clerk
  clerk:
    default: true
    permissions:
      - desk:use
  cashier:
    permissions:
      - till:open
constraints:
  tills:
    description: Nobody counts their own till
    kind: dynamic
    limit: 2
    roles:
      - boss
      - cashier
assignments:
  ana:
    roles:
      boss: {}
    permissions:
      till:open: {}
";

#[tokio::test]
async fn the_reason_is_in_the_audit_log() {
    let app = App::start().await;
    let root = app.admin().await;
    let document = json!({ "content": OFFICE, "mode": "MERGE" });
    let _ = app.user("ana").create().await;
    let hash = plan(root, OFFICE, "MERGE").await["hash"].clone();
    let with = |reason: String| json!({ "document": document, "expectedPlanHash": hash, "reason": reason });
    let refused = root.mutate("policyApply", with("x".repeat(1_001))).await;
    assert_eq!(refused.refused(), "TOO_LONG reason");
    let longest = "x".repeat(1_000);
    let _ = root.mutate("policyApply", with(longest.clone())).await.done();
    let document = "{ auditLog(filter: { actions: [\"policy.apply\"] }) { nodes { reason outcome } } }";
    let log = root.ask(document).await;
    let events = log.data()["auditLog"]["nodes"].as_array().expect("events").clone();
    assert!(events.contains(&json!({ "reason": longest, "outcome": "SUCCESS" })), "{events:?}");
}

#[tokio::test]
async fn exactly_the_plan_is_applied() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let applied = bring_about(root, OFFICE, "MERGE").await;
    assert_eq!(applied["plan"]["changes"].as_array().map(Vec::len), Some(8), "{applied:#}");
    let exported = export(root, true).await;
    assert_eq!(plan(root, OFFICE, "MERGE").await["isEmpty"], true, "{exported}");
    let held = ana.ask("{ me { permissionNames } }").await;
    assert_eq!(held.data()["me"]["permissionNames"], json!(["desk:use", "till:open", "vault:open"]));
    let audited = root.ask("{ auditLog(first: 1, filter: { actions: [\"policy.apply\"] }) { nodes { action impact { usersAffected } } } }").await;
    let event = &audited.data()["auditLog"]["nodes"][0];
    assert_eq!(event["action"], "policy.apply");
    // `ana`, and the administrator, who holds every permission.
    assert_eq!(event["impact"], json!({ "usersAffected": 2 }));
}

#[tokio::test]
async fn applying_the_former_export_goes_back() {
    let app = App::start().await;
    let root = app.admin().await;
    app.user("ana").create().await;
    app.role("old").granting("attic:enter").create().await;
    let before = export(root, true).await;
    bring_about(root, OFFICE, "MERGE").await;
    let edited = OFFICE.replace("kind: dynamic", "kind: static").replace("boss: {}", "cashier: {}");
    bring_about(root, &edited, "MERGE").await;
    bring_about(root, &before, "REPLACE").await;
    assert_eq!(export(root, true).await, before);
}

#[tokio::test]
async fn a_plan_that_is_no_longer_the_present_one_is_refused() {
    let app = App::start().await;
    let root = app.admin().await;
    app.user("ana").create().await;
    let planned = plan(root, OFFICE, "MERGE").await;
    app.role("meanwhile").create().await;
    let refused = apply(root, OFFICE, "MERGE", &planned["hash"]).await;
    assert_eq!(refused.refused(), "PLAN_CHANGED expectedPlanHash");
    let other = OFFICE.replace("till:open", "till:close");
    let planned = plan(root, OFFICE, "MERGE").await;
    assert_eq!(apply(root, &other, "MERGE", &planned["hash"]).await.refused(), "PLAN_CHANGED expectedPlanHash");
    assert_eq!(changes(&plan(root, OFFICE, "MERGE").await).len(), 8);
}

#[tokio::test]
async fn blocked_documents_change_nothing() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("clerk").granting("desk:use").create().await;
    let before = export(root, true).await;
    for document in [
        "version: 1\nroles:\n  clerk:\n    inherits:\n      - clerk\n",
        "version: 1\nroles:\n  clerk:\n    permissions:\n      - unknown:permission\n",
        "version: 1\nassignments:\n  nobody:\n    roles:\n      clerk: {}\n",
        "version: 1\nassignments:\n  root:\n    roles: {}\n",
        "version: 2\n",
        "",
    ] {
        let planned = plan(root, document, "MERGE").await;
        assert_eq!(planned["isApplicable"], false, "{document}: {planned:#}");
        let refused = apply(root, document, "MERGE", &planned["hash"]).await;
        assert!(!refused.user_errors().is_empty(), "{document}");
    }
    assert_eq!(export(root, true).await, before);
}

#[tokio::test]
async fn a_recent_login_and_the_permission_are_required() {
    let app = App::start().await;
    let ana = app.user("ana").with_permission("policy:read").with_permission("user:read").create().await;
    let planned = plan(&ana, "version: 1\n", "MERGE").await;
    assert_eq!(apply(&ana, "version: 1\n", "MERGE", &planned["hash"]).await.denied(), "FORBIDDEN");
    let root = app.admin().await;
    app.clock.advance(chrono::TimeDelta::minutes(9));
    assert!(apply(root, "version: 1\n", "MERGE", &planned["hash"]).await.user_errors().is_empty());
}

//! Keys in the audit log.

use super::{keys, revoke, rotate};
use serde_json::json;
use tests::App;

#[tokio::test]
async fn rotations_and_revocations_are_audited_with_their_reason() {
    let app = App::start().await;
    let root = app.admin().await;
    let old = keys(root).await.remove(0);
    let new = rotate(root, 60).await;
    let root = app.login("root").await;
    let _ = revoke(&root, &old).await;
    let document = "{ auditLog(filter: { actions: [\"signing_key.*\"] }) {
        nodes { action outcome actorLabel targetType targetId targetLabel summary reason before after } } }";
    let answer = root.ask(document).await;
    let entries = answer.data()["auditLog"]["nodes"].as_array().expect("a list");
    assert_eq!(entries.len(), 2);
    let [rotated, revoked] = ["signing_key.rotate", "signing_key.revoke"]
        .map(|action| entries.iter().find(|entry| entry["action"] == action).expect("an entry"));
    for (entry, key) in [(rotated, &new), (revoked, &old)] {
        assert_eq!((&entry["outcome"], &entry["actorLabel"]), (&json!("SUCCESS"), &json!("root")));
        assert_eq!((&entry["targetType"], &entry["targetId"]), (&json!("SigningKey"), &key["id"]));
        assert_eq!(entry["targetLabel"], key["kid"]);
    }
    assert_eq!(revoked["reason"], "found in a log");
    assert_eq!(
        (&revoked["before"], &revoked["after"]),
        (&json!({ "status": "RETIRING" }), &json!({ "status": "REVOKED" }))
    );
    assert_eq!(rotated["before"], json!({ "active": [old["kid"]] }));
    assert_eq!(rotated["after"]["active"], json!([new["kid"]]));
}

#[tokio::test]
async fn denied_changes_of_keys_are_audited() {
    let app = App::start().await;
    let (root, plain) = (app.admin().await, app.user("plain").create().await);
    let _ = root.mutate("signingKeyRotate", json!({ "graceMinutes": -1 })).await.refused();
    let _ = root.mutate("signingKeyRevoke", json!({ "id": "sig_x", "reason": "leaked" })).await.refused();
    let _ = plain.mutate("signingKeyRevoke", json!({ "id": "sig_x", "reason": "leaked" })).await.denied();
    let document =
        "{ auditLog(filter: { actions: [\"signing_key.*\", \"access.deny\"] }) { nodes { action reason outcome } } }";
    let answer = root.ask(document).await;
    let entries = answer.data()["auditLog"]["nodes"].as_array().expect("a list");
    assert!(entries.iter().all(|entry| entry["outcome"] == "DENIED"), "{entries:?}");
    let mut found: Vec<_> = entries.iter().map(|entry| format!("{} {}", entry["action"], entry["reason"])).collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "\"access.deny\" \"@hasRole(role: \\\"superadmin\\\")\"",
            "\"signing_key.revoke\" \"NOT_FOUND\"",
            "\"signing_key.rotate\" \"INVALID\"",
        ]
    );
}

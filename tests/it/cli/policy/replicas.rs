//! A running server decides by what is applied, and the audit log has it.

use super::{POLICY, write};
use crate::cli::{assert_names, done};
use serde_json::json;
use std::time::Duration;
use tests::{Keyward, eventually};

#[tokio::test]
async fn a_running_server_decides_by_what_is_applied() {
    let mut keyward = Keyward::install();
    write(&keyward, "users.csv", "user,role\nana,clerk\nbob,clerk\ncyd,clerk\n");
    done(&keyward.run(&["import", "--user-roles", "users.csv"], ""));
    let root = keyward.serve_with_administrator().await;
    write(&keyward, "policy.yaml", POLICY);
    done(&keyward.run(&["policy", "apply", "policy.yaml", "--yes"], ""));
    let held = async || {
        let answer = root.ask("{ userByUsername(username: \"cyd\") { permissionNames } }").await;
        answer.data()["userByUsername"]["permissionNames"].clone()
    };
    let expected = json!(["invoice:approve", "invoice:pay", "invoice:read"]);
    eventually(Duration::from_secs(10), held, |names| *names == expected).await;
    let answer = root.ask("{ auditLog(first: 5) { nodes { action actorLabel summary } } }").await;
    let entries = answer.data()["auditLog"]["nodes"].to_string();
    assert_names(&entries, &["policy.apply", "\"operator\"", "applied a policy document with "]);
}

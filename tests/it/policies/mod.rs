//! Policy as code through the API: export, plan and apply.

mod apply;
mod authority;
mod plan;

use serde_json::{Value, json};
use tests::Client;

const PLAN: &str =
    "query ($document: PolicyDocumentInput!) { policyPlan(document: $document) { hash baseRevision isEmpty
    isApplicable diff changes { action objectType key summary before after } blockers { code message }
    impact { usersAffected permissionsGained permissionsLost newAdministrators { username }
        deltas { user { username } gained lost } } } }";

/// The plan of a document in YAML.
async fn plan(client: &Client, content: &str, mode: &str) -> Value {
    let variables = json!({ "document": { "content": content, "mode": mode } });
    client.graphql(PLAN, variables).await.data()["policyPlan"].clone()
}

/// The policy as a document in YAML.
async fn export(client: &Client, assignments: bool) -> String {
    let answer = client.ask(&format!("{{ policyExport(includeAssignments: {assignments}) {{ content }} }}")).await;
    answer.data()["policyExport"]["content"].as_str().expect("a text").to_owned()
}

/// What a plan changes, as `ACTION Type key`.
fn changes(plan: &Value) -> Vec<String> {
    let changes = plan["changes"].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    changes
        .map(|change| format!("{} {} {}", text(&change["action"]), text(&change["objectType"]), text(&change["key"])))
        .collect()
}

/// The codes of what blocks a plan.
fn blockers(plan: &Value) -> Vec<String> {
    let blockers = plan["blockers"].as_array().expect("a list").iter();
    blockers.map(|blocker| blocker["code"].as_str().expect("a code").to_owned()).collect()
}

//! Policy as code through the API: export, plan and apply; past revisions, and going back to them.

mod apply;
mod authority;
mod histories;
mod limits;
mod plan;
mod revisions;
mod rollback;

use serde_json::{Value, json};
use tests::{Client, MutationResult};

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

/// The plan of going back to a revision.
async fn rollback_plan(client: &Client, revision: &str) -> Value {
    let document = PLAN
        .replace("($document: PolicyDocumentInput!)", "($id: ID!)")
        .replace("policyPlan(document: $document)", "policyRollbackPlan(revisionId: $id)");
    client.graphql(&document, json!({ "id": revision })).await.data()["policyRollbackPlan"].clone()
}

/// Goes back to a revision with the hash of a plan.
async fn rollback(client: &Client, revision: &str, hash: &Value) -> MutationResult {
    client.mutate("policyRollback", json!({ "revisionId": revision, "expectedPlanHash": hash })).await
}

/// Plans going back to a revision, and does it.
async fn go_back(client: &Client, revision: &str) -> Value {
    let planned = rollback_plan(client, revision).await;
    assert_eq!(planned["isApplicable"], true, "{planned:#}");
    rollback(client, revision, &planned["hash"]).await.done().clone()
}

/// The newest revisions, newest first.
async fn newest(client: &Client, count: usize) -> Vec<Value> {
    let document =
        format!("{{ policyRevisions(first: {count}) {{ nodes {{ id number at by {{ username }} summary }} }} }}");
    client.ask(&document).await.data()["policyRevisions"]["nodes"].as_array().expect("a list").clone()
}

/// The id of the newest revision.
async fn latest(client: &Client) -> String {
    newest(client, 1).await[0]["id"].as_str().expect("an id").to_owned()
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

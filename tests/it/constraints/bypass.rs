//! Users who get round a constraint over roles by direct grants, as the change shows them.

use super::import::rows;
use serde_json::{Value, json};
use service::import::{Document, ImportOutcome, apply};
use tests::{App, Client};

const SHOWN: &str = "sodConstraint { limit } bypassedByCount bypassedBy { username } userErrors { code }";

/// The count, the first username, and the length of the list.
fn bypassing(payload: &Value) -> (Value, Value, usize) {
    let first = payload["bypassedBy"].as_array().expect("a list");
    (
        payload["bypassedByCount"].clone(),
        first.first().map_or(Value::Null, |user| user["username"].clone()),
        first.len(),
    )
}

async fn create(client: &Client, roles: &[&str], dry_run: bool) -> Value {
    let document = format!(
        "mutation ($input: SodConstraintCreateInput!, $dryRun: Boolean!) {{
            sodConstraintCreate(input: $input, dryRun: $dryRun) {{ {SHOWN} }} }}"
    );
    let input = json!({ "name": "money", "kind": "STATIC", "roleIds": roles });
    let answer = client.graphql(&document, json!({ "input": input, "dryRun": dry_run })).await;
    answer.data()["sodConstraintCreate"].clone()
}

/// 10,000 users with a direct grant of what controllers hold, the first 150 of whom are payers.
async fn import_grants(app: &App) {
    let names: Vec<String> = (0..10_000).map(|number| format!("user{number:05}")).collect();
    let grants: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "invoice:approve")).collect();
    let payers: Vec<(&str, &str)> = names.iter().take(150).map(|name| (name.as_str(), "payer")).collect();
    let document = Document { user_roles: rows(&payers), user_permissions: rows(&grants), ..Document::default() };
    let outcome = apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect("an import");
    assert!(matches!(outcome, ImportOutcome::Applied(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_new_constraint_over_roles_shows_who_bypasses_it_also_on_a_dry_run() {
    let app = App::start().await;
    let root = app.admin().await;
    let controller = app.role("controller").granting("invoice:approve").create().await;
    let payer = app.role("payer").granting("invoice:pay").create().await;
    let empty = create(root, &[&controller, &payer], true).await;
    assert_eq!((&empty["sodConstraint"], bypassing(&empty)), (&Value::Null, (json!(0), Value::Null, 0)));
    import_grants(&app).await;
    for dry_run in [true, false] {
        let payload = create(root, &[&controller, &payer], dry_run).await;
        assert_eq!(bypassing(&payload), (json!(150), json!("user00000"), 100), "{dry_run}");
    }
    let refused = create(root, &[&controller, &payer], true).await;
    assert_eq!(refused["userErrors"], json!([{ "code": "TAKEN" }]));
    assert_eq!((&refused["bypassedByCount"], &refused["bypassedBy"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_changed_constraint_shows_who_would_bypass_it() {
    let app = App::start().await;
    let root = app.admin().await;
    let controller = app.role("controller").granting("invoice:approve").create().await;
    let [payer, buyer] = [
        app.role("payer").granting("invoice:pay").create().await,
        app.role("buyer").granting("invoice:buy").create().await,
    ];
    app.user("ana").with_role("payer").with_permission("invoice:approve").create().await;
    let input = json!({ "name": "money", "kind": "STATIC", "roleIds": [payer, buyer] });
    let id = root.mutate("sodConstraintCreate", json!({ "input": input })).await.id("sodConstraint");
    let add = format!(
        "mutation ($id: ID!, $roles: [ID!]!, $dryRun: Boolean!) {{
            sodConstraintAddRoles(id: $id, roleIds: $roles, dryRun: $dryRun) {{ {SHOWN} }} }}"
    );
    for dry_run in [true, false] {
        let answer = root.graphql(&add, json!({ "id": id, "roles": [controller], "dryRun": dry_run })).await;
        assert_eq!(bypassing(&answer.data()["sodConstraintAddRoles"]), (json!(1), json!("ana"), 1), "{dry_run}");
    }
    let update = format!(
        "mutation ($id: ID!, $limit: Int!) {{
            sodConstraintUpdate(id: $id, input: {{ limit: $limit }}, dryRun: true) {{ {SHOWN} }} }}"
    );
    let answer = root.graphql(&update, json!({ "id": id, "limit": 3 })).await;
    assert_eq!(bypassing(&answer.data()["sodConstraintUpdate"]), (json!(0), Value::Null, 0));
}

#[tokio::test]
async fn callers_who_may_not_see_users_do_not_learn_who_bypasses_a_constraint() {
    let app = App::start().await;
    let [a, b] = super::roles(&app, ["a", "b"]).await;
    let separator = app.user("separator").with_permission("sod:write").with_permission("sod:read").create().await;
    let document = format!(
        "mutation ($input: SodConstraintCreateInput!) {{ sodConstraintCreate(input: $input, dryRun: true) {{ {SHOWN} }} }}"
    );
    let input = json!({ "name": "money", "kind": "STATIC", "roleIds": [a, b] });
    let answer = separator.graphql(&document, json!({ "input": input })).await;
    let payload = &answer.body["data"]["sodConstraintCreate"];
    assert_eq!(answer.error(), "FORBIDDEN");
    assert_eq!(
        payload,
        &json!({ "sodConstraint": null, "bypassedByCount": null, "bypassedBy": null, "userErrors": [] })
    );
}

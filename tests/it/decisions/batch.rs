//! `checkAccessBatch`: many decisions from one revision of the policy.

use serde_json::{Value, json};
use tests::{App, Client, Response};

async fn ask(client: &Client, checks: &[Value]) -> Response {
    let document = "query ($checks: [AccessCheckInput!]!) {
        checkAccessBatch(checks: $checks) { permission userId allowed reason policyRevision } }";
    client.graphql(document, json!({ "checks": checks })).await
}

fn check(user: &str, permission: &str) -> Value {
    json!({ "userId": user, "permission": permission })
}

#[tokio::test]
async fn a_batch_has_the_decisions_of_single_checks_in_their_order() {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").create().await;
    app.role("late").granting("late:do").requiring_activation().create().await;
    let ana = app.user("ana").with_role("clerk").with_role("late").with_permission("vault:open").create().await;
    let ben = app.user("ben").create().await;
    let cleo = app.user("cleo").with_role("clerk").create().await;
    let root = app.admin().await;
    let _ = root.mutate("userSuspend", json!({ "id": cleo.id })).await.done();
    let permissions = ["vault:open", "invoice:read", "late:do", "user:read", "no:such"];
    let users = [&cleo.id, &ana.id, &ben.id, &ana.id];
    let checks: Vec<_> =
        permissions.iter().flat_map(|permission| users.iter().map(|user| check(user, permission))).collect();
    let answer = ask(root, &checks).await;
    let found = answer.data()["checkAccessBatch"].as_array().expect("decisions").clone();
    assert_eq!(found.len(), checks.len());
    for (asked, decision) in checks.iter().zip(&found) {
        let single = "query ($userId: ID!, $permission: PermissionName!) {
            checkAccess(userId: $userId, permission: $permission) { permission userId allowed reason policyRevision } }";
        assert_eq!(root.graphql(single, asked.clone()).await.data()["checkAccess"], *decision, "{asked}");
        assert_eq!((&decision["userId"], &decision["permission"]), (&asked["userId"], &asked["permission"]));
        assert_eq!(decision["policyRevision"], found[0]["policyRevision"], "one revision");
    }
    assert_eq!(found.iter().filter(|decision| decision["allowed"] == true).count(), 4);
}

#[tokio::test]
async fn a_batch_has_at_most_a_hundred_checks() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let root = app.admin().await;
    for count in [0, 1, 100] {
        let answer = ask(root, &vec![check(&ana.id, "a:b"); count]).await;
        assert_eq!(answer.data()["checkAccessBatch"].as_array().expect("decisions").len(), count);
    }
    let answer = ask(root, &vec![check(&ana.id, "a:b"); 101]).await;
    assert_eq!((answer.error(), &answer.body["data"]["checkAccessBatch"]), ("BAD_USER_INPUT", &Value::Null));
    assert_eq!(answer.body["errors"][0]["message"], "`checks` has at most 100 entries");
}

#[tokio::test]
async fn an_unknown_user_in_a_batch_is_named_by_its_index() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let role = app.role_id("user").await;
    let root = app.admin().await;
    for unknown in ["", "rubbish", "user_00000000000000000000000000", &role] {
        let checks = [check(&ana.id, "a:b"), check(&ana.id, "a:b"), check(unknown, "a:b"), check("x", "a:b")];
        let answer = ask(root, &checks).await;
        assert_eq!(answer.error(), "BAD_USER_INPUT", "{unknown}");
        assert_eq!(answer.body["errors"][0]["message"], "`checks[2].userId` is not the id of a user", "{unknown}");
    }
}

#[tokio::test]
async fn a_batch_discloses_unknown_permissions_as_a_single_check_does() {
    let app = App::start().await;
    let checker = app.user("checker").with_permission("access:check").create().await;
    let reasons = async |client: &Client| {
        let answer = ask(client, &[check(&checker.id, "no:such")]).await;
        answer.data()["checkAccessBatch"][0]["reason"].clone()
    };
    assert_eq!(reasons(&checker).await, "NOT_GRANTED");
    assert_eq!(reasons(app.admin().await).await, "UNKNOWN_PERMISSION");
    let plain = app.user("plain").create().await;
    for user in [&plain.id, &checker.id, &"x".to_owned()] {
        assert_eq!(ask(&plain, &[check(user, "a:b")]).await.error(), "FORBIDDEN", "also about oneself");
    }
}

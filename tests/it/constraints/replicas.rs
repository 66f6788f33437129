//! Constraints on several replicas: in effect on all at once, and never violated by concurrent changes.

use super::{constrain, constraint, create, roles, sod_error};
use serde_json::{Value, json};
use tests::{App, MutationResult, PROMISED, eventually};

fn is_done(acted: &MutationResult) -> bool {
    acted.user_errors().is_empty()
}

/// Asserts that one of two mutations succeeded and the other would have violated the set.
#[track_caller]
fn assert_one_of(one: &MutationResult, two: &MutationResult) {
    assert!(is_done(one) != is_done(two), "{one:?} {two:?}");
    let refused = if is_done(one) { two } else { one };
    assert_eq!(sod_error(refused)[1], json!(["a", "b"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_constraint_takes_effect_on_every_replica_at_once() {
    let app = App::start().await;
    let other = app.replica().await;
    let there = app.admin().await.at(&other);
    let [a, b] = roles(&app, ["a", "b"]).await;
    let ana = app.user("ana").with_role("a").create().await;
    let assign = json!({ "userId": ana.id, "roleIds": [b] });
    let id = constrain(&app, "set", &[&a, &b]).await;
    assert_eq!(sod_error(&there.mutate("userAssignRoles", assign.clone()).await), json!(["set", ["a", "b"], ana.id]));

    // Fields that decide nothing may be stale while the name is still known.
    let document = "query ($id: ID!) { sodConstraint(id: $id) { name } }";
    let seen = async || there.graphql(document, json!({ "id": id })).await.data()["sodConstraint"].clone();
    eventually(PROMISED, seen, |seen| seen["name"] == "set").await;
    let rename = json!({ "id": id, "input": { "name": "renamed", "description": "new" } });
    let _ = app.admin().await.mutate("sodConstraintUpdate", rename).await.done();
    eventually(PROMISED, seen, |seen| seen["name"] == "renamed").await;
    let _ = app.admin().await.mutate("sodConstraintDelete", json!({ "id": id })).await.done();
    eventually(PROMISED, seen, Value::is_null).await;
    let _ = there.mutate("userAssignRoles", assign).await.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_assignments_never_violate_a_set_together() {
    let app = App::start().await;
    let other = app.replica().await;
    let (here, there) = (app.admin().await.clone(), app.admin().await.at(&other));
    let [a, b] = roles(&app, ["a", "b"]).await;
    constrain(&app, "set", &[&a, &b]).await;
    for round in 0..8 {
        let user = app.user(&format!("user{round}")).create().await.id;
        let assign = |role: &str| json!({ "userId": user, "roleIds": [role] });
        let (one, two) =
            tokio::join!(here.mutate("userAssignRoles", assign(&a)), there.mutate("userAssignRoles", assign(&b)));
        assert_one_of(&one, &two);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_concurrent_assignment_and_set_never_contradict_each_other() {
    let app = App::start().await;
    let other = app.replica().await;
    let (here, there) = (app.admin().await.clone(), app.admin().await.at(&other));
    let [a, b] = roles(&app, ["a", "b"]).await;
    for round in 0..6 {
        let user = app.user(&format!("user{round}")).with_role("a").create().await.id;
        let assign = json!({ "userId": user, "roleIds": [b] });
        let name = format!("set {round}");
        let members: [&str; 2] = [&a, &b];
        let (made, assigned) =
            tokio::join!(create(&here, "STATIC", &name, &members, 2), there.mutate("userAssignRoles", assign));
        assert_one_of(&made, &assigned);
        if is_done(&made) {
            let id = made.id("sodConstraint");
            let _ = here.mutate("sodConstraintDelete", json!({ "id": id })).await.done();
        } else {
            let _ = here.mutate("userUnassignRoles", json!({ "userId": user, "roleIds": [b] })).await.done();
        }
    }
}

#[tokio::test]
async fn constraints_survive_a_restart() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let id = constrain(&app, "set", &[&a, &b]).await;
    let ana = app.user("ana").with_role("a").create().await;
    let app = app.restart().await;
    let root = app.admin().await;
    assert_eq!(constraint(root, &id).await["roles"], json!([{ "name": "a" }, { "name": "b" }]));
    let refused = root.mutate("userAssignRoles", json!({ "userId": ana.id, "roleIds": [b] })).await;
    assert_eq!(sod_error(&refused), json!(["set", ["a", "b"], ana.id]));
}

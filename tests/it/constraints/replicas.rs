//! Constraints on several replicas: known everywhere at once, and never broken by two at the same time.

use super::{apart, constraint, create, roles, told};
use serde_json::{Value, json};
use tests::{Acted, App, PROMISED, eventually};

fn is_done(acted: &Acted) -> bool {
    acted.user_errors().is_empty()
}

/// Of two, one was done and the other broke the set.
#[track_caller]
fn assert_one_of((one, two): (&Acted, &Acted)) {
    assert!(is_done(one) != is_done(two), "{one:?} {two:?}");
    let refused = if is_done(one) { two } else { one };
    assert_eq!(told(refused)[1], json!(["a", "b"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_replica_keeps_apart_every_other_does_at_once() {
    let app = App::start().await;
    let other = app.replica().await;
    let there = app.admin().await.at(&other);
    let [a, b] = roles(&app, ["a", "b"]).await;
    let ana = app.user("ana").with_role("a").create().await;
    let assign = json!({ "userId": ana.id, "roleIds": [b] });
    let id = apart(&app, "set", &[&a, &b]).await;
    assert_eq!(told(&there.act("userAssignRoles", assign.clone()).await), json!(["set", ["a", "b"], ana.id]));

    // What is said about it and decides nothing may be gone already while the name is still known.
    let document = "query ($id: ID!) { sodConstraint(id: $id) { name } }";
    let seen = async || there.graphql(document, json!({ "id": id })).await.data()["sodConstraint"].clone();
    eventually(PROMISED, seen, |seen| seen["name"] == "set").await;
    let rename = json!({ "id": id, "input": { "name": "renamed", "description": "new" } });
    let _ = app.admin().await.act("sodConstraintUpdate", rename).await.done();
    eventually(PROMISED, seen, |seen| seen["name"] == "renamed").await;
    let _ = app.admin().await.act("sodConstraintDelete", json!({ "id": id })).await.done();
    eventually(PROMISED, seen, Value::is_null).await;
    let _ = there.act("userAssignRoles", assign).await.done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_assignments_at_once_never_break_a_set_together() {
    let app = App::start().await;
    let other = app.replica().await;
    let (here, there) = (app.admin().await.clone(), app.admin().await.at(&other));
    let [a, b] = roles(&app, ["a", "b"]).await;
    apart(&app, "set", &[&a, &b]).await;
    for round in 0..8 {
        let user = app.user(&format!("user{round}")).create().await.id;
        let assign = |role: &str| json!({ "userId": user, "roleIds": [role] });
        let (one, two) =
            tokio::join!(here.act("userAssignRoles", assign(&a)), there.act("userAssignRoles", assign(&b)));
        assert_one_of((&one, &two));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assignment_and_a_set_made_at_once_never_contradict_each_other() {
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
            tokio::join!(create(&here, ("STATIC", &name, &members, 2)), there.act("userAssignRoles", assign));
        assert_one_of((&made, &assigned));
        if is_done(&made) {
            let id = made.id("sodConstraint");
            let _ = here.act("sodConstraintDelete", json!({ "id": id })).await.done();
        } else {
            let _ = here.act("userUnassignRoles", json!({ "userId": user, "roleIds": [b] })).await.done();
        }
    }
}

#[tokio::test]
async fn constraints_outlast_a_restart() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let id = apart(&app, "set", &[&a, &b]).await;
    let ana = app.user("ana").with_role("a").create().await;
    let app = app.restart().await;
    let root = app.admin().await;
    assert_eq!(constraint(root, &id).await["roles"], json!([{ "name": "a" }, { "name": "b" }]));
    let refused = root.act("userAssignRoles", json!({ "userId": ana.id, "roleIds": [b] })).await;
    assert_eq!(told(&refused), json!(["set", ["a", "b"], ana.id]));
}

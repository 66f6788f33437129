//! Adding and removing members of a set (AddSsdRoleMember, DeleteSsdRoleMember and their dynamic counterparts).

use super::{assign, constrain, constraint, create, roles, sod_error, state};
use serde_json::json;
use tests::{App, MutationResult};

async fn add(app: &App, id: &str, roles: &[&str]) -> MutationResult {
    app.admin().await.mutate("sodConstraintAddRoles", json!({ "id": id, "roleIds": roles })).await
}

async fn remove(app: &App, id: &str, roles: &[&str]) -> MutationResult {
    app.admin().await.mutate("sodConstraintRemoveRoles", json!({ "id": id, "roleIds": roles })).await
}

#[tokio::test]
async fn an_added_member_is_constrained_from_then_on() {
    let app = App::start().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let id = constrain(&app, "set", &[&a, &b]).await;
    let ana = app.user("ana").with_role("a").create().await;
    let _ = assign(&app, &ana.id, &[&c]).await.done();
    let refused = add(&app, &id, &[&c]).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION roleIds");
    assert_eq!(sod_error(&refused), json!(["set", ["a", "c"], ana.id]));

    let unassign = json!({ "userId": ana.id, "roleIds": [c] });
    let _ = app.admin().await.mutate("userUnassignRoles", unassign).await.done();
    let joined = add(&app, &id, &[&c, &a, &c]).await;
    assert_eq!(
        joined.done()["sodConstraint"]["roles"],
        json!([{ "name": "a" }, { "name": "b" }, { "name": "c" }]),
        "the limit stays, and who is in it already stays"
    );
    assert_eq!(sod_error(&assign(&app, &ana.id, &[&c]).await), json!(["set", ["a", "c"], ana.id]));
}

#[tokio::test]
async fn a_role_that_inherits_another_member_cannot_be_added() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let senior = app.role("senior").inheriting("a").create().await;
    for kind in ["STATIC", "DYNAMIC"] {
        let id = create(root, kind, kind, &[&a, &b], 2).await.id("sodConstraint");
        let refused = add(&app, &id, &[&senior]).await;
        assert_eq!(refused.refused(), "SOD_VIOLATION roleIds");
        assert_eq!(sod_error(&refused), json!([kind, ["a", "senior"], null]));
    }
}

#[tokio::test]
async fn a_removed_member_is_no_longer_constrained() {
    let app = App::start().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let id = constrain(&app, "set", &[&a, &b, &c]).await;
    let ana = app.user("ana").with_role("a").create().await;
    assert_eq!(assign(&app, &ana.id, &[&c]).await.refused(), "SOD_VIOLATION roleIds");
    let left = remove(&app, &id, &[&c]).await;
    assert_eq!(left.done()["sodConstraint"]["roles"], json!([{ "name": "a" }, { "name": "b" }]));
    let _ = assign(&app, &ana.id, &[&c]).await.done();
    assert_eq!(assign(&app, &ana.id, &[&b]).await.refused(), "SOD_VIOLATION roleIds");
}

#[tokio::test]
async fn at_least_as_many_members_as_the_limit_remain() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c, d] = roles(&app, ["a", "b", "c", "d"]).await;
    let id = create(root, "STATIC", "set", &[&a, &b, &c, &d], 3).await.id("sodConstraint");
    assert_eq!(remove(&app, &id, &[&a, &b]).await.refused(), "INVALID roleIds");
    let _ = remove(&app, &id, &[&a]).await.done();
    assert_eq!(remove(&app, &id, &[&b]).await.refused(), "INVALID roleIds");
    let _ = root.mutate("sodConstraintUpdate", json!({ "id": id, "input": { "limit": 2 } })).await.done();
    let _ = remove(&app, &id, &[&b]).await.done();
    assert_eq!(remove(&app, &id, &[&c]).await.refused(), "INVALID roleIds");
    assert_eq!(constraint(root, &id).await["roles"], json!([{ "name": "c" }, { "name": "d" }]));
}

#[tokio::test]
async fn existing_and_missing_members_change_nothing_and_unknown_roles_are_named_by_path() {
    let app = App::start().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let id = constrain(&app, "set", &[&a, &b]).await;
    let before = state(&app).await;
    let _ = add(&app, &id, &[&a, &b]).await.done();
    let _ = add(&app, &id, &[]).await.done();
    let _ = remove(&app, &id, &[&c]).await.done();
    assert_eq!(state(&app).await, before);
    let many = vec![a.as_str(); 101];
    for change in [add(&app, &id, &[&a, "role_"]).await, remove(&app, &id, &[&a, "role_"]).await] {
        assert_eq!(change.refused(), "NOT_FOUND roleIds.1");
    }
    for change in [add(&app, "sod_", &[&a]).await, remove(&app, "rubbish", &[&a]).await] {
        assert_eq!(change.refused(), "NOT_FOUND id");
    }
    for change in [add(&app, &id, &many).await, remove(&app, &id, &many).await] {
        assert_eq!(change.refused(), "TOO_LONG roleIds");
    }
}

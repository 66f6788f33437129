//! Assigning roles under static separation of duty (AssignUser).

use super::{assign, assigned, constrain, create, roles, sod_error};
use serde_json::json;
use tests::{App, input};

#[tokio::test]
async fn nobody_is_assigned_as_many_roles_of_a_set_as_its_limit() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c, d] = roles(&app, ["a", "b", "c", "d"]).await;
    let _ = create(root, "STATIC", "set", &[&a, &b, &c], 3).await.done();
    let ana = app.user("ana").create().await;
    let _ = assign(&app, &ana.id, &[&a, &b, &d]).await.done();
    let refused = assign(&app, &ana.id, &[&c]).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION roleIds");
    assert_eq!(sod_error(&refused), json!(["set", ["a", "b", "c"], ana.id]));
    let _ = root.mutate("userUnassignRoles", json!({ "userId": ana.id, "roleIds": [a] })).await.done();
    let _ = assign(&app, &ana.id, &[&c]).await.done();
    assert_eq!(assigned(&app, &ana.id).await, ["b", "c", "d"]);
}

#[tokio::test]
async fn inherited_roles_count_over_any_distance() {
    let app = App::start().await;
    let [payer, approver] = roles(&app, ["payer", "approver"]).await;
    app.role("chief").inheriting("payer").create().await;
    let boss = app.role("boss").inheriting("chief").create().await;
    let head = app.role("head").inheriting("approver").create().await;
    constrain(&app, "money", &[&payer, &approver]).await;
    let ana = app.user("ana").with_role("boss").create().await;
    for other in [&head, &approver] {
        assert_eq!(sod_error(&assign(&app, &ana.id, &[other]).await), json!(["money", ["approver", "payer"], ana.id]));
    }
    // The same member twice is one member.
    let _ = assign(&app, &ana.id, &[&payer]).await.done();
    let ben = app.user("ben").create().await;
    assert_eq!(sod_error(&assign(&app, &ben.id, &[&boss, &head]).await)[2], ben.id);
}

#[tokio::test]
async fn dynamic_sets_and_direct_grants_do_not_restrict_assignments() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = [app.role("a").granting("x:a").create().await, app.role("b").granting("x:b").create().await];
    let _ = create(root, "DYNAMIC", "together", &[&a, &b], 2).await.done();
    let ana = app.user("ana").create().await;
    let _ = assign(&app, &ana.id, &[&a, &b]).await.done();

    let [c, d] = [app.role("c").granting("x:c").create().await, app.role("d").granting("x:d").create().await];
    constrain(&app, "held", &[&c, &d]).await;
    let ben = app.user("ben").with_role("c").create().await;
    let grant = json!({ "userId": ben.id, "permissionIds": [app.permission_id("x:d").await] });
    let _ = root.mutate("userGrantPermissions", grant).await.done();
}

#[tokio::test]
async fn new_users_are_subject_to_constraints() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    constrain(&app, "set", &[&a, &b]).await;
    let new = |roles: &[&str]| input(json!({ "username": "ana", "roleIds": roles }));
    let refused = root.mutate("userCreate", new(&[&a, &b])).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION input.roleIds");
    assert_eq!(sod_error(&refused)[1], json!(["a", "b"]));
    let none = root.ask(r#"{ userByUsername(username: "ana") { id } }"#).await;
    assert!(none.data()["userByUsername"].is_null());
    let _ = root.mutate("userCreate", new(&[&a])).await.done();
}

#[tokio::test]
async fn conflicting_default_roles_are_rejected_at_signup() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    constrain(&app, "set", &[&a, &b]).await;
    let default = |role: &str, is_default: bool| json!({ "id": role, "input": { "isDefault": is_default } });
    for role in [&a, &b] {
        let _ = root.mutate("roleUpdate", default(role, true)).await.done();
    }
    let signup = json!({ "username": "ana", "password": tests::PASSWORD });
    let refused = app.anonymous().mutate("signup", signup.clone()).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION");
    assert_eq!(sod_error(&refused)[0], "set");
    let _ = root.mutate("roleUpdate", default(&b, false)).await.done();
    let _ = app.anonymous().mutate("signup", signup).await.done();
}

#[tokio::test]
async fn the_first_violated_constraint_by_name_is_reported() {
    let app = App::start().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    constrain(&app, "second", &[&a, &b]).await;
    constrain(&app, "first", &[&b, &c]).await;
    let ana = app.user("ana").create().await;
    assert_eq!(sod_error(&assign(&app, &ana.id, &[&a, &b, &c]).await), json!(["first", ["b", "c"], ana.id]));
}

#[tokio::test]
async fn the_check_of_static_constraints_costs_no_statement() {
    let app = App::start().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let users = [app.user("ana").create().await, app.user("ben").create().await, app.user("cleo").create().await];
    let statements = async |user: &str, role: &str| {
        let before = app.database.statements();
        let _ = assign(&app, user, &[role]).await.done();
        app.database.statements() - before
    };
    statements(&users[0].id, &c).await;
    let without = statements(&users[1].id, &c).await;
    constrain(&app, "set", &[&a, &b]).await;
    assert_eq!(statements(&users[2].id, &c).await, without);
}

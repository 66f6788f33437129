//! Invariant R6: every system permission keeps a permanent human holder.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Actor, App, Client};

const LOCKED: &str = "WOULD_LOCK_OUT";

/// Every system permission.
async fn system_permissions(app: &App) -> Vec<Value> {
    let document = "{ permissions(first: 100, filter: { isSystem: true }) { nodes { id } } }";
    let answer = app.admin().await.ask(document).await;
    let found = answer.data()["permissions"]["nodes"].as_array().expect("permissions");
    found.iter().map(|permission| permission["id"].clone()).collect()
}

/// An installation that ana administers through a role of her own; no user has `superadmin`.
struct KeptByAna {
    app: App,
    ana: Actor,
    /// The role with all system permissions.
    keeper: String,
}

async fn kept_by_ana(role_of_ana: &str) -> KeptByAna {
    let app = App::start().await;
    let root = app.admin().await;
    let keeper = app.role("keeper").create().await;
    let grant = json!({ "roleId": keeper, "permissionIds": system_permissions(&app).await });
    let _ = root.mutate("roleGrantPermissions", grant).await.done();
    app.role("chief").inheriting("keeper").create().await;
    let ana = app.user("ana").with_role(role_of_ana).create().await;
    let superadmin = app.role_id("superadmin").await;
    let _ = root.mutate("userUnassignRoles", json!({ "userId": root.id, "roleIds": [superadmin] })).await.done();
    KeptByAna { app, ana, keeper }
}

/// Can the client still administer?
async fn administers(client: &Client) -> bool {
    client.ask(r#"{ canAll(permissions: ["role:assign", "rbac:escalate", "user:write"]) }"#).await.data()["canAll"]
        == true
}

#[tokio::test]
async fn the_last_administrator_stays_on_every_path_that_changes_a_user() {
    let app = App::start().await;
    let root = app.admin().await;
    let superadmin = app.role_id("superadmin").await;
    let until = (app.service.now() + TimeDelta::days(900)).to_rfc3339();
    let from = (app.service.now() + TimeDelta::hours(1)).to_rfc3339();
    let (user, role) =
        (json!({ "userId": root.id, "roleIds": [superadmin] }), json!({ "roleId": superadmin, "userIds": [root.id] }));
    let with = |arguments: &Value, name: &str, value: &str| {
        let mut arguments = arguments.clone();
        (arguments[name], arguments["replace"]) = (json!(value), json!(true));
        arguments
    };
    let paths = [
        ("userUnassignRoles", user.clone()),
        ("roleUnassignUsers", role.clone()),
        ("userAssignRoles", with(&user, "expiresAt", &until)),
        ("userAssignRoles", with(&user, "validFrom", &from)),
        ("roleAssignUsers", with(&role, "expiresAt", &until)),
        ("roleAssignUsers", with(&role, "validFrom", &from)),
        ("userSuspend", json!({ "id": root.id })),
        ("userDelete", json!({ "id": root.id })),
    ];
    for (field, arguments) in paths {
        let refused = root.mutate(field, arguments).await;
        assert_eq!(refused.refused(), LOCKED, "{field}");
        assert!(refused.user_errors()[0]["message"].as_str().is_some_and(|message| message.contains('`')));
        assert!(administers(root).await, "{field}");
    }
}

#[tokio::test]
async fn a_temporary_or_future_holder_does_not_count() {
    let app = App::start().await;
    let root = app.admin().await;
    let superadmin = app.role_id("superadmin").await;
    let (until, from) = (app.service.now() + TimeDelta::days(900), app.service.now() + TimeDelta::hours(1));
    for (name, terms) in
        [("brief", json!({ "expiresAt": until.to_rfc3339() })), ("late", json!({ "validFrom": from.to_rfc3339() }))]
    {
        let mut arguments = json!({ "userId": app.user(name).create().await.id, "roleIds": [superadmin] });
        arguments.as_object_mut().expect("an object").extend(terms.as_object().expect("an object").clone());
        let _ = root.mutate("userAssignRoles", arguments).await.done();
    }
    let suspended = app.user("suspended").with_role("superadmin").create().await;
    let _ = root.mutate("userSuspend", json!({ "id": suspended.id })).await.done();
    let leave = json!({ "userId": root.id, "roleIds": [superadmin] });
    assert_eq!(root.mutate("userUnassignRoles", leave.clone()).await.refused(), LOCKED);

    // Once the later assignment is in effect, root may be deleted.
    app.clock.advance(TimeDelta::hours(1));
    let root = app.login("root").await;
    let _ = root.mutate("userUnassignRoles", leave).await.done();
    assert!(!administers(&root).await && administers(&*app.login("late").await).await);
}

#[tokio::test]
async fn the_last_administrator_stays_on_every_path_that_changes_a_role() {
    let KeptByAna { app, ana, keeper } = kept_by_ana("chief").await;
    let roles = ana.ask(r#"{ roleByName(name: "chief") { id } permissionByName(name: "role:assign") { id } }"#).await;
    let (chief, permission) = (&roles.data()["roleByName"]["id"], &roles.data()["permissionByName"]["id"]);
    let paths = [
        ("roleDelete", json!({ "id": keeper })),
        ("roleDelete", json!({ "id": chief })),
        ("roleRevokePermissions", json!({ "roleId": keeper, "permissionIds": [permission] })),
        ("roleRemoveInheritance", json!({ "roleId": chief, "inheritsFromIds": [keeper] })),
        ("userUnassignRoles", json!({ "userId": ana.id, "roleIds": [chief] })),
        ("userDelete", json!({ "id": ana.id })),
    ];
    for (field, arguments) in paths {
        assert_eq!(ana.mutate(field, arguments).await.refused(), LOCKED, "{field}");
        assert!(administers(&ana).await, "{field}");
    }
    // Permissions of applications may be revoked.
    let own = ana.mutate("permissionCreate", json!({ "input": { "name": "a:b" } })).await.id("permission");
    let _ = ana.mutate("roleGrantPermissions", json!({ "roleId": keeper, "permissionIds": [own] })).await.done();
    let _ = ana.mutate("roleRevokePermissions", json!({ "roleId": keeper, "permissionIds": [own] })).await.done();
    assert!(administers(&*app.login("ana").await).await);
}

#[tokio::test]
async fn the_last_direct_grant_stays() {
    let KeptByAna { app: _app, ana, keeper } = kept_by_ana("keeper").await;
    let found = ana.ask(r#"{ permissionByName(name: "role:assign") { id } }"#).await;
    let permission = found.data()["permissionByName"]["id"].clone();
    let direct = json!({ "userId": ana.id, "permissionIds": [permission] });
    let _ = ana.mutate("userGrantPermissions", direct.clone()).await.done();
    let revoke = json!({ "roleId": keeper, "permissionIds": [permission] });
    let _ = ana.mutate("roleRevokePermissions", revoke).await.done();
    assert_eq!(ana.mutate("userRevokePermissions", direct.clone()).await.refused(), LOCKED);
    let mut ending = direct;
    (ending["expiresAt"], ending["replace"]) = (json!("2999-01-01T00:00:00Z"), json!(true));
    assert_eq!(ana.mutate("userGrantPermissions", ending).await.refused(), LOCKED);
    assert!(administers(&ana).await);
}

#[tokio::test]
async fn with_a_second_administrator_the_first_can_be_removed() {
    let app = App::start().await;
    let root = app.admin().await;
    let superadmin = app.role_id("superadmin").await;
    let second = app.user("second").with_role("superadmin").create().await;
    let _ = root.mutate("userUnassignRoles", json!({ "userId": root.id, "roleIds": [superadmin] })).await.done();
    assert_eq!(second.mutate("userDelete", json!({ "id": second.id })).await.refused(), LOCKED);
    assert!(administers(&second).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_administrators_who_concurrently_remove_each_other_stays() {
    let app = App::start().await;
    let other = app.replica().await;
    let superadmin = app.role_id("superadmin").await;
    let (ana, ben) = (
        app.user("ana").with_role("superadmin").create().await,
        app.user("ben").with_role("superadmin").create().await,
    );
    let root = app.admin().await;
    let _ = ana.mutate("userUnassignRoles", json!({ "userId": root.id, "roleIds": [superadmin] })).await.done();
    let (there, here) = (ben.at(&other), &ana);
    for round in 0..10 {
        // Both administer on both replicas.
        tests::eventually(tests::PROMISED, async || administers(&there).await && administers(here).await, |both| *both)
            .await;
        let (field, argument) = [("userUnassignRoles", "userId"), ("roleUnassignUsers", "userIds")][round % 2];
        let take = |user: &str| match argument {
            "userId" => json!({ "userId": user, "roleIds": [superadmin] }),
            _ => json!({ "roleId": superadmin, "userIds": [user] }),
        };
        let (one, two) = tokio::join!(here.mutate(field, take(&ben.id)), there.mutate(field, take(&ana.id)));
        let outcome = |acted: &tests::MutationResult| match acted.response.body.get("errors") {
            Some(_) => acted.denied().to_owned(),
            None if acted.user_errors().is_empty() => "done".to_owned(),
            None => acted.refused(),
        };
        let outcomes = [outcome(&one), outcome(&two)];
        let done = outcomes.iter().filter(|outcome| *outcome == "done").count();
        assert_eq!(done, 1, "round {round}: {outcomes:?}");
        assert!(outcomes.iter().any(|outcome| outcome == LOCKED || outcome == "FORBIDDEN"), "{outcomes:?}");
        // The remaining administrator reinstates the other.
        let (survivor, lost): (&Client, _) = if outcomes[0] == "done" { (here, &ben) } else { (&there, &ana) };
        assert!(administers(survivor).await);
        let back = json!({ "userId": lost.id, "roleIds": [superadmin] });
        let _ = survivor.mutate("userAssignRoles", back).await.done();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_administrators_who_concurrently_suspend_or_delete_each_other_stays() {
    for field in ["userSuspend", "userDelete"] {
        let app = App::start().await;
        let other = app.replica().await;
        let superadmin = app.role_id("superadmin").await;
        let ana = app.user("ana").with_role("superadmin").create().await;
        let ben = app.user("ben").with_role("superadmin").create().await;
        let root = app.admin().await;
        let _ = ana.mutate("userUnassignRoles", json!({ "userId": root.id, "roleIds": [superadmin] })).await.done();
        let there = ben.at(&other);
        tests::eventually(tests::PROMISED, async || administers(&there).await, |can| *can).await;
        let (one, two) =
            tokio::join!(ana.mutate(field, json!({ "id": ben.id })), there.mutate(field, json!({ "id": ana.id })));
        let is_done = |acted: &tests::MutationResult| {
            acted.response.body.get("errors").is_none() && acted.user_errors().is_empty()
        };
        assert!(is_done(&one) != is_done(&two), "{field}: {one:?} {two:?}");
        let (survivor, late): (&Client, _) = if is_done(&one) { (&ana, two) } else { (&there, one) };
        // The second one had already lost the permission.
        assert_eq!(late.denied(), "UNAUTHENTICATED", "{field}");
        assert!(administers(survivor).await, "{field}");
    }
}

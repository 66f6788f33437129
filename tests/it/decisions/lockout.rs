//! Invariant R6: every permission that guards the service keeps a person who holds it for good.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Actor, App, Client};

const LOCKED: &str = "WOULD_LOCK_OUT";

/// Every permission that guards the service.
async fn system_permissions(app: &App) -> Vec<Value> {
    let document = "{ permissions(first: 100, filter: { isSystem: true }) { nodes { id } } }";
    let answer = app.admin().await.ask(document).await;
    let found = answer.data()["permissions"]["nodes"].as_array().expect("permissions");
    found.iter().map(|permission| permission["id"].clone()).collect()
}

/// An installation that ana administers through a role `keeper` of her own; nobody has `superadmin`.
async fn kept_by_ana(role_of_ana: &str) -> (App, Actor, String) {
    let app = App::start().await;
    let root = app.admin().await;
    let keeper = app.role("keeper").create().await;
    let grant = json!({ "roleId": keeper, "permissionIds": system_permissions(&app).await });
    let _ = root.act("roleGrantPermissions", grant).await.done();
    app.role("chief").inheriting("keeper").create().await;
    let ana = app.user("ana").with_role(role_of_ana).create().await;
    let superadmin = app.role_id("superadmin").await;
    let _ = root.act("userUnassignRoles", json!({ "userId": root.id, "roleIds": [superadmin] })).await.done();
    (app, ana, keeper)
}

/// Is everything still as it was: may they administer?
async fn administers(client: &Client) -> bool {
    client.ask(r#"{ canAll(permissions: ["role:assign", "rbac:escalate", "user:write"]) }"#).await.data()["canAll"]
        == true
}

#[tokio::test]
async fn the_last_administrator_stays_on_every_path_that_touches_a_user() {
    let app = App::start().await;
    let root = app.admin().await;
    let superadmin = app.role_id("superadmin").await;
    let until = (app.service.now() + TimeDelta::days(900)).to_rfc3339();
    let from = (app.service.now() + TimeDelta::hours(1)).to_rfc3339();
    let (user, role) =
        (json!({ "userId": root.id, "roleIds": [superadmin] }), json!({ "roleId": superadmin, "userIds": [root.id] }));
    let with = |arguments: &Value, name: &str, value: &str| {
        let mut arguments = arguments.clone();
        arguments[name] = json!(value);
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
        let refused = root.act(field, arguments).await;
        assert_eq!(refused.refused(), LOCKED, "{field}");
        assert!(refused.user_errors()[0]["message"].as_str().is_some_and(|message| message.contains('`')));
        assert!(administers(root).await, "{field}");
    }
}

#[tokio::test]
async fn somebody_who_holds_it_for_a_while_or_not_now_does_not_count() {
    let app = App::start().await;
    let root = app.admin().await;
    let superadmin = app.role_id("superadmin").await;
    let (until, from) = (app.service.now() + TimeDelta::days(900), app.service.now() + TimeDelta::hours(1));
    for (name, terms) in
        [("brief", json!({ "expiresAt": until.to_rfc3339() })), ("late", json!({ "validFrom": from.to_rfc3339() }))]
    {
        let mut arguments = json!({ "userId": app.user(name).create().await.id, "roleIds": [superadmin] });
        arguments.as_object_mut().expect("an object").extend(terms.as_object().expect("an object").clone());
        let _ = root.act("userAssignRoles", arguments).await.done();
    }
    let barred = app.user("barred").with_role("superadmin").create().await;
    let _ = root.act("userSuspend", json!({ "id": barred.id })).await.done();
    let leave = json!({ "userId": root.id, "roleIds": [superadmin] });
    assert_eq!(root.act("userUnassignRoles", leave.clone()).await.refused(), LOCKED);

    // Once the late one has begun, root may go.
    app.clock.advance(TimeDelta::hours(1));
    let root = app.login("root").await;
    let _ = root.act("userUnassignRoles", leave).await.done();
    assert!(!administers(&root).await && administers(&*app.login("late").await).await);
}

#[tokio::test]
async fn the_last_way_stays_on_every_path_that_touches_a_role() {
    let (app, ana, keeper) = kept_by_ana("chief").await;
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
        assert_eq!(ana.act(field, arguments).await.refused(), LOCKED, "{field}");
        assert!(administers(&ana).await, "{field}");
    }
    // What is no permission of the service may go.
    let own = ana.act("permissionCreate", json!({ "input": { "name": "a:b" } })).await.id("permission");
    let _ = ana.act("roleGrantPermissions", json!({ "roleId": keeper, "permissionIds": [own] })).await.done();
    let _ = ana.act("roleRevokePermissions", json!({ "roleId": keeper, "permissionIds": [own] })).await.done();
    assert!(administers(&*app.login("ana").await).await);
}

#[tokio::test]
async fn the_last_direct_grant_stays() {
    let (_, ana, keeper) = kept_by_ana("keeper").await;
    let found = ana.ask(r#"{ permissionByName(name: "role:assign") { id } }"#).await;
    let permission = found.data()["permissionByName"]["id"].clone();
    let direct = json!({ "userId": ana.id, "permissionIds": [permission] });
    let _ = ana.act("userGrantPermissions", direct.clone()).await.done();
    let revoke = json!({ "roleId": keeper, "permissionIds": [permission] });
    let _ = ana.act("roleRevokePermissions", revoke).await.done();
    assert_eq!(ana.act("userRevokePermissions", direct.clone()).await.refused(), LOCKED);
    let mut ending = direct;
    ending["expiresAt"] = json!("2999-01-01T00:00:00Z");
    assert_eq!(ana.act("userGrantPermissions", ending).await.refused(), LOCKED);
    assert!(administers(&ana).await);
}

#[tokio::test]
async fn with_a_second_administrator_the_first_may_go() {
    let app = App::start().await;
    let root = app.admin().await;
    let superadmin = app.role_id("superadmin").await;
    let second = app.user("second").with_role("superadmin").create().await;
    let _ = root.act("userUnassignRoles", json!({ "userId": root.id, "roleIds": [superadmin] })).await.done();
    assert_eq!(second.act("userDelete", json!({ "id": second.id })).await.refused(), LOCKED);
    assert!(administers(&second).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_administrators_who_remove_each_other_at_once_one_stays() {
    let app = App::start().await;
    let other = app.replica().await;
    let superadmin = app.role_id("superadmin").await;
    let (ana, ben) = (
        app.user("ana").with_role("superadmin").create().await,
        app.user("ben").with_role("superadmin").create().await,
    );
    let root = app.admin().await;
    let _ = ana.act("userUnassignRoles", json!({ "userId": root.id, "roleIds": [superadmin] })).await.done();
    let (there, here) = (ben.at(&other), &ana);
    for round in 0..10 {
        // On both replicas both administer.
        tests::eventually(tests::PROMISED, async || administers(&there).await && administers(here).await, |both| *both)
            .await;
        let (field, argument) = [("userUnassignRoles", "userId"), ("roleUnassignUsers", "userIds")][round % 2];
        let take = |user: &str| match argument {
            "userId" => json!({ "userId": user, "roleIds": [superadmin] }),
            _ => json!({ "roleId": superadmin, "userIds": [user] }),
        };
        let (one, two) = tokio::join!(here.act(field, take(&ben.id)), there.act(field, take(&ana.id)));
        let outcome = |acted: &tests::Acted| match acted.answer.body.get("errors") {
            Some(_) => acted.denied().to_owned(),
            None if acted.user_errors().is_empty() => "done".to_owned(),
            None => acted.refused(),
        };
        let outcomes = [outcome(&one), outcome(&two)];
        let done = outcomes.iter().filter(|outcome| *outcome == "done").count();
        assert_eq!(done, 1, "round {round}: {outcomes:?}");
        assert!(outcomes.iter().any(|outcome| outcome == LOCKED || outcome == "FORBIDDEN"), "{outcomes:?}");
        // Whoever is left lets the other in again.
        let (survivor, lost): (&Client, _) = if outcomes[0] == "done" { (here, &ben) } else { (&there, &ana) };
        assert!(administers(survivor).await);
        let back = json!({ "userId": lost.id, "roleIds": [superadmin] });
        let _ = survivor.act("userAssignRoles", back).await.done();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_administrators_who_bar_or_delete_each_other_at_once_one_stays() {
    for field in ["userSuspend", "userDelete"] {
        let app = App::start().await;
        let other = app.replica().await;
        let superadmin = app.role_id("superadmin").await;
        let ana = app.user("ana").with_role("superadmin").create().await;
        let ben = app.user("ben").with_role("superadmin").create().await;
        let root = app.admin().await;
        let _ = ana.act("userUnassignRoles", json!({ "userId": root.id, "roleIds": [superadmin] })).await.done();
        let there = ben.at(&other);
        tests::eventually(tests::PROMISED, async || administers(&there).await, |can| *can).await;
        let (one, two) =
            tokio::join!(ana.act(field, json!({ "id": ben.id })), there.act(field, json!({ "id": ana.id })));
        let is_done =
            |acted: &tests::Acted| acted.answer.body.get("errors").is_none() && acted.user_errors().is_empty();
        assert!(is_done(&one) != is_done(&two), "{field}: {one:?} {two:?}");
        let (survivor, late): (&Client, _) = if is_done(&one) { (&ana, two) } else { (&there, one) };
        // Whoever came second was out already.
        assert_eq!(late.denied(), "UNAUTHENTICATED", "{field}");
        assert!(administers(survivor).await, "{field}");
    }
}

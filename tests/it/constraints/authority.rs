//! Authority over constraints: each change takes authority over all roles that the constraint concerns, and none sets
//! `superadmin` against a default role.

use super::{assigned, constrain, create, roles, sod_error};
use serde_json::{Value, json};
use tests::{Actor, App, input};

/// A holder of the permissions that concern constraints and of nothing else.
async fn separator(app: &App) -> Actor {
    let separator = app.user("separator").with_permission("sod:write").with_permission("sod:read");
    separator.with_permission("role:read").create().await
}

async fn is_superadmin(actor: &Actor) -> bool {
    let answer = actor.ask("{ viewer { roles } can(permission: \"key:rotate\") }").await;
    let data = answer.data();
    let is_listed = data["viewer"]["roles"].as_array().is_some_and(|roles| roles.contains(&json!("superadmin")));
    assert_eq!(json!(is_listed), data["can"]);
    is_listed
}

#[tokio::test]
async fn no_weaker_administrator_takes_superadmin_from_sessions() {
    let app = App::start().await;
    let (root, weak) = (app.admin().await, separator(&app).await);
    let [superadmin, user] = [app.role_id("superadmin").await, app.role_id("user").await];
    let other = app.role("other").create().await;
    for kind in ["DYNAMIC", "STATIC"] {
        let refused = create(&weak, kind, "x", &[&user, &superadmin], 2).await;
        assert_eq!(refused.refused(), "BEYOND_AUTHORITY input.roleIds.1", "{kind}");
        let refused = create(&weak, kind, "x", &[&superadmin, &other], 2).await;
        assert_eq!(refused.refused(), "BEYOND_AUTHORITY input.roleIds.0", "{kind}");
    }
    let own = create(&weak, "DYNAMIC", "own", &[&user, &other], 2).await.id("sodConstraint");
    let added = weak.mutate("sodConstraintAddRoles", json!({ "id": own, "roleIds": [superadmin] })).await;
    assert_eq!(added.refused(), "BEYOND_AUTHORITY roleIds.0");
    assert!(is_superadmin(root).await);
}

#[tokio::test]
async fn not_even_superadmin_sets_superadmin_against_a_default_role() {
    let app = App::start().await;
    let root = app.admin().await;
    let [superadmin, user] = [app.role_id("superadmin").await, app.role_id("user").await];
    let [guest, clerk] = roles(&app, ["guest", "clerk"]).await;
    let _ = root.mutate("roleAddInheritance", json!({ "roleId": user, "inheritsFromIds": [guest] })).await.done();
    for kind in ["DYNAMIC", "STATIC"] {
        for (names, limit) in
            [(vec![&user, &superadmin], 2), (vec![&superadmin, &guest], 2), (vec![&clerk, &superadmin, &user], 3)]
        {
            let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
            assert_eq!(create(root, kind, "x", &names, limit).await.refused(), "SOD_VIOLATION input.roleIds", "{kind}");
        }
    }
    let set = create(root, "DYNAMIC", "set", &[&superadmin, &clerk], 2).await.id("sodConstraint");
    let refused = root.mutate("sodConstraintAddRoles", json!({ "id": set, "roleIds": [user] })).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION roleIds");
    assert_eq!(sod_error(&refused), json!(["set", ["superadmin", "user"], null]));
    let message = refused.user_errors()[0]["message"].as_str().expect("a message");
    assert_eq!(
        message,
        "constraint `set` cannot name `superadmin` together with `user`: every account has the default roles"
    );
    // The same state on other ways.
    let refused = root.mutate("roleUpdate", json!({ "id": clerk, "input": { "isDefault": true } })).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION input.isDefault");
    let refused = root.mutate("roleAddInheritance", json!({ "roleId": guest, "inheritsFromIds": [clerk] })).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION inheritsFromIds");
    let between = json!({ "name": "between", "inheritsFromIds": [clerk], "inheritedByIds": [user] });
    assert_eq!(root.mutate("roleCreate", input(between)).await.refused(), "SOD_VIOLATION input.inheritedByIds");
    assert!(is_superadmin(root).await);
    // Once the constraint is gone, nothing stands against it.
    let _ = root.mutate("sodConstraintDelete", json!({ "id": set })).await.done();
    let _ = root.mutate("roleUpdate", json!({ "id": clerk, "input": { "isDefault": true } })).await.done();
}

#[tokio::test]
async fn a_role_beyond_authority_that_inherits_from_a_role_of_the_constraint_counts() {
    let app = App::start().await;
    let [clerk, user] = [app.role("clerk").granting("desk:use").create().await, app.role_id("user").await];
    app.role("chief").inheriting("clerk").granting("vault:open").create().await;
    let chief = app.user("chief").with_role("chief").create().await;
    let weak = app.user("weak").with_permission("sod:write").with_permission("role:read").with_permission("desk:use");
    let weak = weak.create().await;
    let refused = create(&weak, "DYNAMIC", "x", &[&user, &clerk], 2).await;
    assert_eq!(refused.refused(), "BEYOND_AUTHORITY input.roleIds.1");
    assert_eq!(refused.user_errors()[0]["missing"], json!(["vault:open"]));
    assert_eq!(chief.ask("{ can(permission: \"vault:open\") }").await.data()["can"], true);
}

#[tokio::test]
async fn inheritance_brings_a_constraint_to_no_role_beyond_authority() {
    let app = App::start().await;
    let [desk, user] = [app.role("desk").granting("desk:use").create().await, app.role_id("user").await];
    let clerk = app.role("clerk").granting("desk:use").create().await;
    app.role("chief").inheriting("clerk").granting("vault:open").create().await;
    let chief = app.user("chief").with_role("chief").create().await;
    let _ = create(app.admin().await, "DYNAMIC", "set", &[&desk, &user], 2).await.done();
    let weak = app.user("weak").with_permission("role:write").with_permission("role:read").with_permission("desk:use");
    let weak = weak.create().await;
    let refused = weak.mutate("roleAddInheritance", json!({ "roleId": clerk, "inheritsFromIds": [desk] })).await;
    assert_eq!(refused.refused(), "BEYOND_AUTHORITY inheritsFromIds.0");
    let between = json!({ "name": "between", "inheritsFromIds": [desk], "inheritedByIds": [clerk] });
    assert_eq!(weak.mutate("roleCreate", input(between)).await.refused(), "BEYOND_AUTHORITY input.inheritedByIds");
    assert_eq!(chief.ask("{ can(permission: \"vault:open\") }").await.data()["can"], true);
    // A role of no constraint may be inherited.
    let plain = app.role("plain").granting("desk:use").create().await;
    let _ = weak.mutate("roleAddInheritance", json!({ "roleId": clerk, "inheritsFromIds": [plain] })).await.done();
}

#[tokio::test]
async fn loosening_renaming_and_deleting_take_the_same_authority_as_making() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let boss = app.role("boss").granting("vault:open").create().await;
    let (strong, weak) = (constrain(&app, "strong", &[&a, &b, &boss]).await, constrain(&app, "weak", &[&a, &b]).await);
    let acts = |id: &str, gone: &str| {
        [
            ("sodConstraintUpdate", json!({ "id": id, "input": { "name": format!("{id} renamed") } })),
            ("sodConstraintUpdate", json!({ "id": id, "input": { "description": "described" } })),
            ("sodConstraintUpdate", json!({ "id": id, "input": { "limit": 3 } })),
            ("sodConstraintUpdate", json!({ "id": id, "input": { "limit": 2 } })),
            ("sodConstraintAddRoles", json!({ "id": id, "roleIds": [gone] })),
            ("sodConstraintRemoveRoles", json!({ "id": id, "roleIds": [gone] })),
            ("sodConstraintDelete", json!({ "id": id })),
        ]
    };
    let separator = separator(&app).await;
    let third = app.role("third").create().await;
    let _ = app.admin().await.mutate("sodConstraintAddRoles", json!({ "id": weak, "roleIds": [third] })).await.done();
    for (field, arguments) in acts(&strong, &a) {
        let is_same = arguments["input"]["limit"] == 2 || field == "sodConstraintAddRoles";
        let acted = separator.mutate(field, arguments.clone()).await;
        // What changes nothing is not refused.
        if is_same {
            drop(acted.done().clone());
        } else {
            assert_eq!(acted.refused(), "BEYOND_AUTHORITY id", "{field} {arguments}");
        }
    }
    let seen = super::constraint(app.admin().await, &strong).await;
    assert_eq!((&seen["name"], &seen["limit"], &seen["description"]), (&json!("strong"), &json!(2), &Value::Null));
    for (field, arguments) in acts(&weak, &third) {
        let _ = separator.mutate(field, arguments).await.done();
    }
}

#[tokio::test]
async fn who_may_assign_beyond_authority_still_constrains_nothing_beyond_it() {
    let app = App::start().await;
    let [a, _] = roles(&app, ["a", "b"]).await;
    let boss = app.role("boss").granting("vault:open").create().await;
    let climber = app.user("climber").with_permission("sod:write").with_permission("rbac:escalate").create().await;
    assert_eq!(create(&climber, "STATIC", "x", &[&a, &boss], 2).await.refused(), "BEYOND_AUTHORITY input.roleIds.1");
    let holder = app.user("holder").with_role("boss").with_permission("sod:write").create().await;
    let _ = create(&holder, "STATIC", "x", &[&a, &boss], 2).await.done();
    assert_eq!(assigned(&app, &holder.id).await, ["boss"]);
}

//! Changes that would allow a denied access.

mod applied;

use super::super::sessions::session;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{App, Client, PASSWORD, Response};

async fn ask(client: &Client, user: &str, permission: &str, session: Option<&str>) -> Response {
    let document = "query ($user: ID!, $permission: PermissionName!, $session: ID) {
        explainAccess(userId: $user, permission: $permission, sessionId: $session) { decision { allowed } cures {
            kind role { id name } permissionsAdded usersAffected viewerCanApply blockedBy { id name } } } }";
    let variables = json!({ "user": user, "permission": permission, "session": session });
    client.graphql(document, variables).await
}

/// The cures as text: `KIND role permissions/users`, then `may` when the caller can apply it, then the constraint.
async fn cures(client: &Client, user: &str, permission: &str, session: Option<&str>) -> Vec<String> {
    let answer = ask(client, user, permission, session).await;
    let cures = answer.data()["explainAccess"]["cures"].as_array().expect("cures").clone();
    let text = |cure: &Value| {
        let word = |value: &Value| value.as_str().map(|text| format!(" {text}")).unwrap_or_default();
        let may = if cure["viewerCanApply"] == true { " may" } else { "" };
        let (kind, role) = (cure["kind"].as_str().expect("a kind"), word(&cure["role"]["name"]));
        let (added, users) = (&cure["permissionsAdded"], &cure["usersAffected"]);
        format!("{kind}{role} {added}/{users}{may}{}", word(&cure["blockedBy"]["name"]))
    };
    cures.iter().map(text).collect()
}

/// A clerk pays and uses a desk, a payer only pays, a boss is a clerk who moves money, an auditor reads.
async fn shop() -> App {
    let app = App::start().await;
    app.role("clerk").granting("invoice:pay").granting("desk:use").create().await;
    app.role("boss").inheriting("clerk").granting("money:move").create().await;
    app.role("payer").granting("invoice:pay").create().await;
    app.role("auditor").granting("books:read").create().await;
    app
}

async fn total(app: &App) -> usize {
    let answer = app.admin().await.ask("{ viewer { permissions } }").await;
    answer.data()["viewer"]["permissions"].as_array().expect("permissions").len()
}

#[tokio::test]
async fn the_cure_that_adds_least_comes_first() {
    let app = shop().await;
    let root = app.admin().await;
    let ana = app.user("ana").with_role("auditor").create().await;
    let ben = app.user("ben").with_role("auditor").create().await;
    let expected = [
        "ASSIGN_ROLE payer 1/1 may".to_owned(),
        "GRANT_DIRECTLY 1/1 may".to_owned(),
        "GRANT_TO_ROLE auditor 1/2 may".to_owned(),
        "GRANT_TO_ROLE user 1/2 may".to_owned(),
        "ASSIGN_ROLE clerk 2/1 may".to_owned(),
        "ASSIGN_ROLE boss 3/1 may".to_owned(),
        format!("ASSIGN_ROLE superadmin {}/1 may", total(&app).await - 1),
    ];
    assert_eq!(cures(root, &ana.id, "invoice:pay", None).await, expected);
    // Who is suspended gains nothing, nor who holds the permission.
    let _ = root.mutate("userSuspend", json!({ "id": ben.id })).await.done();
    app.user("cleo").with_role("auditor").with_role("payer").create().await;
    assert_eq!(cures(root, &ana.id, "invoice:pay", None).await[2], "GRANT_TO_ROLE auditor 1/1 may");
}

#[tokio::test]
async fn at_most_ten_cures_are_listed() {
    let app = App::start().await;
    for number in 0..9 {
        app.role(&format!("role {number}")).granting("invoice:pay").create().await;
    }
    let ana = app.user("ana").create().await;
    let found = cures(app.admin().await, &ana.id, "invoice:pay", None).await;
    assert_eq!((found.len(), found[8].as_str()), (10, "ASSIGN_ROLE role 8 1/1 may"));
    assert_eq!(found[9], "GRANT_DIRECTLY 1/1 may", "the role that all have follows, then superadmin");
    app.role("a role").granting("invoice:pay").create().await;
    let found = cures(app.admin().await, &ana.id, "invoice:pay", None).await;
    assert_eq!((found.len(), found[0].as_str()), (10, "ASSIGN_ROLE a role 1/1 may"));
    assert_eq!(found[9], "ASSIGN_ROLE role 8 1/1 may");
}

#[tokio::test]
async fn grants_to_the_ten_roles_with_the_fewest_users_are_found_below_others() {
    let app = App::start().await;
    app.permission_id("vault:open").await;
    // A chain of twelve roles, the lowest first; its names run against the order of inheritance.
    app.role("a").granting("desk:use").create().await;
    for name in ["b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] {
        let junior = char::from(name.as_bytes()[0] - 1).to_string();
        app.role(name).inheriting(&junior).create().await;
    }
    let ana = app.user("ana").with_role("l").create().await;
    app.user("ben").with_role("b").create().await;
    let found = cures(app.admin().await, &ana.id, "vault:open", None).await;
    let grants = "cdefghijk".chars().map(|name| format!("GRANT_TO_ROLE {name} 1/1 may"));
    assert_eq!(found, ["GRANT_DIRECTLY 1/1 may".to_owned()].into_iter().chain(grants).collect::<Vec<_>>());
}

#[tokio::test]
async fn cures_that_a_constraint_forbids_are_listed_with_it() {
    let app = shop().await;
    let (root, ana) = (app.admin().await, app.user("ana").with_role("auditor").create().await);
    let apart = [app.role_id("payer").await, app.role_id("auditor").await];
    let input = json!({ "name": "books and money", "kind": "STATIC", "roleIds": apart, "limit": 2 });
    let _ = root.mutate("sodConstraintCreate", json!({ "input": input })).await.done();
    let found = cures(root, &ana.id, "invoice:pay", None).await;
    assert_eq!(found[..2], ["ASSIGN_ROLE payer 1/1 books and money", "GRANT_DIRECTLY 1/1 may"]);
    let helper = app.user("helper").with_permission("access:explain").with_permission("role:read");
    let helper = helper.with_permission("permission:read").create().await;
    let answer = ask(&helper, &ana.id, "invoice:pay", None).await;
    let cure = &answer.body["data"]["explainAccess"]["cures"][0];
    assert_eq!(
        (answer.error(), &cure["blockedBy"], &cure["viewerCanApply"]),
        ("FORBIDDEN", &Value::Null, &json!(false))
    );
}

#[tokio::test]
async fn cures_that_a_constraint_on_permissions_forbids_are_listed_with_it() {
    let app = shop().await;
    let root = app.admin().await;
    let apart = [app.permission_id("invoice:pay").await, app.permission_id("books:read").await];
    let input = json!({ "name": "money", "kind": "STATIC", "permissionIds": apart });
    let _ = root.mutate("sodConstraintCreate", json!({ "input": input })).await.done();
    app.role("desk").granting("lamp:light").create().await;
    let ana = app.user("ana").with_role("desk").create().await;
    let ben = app.user("ben").with_role("desk").create().await;
    let expected = |of_roles: &str| {
        let roles = ["desk", "user"].map(|role| format!("GRANT_TO_ROLE {role} 1/2{of_roles}"));
        ["ASSIGN_ROLE payer 1/1 may", "GRANT_DIRECTLY 1/1 may"]
            .map(str::to_owned)
            .into_iter()
            .chain(roles)
            .collect::<Vec<_>>()
    };
    assert_eq!(cures(root, &ana.id, "invoice:pay", None).await[..4], expected(" may"));
    // Another user of the role would violate it, also by a direct grant that begins later.
    let later = (app.service.now() + TimeDelta::minutes(5)).to_rfc3339();
    let terms = json!({ "userId": ben.id, "permissionIds": [apart[1]], "validFrom": later });
    let _ = root.mutate("userGrantPermissions", terms).await.done();
    assert_eq!(cures(root, &ana.id, "invoice:pay", None).await[..4], expected(" money"));
    let role = json!({ "roleId": app.role_id("desk").await, "permissionIds": [apart[0]] });
    assert_eq!(root.mutate("roleGrantPermissions", role).await.refused(), "SOD_VIOLATION permissionIds");
    // Ben cannot hold it by any path.
    let of_ben = cures(root, &ben.id, "invoice:pay", None).await;
    assert_eq!(of_ben[..2], ["ASSIGN_ROLE payer 1/1 money", "GRANT_DIRECTLY 1/1 money"]);
}

#[tokio::test]
async fn the_caller_can_apply_what_the_permissions_and_the_authority_allow() {
    let app = shop().await;
    let ana = app.user("ana").with_role("auditor").create().await;
    let asker = |name: &str, permissions: &[&str]| {
        let reads = ["access:explain", "role:read", "permission:read", "sod:read"].into_iter();
        let user = app.user(name).with_role("clerk").with_role("auditor");
        reads.chain(permissions.iter().copied()).fold(user, tests::UserBuilder::with_permission)
    };
    let may = async |client: &Client| {
        let found = cures(client, &ana.id, "invoice:pay", None).await;
        found.iter().filter_map(|cure| Some(cure.strip_suffix(" may")?.to_owned())).collect::<Vec<_>>()
    };
    assert!(may(&*asker("ben", &[]).create().await).await.is_empty());
    let assigner = asker("cleo", &["role:assign"]).create().await;
    assert_eq!(may(&assigner).await, ["ASSIGN_ROLE payer 1/1", "ASSIGN_ROLE clerk 2/1"]);
    let granter = asker("dora", &["permission:grant"]).create().await;
    // Ben, Cleo and Dora pay already. Every account has the role `user`.
    let expected = ["GRANT_DIRECTLY 1/1", "GRANT_TO_ROLE auditor 1/1", "GRANT_TO_ROLE user 1/1"];
    assert_eq!(may(&granter).await, expected);
}

#[tokio::test]
async fn roles_to_activate_are_cures_of_a_session_and_applied_in_it() {
    let app = shop().await;
    app.role("vault").granting("vault:open").requiring_activation().create().await;
    let (root, ana) = (app.admin().await, app.user("ana").with_role("boss").with_role("vault").create().await);
    let reads = json!({ "userId": ana.id, "permissionIds": [app.permission_id("role:read").await,
        app.permission_id("permission:read").await, app.permission_id("sod:read").await] });
    let _ = root.mutate("userGrantPermissions", reads).await.done();
    let (here, other) = (session(&ana).await, app.login("ana").await);
    let activations = async |client: &Client, session: Option<&str>| {
        let found = cures(client, &ana.id, "vault:open", session).await;
        found.into_iter().filter(|cure| cure.starts_with("ACTIVATE")).collect::<Vec<_>>()
    };
    assert!(activations(root, None).await.is_empty(), "no session to activate a role in");
    assert_eq!(activations(root, Some(&here)).await, ["ACTIVATE_ROLE vault 1/1"]);
    assert_eq!(activations(&other, Some(&here)).await, ["ACTIVATE_ROLE vault 1/1"]);
    assert_eq!(activations(&ana, Some(&here)).await, ["ACTIVATE_ROLE vault 1/1 may"]);
    let vault = app.role_id("vault").await;
    let answer = ana.mutate("sessionActivateRoles", json!({ "roleIds": [vault] })).await;
    let _ = answer.done();
    let answer = ask(root, &ana.id, "vault:open", Some(&here)).await;
    assert_eq!(answer.data()["explainAccess"], json!({ "decision": { "allowed": true }, "cures": [] }));
}

#[tokio::test]
async fn an_activation_that_a_dynamic_constraint_forbids_is_listed_with_it() {
    let app = shop().await;
    let (root, _ana) = (app.admin().await, app.user("ana").with_role("auditor").with_role("clerk").create().await);
    let apart = [app.role_id("clerk").await, app.role_id("auditor").await];
    let input = json!({ "name": "one hat", "kind": "DYNAMIC", "roleIds": apart, "limit": 2 });
    let _ = root.mutate("sodConstraintCreate", json!({ "input": input })).await.done();
    let login = json!({ "username": "ana", "password": PASSWORD, "roles": ["auditor"] });
    let login = app.anonymous().mutate("login", login).await;
    let ana = app.anonymous().with_token(login.done()["accessToken"].as_str().expect("a token"));
    let (id, here) = (app.login("ana").await.id, session(&ana).await);
    let found = cures(root, &id, "desk:use", Some(&here)).await;
    assert_eq!(found.last().map(String::as_str), Some("ACTIVATE_ROLE clerk 2/1 one hat"));
    let refused = ana.mutate("sessionActivateRoles", json!({ "roleIds": [app.role_id("clerk").await] })).await;
    assert!(refused.refused().starts_with("SOD_VIOLATION"));
}

#[tokio::test]
async fn what_is_allowed_unknown_or_suspended_has_no_cures() {
    let app = shop().await;
    let (root, ana) = (app.admin().await, app.user("ana").with_role("clerk").create().await);
    for permission in ["invoice:pay", "no:such"] {
        assert_eq!(cures(root, &ana.id, permission, None).await, [""; 0], "{permission}");
    }
    let _ = root.mutate("userSuspend", json!({ "id": ana.id })).await.done();
    assert_eq!(cures(root, &ana.id, "books:read", None).await, [""; 0]);
}

#[tokio::test]
async fn a_caller_who_may_not_read_permissions_does_not_learn_which_exist() {
    let app = shop().await;
    let ana = app.user("ana").with_permission("role:read").create().await;
    for permission in ["books:read", "no:such"] {
        assert_eq!(cures(&ana, &ana.id, permission, None).await, [""; 0], "{permission}");
    }
    let ben = app.user("ben").create().await;
    let answer = ask(&ben, &ben.id, "books:read", None).await;
    assert_eq!((answer.error(), &answer.body["data"]["explainAccess"]["cures"]), ("FORBIDDEN", &Value::Null));
}

#[tokio::test]
async fn an_assignment_that_begins_later_is_extended_by_the_cure() {
    let app = shop().await;
    let (root, ana) = (app.admin().await, app.user("ana").create().await);
    let from = (app.service.now() + TimeDelta::days(1)).to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let assignment = json!({ "userId": ana.id, "roleIds": [app.role_id("payer").await], "validFrom": from });
    let _ = root.mutate("userAssignRoles", assignment).await.done();
    assert_eq!(cures(root, &ana.id, "invoice:pay", None).await[0], "ASSIGN_ROLE payer 1/1 may");
    let again = json!({ "userId": ana.id, "roleIds": [app.role_id("payer").await] });
    let _ = root.mutate("userAssignRoles", again).await.done();
    assert_eq!(cures(root, &ana.id, "invoice:pay", None).await, [""; 0]);
}

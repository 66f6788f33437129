//! User errors name nothing that the caller may not read, neither in fields nor in messages: every kind of refusal that
//! could, for callers who hold only the permissions to write.

use serde_json::{Value, json};
use std::collections::BTreeSet;
use tests::{Actor, App, MutationResult, input};

/// A refused mutation: the only permissions of the caller, the mutation, its arguments, and the code.
type Case = (&'static [&'static str], &'static str, Value, &'static str);

/// The permissions to read objects of other users.
const READS: [&str; 3] = ["user:read", "role:read", "permission:read"];

struct World {
    app: App,
    cases: Vec<Case>,
    /// Names and ids of all users, roles and permissions.
    objects: BTreeSet<String>,
}

async fn world() -> World {
    let app = App::start().await;
    let root = app.admin().await;
    let mut ids = Vec::new();
    for name in ["first", "second", "third", "free", "loose"] {
        ids.push(app.role(name).create().await);
    }
    let [first, second, third, free, loose] = <[String; 5]>::try_from(ids).expect("five roles");
    let high = app.role("high").inheriting("free").create().await;
    let both = app.role("both").inheriting("first").create().await;
    let boss = app.role("boss").granting("vault:open").create().await;
    let ana = app.user("ana").with_role("first").with_role("third").with_role("free").with_role("loose").create().await;
    let ben = app.user("ben").with_role("boss").create().await;
    let set = |name: &str, roles: [&String; 2]| json!({ "name": name, "kind": "STATIC", "roleIds": roles });
    let known = root.mutate("sodConstraintCreate", input(set("set", [&first, &second]))).await.id("sodConstraint");
    let wide = json!({ "name": "wide", "kind": "STATIC", "roleIds": [third, free, loose, second], "limit": 4 });
    let wide = root.mutate("sodConstraintCreate", input(wide)).await.id("sodConstraint");
    let superadmin = app.role_id("superadmin").await;
    let vault = app.permission_id("user:read").await;
    let cases: Vec<Case> = vec![
        (&["sod:write"], "sodConstraintCreate", input(set("new", [&first, &third])), "SOD_VIOLATION"),
        (&["sod:write"], "sodConstraintCreate", input(set("SET", [&first, &third])), "TAKEN"),
        (&["sod:write"], "sodConstraintCreate", input(set("new", [&boss, &third])), "BEYOND_AUTHORITY"),
        (&["sod:write"], "sodConstraintAddRoles", json!({ "id": known, "roleIds": [third] }), "SOD_VIOLATION"),
        (&["sod:write"], "sodConstraintUpdate", json!({ "id": wide, "input": { "limit": 3 } }), "SOD_VIOLATION"),
        (&["role:assign"], "userAssignRoles", json!({ "userId": ana.id, "roleIds": [second] }), "SOD_VIOLATION"),
        (&["role:assign"], "roleAssignUsers", json!({ "roleId": second, "userIds": [ana.id] }), "SOD_VIOLATION"),
        (&["role:assign"], "userAssignRoles", json!({ "userId": ana.id, "roleIds": [superadmin] }), "BEYOND_AUTHORITY"),
        (&["role:assign"], "roleUnassignUsers", json!({ "roleId": boss, "userIds": [ben.id] }), "BEYOND_AUTHORITY"),
        (
            &["user:write", "role:assign"],
            "userCreate",
            input(json!({ "username": "new", "roleIds": [first, second] })),
            "SOD_VIOLATION",
        ),
        (&["user:write"], "userCreate", input(json!({ "username": "ANA" })), "TAKEN"),
        (&["user:write"], "userSuspend", json!({ "id": ben.id }), "BEYOND_AUTHORITY"),
        (
            &["user:write"],
            "userUpdate",
            json!({ "id": ana.id, "input": { "displayName": "x" }, "expectedVersion": 999 }),
            "STALE",
        ),
        (
            &["permission:grant"],
            "roleGrantPermissions",
            json!({ "roleId": superadmin, "permissionIds": [] }),
            "IMMUTABLE",
        ),
        (
            &["role:write"],
            "roleAddInheritance",
            json!({ "roleId": free, "inheritsFromIds": [high] }),
            "HIERARCHY_CYCLE",
        ),
        (
            &["role:write"],
            "roleAddInheritance",
            json!({ "roleId": both, "inheritsFromIds": [second] }),
            "SOD_VIOLATION",
        ),
        (
            &["role:write"],
            "roleAddInheritance",
            json!({ "roleId": superadmin, "inheritsFromIds": [free] }),
            "IMMUTABLE",
        ),
        (
            &["role:write"],
            "roleCreate",
            input(json!({ "name": "new", "inheritsFromIds": [high], "inheritedByIds": [free] })),
            "HIERARCHY_CYCLE",
        ),
        (
            &["role:write"],
            "roleCreate",
            input(json!({ "name": "new", "inheritsFromIds": [first, second] })),
            "SOD_VIOLATION",
        ),
        (&["role:write"], "roleCreate", input(json!({ "name": "new", "inheritedByIds": [superadmin] })), "IMMUTABLE"),
        (&["role:write"], "roleCreate", input(json!({ "name": "FIRST" })), "TAKEN"),
        (&["role:write"], "roleUpdate", json!({ "id": superadmin, "input": { "name": "mine" } }), "IMMUTABLE"),
        (&["role:write"], "roleUpdate", json!({ "id": first, "input": { "name": "SECOND" } }), "TAKEN"),
        (
            &["role:write"],
            "roleUpdate",
            json!({ "id": first, "input": { "description": "x" }, "expectedVersion": 999 }),
            "STALE",
        ),
        (&["role:delete"], "roleDelete", json!({ "id": superadmin }), "IMMUTABLE"),
        (&["role:delete"], "roleDelete", json!({ "id": second }), "SOD_VIOLATION"),
        (&["role:delete"], "roleDelete", json!({ "id": boss }), "BEYOND_AUTHORITY"),
        (&["permission:write"], "permissionDelete", json!({ "id": vault }), "IMMUTABLE"),
        (&["permission:write"], "permissionCreate", input(json!({ "name": "vault:open" })), "TAKEN"),
    ];
    let document = "{ users(first: 50) { nodes { id username } } roles(first: 50) { nodes { id name } }
        permissions(first: 100) { nodes { id name } } }";
    let listed = root.ask(document).await.data().clone();
    let nodes =
        ["users", "roles", "permissions"].iter().flat_map(|list| listed[list]["nodes"].as_array().expect("nodes"));
    let texts = nodes.flat_map(|node| {
        node.as_object().expect("a node").values().map(|value| value.as_str().expect("a text").to_owned())
    });
    World { objects: texts.collect(), app, cases }
}

impl World {
    async fn caller(&self, name: &str, permissions: &[&str]) -> Actor {
        let caller = self.app.user(name);
        permissions.iter().fold(caller, |caller, permission| caller.with_permission(permission)).create().await
    }

    /// Names and ids of objects that the errors name, unless the caller sent the very text.
    fn named(&self, refused: &MutationResult, arguments: &Value) -> Vec<&String> {
        let errors = json!(refused.user_errors());
        let (told, sent) = (errors.to_string(), arguments.to_string());
        let names = |object: &&String| told.contains(&format!("`{object}`")) || told.contains(&format!("\"{object}\""));
        // Ids were sent, and are as secret as before: only what the caller typed as a name is no news.
        let is_news = |object: &&String| object.contains('_') || !sent.contains(&format!("\"{object}\""));
        self.objects.iter().filter(names).filter(is_news).collect()
    }
}

#[tokio::test]
async fn user_errors_name_nothing_to_callers_who_only_write() {
    let world = world().await;
    let mut codes = BTreeSet::new();
    for (number, (permissions, field, arguments, code)) in world.cases.iter().enumerate() {
        let caller = world.caller(&format!("blind-{number}"), permissions).await;
        let refused = caller.mutate(field, arguments.clone()).await;
        assert_eq!(refused.refused().split(' ').next(), Some(*code), "{field} {arguments}");
        assert_eq!(
            world.named(&refused, arguments),
            Vec::<&String>::new(),
            "{field} {arguments}: {:?}",
            refused.user_errors()
        );
        assert!(refused.user_errors()[0]["currentVersion"].is_null(), "{field} {arguments}");
        codes.insert(*code);
    }
    let all = ["BEYOND_AUTHORITY", "HIERARCHY_CYCLE", "IMMUTABLE", "SOD_VIOLATION", "STALE", "TAKEN"];
    assert_eq!(codes, BTreeSet::from(all));
}

#[tokio::test]
async fn user_errors_name_the_objects_to_their_readers() {
    let world = world().await;
    for (number, (permissions, field, arguments, code)) in world.cases.iter().enumerate() {
        let all: Vec<&str> = permissions.iter().copied().chain(READS).collect();
        let caller = world.caller(&format!("reader-{number}"), &all).await;
        let refused = caller.mutate(field, arguments.clone()).await;
        assert_eq!(refused.refused().split(' ').next(), Some(*code), "{field} {arguments}");
        let error = &refused.user_errors()[0];
        match *code {
            "STALE" => assert!(error["currentVersion"].is_number(), "{error}"),
            "TAKEN" => {}
            _ => assert!(
                !world.named(&refused, arguments).is_empty() || error["missing"] != json!([]),
                "{field} {arguments}: {error}"
            ),
        }
    }
}

#[tokio::test]
async fn a_user_error_names_the_caller_s_own_objects() {
    let app = App::start().await;
    let [payer, buyer] = [app.role("payer").create().await, app.role("buyer").create().await];
    let set = json!({ "name": "set", "kind": "DYNAMIC", "roleIds": [payer, buyer] });
    let _ = app.admin().await.mutate("sodConstraintCreate", input(set)).await.done();
    let ana = app.user("ana").with_role("payer").with_role("buyer").create().await;
    let refused = ana.mutate("sessionActivateRoles", json!({ "roleIds": [payer, buyer] })).await;
    let error = &refused.user_errors()[0];
    assert_eq!((&error["code"], &error["userId"]), (&json!("SOD_VIOLATION"), &json!(ana.id)));
    assert_eq!(error["roles"], json!([{ "name": "buyer" }, { "name": "payer" }]));
    assert_eq!(error["message"], "constraint `set` forbids these roles together: `buyer`, `payer`");
}

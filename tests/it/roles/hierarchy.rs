//! Inheritance between roles (AddInheritance, DeleteInheritance).

use super::{audited, names, role};
use serde_json::{Value, json};
use tests::{App, MutationResult};

async fn link(app: &App, field: &str, role: &str, others: &[&str]) -> MutationResult {
    app.admin().await.mutate(field, json!({ "roleId": role, "inheritsFromIds": others })).await
}

async fn inherit(app: &App, role: &str, others: &[&str]) -> MutationResult {
    link(app, "roleAddInheritance", role, others).await
}

async fn disinherit(app: &App, role: &str, others: &[&str]) -> MutationResult {
    link(app, "roleRemoveInheritance", role, others).await
}

#[tokio::test]
async fn a_role_inherits_permissions_of_juniors_which_gain_its_users() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let boss = app.role("boss").create().await;
    let ana = app.user("ana").with_role("boss").create().await;
    let _ = inherit(&app, &boss, &[&clerk]).await.done();

    assert_eq!(
        ana.ask("{ viewer { roles permissions } }").await.data()["viewer"],
        json!({
            "roles": ["boss", "clerk", "user"], "permissions": ["desk:use"]
        })
    );
    let members = "query ($id: ID!) { role(id: $id) {
        assignedUsers { nodes { username } } authorizedUsers { nodes { username } totalCount } } }";
    let members = root.graphql(members, json!({ "id": clerk })).await;
    let members = &members.data()["role"];
    assert_eq!(members["assignedUsers"]["nodes"], json!([]));
    assert_eq!(members["authorizedUsers"], json!({ "nodes": [{ "username": "ana" }], "totalCount": 1 }));

    let _ = disinherit(&app, &boss, &[&clerk]).await.done();
    assert_eq!(ana.ask("{ viewer { permissions } }").await.data()["viewer"]["permissions"], json!([]));
}

#[tokio::test]
async fn only_requested_edges_are_stored_including_implied_ones() {
    let app = App::start().await;
    let root = app.admin().await;
    let c = app.role("c").create().await;
    let b = app.role("b").inheriting("c").create().await;
    let a = app.role("a").inheriting("b").inheriting("c").create().await;
    let links = async || {
        let answer = root.ask("{ roleHierarchy { links { role { name } inheritsFrom { name } } } }").await;
        let links = answer.data()["roleHierarchy"]["links"].as_array().expect("links").clone();
        let name = |link: &Value, end: &str| link[end]["name"].as_str().expect("a name").to_owned();
        let mut links: Vec<_> =
            links.iter().map(|link| format!("{}>{}", name(link, "role"), name(link, "inheritsFrom"))).collect();
        links.sort();
        links
    };
    assert_eq!(links().await, ["a>b", "a>c", "b>c"]);
    let _ = disinherit(&app, &a, &[&b]).await.done();
    assert_eq!(names(&role(root, &a).await["inheritsFromAll"]), ["c"], "what was asked for besides stays");
    let _ = disinherit(&app, &b, &[&c]).await.done();
    assert_eq!(links().await, ["a>c"]);
}

#[tokio::test]
async fn no_role_inherits_from_itself_over_any_distance() {
    let app = App::start().await;
    let mut chain = vec![app.role("r0").create().await];
    for number in 1..6 {
        chain.push(app.role(&format!("r{number}")).inheriting(&format!("r{}", number - 1)).create().await);
    }
    let cycle = |acted: &MutationResult| -> Vec<String> {
        let error = &acted.user_errors()[0];
        assert_eq!(error["__typename"], "HierarchyError");
        let roles = error["cycle"].as_array().expect("a cycle").iter();
        roles.map(|role| role["name"].as_str().expect("a name").to_owned()).collect()
    };
    for length in 0..6 {
        let refused = inherit(&app, &chain[0], &[&chain[length]]).await;
        assert_eq!(refused.refused(), "HIERARCHY_CYCLE inheritsFromIds");
        let mut expected = vec!["r0".to_owned()];
        expected.extend((0..=length).rev().map(|number| format!("r{number}")));
        assert_eq!(cycle(&refused), expected);
    }
    // All or none: a valid edge beside an invalid one is not added.
    let side = app.role("side").create().await;
    assert_eq!(inherit(&app, &chain[0], &[&side, &chain[3]]).await.refused(), "HIERARCHY_CYCLE inheritsFromIds");
    assert_eq!(role(app.admin().await, &chain[0]).await["inheritsFrom"], json!([]));
}

#[tokio::test]
async fn a_diamond_is_no_cycle() {
    let app = App::start().await;
    app.role("bottom").granting("desk:use").create().await;
    app.role("left").inheriting("bottom").create().await;
    app.role("right").inheriting("bottom").create().await;
    let top = app.role("top").inheriting("left").inheriting("right").create().await;
    let top = role(app.admin().await, &top).await;
    assert_eq!(names(&top["inheritsFromAll"]), ["bottom", "left", "right"]);
    assert_eq!(top["effectivePermissions"].as_array().expect("a list").len(), 1);
}

#[tokio::test]
async fn existing_and_missing_items_change_nothing() {
    let app = App::start().await;
    let root = app.admin().await;
    let (junior, other) = (app.role("junior").create().await, app.role("other").create().await);
    let senior = app.role("senior").inheriting("junior").create().await;
    let (before, entries) = (role(root, &senior).await, audited(&app).await);
    let _ = inherit(&app, &senior, &[&junior, &junior]).await.done();
    let _ = inherit(&app, &senior, &[]).await.done();
    let _ = disinherit(&app, &senior, &[&other, &senior]).await.done();
    assert_eq!((role(root, &senior).await, audited(&app).await), (before, entries));
}

#[tokio::test]
async fn unknown_roles_are_named_by_path() {
    let app = App::start().await;
    let (junior, senior) = (app.role("junior").create().await, app.role("senior").create().await);
    for field in ["roleAddInheritance", "roleRemoveInheritance"] {
        assert_eq!(link(&app, field, &senior, &[&junior, "role_"]).await.refused(), "NOT_FOUND inheritsFromIds.1");
        assert_eq!(link(&app, field, "rubbish", &[&junior]).await.refused(), "NOT_FOUND roleId");
        let many = vec![junior.as_str(); 101];
        assert_eq!(link(&app, field, &senior, &many).await.refused(), "TOO_LONG inheritsFromIds");
    }
    assert_eq!(role(app.admin().await, &senior).await["inheritsFrom"], json!([]));
}

#[tokio::test]
async fn superadmin_inherits_from_no_other_and_others_may_inherit_from_it() {
    let app = App::start().await;
    let (junior, superadmin) = (app.role("junior").create().await, app.role_id("superadmin").await);
    assert_eq!(inherit(&app, &superadmin, &[&junior]).await.refused(), "IMMUTABLE roleId");
    assert_eq!(disinherit(&app, &superadmin, &[&junior]).await.refused(), "IMMUTABLE roleId");
    let _ = inherit(&app, &junior, &[&superadmin]).await.done();
    let ana = app.user("ana").with_role("junior").create().await;
    app.permission_id("brand:new").await;
    assert_eq!(ana.ask(r#"{ can(permission: "brand:new") }"#).await.data()["can"], true);
}

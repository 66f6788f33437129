//! Explanations: paths, their order and limits.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{App, Client};

const EXPLAIN: &str = "query ($user: ID!, $permission: PermissionName!, $first: Int!) {
    explainAccess(userId: $user, permission: $permission) {
        decision { allowed reason } summary hasMorePaths
        paths(first: $first) { kind text isActive expiresAt roles { name } } } }";

async fn explain(client: &Client, user: &str, permission: &str) -> Value {
    let variables = json!({ "user": user, "permission": permission, "first": 100 });
    client.graphql(EXPLAIN, variables).await.data()["explainAccess"].clone()
}

fn texts(explanation: &Value) -> Vec<&str> {
    let paths = explanation["paths"].as_array().expect("paths").iter();
    paths.map(|path| path["text"].as_str().expect("a text")).collect()
}

#[tokio::test]
async fn paths_are_shortest_first_then_by_name_and_a_direct_grant_before_any() {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").create().await;
    app.role("b-accountant").inheriting("clerk").create().await;
    app.role("a-accountant").inheriting("clerk").create().await;
    app.role("boss").inheriting("b-accountant").inheriting("a-accountant").inheriting("clerk").create().await;
    let ana = app.user("ana").with_role("boss").with_role("clerk").with_permission("invoice:read").create().await;
    let why = explain(app.admin().await, &ana.id, "invoice:read").await;
    let expected = [
        "ana > invoice:read",
        "ana > clerk > invoice:read",
        "ana > boss > clerk > invoice:read",
        "ana > boss > a-accountant > clerk > invoice:read",
        "ana > boss > b-accountant > clerk > invoice:read",
    ];
    assert_eq!(texts(&why), expected);
    let kinds: Vec<_> =
        why["paths"].as_array().expect("paths").iter().map(|path| path["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["DIRECT", "ROLE", "ROLE", "ROLE", "ROLE"]);
    assert_eq!((&why["paths"][0]["roles"], &why["hasMorePaths"]), (&json!([]), &json!(false)));
    assert_eq!(why["paths"][2]["roles"], json!([{ "name": "boss" }, { "name": "clerk" }]));
    assert_eq!(why["decision"], json!({ "allowed": true, "reason": "GRANTED_DIRECTLY" }));
    assert_eq!(why["summary"], "ana is allowed `invoice:read` by a direct grant");
}

#[tokio::test]
async fn effective_permissions_have_the_same_paths() {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").granting("desk:use").create().await;
    app.role("boss").inheriting("clerk").create().await;
    let ana = app.user("ana").with_role("boss").with_permission("desk:use").create().await;
    let document = "{ me { effectivePermissions { totalCount nodes {
        permission { name } isDirect hasMorePaths paths { text } } } permissionNames } }";
    let answer = ana.ask(document).await;
    let me = &answer.data()["me"];
    assert_eq!(me["permissionNames"], json!(["desk:use", "invoice:read"]));
    assert_eq!(
        me["effectivePermissions"],
        json!({ "totalCount": 2, "nodes": [
        { "permission": { "name": "desk:use" }, "isDirect": true, "hasMorePaths": false,
          "paths": [{ "text": "ana > desk:use" }, { "text": "ana > boss > clerk > desk:use" }] },
        { "permission": { "name": "invoice:read" }, "isDirect": false, "hasMorePaths": false,
          "paths": [{ "text": "ana > boss > clerk > invoice:read" }] },
    ] })
    );
}

#[tokio::test]
async fn inactive_paths_are_shown_and_marked() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    let ana = app.user("ana").create().await;
    let until = (app.service.now() + TimeDelta::minutes(1)).to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let terms = json!({ "userId": ana.id, "roleIds": [clerk], "expiresAt": until });
    let _ = root.mutate("userAssignRoles", terms).await.done();
    let shown = async || {
        let why = explain(root, &ana.id, "invoice:read").await;
        let path = &why["paths"][0];
        assert_eq!((texts(&why), &path["expiresAt"]), (vec!["ana > clerk > invoice:read"], &json!(until)));
        (why["decision"]["reason"].clone(), path["isActive"].clone(), why["summary"].clone())
    };
    let during = (json!("GRANTED_BY_ROLE"), json!(true), json!("ana is allowed `invoice:read` through clerk"));
    assert_eq!(shown().await, during);
    app.clock.advance(TimeDelta::minutes(1));
    let after = (
        json!("GRANT_EXPIRED"),
        json!(false),
        json!("ana is denied `invoice:read`: the assignment or grant has expired"),
    );
    assert_eq!(shown().await, after);
    let _ = root.mutate("userSuspend", json!({ "id": ana.id })).await.done();
    assert_eq!(shown().await.0, "ACCOUNT_NOT_ACTIVE");
}

#[tokio::test]
async fn each_path_names_the_assigner_and_the_terms() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("clerk").granting("invoice:read").create().await;
    let boss = app.role("boss").inheriting("clerk").create().await;
    let direct = app.permission_id("invoice:read").await;
    let ana = app.user("ana").with_role("clerk").create().await;
    let giver = app.user("giver").with_role("superadmin").create().await;
    let written = |minutes| {
        let at = app.service.now() + TimeDelta::minutes(minutes);
        at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    };
    let (now, from, until) = (written(0), written(1), written(9));
    let terms = json!({ "userId": ana.id, "roleIds": [boss], "expiresAt": until, "reason": "cover for ben" });
    let _ = giver.mutate("userAssignRoles", terms).await.done();
    let terms = json!({ "userId": ana.id, "permissionIds": [direct], "validFrom": from, "reason": "audit" });
    let _ = giver.mutate("userGrantPermissions", terms).await.done();
    app.clock.advance(TimeDelta::seconds(30));

    let document = "query ($user: ID!) { explainAccess(userId: $user, permission: \"invoice:read\") {
        paths { text validFrom expiresAt grantedAt grantedBy { username } reason } } }";
    let ask = async |client: &Client| {
        client.graphql(document, json!({ "user": ana.id })).await.data()["explainAccess"]["paths"].clone()
    };
    let path = |text: &str, from: Value, until: Value, by: Value, reason: Value| {
        json!({ "text": text, "validFrom": from, "expiresAt": until, "grantedAt": now,
            "grantedBy": by, "reason": reason })
    };
    let expected = |root: Value, giver: Value| {
        let direct = path("ana > invoice:read", json!(from), Value::Null, giver.clone(), json!("audit"));
        let clerk = path("ana > clerk > invoice:read", Value::Null, Value::Null, root, Value::Null);
        let boss = "ana > boss > clerk > invoice:read";
        json!([direct, clerk, path(boss, Value::Null, json!(until), giver, json!("cover for ben"))])
    };
    let named = |name: &str| json!({ "username": name });
    assert_eq!(ask(root).await, expected(named("root"), named("giver")));
    assert_eq!(ask(&ana).await, expected(Value::Null, Value::Null), "other users are hidden");
    let document = "{ me { effectivePermissions { nodes { paths { text grantedAt reason } } } } }";
    let held = ana.ask(document).await.data()["me"]["effectivePermissions"]["nodes"][0]["paths"][2].clone();
    assert_eq!(
        held,
        json!({ "text": "ana > boss > clerk > invoice:read", "grantedAt": now, "reason": "cover for ben" })
    );
}

#[tokio::test]
async fn assignments_by_the_service_have_no_assigner() {
    let app = App::start().await;
    let root = app.admin().await;
    let document = "query ($user: ID!) { explainAccess(userId: $user, permission: \"user:read\") {
        paths { text grantedBy { username } reason } } }";
    let answer = root.graphql(document, json!({ "user": root.id })).await;
    let expected = json!([{ "text": "root > superadmin > user:read", "grantedBy": null, "reason": null }]);
    assert_eq!(answer.data()["explainAccess"]["paths"], expected);
}

#[tokio::test]
async fn an_ungranted_permission_has_no_path() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    app.permission_id("invoice:read").await;
    let why = explain(app.admin().await, &ana.id, "invoice:read").await;
    assert_eq!((&why["decision"]["reason"], &why["paths"]), (&json!("NOT_GRANTED"), &json!([])));
    assert_eq!(why["summary"], "ana is denied `invoice:read`: no role or grant of the user includes it");
    let why = explain(app.admin().await, &ana.id, "no:such").await;
    assert_eq!((&why["decision"]["reason"], &why["paths"]), (&json!("UNKNOWN_PERMISSION"), &json!([])));
}

#[tokio::test]
async fn a_chain_of_thirty_diamonds_is_explained_without_walking_every_path() {
    let app = App::start().await;
    // A thousand million paths lead from the top to the bottom.
    app.role("step-00").granting("deep:down").create().await;
    for step in 1..=30 {
        let below = format!("step-{:02}", step - 1);
        app.role(&format!("left-{step:02}")).inheriting(&below).create().await;
        app.role(&format!("right-{step:02}")).inheriting(&below).create().await;
        let (left, right) = (format!("left-{step:02}"), format!("right-{step:02}"));
        app.role(&format!("step-{step:02}")).inheriting(&left).inheriting(&right).create().await;
    }
    let ana = app.user("ana").with_role("step-30").create().await;
    let why = explain(app.admin().await, &ana.id, "deep:down").await;
    assert_eq!((&why["decision"]["allowed"], &why["hasMorePaths"]), (&json!(true), &json!(true)));
    let found = texts(&why);
    assert_eq!(found.len(), 100);
    assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "one length, so by name and each once");
    let variables = json!({ "user": ana.id, "permission": "deep:down", "first": 3 });
    let few = app.admin().await.graphql(EXPLAIN, variables).await;
    assert_eq!(texts(&few.data()["explainAccess"]), found[..3]);
    let document = "{ me { effectivePermissions { nodes { hasMorePaths paths(first: 100) { text } } } } }";
    let held = ana.ask(document).await;
    let held = &held.data()["me"]["effectivePermissions"]["nodes"][0];
    assert_eq!((texts(held), &held["hasMorePaths"]), (found, &json!(true)));
}

#[tokio::test]
async fn the_number_of_paths_is_limited_by_first() {
    let app = App::start().await;
    for number in 0..3 {
        app.role(&format!("r{number}")).granting("a:b").create().await;
    }
    let ana = app.user("ana").with_role("r0").with_role("r1").with_role("r2").create().await;
    let ask = async |first: i64| {
        let variables = json!({ "user": ana.id, "permission": "a:b", "first": first });
        app.admin().await.graphql(EXPLAIN, variables).await
    };
    for (first, shown, more) in [(0, 0, true), (2, 2, true), (3, 3, false), (100, 3, false)] {
        let answer = ask(first).await;
        let why = &answer.data()["explainAccess"];
        assert_eq!((texts(why).len(), &why["hasMorePaths"]), (shown, &json!(more)), "{first}");
    }
    for bad in [-1, 101] {
        assert_eq!(ask(bad).await.error(), "BAD_USER_INPUT", "{bad}");
    }
}

#[tokio::test]
async fn users_explain_their_own_access_and_that_of_others_with_the_permission() {
    let app = App::start().await;
    let ana = app.user("ana").with_permission("a:b").create().await;
    let helper = app.user("helper").with_permission("access:explain").create().await;
    assert_eq!(explain(&ana, &ana.id, "a:b").await["decision"]["allowed"], true);
    assert_eq!(explain(&helper, &ana.id, "a:b").await["decision"]["allowed"], true);
    let refused = async |user: &str| {
        let answer = ana.graphql(EXPLAIN, json!({ "user": user, "permission": "a:b", "first": 1 })).await;
        assert_eq!(answer.error(), "FORBIDDEN", "{user}");
        answer.body["errors"].clone()
    };
    let foreign = refused(&helper.id).await;
    for unknown in ["", "rubbish", "user_00000000000000000000000000"] {
        assert_eq!(refused(unknown).await, foreign, "{unknown}");
    }
}

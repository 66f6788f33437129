//! The caller's own objects, and those of others.

use super::Victim;
use crate::calls::{Call, Position, kind_of, outcome, positions, send};
use crate::sdl::{Field, published};
use serde_json::{Value, json};
use tests::{Actor, App};

/// Ids that no object has, malformed in every way.
fn unknown_ids(own: &str, other_kind: &str) -> Vec<String> {
    let (prefix, rest) = own.split_once('_').expect("an id");
    vec![
        String::new(),
        " ".to_owned(),
        prefix.to_owned(),
        format!("{prefix}_"),
        format!("{own}0"),
        own[..own.len() - 1].to_owned(),
        own.to_uppercase(),
        format!(" {own}"),
        format!("{own} "),
        rest.to_owned(),
        format!("{prefix}_{}", "z".repeat(26)),
        format!("{prefix}_{}", "0".repeat(26)),
        other_kind.to_owned(),
        "018f0000-0000-7000-8000-000000000000".to_owned(),
        "1".to_owned(),
        "*".to_owned(),
        "%".to_owned(),
        "' OR 1=1 --".to_owned(),
        "null".to_owned(),
        "\0".to_owned(),
        "x".repeat(5_000),
    ]
}

/// Root fields guarded by `@selfOr(of:)`, with the argument that carries the id.
fn own_or_permitted() -> Vec<(&'static str, &'static Field, Position)> {
    let sdl = published();
    let mut found = Vec::new();
    for root in ["Query", "Mutation"] {
        for field in sdl.root(root) {
            let Some(guard) = field.guard().filter(|guard| guard.starts_with("@selfOr(")) else { continue };
            let of = guard.split("of: \"").nth(1).and_then(|rest| rest.split('"').next()).expect("an argument");
            let position =
                positions(sdl, field).into_iter().find(|position| position.path == of).expect("the argument");
            found.push((root, field, position));
        }
    }
    found
}

async fn ask(actor: &Actor, root: &str, field: &'static Field, position: &Position, id: &str) -> tests::Response {
    let call = Call::of(published(), field, "own").with(&position.path, "$value");
    send(actor, root, &call, Some(("ID", &json!(id)))).await
}

#[tokio::test]
async fn the_caller_s_own_objects_require_no_permission() {
    let app = App::start().await;
    let victim = Victim::create(&app).await;
    let session = json!({ "session": victim.session });
    assert!(session["session"].is_string());
    for (root, field, position) in own_or_permitted().into_iter().filter(|(root, ..)| *root == "Query") {
        let own = own_id(&victim, field, &position);
        let answer = ask(&victim.user, root, field, &position, own).await;
        assert_eq!(outcome(&answer, &field.name), "data", "{}", field.name);
    }
    // Mutations that end the caller's session come last.
    for name in ["sessionRevoke", "userRevokeSessions"] {
        let caller = app.login("victim").await;
        let session = caller.ask("{ viewer { session { id } } }").await.data()["viewer"]["session"]["id"].clone();
        let id = if name == "sessionRevoke" { session } else { json!(caller.id) };
        let document = format!("mutation ($id: ID!) {{ {name}(id: $id) {{ userErrors {{ code }} }} }}");
        let _ = caller.graphql(&document, json!({ "id": id })).await.payload(name);
    }
}

fn own_id<'a>(victim: &'a Victim, field: &Field, position: &Position) -> &'a str {
    match kind_of(&field.name, position) {
        "user" => &victim.user.id,
        "role" => &victim.role,
        "perm" => &victim.permission,
        _ => &victim.session,
    }
}

#[tokio::test]
async fn another_user_s_object_fails_exactly_like_an_unknown_one() {
    let app = App::start().await;
    let victim = Victim::create(&app).await;
    let plain = app.user("plain").create().await;
    let fields = own_or_permitted();
    assert_eq!(fields.len(), 6, "{fields:#?}");
    for (root, field, position) in fields {
        let own = own_id(&victim, field, &position).to_owned();
        let hidden = ask(&plain, root, field, &position, &own).await;
        assert_eq!(hidden.error(), "FORBIDDEN", "{}", field.name);
        let other_kind = if own.starts_with("user_") { &victim.role } else { &victim.user.id };
        for id in unknown_ids(&own, other_kind) {
            let missing = ask(&plain, root, field, &position, &id).await;
            assert_eq!((missing.status, &missing.body), (hidden.status, &hidden.body), "{} {id:?}", field.name);
        }
    }
    let still = victim.user.ask("{ me { username } }").await;
    assert_eq!(still.data()["me"]["username"], "victim", "unknown_ids ended the victim's session");
}

/// Everything below `me` and `viewer` that a user may read.
const OWN: &str = "{
    me {
        id username displayName email status
        roles { id name permissions { name } inheritsFrom { name } inheritsFromAll { name permissions { name } }
            effectivePermissions { permission { name } source { name } isInherited } }
        authorizedRoles { name operationsOn(resource: \"vault\") }
        directPermissions { name }
        permissionNames
        operationsOn(resource: \"vault\")
        effectivePermissions(first: 5) { nodes { permission { name } paths { text kind roles { name } } } totalCount }
        roleAssignments { role { name permissions { name } } user { username roles { name } } reason }
        sessions { nodes { id isCurrent user { username permissionNames } activeRoles { name } permissions } }
        auditTrail(first: 2) { nodes { action summary actor { username } } }
        lastLoginAt
    }
    viewer {
        user { username roles { name } } session { id user { roles { name } } activeRoles { permissions { name } } }
        roles permissions can(permission: \"vault:open\")
    } }";

#[tokio::test]
async fn a_user_without_permissions_sees_all_of_their_own_account() {
    let app = App::start().await;
    let victim = Victim::create(&app).await;
    let answer = victim.user.ask(OWN).await;
    let me = &answer.data()["me"];
    assert_eq!(me["permissionNames"], json!(["vault:open"]));
    assert_eq!(me["operationsOn"], json!(["open"]));
    assert_eq!(me["sessions"]["nodes"][0]["user"]["permissionNames"], json!(["vault:open"]));
    assert_eq!(answer.data()["viewer"]["can"], true);
}

/// Fields that lead from the caller's own objects to those of others.
const FOREIGN: [(&str, &str); 9] = [
    ("roles { inheritedBy { name } }", "inheritedBy"),
    ("roles { inheritedByAll { name } }", "inheritedByAll"),
    ("roles { assignedUsers { nodes { username } } }", "assignedUsers"),
    ("roles { authorizedUsers { nodes { username } } }", "authorizedUsers"),
    ("roles { auditTrail { nodes { summary } } }", "auditTrail"),
    ("roles { permissions { grantedRoles { name } } }", "grantedRoles"),
    ("roles { permissions { authorizedRoles { name } } }", "authorizedRoles"),
    ("roles { permissions { authorizedUsers { nodes { username } } } }", "authorizedUsers"),
    ("roles { permissions { directUsers { nodes { username } } } }", "directUsers"),
];

#[tokio::test]
async fn no_path_leads_from_own_objects_to_those_of_others() {
    let app = App::start().await;
    let victim = Victim::create(&app).await;
    for (edges, last) in FOREIGN {
        let answer = victim.user.ask(&format!("{{ me {{ username {edges} }} }}")).await;
        assert_eq!(answer.error(), "FORBIDDEN", "{edges}");
        assert_eq!(answer.body["data"]["me"]["username"], "victim");
        for error in answer.body["errors"].as_array().expect("errors") {
            let path = error["path"].as_array().expect("a path");
            assert_eq!(path.last(), Some(&json!(last)), "{edges}");
        }
    }
}

#[tokio::test]
async fn the_assigner_of_a_role_is_hidden_without_user_read() {
    let app = App::start().await;
    app.role("readers").granting("user:read").create().await;
    let plain = Victim::create(&app).await.user;
    let reader = app.user("reader").with_role("readers").create().await;
    let document = "{ me { roleAssignments { role { name } assignedBy { username } } } }";
    let held = |answer: &Value, role: &str| {
        let assignments = answer["me"]["roleAssignments"].as_array().expect("a list").clone();
        assignments.into_iter().find(|held| held["role"]["name"] == role).expect("the assignment")["assignedBy"].clone()
    };
    assert_eq!(held(plain.ask(document).await.data(), "victims"), Value::Null);
    assert_eq!(held(reader.ask(document).await.data(), "readers")["username"], "root");
}

#[tokio::test]
async fn in_a_list_of_users_each_is_checked_separately() {
    let app = App::start().await;
    app.role("readers").granting("user:read").create().await;
    let reader = app.user("reader").with_role("readers").create().await;
    app.user("other").create().await;
    let answer = reader.ask("{ users { nodes { username permissionNames sessions { totalCount } } } }").await;
    let users = answer.body["data"]["users"]["nodes"].as_array().expect("a list");
    assert_eq!(users.len(), 3);
    for user in users {
        let own = user["username"] == "reader";
        assert!(user["permissionNames"].is_array(), "{user}");
        assert_eq!(user["sessions"].is_object(), own, "{user}");
    }
    assert_eq!(answer.body["errors"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_role_stops_being_own_when_it_is_unassigned() {
    let app = App::start().await;
    let victim = Victim::create(&app).await;
    let document =
        "query ($role: ID!, $permission: ID!) { role(id: $role) { name } permission(id: $permission) { name } }";
    let variables = json!({ "role": victim.role, "permission": victim.permission });
    let before = victim.user.graphql(document, variables.clone()).await;
    assert_eq!(before.data()["role"]["name"], "victims");
    let arguments = json!({ "userId": victim.user.id, "roleIds": [victim.role] });
    let _ = app.admin().await.mutate("userUnassignRoles", arguments).await.done();
    let after = victim.user.graphql(document, variables).await;
    assert_eq!((outcome(&after, "role"), outcome(&after, "permission")), ("FORBIDDEN".into(), "FORBIDDEN".into()));
}

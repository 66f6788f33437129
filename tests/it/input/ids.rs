//! Every id that the schema takes, given ids of every wrong shape: each is answered as an id that nothing has.

use crate::calls::{Call, Hole, holes, kind_of, send, unknown_id};
use crate::sdl::{Field, published};
use serde_json::{Value, json};
use tests::{Answer, App, Client};

/// What differs between answers that should not differ: data, and codes of errors with their places.
fn told(answer: &Answer) -> (u16, Value, Vec<Value>) {
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    let errors =
        errors.iter().map(|error| json!([error["extensions"]["code"], error["path"], error["message"]])).collect();
    (answer.status, answer.body["data"].clone(), errors)
}

fn wrong(field: &Field, hole: &Hole, others: &[String]) -> Vec<String> {
    let unknown = unknown_id(&field.name, hole);
    let prefix = kind_of(&field.name, hole);
    let takes_any =
        ["node", "nodes"].contains(&field.name.as_str()) || ["targetId", "involvingId"].contains(&hole.name());
    let other_kind = |id: &&String| !takes_any && !id.starts_with(&format!("{prefix}_"));
    let mut wrong: Vec<String> = others.iter().filter(other_kind).cloned().collect();
    wrong.extend([
        String::new(),
        " ".to_owned(),
        "0".to_owned(),
        "-1".to_owned(),
        prefix.to_owned(),
        format!("{prefix}_"),
        format!("{prefix}_{}", "z".repeat(26)),
        format!("{prefix}_{}", "0".repeat(26)),
        format!("{prefix}_{}", "é".repeat(26)),
        unknown[..unknown.len() - 1].to_owned(),
        format!("{unknown}0"),
        unknown.to_uppercase(),
        format!("\u{feff}{unknown}"),
        unknown.replace('_', ":"),
        "00e40000-0000-7000-8000-000000000001".to_owned(),
        "VXNlcjox".to_owned(),
        "a\0b".to_owned(),
        "👤".to_owned(),
        "' OR 1=1 --".to_owned(),
        "%".to_owned(),
        "x".repeat(20_000),
    ]);
    wrong
}

fn id_holes(root: &str) -> Vec<(&'static Field, Hole)> {
    let sdl = published();
    let fields = sdl.root(root).iter();
    let is_id = |hole: &Hole| hole.ty == "ID";
    fields.flat_map(|field| holes(sdl, field).into_iter().filter(is_id).map(move |hole| (field, hole))).collect()
}

/// Goes through every hole; `label` of the two calls is the same, so nothing else differs.
async fn hold(client: &Client, (root, others): (&str, &[String])) {
    for (at, (field, hole)) in id_holes(root).into_iter().enumerate() {
        let call = Call::of(published(), field, &format!("ids-{at}")).with(&hole.path, "$value");
        let ask = async |id: &str| send(client, root, &call, Some(("ID", &json!(id)))).await;
        let unknown = told(&ask(&unknown_id(&field.name, &hole)).await);
        assert_eq!(unknown.0, 200, "{}", field.name);
        assert!(!format!("{unknown:?}").contains("INTERNAL_SERVER_ERROR"), "{} {unknown:?}", field.name);
        for id in wrong(field, &hole, others) {
            let shown: String = id.chars().take(40).collect();
            assert_eq!(told(&ask(&id).await), unknown, "{}({}: {shown:?})", field.name, hole.path);
        }
    }
}

/// Ids of one thing of each kind, so that ids of the wrong kind can be given.
async fn others(app: &App) -> Vec<String> {
    let document = "{ me { id roles { id } roleAssignments { id } } viewer { session { id } permissions }
        permissions(first: 1) { nodes { id } } auditLog(first: 1) { nodes { id } } }";
    let answer = app.admin().await.ask(document).await;
    let data = answer.data();
    let places = [
        "/me/id",
        "/me/roles/0/id",
        "/me/roleAssignments/0/id",
        "/viewer/session/id",
        "/permissions/nodes/0/id",
        "/auditLog/nodes/0/id",
    ];
    places.map(|at| data.pointer(at).and_then(Value::as_str).expect("an id").to_owned()).to_vec()
}

#[tokio::test]
async fn to_those_who_may_ask_a_wrong_id_is_an_unknown_one() {
    let app = App::start().await;
    let others = others(&app).await;
    for root in ["Query", "Mutation"] {
        hold(app.admin().await, (root, &others)).await;
    }
}

#[tokio::test]
async fn to_those_who_may_not_ask_a_wrong_id_is_denied_as_any() {
    let app = App::start().await;
    let others = others(&app).await;
    let plain = app.user("plain").create().await;
    for root in ["Query", "Mutation"] {
        // A plain user may ask for itself: nothing among the wrong ids is its own.
        hold(&plain, (root, &others)).await;
    }
}

#[tokio::test]
async fn a_mutation_of_something_unknown_says_not_found_and_where() {
    let app = App::start().await;
    let root = app.admin().await;
    let user = app.user("ana").create().await.id;
    let (role, permission) = (app.role("clerk").create().await, app.permission_id("invoice:read").await);
    let apart = json!({ "name": "set", "kind": "STATIC", "roleIds": [role, app.role("scribe").create().await] });
    let constraint = root.act("sodConstraintCreate", json!({ "input": apart })).await.id("sodConstraint");
    for (at, (field, hole)) in id_holes("Mutation").into_iter().enumerate() {
        let mut call = Call::of(published(), field, &format!("not-found-{at}")).with(&hole.path, "$value");
        for other in holes(published(), field).iter().filter(|other| other.ty == "ID" && !other.path.contains('.')) {
            let known = [("user", &user), ("role", &role), ("perm", &permission), ("sod", &constraint)];
            let known = known.iter().find(|(kind, _)| *kind == kind_of(&field.name, other));
            call = known.into_iter().fold(call, |call, (_, id)| call.with(&other.path, format!("\"{id}\"")));
        }
        let answer = send(root, "Mutation", &call, Some(("ID", &json!("nothing")))).await;
        let errors = answer.data()[&field.name]["userErrors"].as_array().expect("a list");
        // A role that is not there is answered like one that the session cannot have, or has not.
        let expected = match field.name.as_str() {
            "sessionDeactivateRoles" => {
                assert!(errors.is_empty(), "{errors:?}");
                continue;
            }
            "sessionActivateRoles" => "ROLE_NOT_ASSIGNED",
            _ => "NOT_FOUND",
        };
        let told = errors.iter().find(|error| {
            let path = error["path"].as_array().cloned().unwrap_or_default();
            let names: Vec<_> =
                path.iter().filter_map(Value::as_str).filter(|name| name.parse::<u32>().is_err()).collect();
            names.join(".") == hole.path
        });
        let told = told.unwrap_or_else(|| panic!("{}({}): {errors:?}", field.name, hole.path));
        assert_eq!(told["code"], expected, "{}({})", field.name, hole.path);
    }
}

#[tokio::test]
async fn ids_of_what_is_gone_are_never_given_again() {
    let app = App::start().await;
    let root = app.admin().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let role = root.act("roleCreate", json!({ "input": { "name": "again" } })).await.id("role");
        let _ = root.act("roleDelete", json!({ "id": role })).await.done();
        let user = root.act("userCreate", json!({ "input": { "username": "again" } })).await.id("user");
        let _ = root.act("userDelete", json!({ "id": user })).await.done();
        ids.extend([role, user]);
    }
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
}

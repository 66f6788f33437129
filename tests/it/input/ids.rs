//! Every id argument of the schema with malformed ids: each gives the same response as an unknown id.

use crate::calls::{Call, Position, kind_of, positions, send, unknown_id};
use crate::sdl::{Field, published};
use serde_json::{Value, json};
use tests::{App, Client, Response};

/// The comparable part of a response: data, and codes of errors with their paths.
fn comparable(answer: &Response) -> (u16, Value, Vec<Value>) {
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    let errors =
        errors.iter().map(|error| json!([error["extensions"]["code"], error["path"], error["message"]])).collect();
    (answer.status, answer.body["data"].clone(), errors)
}

fn malformed(field: &Field, position: &Position, others: &[String]) -> Vec<String> {
    let unknown = unknown_id(&field.name, position);
    let prefix = kind_of(&field.name, position);
    let takes_any =
        ["node", "nodes"].contains(&field.name.as_str()) || ["targetId", "involvingId"].contains(&position.name());
    let other_kind = |id: &&String| !takes_any && !id.starts_with(&format!("{prefix}_"));
    let mut malformed: Vec<String> = others.iter().filter(other_kind).cloned().collect();
    malformed.extend([
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
    malformed
}

fn id_positions(root: &str) -> Vec<(&'static Field, Position)> {
    let sdl = published();
    let fields = sdl.root(root).iter();
    let is_id = |position: &Position| position.ty == "ID";
    fields
        .flat_map(|field| positions(sdl, field).into_iter().filter(is_id).map(move |position| (field, position)))
        .collect()
}

/// Covers every position; both calls have the same `label`, so that nothing else differs.
async fn check_all(client: &Client, root: &str, others: &[String]) {
    for (at, (field, position)) in id_positions(root).into_iter().enumerate() {
        let call = Call::of(published(), field, &format!("ids-{at}")).with(&position.path, "$value");
        let ask = async |id: &str| send(client, root, &call, Some(("ID", &json!(id)))).await;
        let unknown = comparable(&ask(&unknown_id(&field.name, &position)).await);
        assert_eq!(unknown.0, 200, "{}", field.name);
        assert!(!format!("{unknown:?}").contains("INTERNAL_SERVER_ERROR"), "{} {unknown:?}", field.name);
        for id in malformed(field, &position, others) {
            let shown: String = id.chars().take(40).collect();
            assert_eq!(comparable(&ask(&id).await), unknown, "{}({}: {shown:?})", field.name, position.path);
        }
    }
}

/// An id of each kind, for arguments of another kind.
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
async fn with_permission_a_malformed_id_is_an_unknown_one() {
    let app = App::start().await;
    let others = others(&app).await;
    for root in ["Query", "Mutation"] {
        check_all(app.admin().await, root, &others).await;
    }
}

#[tokio::test]
async fn without_permission_a_malformed_id_is_denied_like_any() {
    let app = App::start().await;
    let others = others(&app).await;
    let plain = app.user("plain").create().await;
    for root in ["Query", "Mutation"] {
        // A user may query itself: none of the malformed ids is its own.
        check_all(&plain, root, &others).await;
    }
}

#[tokio::test]
async fn a_mutation_of_an_unknown_object_returns_not_found_with_its_path() {
    let app = App::start().await;
    let root = app.admin().await;
    let user = app.user("ana").create().await.id;
    let (role, permission) = (app.role("clerk").create().await, app.permission_id("invoice:read").await);
    let apart = json!({ "name": "set", "kind": "STATIC", "roleIds": [role, app.role("scribe").create().await] });
    let constraint = root.mutate("sodConstraintCreate", json!({ "input": apart })).await.id("sodConstraint");
    for (at, (field, position)) in id_positions("Mutation").into_iter().enumerate() {
        let mut call = Call::of(published(), field, &format!("not-found-{at}")).with(&position.path, "$value");
        for other in positions(published(), field).iter().filter(|other| other.ty == "ID" && !other.path.contains('.'))
        {
            let known = [("user", &user), ("role", &role), ("perm", &permission), ("sod", &constraint)];
            let known = known.iter().find(|(kind, _)| *kind == kind_of(&field.name, other));
            call = known.into_iter().fold(call, |call, (_, id)| call.with(&other.path, format!("\"{id}\"")));
        }
        let answer = send(root, "Mutation", &call, Some(("ID", &json!("nothing")))).await;
        let errors = answer.data()[&field.name]["userErrors"].as_array().expect("a list");
        // An unknown role gives the same error as one that the session cannot activate.
        let expected = match field.name.as_str() {
            "sessionDeactivateRoles" => {
                assert!(errors.is_empty(), "{errors:?}");
                continue;
            }
            "sessionActivateRoles" => "ROLE_NOT_ASSIGNED",
            _ => "NOT_FOUND",
        };
        let comparable = errors.iter().find(|error| {
            let path = error["path"].as_array().cloned().unwrap_or_default();
            let names: Vec<_> =
                path.iter().filter_map(Value::as_str).filter(|name| name.parse::<u32>().is_err()).collect();
            names.join(".") == position.path
        });
        let comparable = comparable.unwrap_or_else(|| panic!("{}({}): {errors:?}", field.name, position.path));
        assert_eq!(comparable["code"], expected, "{}({})", field.name, position.path);
    }
}

#[tokio::test]
async fn ids_of_deleted_objects_are_never_reused() {
    let app = App::start().await;
    let root = app.admin().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let role = root.mutate("roleCreate", json!({ "input": { "name": "again" } })).await.id("role");
        let _ = root.mutate("roleDelete", json!({ "id": role })).await.done();
        let user = root.mutate("userCreate", json!({ "input": { "username": "again" } })).await.id("user");
        let _ = root.mutate("userDelete", json!({ "id": user })).await.done();
        ids.extend([role, user]);
    }
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
}

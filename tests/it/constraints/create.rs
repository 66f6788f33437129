//! Creating constraints (CreateSsdSet, CreateDsdSet).

use super::{constrain, constraint, create, roles, sod_error};
use serde_json::{Value, json};
use tests::App;

#[tokio::test]
async fn a_constraint_is_stored_as_created() {
    let app = App::start().await;
    let root = app.admin().await;
    let [payer, approver] = roles(&app, ["payer", "approver"]).await;
    let input = json!({
        "name": "Zahlen & Prüfen", "description": "four eyes", "kind": "DYNAMIC", "roleIds": [payer, approver, payer]
    });
    let made = root.mutate("sodConstraintCreate", json!({ "input": input })).await;
    let id = made.id("sodConstraint");
    assert!(id.starts_with("sod_"), "{id}");
    let seen = constraint(root, &id).await;
    assert_eq!(made.done()["sodConstraint"], seen);
    assert_eq!((&seen["name"], &seen["description"]), (&json!("Zahlen & Prüfen"), &json!("four eyes")));
    assert_eq!((&seen["kind"], &seen["limit"]), (&json!("DYNAMIC"), &json!(2)), "two by default");
    assert_eq!(seen["roles"], json!([{ "name": "approver" }, { "name": "payer" }]), "each once, by name");
    assert!(seen["createdAt"].is_string());
}

#[tokio::test]
async fn a_limit_is_between_two_and_the_number_of_roles() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    let all: [&str; 3] = [&a, &b, &c];
    for (kind, limit) in [("STATIC", 1), ("STATIC", 4), ("DYNAMIC", 0), ("DYNAMIC", -1), ("STATIC", i32::MIN)] {
        let refused = create(root, kind, "x", &all, limit).await;
        assert_eq!(refused.refused(), "INVALID input.limit", "{limit}");
    }
    for (kind, limit) in [("STATIC", 2), ("STATIC", 3), ("DYNAMIC", 2), ("DYNAMIC", 3)] {
        let _ = create(root, kind, &format!("{kind} {limit}"), &all, limit).await.done();
    }
}

#[tokio::test]
async fn at_least_two_distinct_existing_roles_are_required() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    for too_few in [&[][..], &[&*a], &[&*a, &*a]] {
        assert_eq!(create(root, "STATIC", "x", too_few, 2).await.refused(), "INVALID input.roleIds");
    }
    let permission = app.permission_id("a:b").await;
    for unknown in ["role_", &permission, ""] {
        let refused = create(root, "STATIC", "x", &[&a, &b, unknown], 2).await;
        assert_eq!(refused.refused(), "NOT_FOUND input.roleIds.2", "{unknown}");
    }
    let many = vec![a.as_str(); 101];
    assert_eq!(create(root, "STATIC", "x", &many, 2).await.refused(), "TOO_LONG input.roleIds");
    let _ = create(root, "STATIC", "x", &[&a, &b], 2).await.done();
}

#[tokio::test]
async fn names_of_constraints_are_unique_without_regard_to_case() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    constrain(&app, "Über Geld", &[&a, &b]).await;
    for taken in ["Über Geld", "ÜBER GELD", "u\u{308}ber geld"] {
        assert_eq!(create(root, "DYNAMIC", taken, &[&a, &b], 2).await.refused(), "TAKEN input.name", "{taken}");
    }
    for (name, code) in [("", "REQUIRED"), (" \t", "REQUIRED"), ("a\0b", "INVALID"), (&"x".repeat(201), "TOO_LONG")] {
        let refused = create(root, "STATIC", name, &[&a, &b], 2).await;
        assert_eq!(refused.refused(), format!("{code} input.name"), "{name:?}");
    }
    let _ = create(root, "DYNAMIC", &"ü".repeat(200), &[&a, &b], 2).await.done();
    let input = json!({ "name": "y", "description": "x".repeat(2_001), "kind": "STATIC", "roleIds": [a, b] });
    let refused = root.mutate("sodConstraintCreate", json!({ "input": input })).await;
    assert_eq!(refused.refused(), "TOO_LONG input.description");
}

#[tokio::test]
async fn a_violated_static_set_is_rejected_and_a_dynamic_one_is_not() {
    let app = App::start().await;
    let root = app.admin().await;
    let [payer, approver, clerk] = roles(&app, ["payer", "approver", "clerk"]).await;
    let ana = app.user("ana").with_role("payer").with_role("approver").create().await;
    app.user("ben").with_role("payer").with_role("clerk").create().await;

    let refused = create(root, "STATIC", "money", &[&payer, &approver], 2).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION input.roleIds");
    assert_eq!(sod_error(&refused), json!(["money", ["approver", "payer"], ana.id]));
    assert_eq!(refused.response.data()["sodConstraintCreate"]["sodConstraint"], Value::Null);
    let _ = create(root, "STATIC", "three", &[&payer, &approver, &clerk], 3).await.done();
    let _ = create(root, "DYNAMIC", "money", &[&payer, &approver], 2).await.done();

    let _ = root.mutate("userUnassignRoles", json!({ "userId": ana.id, "roleIds": [payer] })).await.done();
    let _ = create(root, "STATIC", "money at last", &[&payer, &approver], 2).await.done();
}

#[tokio::test]
async fn inherited_roles_and_suspended_users_count_as_violations() {
    let app = App::start().await;
    let root = app.admin().await;
    let [payer, approver] = roles(&app, ["payer", "approver"]).await;
    app.role("chief").inheriting("payer").create().await;
    app.role("head").inheriting("approver").create().await;
    let ana = app.user("ana").with_role("chief").with_role("head").create().await;
    let _ = root.mutate("userSuspend", json!({ "id": ana.id })).await.done();
    let refused = create(root, "STATIC", "money", &[&payer, &approver], 2).await;
    assert_eq!(sod_error(&refused), json!(["money", ["approver", "payer"], ana.id]));
    let _ = root.mutate("userDelete", json!({ "id": ana.id })).await.done();
    constrain(&app, "money", &[&payer, &approver]).await;
}

#[tokio::test]
async fn a_set_violated_by_a_single_role_is_rejected() {
    let app = App::start().await;
    let root = app.admin().await;
    let [payer, approver, clerk] = roles(&app, ["payer", "approver", "clerk"]).await;
    let chief = app.role("chief").inheriting("payer").inheriting("approver").create().await;
    for kind in ["STATIC", "DYNAMIC"] {
        let refused = create(root, kind, "money", &[&payer, &approver], 2).await;
        assert_eq!(refused.refused(), "SOD_VIOLATION input.roleIds");
        assert_eq!(sod_error(&refused), json!(["money", ["approver", "payer"], null]));
        // A role counts itself among its authorized roles.
        let refused = create(root, kind, "power", &[&chief, &payer], 2).await;
        assert_eq!(sod_error(&refused), json!(["power", ["chief", "payer"], null]));
        let _ = create(root, kind, &format!("{kind} three"), &[&payer, &approver, &clerk], 3).await.done();
    }
}

//! Reading constraints (SsdRoleSets, SsdRoleSetRoles, SsdRoleSetCardinality and their dynamic counterparts).

use super::{constrain, create, roles};
use serde_json::{Value, json};
use tests::App;

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|item| item["name"].as_str().expect("a name")).collect()
}

#[tokio::test]
async fn constraints_are_listed_by_name_and_filtered_by_kind() {
    let app = App::start().await;
    let root = app.admin().await;
    let none = root.ask("{ sodConstraints { name } }").await;
    assert_eq!(none.data()["sodConstraints"], json!([]));
    let [a, b] = roles(&app, ["a", "b"]).await;
    for (kind, name) in [("STATIC", "beta"), ("DYNAMIC", "Gamma"), ("DYNAMIC", "Alpha"), ("STATIC", "delta")] {
        let _ = create(root, kind, name, &[&a, &b], 2).await.done();
    }
    let document = "{ all: sodConstraints { name kind limit roles { name } description createdAt }
        static: sodConstraints(kind: STATIC) { name } dynamic: sodConstraints(kind: DYNAMIC) { name } }";
    let answer = root.ask(document).await;
    let data = answer.data();
    assert_eq!(names(&data["all"]), ["Alpha", "beta", "delta", "Gamma"]);
    assert_eq!(names(&data["static"]), ["beta", "delta"]);
    assert_eq!(names(&data["dynamic"]), ["Alpha", "Gamma"]);
    let alpha = &data["all"][0];
    assert_eq!(
        (&alpha["kind"], &alpha["limit"], names(&alpha["roles"])),
        (&json!("DYNAMIC"), &json!(2), vec!["a", "b"])
    );
}

#[tokio::test]
async fn a_role_lists_its_constraints() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    app.role("senior").inheriting("a").create().await;
    constrain(&app, "two", &[&b, &c]).await;
    constrain(&app, "one", &[&a, &b]).await;
    let document = "{ roles { nodes { name sodConstraints { name } } } }";
    let answer = root.ask(document).await;
    let roles = answer.data()["roles"]["nodes"].as_array().expect("roles").iter();
    let sod_error: Vec<_> =
        roles.map(|role| (role["name"].as_str().expect("a name"), names(&role["sodConstraints"]))).collect();
    for (name, constraints) in
        [("a", vec!["one"]), ("b", vec!["one", "two"]), ("c", vec!["two"]), ("senior", vec![]), ("superadmin", vec![])]
    {
        assert!(sod_error.contains(&(name, constraints.clone())), "{name} {constraints:?} {sod_error:?}");
    }
}

#[tokio::test]
async fn reading_many_constraints_takes_one_statement() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    for number in 0..12 {
        constrain(&app, &format!("set {number}"), &[&a, &b]).await;
    }
    let document = "{ sodConstraints { name limit roles { name } description createdAt } }";
    let _ = root.ask(document).await.data();
    let before = app.database.statements();
    let _ = root.ask(document).await.data();
    assert_eq!(app.database.statements() - before, 1);
    let before = app.database.statements();
    let _ = root.ask("{ sodConstraints { id name kind limit roles { name } } }").await.data();
    assert_eq!(app.database.statements() - before, 0, "what decides is in memory");
}

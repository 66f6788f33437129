//! Names that new users cannot have, and that users who have them keep.

use entity::{login_name, user};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use service::auth::{NewAdministrator, create_administrator};
use service::import::{self, Document, ImportOutcome, ImportRow};
use tests::{Actor, App, Client, PASSWORD, input};

/// Labels of the audit log in several spellings, and names that mix scripts: Cyrillic and Greek letters among Latin.
const REFUSED: [&str; 8] = [
    "system",
    "Operator",
    "ANONYMOUS",
    "\u{ff53}ystem",
    "\u{430}dmin",
    "r\u{3bf}ot",
    "\u{455}ystem",
    "\u{430}na@example.com",
];
/// Names of one script, or of scripts that are written together.
const ACCEPTED: [&str; 6] = ["Élodie", "иван1", "王小明", "anaさくら", "ana안나", "иван@example.com"];

async fn rename(by: &Client, id: &str, name: &str) -> tests::MutationResult {
    by.mutate("userUpdate", json!({ "id": id, "input": { "username": name } })).await
}

async fn assign_by_import(app: &App, name: &str, role: &str) -> ImportOutcome {
    let link = (name.to_owned(), role.to_owned());
    let document =
        Document { user_roles: vec![ImportRow { file: 0, line: 1, value: link.into() }], ..Document::default() };
    import::apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect("an import")
}

/// An account of before these rules: its name is written to the tables.
async fn account_named(app: &App, name: &str) -> Actor {
    let actor = app.user("before").create().await;
    let key = name.to_lowercase();
    let database = app.database.connection();
    let renamed = user::Entity::update_many()
        .col_expr(user::Column::Username, Expr::value(name))
        .col_expr(user::Column::UsernameKey, Expr::value(key.as_str()))
        .filter(user::Column::UsernameKey.eq("before"));
    renamed.exec(database).await.expect("an update");
    let renamed = login_name::Entity::update_many()
        .col_expr(login_name::Column::NameKey, Expr::value(key))
        .filter(login_name::Column::NameKey.eq("before"));
    renamed.exec(database).await.expect("an update");
    actor
}

#[tokio::test]
async fn reserved_names_and_names_that_mix_scripts_are_refused_wherever_a_user_gets_one() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    app.role("clerk").create().await;
    for name in REFUSED {
        let signup = app.anonymous().mutate("signup", json!({ "username": name, "password": PASSWORD })).await;
        assert_eq!(signup.refused(), "INVALID username", "{name}");
        let created = root.mutate("userCreate", input(json!({ "username": name }))).await;
        assert_eq!(created.refused(), "INVALID input.username", "{name}");
        assert_eq!(rename(root, &ana.id, name).await.refused(), "INVALID input.username", "{name}");
        let admin = NewAdministrator { username: name.to_owned(), password: PASSWORD.into() };
        create_administrator(&app.service, &api::startup::operator(), admin).await.expect_err(name);
        assert!(matches!(assign_by_import(&app, name, "clerk").await, ImportOutcome::Rejected(_)), "{name}");
    }
    let users = root.ask("{ users { totalCount } }").await;
    assert_eq!(users.data()["users"]["totalCount"], 2);
}

#[tokio::test]
async fn names_of_scripts_that_are_written_together_are_accepted() {
    let app = App::start().await;
    let (root, ana) = (app.admin().await, app.user("ana").create().await);
    for name in ACCEPTED {
        let created = root.mutate("userCreate", input(json!({ "username": name }))).await;
        assert_eq!(created.done()["user"]["username"], name);
        let other = format!("{name}2");
        assert_eq!(rename(root, &ana.id, &other).await.done()["user"]["username"], other);
    }
}

#[tokio::test]
async fn users_who_have_such_a_name_keep_it() {
    for name in ["System", "\u{430}dmin"] {
        let app = App::start().await;
        let (root, old) = (app.admin().await, account_named(&app, name).await);
        let login =
            async |name: &str| app.anonymous().mutate("login", json!({ "username": name, "password": PASSWORD })).await;
        let _ = login(name).await.done();
        let _ = login(&name.to_uppercase()).await.done();
        // All else can change, and so can the case of the name.
        for input in [
            json!({ "displayName": "Old" }),
            json!({ "email": "old@example.com" }),
            json!({ "username": name, "displayName": null }),
            json!({ "username": name.to_uppercase() }),
            json!({ "username": name }),
        ] {
            let _ = root.mutate("userUpdate", json!({ "id": old.id, "input": input })).await.done();
            let _ = login(name).await.done();
        }
        let found =
            root.graphql("query ($name: String!) { userByUsername(username: $name) { id } }", json!({ "name": name }));
        assert_eq!(found.await.data()["userByUsername"]["id"], Value::from(old.id.as_str()));
        // An import finds the user by name.
        app.role("clerk").create().await;
        let imported = assign_by_import(&app, name, "clerk").await;
        assert!(matches!(imported, ImportOutcome::Applied(report) if report.summary.users == 0), "{name}");
        let roles = old.ask("{ me { roles { name } } }").await;
        assert_eq!(roles.data()["me"]["roles"].as_array().map(Vec::len), Some(2));
        // Once given up, the name is refused.
        let _ = rename(root, &old.id, "ana").await.done();
        assert_eq!(rename(root, &old.id, name).await.refused(), "INVALID input.username");
    }
}

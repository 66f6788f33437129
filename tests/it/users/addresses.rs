//! Spellings of one e-mail address: A-labels and U-labels, and quotes that are not needed.

use entity::{login_name, user};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde_json::{Value, json};
use service::import::{self, Document, ImportOutcome, ImportRow};
use tests::{App, Client, PASSWORD};

/// One address.
const SPELLINGS: [&str; 6] = [
    "ana@bücher.example",
    "ANA@BÜCHER.EXAMPLE",
    "ana@xn--bcher-kva.example",
    "ana@bu\u{308}cher.example",
    "\"ana\"@bücher.example",
    "\"a\\na\"@XN--BCHER-KVA.example",
];
/// Others.
const OTHERS: [&str; 4] =
    ["ana@bucher.example", "ana@buecher.example", "\"an a\"@bücher.example", "ana@xn--bcher-kva.example.org"];

async fn signup(app: &App, name: &str, email: &str) -> tests::MutationResult {
    app.anonymous().mutate("signup", json!({ "username": name, "password": PASSWORD, "email": email })).await
}

/// Signs up; returns the id of the user.
async fn created(app: &App, name: &str, email: &str) -> String {
    signup(app, name, email).await.done()["viewer"]["user"]["id"].as_str().expect("an id").to_owned()
}

/// The username of the account that logs in, or the refusal.
async fn login(app: &App, name: &str) -> String {
    let tried = app.anonymous().mutate("login", json!({ "username": name, "password": PASSWORD })).await;
    match tried.user_errors().is_empty() {
        true => tried.done()["viewer"]["user"]["username"].as_str().expect("a name").to_owned(),
        false => tried.refused(),
    }
}

async fn by_username(client: &Client, name: &str) -> Value {
    let document = "query ($name: String!) { userByUsername(username: $name) { username } }";
    client.graphql(document, json!({ "name": name })).await.data()["userByUsername"]["username"].clone()
}

#[tokio::test]
async fn all_spellings_of_an_address_are_one_account() {
    for (number, stored) in SPELLINGS.into_iter().enumerate() {
        let app = App::start().await;
        let ana = created(&app, "ana", stored).await;
        let root = app.admin().await;
        for other in SPELLINGS {
            assert_eq!(signup(&app, "ben", other).await.refused(), "TAKEN email", "{stored} {other}");
            assert_eq!(login(&app, other).await, "ana", "{stored} {other}");
        }
        let taken = app.anonymous().mutate("signup", json!({ "username": SPELLINGS[2], "password": PASSWORD })).await;
        assert_eq!(taken.refused(), "TAKEN username", "{stored}");
        // As entered; a user may change the spelling of its own address.
        let email = root.graphql("query ($id: ID!) { user(id: $id) { email } }", json!({ "id": ana })).await;
        assert_eq!(email.data()["user"]["email"], stored);
        let again = SPELLINGS[(number + 1) % SPELLINGS.len()];
        let update = json!({ "id": ana, "input": { "email": again } });
        assert_eq!(root.mutate("userUpdate", update).await.done()["user"]["email"], again);
        assert_eq!(login(&app, stored).await, "ana");
        // Once it is given up, it is free in every spelling.
        let _ = root.mutate("userUpdate", json!({ "id": ana, "input": { "email": null } })).await.done();
        assert_eq!(login(&app, stored).await, "INVALID_CREDENTIALS");
        let _ = signup(&app, "ben", stored).await.done();
    }
}

#[tokio::test]
async fn other_addresses_are_other_accounts() {
    let app = App::start().await;
    let _ = signup(&app, "ana", SPELLINGS[0]).await.done();
    for (number, other) in OTHERS.into_iter().enumerate() {
        let _ = signup(&app, &format!("user{number}"), other).await.done();
        assert_eq!(login(&app, other).await, format!("user{number}"));
    }
}

#[tokio::test]
async fn a_username_that_is_an_address_is_found_by_every_spelling_that_is_a_username() {
    let app = App::start().await;
    let root = app.admin().await;
    app.role("clerk").create().await;
    let _ = app.anonymous().mutate("signup", json!({ "username": SPELLINGS[0], "password": PASSWORD })).await.done();
    for other in SPELLINGS {
        assert_eq!(login(&app, other).await, SPELLINGS[0], "{other}");
        assert_eq!(by_username(root, other).await, SPELLINGS[0], "{other}");
        assert_eq!(signup(&app, "ben", other).await.refused(), "TAKEN email", "{other}");
        // An import takes the exact name only, and makes no second user of another spelling.
        let link = (other.to_owned(), "clerk".to_owned()).into();
        let document =
            Document { user_roles: vec![ImportRow { file: 0, line: 1, value: link }], ..Document::default() };
        let imported =
            import::apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect("imports");
        match imported {
            ImportOutcome::Applied(report) => assert_eq!((other, report.summary.users), (SPELLINGS[0], 0)),
            _ => assert_ne!(other, SPELLINGS[0]),
        }
    }
}

#[tokio::test]
async fn accounts_of_before_with_one_address_each_keep_their_spelling() {
    let app = App::start().await;
    let root = app.admin().await;
    let [u_label, _, a_label, ..] = SPELLINGS;
    let ana = app.user("ana").create().await;
    let ben = created(&app, "ben", a_label).await;
    // As an older version stored it.
    let database = app.database.connection();
    let stored = user::Entity::find().filter(user::Column::UsernameKey.eq("ana")).one(database).await;
    let id = stored.expect("a row").expect("ana").id;
    let name = login_name::Model { name_key: u_label.to_owned(), user_id: id }.into_active_model();
    login_name::Entity::insert(name).exec_without_returning(database).await.expect("inserted");
    let email = user::Entity::update_many().col_expr(user::Column::Email, Expr::value(u_label));
    email.filter(user::Column::Id.eq(id)).exec(database).await.expect("an update");

    assert_eq!((login(&app, u_label).await, login(&app, a_label).await), ("ana".to_owned(), "ben".to_owned()));
    // A change of another name leaves both addresses where they are.
    for (id, name) in [(&ana.id, "anna"), (&ben, "benno")] {
        let _ = root.mutate("userUpdate", json!({ "id": id, "input": { "username": name } })).await.done();
    }
    assert_eq!((login(&app, u_label).await, login(&app, a_label).await), ("anna".to_owned(), "benno".to_owned()));
    // Nobody else gets the address.
    for other in SPELLINGS {
        assert_eq!(signup(&app, "eve", other).await.refused(), "TAKEN email", "{other}");
    }
    let _ = root.mutate("userDelete", json!({ "id": ben })).await.done();
    assert_eq!(login(&app, u_label).await, "anna");
}

//! A9 to A11: storage of passwords.

use crate::identity::{issue_reset, login, reset};
use api::config::{Flags, load_from};
use sea_orm::EntityTrait;
use secrecy::SecretString;
use serde_json::json;
use std::path::Path;
use tests::{App, PASSWORD};

const NEW: &str = "rough-waters-under-9-skies";
/// A pepper and its replacement.
const PEPPERS: [&str; 2] = ["a pepper of the tests, long enough", "the pepper that takes its place later"];

async fn stored_hash(app: &App, name: &str) -> String {
    let users = entity::user::Entity::find().all(app.database.connection()).await.expect("users");
    let user = users.into_iter().find(|user| user.username == name).expect("the user");
    user.password_hash.expect("a password")
}

async fn user_id(app: &App, name: &str) -> String {
    let document = "query ($name: String!) { userByUsername(username: $name) { id } }";
    let found = app.admin().await.graphql(document, json!({ "name": name })).await;
    found.data()["userByUsername"]["id"].as_str().expect("an id").to_owned()
}

#[tokio::test]
async fn a9_passwords_are_stored_as_argon2id_with_recommended_parameters() {
    let costs = service::PasswordSettings::default();
    let as_shipped = |config: &mut service::Config| {
        (config.password.memory_kib, config.password.iterations) = (costs.memory_kib, costs.iterations);
    };
    let app = App::builder().config(as_shipped).start().await;
    let _ = app.user("ana").create().await;
    let hash = stored_hash(&app, "ana").await;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    for (variable, weak) in [("KEYWARD_PASSWORD_MEMORY", "18 MiB"), ("KEYWARD_PASSWORD_ITERATIONS", "1")] {
        let set = load_from(&Flags::default(), [(variable.into(), weak.into())], Path::new("no/such/folder"));
        assert!(set.is_err_and(|error| error.to_string().contains(variable)));
    }
}

#[tokio::test]
async fn a9_two_accounts_with_one_password_have_different_hashes() {
    let app = App::start().await;
    let (_, _) = (app.user("ana").create().await, app.user("ben").create().await);
    assert_ne!(stored_hash(&app, "ana").await, stored_hash(&app, "ben").await);
}

#[tokio::test]
async fn a10_hashes_are_upgraded_at_login_when_the_cost_rises() {
    let app = App::builder()
        .config(|config| (config.password.memory_kib, config.password.iterations) = (16, 1))
        .start()
        .await;
    let _ = app.user("ana").create().await;
    let first = stored_hash(&app, "ana").await;
    assert!(first.starts_with("$argon2id$v=19$m=16,t=1,p=1$"), "{first}");

    let costly = app
        .replica_builder()
        .config(|config| (config.password.memory_kib, config.password.iterations) = (32, 2))
        .start()
        .await;
    assert_eq!(login(&costly, "ana", "not the password").await.refused(), "INVALID_CREDENTIALS");
    assert_eq!(stored_hash(&app, "ana").await, first);
    let _ = login(&costly, "ana", PASSWORD).await.done();
    let second = stored_hash(&app, "ana").await;
    assert!(second.starts_with("$argon2id$v=19$m=32,t=2,p=1$"), "{second}");
    let _ = login(&costly, "ana", PASSWORD).await.done();
    assert_eq!(stored_hash(&app, "ana").await, second);
}

#[tokio::test]
async fn a11_a_pepper_is_not_in_the_database_and_can_be_replaced() {
    let [old, new] = PEPPERS.map(SecretString::from);
    let plain = App::start().await;
    let (_, _) = (plain.user("ana").create().await, plain.user("ben").create().await);
    let with = |pepper: &Option<SecretString>, previous: &Option<SecretString>| {
        let (pepper, previous) = (pepper.clone(), previous.clone());
        plain.replica_builder().config(move |config| {
            (config.password.pepper, config.password.previous_pepper) = (pepper, previous);
        })
    };
    let (old, new) = (Some(old), Some(new));
    let name = async |user| stored_hash(&plain, user).await.split("keyid=").nth(1).map(|rest| rest[..10].to_owned());
    assert_eq!(name("ana").await, None);

    // A pepper is configured: hashes without one are upgraded at the next login.
    let peppered = with(&old, &None).start().await;
    assert_eq!(login(&peppered, "ana", NEW).await.refused(), "INVALID_CREDENTIALS");
    assert_eq!(name("ana").await, None);
    let (_, _) = (login(&peppered, "ana", PASSWORD).await.done(), login(&peppered, "ben", PASSWORD).await.done());
    let first = name("ana").await.expect("a pepper");
    assert_eq!(name("ben").await.as_ref(), Some(&first));
    let _ = login(&peppered, "ana", PASSWORD).await.done();

    // A second pepper: the previous one still verifies.
    let rotated = with(&new, &old).start().await;
    assert_eq!(login(&rotated, "ana", NEW).await.refused(), "INVALID_CREDENTIALS");
    let _ = login(&rotated, "ana", PASSWORD).await.done();
    let second = name("ana").await.expect("a pepper");
    assert!(second != first && name("ben").await.as_ref() == Some(&first));

    // Without the previous one, an account with an older hash cannot log in, like one without a password.
    let forgetful = with(&new, &None).start().await;
    let _ = login(&forgetful, "ana", PASSWORD).await.done();
    let lost = login(&forgetful, "ben", PASSWORD).await;
    assert_eq!(lost.response.body, login(&forgetful, "nobody", PASSWORD).await.response.body);
    let token = issue_reset(forgetful.admin().await, &user_id(&forgetful, "ben").await).await;
    let _ = reset(&forgetful, &token, NEW).await.done();
    let _ = login(&forgetful, "ben", NEW).await.done();

    let users = entity::user::Entity::find().all(plain.database.connection()).await.expect("users");
    assert!(PEPPERS.iter().all(|pepper| !format!("{users:?}").contains(pepper)));
}

//! A19 to A23: default accounts, email addresses, and password resets.

use crate::cli::{assert_names, refused};
use crate::identity::signup::signup_with_email;
use crate::identity::{issue_reset, login, refresh, reset, signup, whoami};
use crate::sdl::published;
use chrono::TimeDelta;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use std::time::Duration;
use tests::{App, Keyward, PASSWORD};

const NEW: &str = "rough-waters-under-9-skies";

#[tokio::test]
async fn a19_there_is_no_default_account() {
    let app = App::start().await;
    let users = entity::user::Entity::find().count(app.database.connection()).await.expect("users");
    assert_eq!(users, 0);
    let names = ["root", "admin", "administrator", "superadmin", "keyward", "user", "test"];
    let passwords = ["", "admin", "password", "keyward", "changeme", "123456"];
    for (name, password) in names.into_iter().flat_map(|name| passwords.map(|password| (name, password))) {
        assert_eq!(login(&app, name, password).await.refused(), "INVALID_CREDENTIALS", "{name} {password}");
    }
}

#[test]
fn a19_a_database_server_or_redis_requires_a_secret() {
    let keyward = Keyward::install();
    for (variable, value) in
        [("KEYWARD_DATABASE_URL", "postgres://u:p@127.0.0.1:1/k"), ("KEYWARD_REDIS_URL", "redis://127.0.0.1:1")]
    {
        let output = keyward.command(&["serve"]).env(variable, value).output().expect("the binary");
        assert_names(&refused(&output), &["KEYWARD_SECRET", variable]);
    }
}

#[tokio::test]
async fn a20_names_and_addresses_are_unique_without_regard_to_case_or_blanks() {
    let app = App::start().await;
    let anyone = app.anonymous();
    let _ = signup_with_email(anyone, "Ana", "Ana.Maria@Example.com").await.done();
    let _ = signup(&app, "bob@example.com", PASSWORD).await.done();

    for taken in ["ana", "ANA", "ana.maria@example.com", "BOB@EXAMPLE.COM"] {
        assert_eq!(signup(&app, taken, PASSWORD).await.refused(), "TAKEN username", "{taken}");
    }
    for taken in ["ANA.MARIA@EXAMPLE.COM", " ana.maria@example.com ", "Bob@Example.com"] {
        assert_eq!(signup_with_email(anyone, "carl", taken).await.refused(), "TAKEN email", "{taken}");
    }
    let both = signup_with_email(anyone, "aNa", "bob@example.com").await;
    assert_eq!(both.refused(), "TAKEN username, TAKEN email");
}

#[tokio::test]
async fn a20_invalid_email_addresses_are_rejected() {
    let app = App::start().await;
    for email in ["", "nobody", "a b@example.com", "ana@", "@example.com", "Ana <ana@example.com>", "a\0@example.com"] {
        assert_eq!(signup_with_email(app.anonymous(), "ana", email).await.refused(), "INVALID email", "{email}");
    }
    let long = format!("{}@example.com", "x".repeat(300));
    assert_eq!(signup_with_email(app.anonymous(), "ana", &long).await.refused(), "TOO_LONG email");
}

#[tokio::test]
async fn a21_a_reset_has_the_same_response_for_every_invalid_token() {
    let app = App::start().await;
    let root = app.admin().await;
    let names = ["used", "replaced", "suspended", "deleted", "expired"];
    let mut tokens = vec![String::new(), "kwp_".to_owned(), format!("kwp_{}", "A".repeat(43)), "x".repeat(900_000)];
    for name in names {
        let user = app.user(name).create().await;
        let token = issue_reset(root, &user.id).await;
        match name {
            "used" => drop(reset(&app, &token, NEW).await.done().clone()),
            "replaced" => drop(issue_reset(root, &user.id).await),
            "suspended" => drop(root.mutate("userSuspend", json!({ "id": user.id })).await.done().clone()),
            "deleted" => drop(root.mutate("userDelete", json!({ "id": user.id })).await.done().clone()),
            _ => app.clock.advance(TimeDelta::hours(24)),
        }
        tokens.push(token);
    }
    let ana = app.user("ana").create().await;
    tokens.extend([ana.token().to_owned(), ana.refresh_token.clone()]);
    let mut answers = Vec::new();
    for token in &tokens {
        let tried = reset(&app, token, NEW).await;
        assert_eq!(tried.refused(), "INVALID_CREDENTIALS token", "{token:.60}");
        assert_eq!(tried.response.body["data"]["passwordReset"]["accepted"], false);
        answers.push((tried.response.status, tried.response.body));
        // A rejected password makes no difference.
        assert_eq!(reset(&app, token, "x").await.refused(), "INVALID_CREDENTIALS token", "{token:.60}");
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:#?}");
}

#[tokio::test]
async fn a21_a_reset_works_once_within_a_day_and_ends_all_sessions() {
    let long = Duration::from_secs(48 * 60 * 60);
    let app = App::builder().config(|config| config.session.idle = long).start().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let other = app.login("ana").await;
    let token = issue_reset(app.admin().await, &ana.id).await;
    app.clock.advance(TimeDelta::hours(24) - TimeDelta::milliseconds(1));
    let [(ana, ana_refresh), (other, other_refresh), (ben, _)] = [
        renewed(&app, &ana.refresh_token).await,
        renewed(&app, &other.refresh_token).await,
        renewed(&app, &ben.refresh_token).await,
    ];
    assert_eq!(reset(&app, &token, NEW).await.done()["accepted"], true);
    assert_eq!(reset(&app, &token, NEW).await.refused(), "INVALID_CREDENTIALS token");
    for (client, refresh_token) in [(&ana, &ana_refresh), (&other, &other_refresh)] {
        assert_eq!(whoami(client).await, "REVOKED");
        assert_eq!(refresh(&app, refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
    }
    assert_eq!(whoami(&ben).await, "ben");
    assert_eq!(login(&app, "ana", PASSWORD).await.refused(), "INVALID_CREDENTIALS");
    let _ = login(&app, "ana", NEW).await.done();
}

/// A refreshed session: its client, and the refresh token.
async fn renewed(app: &App, refresh_token: &str) -> (tests::Client, String) {
    let refreshed = refresh(app, refresh_token).await;
    let token = |name: &str| refreshed.done()[name].as_str().expect("a token").to_owned();
    (app.anonymous().with_token(token("accessToken")), token("refreshToken"))
}

#[test]
fn a22_no_mutation_sets_the_password_of_another_user() {
    let takes_password = published().root("Mutation").iter().filter(|field| {
        field.arguments.iter().any(|argument| argument.name.to_lowercase().contains("password"))
            || field
                .arguments
                .iter()
                .filter_map(|argument| published().types.get(crate::sdl::named(&argument.ty)))
                .any(|input| input.fields.iter().any(|field| field.name.to_lowercase().contains("password")))
    });
    for field in takes_password {
        let own = ["signup", "login", "administratorCreate", "reauthenticate", "passwordChange", "passwordReset"];
        assert!(own.contains(&field.name.as_str()), "{}", field.name);
        assert!(field.arguments.iter().all(|argument| argument.ty != "ID!"), "{} takes a user", field.name);
    }
}

#[tokio::test]
async fn a23_changing_an_email_address_requires_a_recent_login() {
    let long = Duration::from_secs(60 * 60);
    let app = App::builder().config(|config| config.token.access_lifetime = long).start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    app.clock.advance(TimeDelta::minutes(11));
    let change = json!({ "id": ana.id, "input": { "email": "ana@example.com" } });
    assert_eq!(root.mutate("userUpdate", change.clone()).await.denied(), "REAUTHENTICATION_REQUIRED");
    assert_eq!(
        root.mutate("userIssuePasswordReset", json!({ "id": ana.id })).await.denied(),
        "REAUTHENTICATION_REQUIRED"
    );
    let profile = published().types["ProfileInput"].fields.iter().map(|field| field.name.as_str());
    assert!(profile.into_iter().all(|name| name != "email"), "one's own profile holds no address");
    let _ = app.login("root").await.mutate("userUpdate", change).await.done();
}

//! Which passwords are accepted, and how they are compared and kept.

use super::{login, signup};
use sea_orm::EntityTrait;
use serde_json::json;
use tests::{App, PASSWORD};

async fn stored_hash(app: &App, name: &str) -> String {
    let users = entity::user::Entity::find().all(app.database.connection()).await.expect("users");
    let user = users.into_iter().find(|user| user.username == name).expect("the user");
    user.password_hash.expect("a password")
}

#[tokio::test]
async fn fifteen_characters_are_enough_and_fourteen_are_not() {
    let app = App::start().await;
    assert_eq!(signup(&app, "ana", "").await.refused(), "REQUIRED password");
    for weak in
        ["x", "quiet4 otter7x", "\u{e9}\u{e8}\u{ea}\u{eb}\u{e0}\u{e2}\u{e4}\u{ee}\u{ef}\u{f4}\u{f6}\u{f9}\u{fb}\u{fc}"]
    {
        assert!(weak.chars().count() <= 14);
        assert_eq!(signup(&app, "ana", weak).await.refused(), "WEAK_PASSWORD password", "{weak}");
    }
    let _ = signup(&app, "ana", "quiet4 otter7xy").await.done();
    let info = app.anonymous().ask("{ serviceInfo { passwordMinLength } }").await;
    assert_eq!(info.data()["serviceInfo"]["passwordMinLength"], 15);
}

#[tokio::test]
async fn a_shorter_least_length_can_be_set() {
    let app = App::builder().config(|config| config.password.min_length = 8).start().await;
    assert_eq!(signup(&app, "ana", "x7#kQ2z").await.refused(), "WEAK_PASSWORD password");
    let _ = signup(&app, "ana", "x7#kQ2zP").await.done();
}

#[tokio::test]
async fn characters_are_counted_after_they_are_composed() {
    let app = App::start().await;
    // Fourteen letters with accents of their own: 28 code points, 14 once composed.
    let decomposed = "a\u{301}e\u{301}i\u{301}o\u{301}u\u{301}a\u{300}e\u{300}i\u{300}o\u{300}u\u{300}a\u{302}e\u{302}i\u{302}o\u{302}";
    assert_eq!(decomposed.chars().count(), 28);
    assert_eq!(signup(&app, "ana", decomposed).await.refused(), "WEAK_PASSWORD password");
    let _ = signup(&app, "ana", &format!("{decomposed}x")).await.done();
}

#[tokio::test]
async fn what_is_tried_first_is_refused() {
    let app = App::start().await;
    let common = [
        "passwordpassword",
        "Password12345678",
        "123456789012345",
        "qwertyuiop[]1234567890",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "!!!letmein2024!!!",
    ];
    for password in common {
        assert_eq!(signup(&app, "ana", password).await.refused(), "WEAK_PASSWORD password", "{password}");
    }
}

#[tokio::test]
async fn passwords_made_of_the_name_the_address_or_the_service_are_refused() {
    let app = App::start().await;
    let context =
        ["Ana.Maria.2024!!!", "ana.mariaana.maria", "anita@example.com", "anita-1234567890", "KEYWARD-2024-2025"];
    for password in context {
        let new = json!({ "username": "ana.maria", "email": "Anita@Example.com", "password": password });
        let refused = app.anonymous().act("signup", new).await;
        assert_eq!(refused.refused(), "WEAK_PASSWORD password", "{password}");
    }
}

#[tokio::test]
async fn any_composition_is_accepted_and_works() {
    let app = App::start().await;
    let odd = [
        "all lower case words of some length",
        "                   x y z 4 5",
        "пароль из многих слов",
        "我的密码是一个很长的句子所以很好",
        "🦀🐢🦊🐙🦉🐝🦋🐌🐞🦂🐬🐳🦈🐊🐅",
        "'; DROP TABLE users; -- %_\\\"",
        "a\0b is not the end of a password",
    ];
    for (number, password) in odd.into_iter().enumerate() {
        let name = format!("user{number}");
        let _ = signup(&app, &name, password).await.done();
        let _ = login(&app, &name, password).await.done();
    }
}

#[tokio::test]
async fn long_passwords_count_to_the_last_character() {
    let app = App::start().await;
    let words = "seventeen polite walruses rehearse an opera about lighthouse maintenance in fog ";
    let long: String = words.chars().cycle().take(1024).collect();
    let _ = signup(&app, "ana", &long).await.done();
    let _ = login(&app, "ana", &long).await.done();
    for wrong in [&long[..72], &long[..1023], &format!("{}X", &long[..1023]), &format!("{long}x"), &long.to_uppercase()]
    {
        assert_eq!(login(&app, "ana", wrong).await.refused(), "INVALID_CREDENTIALS");
    }
    assert_eq!(signup(&app, "ben", &format!("{long}x")).await.refused(), "TOO_LONG password");
    assert_eq!(signup(&app, "ben", &"x y".repeat(300_000)).await.refused(), "TOO_LONG password");
}

#[tokio::test]
async fn passwords_are_compared_exactly() {
    let app = App::start().await;
    let _ = app.user("ana").create().await;
    let last = PASSWORD.len() - 1;
    let near = [
        PASSWORD.to_uppercase(),
        format!("P{}", &PASSWORD[1..]),
        PASSWORD[..last].to_owned(),
        format!("{}z", &PASSWORD[..last]),
        format!("{PASSWORD} "),
        format!(" {PASSWORD}"),
        format!("{PASSWORD}\0"),
        format!("{PASSWORD}\n"),
    ];
    for wrong in near {
        assert_eq!(login(&app, "ana", &wrong).await.refused(), "INVALID_CREDENTIALS", "{wrong:?}");
    }
}

#[tokio::test]
async fn one_text_is_one_password_however_it_is_composed() {
    let app = App::start().await;
    let _ = signup(&app, "ana", "cafe\u{301} au lait a\u{300} Gene\u{300}ve").await.done();
    let _ = login(&app, "ana", "caf\u{e9} au lait \u{e0} Gen\u{e8}ve").await.done();
    assert_eq!(login(&app, "ana", "cafe au lait a Geneve").await.refused(), "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn passwords_are_kept_as_argon2id_and_upgraded_when_the_cost_rises() {
    let app = App::builder()
        .config(|config| (config.password.memory_kib, config.password.iterations) = (16, 1))
        .start()
        .await;
    let _ = app.user("ana").create().await;
    let first = stored_hash(&app, "ana").await;
    assert!(first.starts_with("$argon2id$v=19$m=16,t=1,p=1$"), "{first}");

    let costly =
        app.sibling().config(|config| (config.password.memory_kib, config.password.iterations) = (32, 2)).start().await;
    assert_eq!(login(&costly, "ana", "not the password").await.refused(), "INVALID_CREDENTIALS");
    assert_eq!(stored_hash(&app, "ana").await, first);
    let _ = login(&costly, "ana", PASSWORD).await.done();
    let second = stored_hash(&app, "ana").await;
    assert!(second.starts_with("$argon2id$v=19$m=32,t=2,p=1$"), "{second}");
    let _ = login(&costly, "ana", PASSWORD).await.done();
    assert_eq!(stored_hash(&app, "ana").await, second);
}

#[tokio::test]
async fn two_accounts_with_one_password_have_different_hashes() {
    let app = App::start().await;
    let (_, _) = (app.user("ana").create().await, app.user("ben").create().await);
    assert_ne!(stored_hash(&app, "ana").await, stored_hash(&app, "ben").await);
}

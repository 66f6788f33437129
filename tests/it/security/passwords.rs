//! A1 to A8 and A18: the password policy, and the comparison of passwords.

use crate::identity::{issue_reset, login, reset, signup};
use api::config::{Flags, load_from};
use chrono::TimeDelta;
use serde_json::json;
use service::auth::PasswordList;
use std::path::Path;
use std::time::{Duration, Instant};
use tests::{App, PASSWORD};

const NEW: &str = "rough-waters-under-9-skies";

#[tokio::test]
async fn a1_fifteen_characters_are_enough_and_fourteen_are_not() {
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
async fn a1_the_minimum_length_can_be_lowered_to_eight() {
    let app = App::builder().config(|config| config.password.min_length = 8).start().await;
    assert_eq!(signup(&app, "ana", "x7#kQ2z").await.refused(), "WEAK_PASSWORD password");
    let _ = signup(&app, "ana", "x7#kQ2zP").await.done();
    let set = |length: &str| {
        let variables = [("KEYWARD_PASSWORD_MIN_LENGTH".into(), length.into())];
        load_from(&Flags::default(), variables, Path::new("no/such/folder"))
    };
    assert!(set("8").is_ok());
    assert!(set("7").is_err_and(|error| error.to_string().contains("KEYWARD_PASSWORD_MIN_LENGTH")));
}

#[tokio::test]
async fn a1_characters_are_counted_after_composition() {
    let app = App::start().await;
    // Fourteen letters with combining accents: 28 code points, 14 once composed.
    let decomposed = "a\u{301}e\u{301}i\u{301}o\u{301}u\u{301}a\u{300}e\u{300}i\u{300}o\u{300}u\u{300}a\u{302}e\u{302}i\u{302}o\u{302}";
    assert_eq!(decomposed.chars().count(), 28);
    assert_eq!(signup(&app, "ana", decomposed).await.refused(), "WEAK_PASSWORD password");
    let _ = signup(&app, "ana", &format!("{decomposed}x")).await.done();
}

#[tokio::test]
async fn a2_seventy_characters_are_accepted_and_work() {
    let app = App::start().await;
    let long = "seventy characters make a sentence, and a sentence is a good password.";
    assert_eq!(long.chars().count(), 70);
    let _ = signup(&app, "ana", long).await.done();
    let _ = login(&app, "ana", long).await.done();
}

#[tokio::test]
async fn a5_common_passwords_are_rejected() {
    let app = App::start().await;
    let common = [
        "passwordpassword",
        "Password12345678",
        "123456789012345",
        "qwertyuiop[]1234567890",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "!!!letmein2024!!!",
        "Password1!Password1!",
        "1q2w3e4r!!!!!!!!!!",
    ];
    for password in common {
        assert_eq!(signup(&app, "ana", password).await.refused(), "WEAK_PASSWORD password", "{password}");
    }
}

#[tokio::test]
async fn a5_passwords_based_on_the_name_the_address_or_the_service_are_rejected() {
    let app = App::start().await;
    let context =
        ["Ana.Maria.2024!!!", "ana.mariaana.maria", "anita@example.com", "anita-1234567890", "KEYWARD-2024-2025"];
    for password in context {
        let new = json!({ "username": "ana.maria", "email": "Anita@Example.com", "password": password });
        let refused = app.anonymous().mutate("signup", new).await;
        assert_eq!(refused.refused(), "WEAK_PASSWORD password", "{password}");
    }
}

#[tokio::test]
async fn a3_any_composition_is_accepted_and_works() {
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
async fn a4_long_passwords_count_to_the_last_character() {
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
async fn a4_passwords_are_compared_exactly() {
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
async fn a4_composed_and_decomposed_forms_are_the_same_password() {
    let app = App::start().await;
    let _ = signup(&app, "ana", "cafe\u{301} au lait a\u{300} Gene\u{300}ve").await.done();
    let _ = login(&app, "ana", "caf\u{e9} au lait \u{e0} Gen\u{e8}ve").await.done();
    assert_eq!(login(&app, "ana", "cafe au lait a Geneve").await.refused(), "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn a6_the_operator_s_blocklist_applies_to_every_new_password() {
    let app = App::start().await;
    let leaked = "the seas run high at noon";
    let _ = signup(&app, "eve", leaked).await.done();

    let list = PasswordList::of("Zanzibar\nThe seas run high at noon\n");
    let strict = app.replica_builder().config(|config| config.password.blocklist = Some(list.into())).start().await;
    let ana = strict.user("ana").create().await;
    let token = issue_reset(strict.admin().await, &ana.id).await;
    for password in [leaked, "THE SEAS RUN HIGH AT NOON", "the seas run high at noon!!1", "zanzibar-zanzibar"] {
        assert_eq!(signup(&strict, "ben", password).await.refused(), "WEAK_PASSWORD password", "{password}");
        let change = json!({ "currentPassword": PASSWORD, "newPassword": password });
        assert_eq!(ana.mutate("passwordChange", change).await.refused(), "WEAK_PASSWORD newPassword", "{password}");
        assert_eq!(reset(&strict, &token, password).await.refused(), "WEAK_PASSWORD newPassword", "{password}");
    }
    let _ = reset(&strict, &token, "the seas run high at nine").await.done();
    let _ = login(&strict, "eve", leaked).await.done();
}

#[tokio::test]
async fn a7_changing_a_password_requires_the_current_one() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let change = |current: &str| json!({ "currentPassword": current, "newPassword": NEW });
    for wrong in ["", "plain-sailing-over-8-seas", NEW, &"x".repeat(900_000)] {
        let refused = ana.mutate("passwordChange", change(wrong)).await;
        assert_eq!(refused.refused(), "INVALID_CREDENTIALS currentPassword");
    }
    let _ = login(&app, "ana", PASSWORD).await.done();
    assert_eq!(app.anonymous().mutate("passwordChange", change(PASSWORD)).await.denied(), "UNAUTHENTICATED");
    let _ = ana.mutate("passwordChange", change(PASSWORD)).await.done();
    let _ = login(&app, "ana", NEW).await.done();
}

#[tokio::test]
async fn a8_a_password_does_not_expire() {
    let app = App::start().await;
    let _ = app.user("ana").create().await;
    app.clock.advance(TimeDelta::days(10 * 365));
    let logged_in = login(&app, "ana", PASSWORD).await;
    assert_eq!(logged_in.done()["viewer"]["user"]["username"], "ana");
}

#[tokio::test]
async fn a18_a_too_long_password_is_rejected_before_hashing() {
    // Each hash takes many seconds: hashing would be noticed.
    let slow = |config: &mut service::Config| config.password.iterations = 3_000_000;
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let token = issue_reset(app.admin().await, &ana.id).await;
    let slow = app.replica_builder().config(slow).start().await;
    let ana = ana.at(&slow);
    let begun = Instant::now();
    for long in ["x y".repeat(300_000), "seven".repeat(205)] {
        assert_eq!(signup(&slow, "ben", &long).await.refused(), "TOO_LONG password");
        assert_eq!(login(&slow, "ana", &long).await.refused(), "INVALID_CREDENTIALS");
        assert_eq!(login(&slow, "nobody", &long).await.refused(), "INVALID_CREDENTIALS");
        let change = json!({ "currentPassword": PASSWORD, "newPassword": long });
        assert_eq!(ana.mutate("passwordChange", change).await.refused(), "TOO_LONG newPassword");
        let change = json!({ "currentPassword": long, "newPassword": NEW });
        assert_eq!(ana.mutate("passwordChange", change).await.refused(), "INVALID_CREDENTIALS currentPassword");
        assert_eq!(reset(&slow, &token, &long).await.refused(), "TOO_LONG newPassword");
    }
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

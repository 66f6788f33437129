//! B6 to B8, B13 and B16: session identifiers and the end of sessions. Other tests of B are in `cookies`,
//! `identity::logout`, `identity::password_change`, `sessions`.

use crate::identity::{decode, refresh, whoami};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use tests::{App, Client, PASSWORD, PROMISED, permanently};

#[tokio::test]
async fn b5_every_login_and_refresh_gives_new_tokens_and_every_login_a_new_session() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    // A login with the token of another session succeeds, and gets nothing of that session.
    let arguments = json!({ "username": "ana", "password": PASSWORD });
    let again = ana.mutate("login", arguments).await;
    let token = again.done()["accessToken"].as_str().expect("a token");
    assert_ne!(decode(token).1["sid"], decode(ana.token()).1["sid"]);
    assert_ne!(again.done()["refreshToken"], json!(ana.refresh_token));
    assert_eq!(whoami(&ana).await, "ana");
}

#[tokio::test]
async fn b6_refresh_tokens_hold_256_random_bits_and_are_unique() {
    let app = App::start().await;
    let _ = app.user("ana").create().await;
    let mut tokens = Vec::new();
    for _ in 0..3 {
        let ana = app.login("ana").await;
        let successor = refresh(&app, &ana.refresh_token).await;
        tokens.extend([
            ana.refresh_token.clone(),
            successor.done()["refreshToken"].as_str().expect("a token").to_owned(),
        ]);
    }
    let mut bytes: Vec<Vec<u8>> = Vec::new();
    for token in &tokens {
        let digits = token.strip_prefix("kwr_").expect("what scanners look for");
        bytes.push(BASE64.decode(digits).expect("base64url"));
    }
    assert_eq!(tokens.iter().collect::<BTreeSet<_>>().len(), 6);
    assert!(bytes.iter().all(|token| token.len() == 64));
    // The first 256 bits are random: two tokens differ in about 128; fewer than 64 occur once in 10^16 times.
    for (at, one) in bytes.iter().enumerate() {
        for other in &bytes[at + 1..] {
            let differ: u32 = one[..32].iter().zip(&other[..32]).map(|(a, b)| (a ^ b).count_ones()).sum();
            assert!(differ >= 64, "{differ}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn b7_logout_takes_effect_while_the_session_is_in_use_everywhere() {
    let app = App::start().await;
    let other = app.replica().await;
    let _ = app.user("ana").create().await;
    for _ in 0..4 {
        let ana = app.login("ana").await;
        let there = ana.at(&other);
        let client = |number: usize| if number.is_multiple_of(2) { &*ana } else { &there };
        let in_use = join_all((0..30).map(|number| whoami(client(number))));
        let (used, out) = tokio::join!(in_use, ana.mutate("logout", json!({})));
        assert_eq!(out.done()["endedSessions"], 1);
        assert!(used.iter().all(|who| ["ana", "REVOKED"].contains(&who.as_str())), "{used:?}");
        // From the response on, for any number of concurrent requests.
        let after = join_all((0..20).map(|_| whoami(&ana))).await;
        assert!(after.iter().all(|who| who == "REVOKED"), "{after:?}");
        permanently(PROMISED, async || whoami(&there).await, |who| who == "REVOKED").await;
        assert_eq!(refresh(&other, &ana.refresh_token).await.refused(), "REFRESH_TOKEN_INVALID");
    }
}

#[tokio::test]
async fn b8_logout_ends_this_session_only() {
    let app = App::start().await;
    let (one, two) = (app.user("ana").create().await, app.login("ana").await);
    let _ = one.mutate("logout", json!({ "everywhere": false })).await.done();
    assert_eq!((whoami(&one).await, whoami(&two).await), ("REVOKED".to_owned(), "ana".to_owned()));
    let _ = refresh(&app, &two.refresh_token).await.done();
    assert_eq!(whoami(&*app.login("ana").await).await, "ana", "the same second");
}

#[tokio::test]
async fn b13_a_session_ends_thirty_days_after_login_despite_use() {
    let app = App::builder().config(|config| config.session.idle = Duration::from_secs(2 * 24 * 60 * 60)).start().await;
    let mut token = app.user("ana").create().await.refresh_token;
    for _ in 0..29 {
        app.clock.advance(TimeDelta::days(1));
        token = refresh(&app, &token).await.done()["refreshToken"].as_str().expect("a token").to_owned();
    }
    app.clock.advance(TimeDelta::days(1) - TimeDelta::milliseconds(1));
    let last = refresh(&app, &token).await;
    let client = app.anonymous().with_token(last.done()["accessToken"].as_str().expect("a token"));
    app.clock.advance(TimeDelta::milliseconds(1));
    let token = last.done()["refreshToken"].as_str().expect("a token");
    assert_eq!(refresh(&app, token).await.refused(), "REFRESH_TOKEN_INVALID");
    assert_ne!(whoami(&client).await, "ana");
}

#[tokio::test]
async fn b15_tokens_in_query_parameters_are_ignored() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    for name in ["access_token", "token", "jwt", "authorization"] {
        let target = format!("/graphql?query=%7Bme%7Busername%7D%7D&{name}={}", ana.token());
        let reply = crate::raw::Raw::new("GET", &target).send(&app.url).await;
        assert_eq!(reply.json()["data"], json!({ "me": null }), "{name}");
        let body = json!({ "query": "{ me { username } }", name: ana.token() });
        let answer = app.anonymous().post(&body, &[]).await;
        assert!(answer.body["data"]["me"].is_null(), "{name}: {:#}", answer.body);
    }
}

#[tokio::test]
async fn b16_responses_are_not_cached() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let posts = |client: Client, document: String| async move { client.ask(&document).await };
    let login = format!("mutation {{ login(username: \"ana\", password: \"{PASSWORD}\") {{ accessToken }} }}");
    let renew = format!("mutation {{ refresh(refreshToken: \"{}\") {{ refreshToken }} }}", ana.refresh_token);
    let forged = app.anonymous().with_token("junk");
    let answers = [
        posts(app.anonymous().clone(), login).await,
        posts(app.anonymous().clone(), renew).await,
        posts(app.anonymous().with_token(ana.token()), "{ me { username } viewer { permissions } }".to_owned()).await,
        posts(forged, "{ viewer { permissions } }".to_owned()).await,
    ];
    for answer in answers {
        assert_eq!(answer.headers["cache-control"], "no-store", "{:#}", answer.body);
    }
    let get = crate::raw::Raw::new("GET", "/graphql?query=%7Bme%7Busername%7D%7D");
    let reply = get.header("Authorization", format!("Bearer {}", ana.token())).send(&app.url).await;
    assert_eq!(reply.json()["data"]["me"]["username"], "ana");
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

//! Malformed cookies, and cookies beside other credentials: one identity, or none.

use super::{ACCESS, Browser, REFRESH, RENEW, set_cookies, who};
use serde_json::json;
use tests::{App, Response};

async fn beside_bearer(app: &App, browser: &Browser, token: &str, document: &str) -> Response {
    let cookies =
        [ACCESS, REFRESH].map(|name| format!("{name}={}", browser.cookies.get(name).map_or("", |value| value)));
    let client = app.anonymous().with_token(token);
    client.post(&json!({ "query": document }), &[("Cookie", &cookies.join("; "))]).await
}

#[tokio::test]
async fn b17_duplicate_or_malformed_cookies_give_one_identity_or_none() {
    let app = App::start().await;
    let (ana, ben) = (Browser::signed_up(&app, "ana").await, Browser::signed_up(&app, "ben").await);
    let line = |name: &str, value: &str| format!("{name}={value}");
    let (ana_s, ben_s) = (line(ACCESS, &ana.cookies[ACCESS]), line(ACCESS, &ben.cookies[ACCESS]));
    let token = &ana.cookies[ACCESS];
    let (head, signature) = token.rsplit_once('.').expect("a token");
    let shapes = [
        (vec![format!("{ana_s}; {ben_s}")], "INVALID"),
        (vec![format!("{ben_s}; {ana_s}")], "INVALID"),
        (vec![ana_s.clone(), ben_s.clone()], "INVALID"),
        (vec![format!("{ana_s}; {ACCESS}=")], "INVALID"),
        (vec![format!("{ana_s}; {ana_s}")], "ana"),
        (vec![format!("a=1; {ana_s}; b=\"2\"; c")], "ana"),
        (vec![line(ACCESS, "junk")], "INVALID"),
        (vec![line(ACCESS, &format!("\"{token}\""))], "INVALID"),
        (vec![line(ACCESS, &format!("{token} "))], "ana"),
        (vec![line(ACCESS, &format!("{head}.{}", signature.replace(&signature[..1], "_")))], "INVALID"),
        (vec![line(ACCESS, &"a".repeat(10_000))], "INVALID"),
        (vec![line(ACCESS, &ana.cookies[REFRESH])], "INVALID"),
        (vec![line(REFRESH, token)], "EXPIRED"),
        (vec![line(&ACCESS.to_lowercase(), token)], "nobody"),
        (vec![line("keyward-access", token)], "nobody"),
        (vec![line(ACCESS, "")], "nobody"),
        (vec![format!("{ana_s}, {ben_s}")], "INVALID"),
    ];
    for (lines, expected) in shapes {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        // The token is sent where a page has it: neither cookie can impersonate another user.
        let asked = ana.showing(Some("fetch")).ask_showing("{ me { username } }", &lines).await;
        assert_eq!(who(&asked), expected, "{lines:.300?}");
        let logout = ana.showing(ana.csrf_token.as_deref());
        if expected == "INVALID" {
            let answer = logout.clone().ask_showing("mutation { logout { endedSessions } }", &lines).await;
            assert_eq!((answer.status, answer.error()), (403, "CSRF_FAILED"), "{lines:.300?}");
        }
    }
    assert_eq!((ana.clone().whoami().await, ben.clone().whoami().await), ("ana".to_owned(), "ben".to_owned()));
}

#[tokio::test]
async fn b17_another_user_s_refresh_cookie_does_not_change_the_identity() {
    let app = App::start().await;
    let (ana, ben) = (Browser::signed_up(&app, "ana").await, Browser::signed_up(&app, "ben").await);
    let mixed = ana.holding(REFRESH, Some(&ben.cookies[REFRESH]));
    assert_eq!(mixed.clone().whoami().await, "ana");
    let renewed = mixed.clone().ask(RENEW).await;
    // A refresh token is valid by itself, and gives nothing of the other session.
    assert_eq!(renewed.payload("refresh")["viewer"]["user"]["username"], "ben");
}

#[tokio::test]
async fn a_cookie_and_a_bearer_token_of_different_sessions_are_rejected() {
    let app = App::start().await;
    let (ana, ben) = (Browser::signed_up(&app, "ana").await, app.user("ben").create().await);
    let elsewhere = app.login("ana").await;
    for token in [ben.token(), elsewhere.token()] {
        for browser in
            [&ana, &ana.holding(ACCESS, None), &ana.holding(REFRESH, None), &ana.holding(ACCESS, Some("junk"))]
        {
            let answer = beside_bearer(&app, browser, token, "{ me { username } }").await;
            assert_eq!((who(&answer).as_str(), answer.error()), ("INVALID", "UNAUTHENTICATED"));
            let answer = beside_bearer(&app, browser, token, "mutation { logout { endedSessions } }").await;
            assert_eq!(answer.data()["logout"]["endedSessions"], 0);
            assert_eq!(set_cookies(&answer), []);
        }
    }
    assert_eq!(ana.clone().whoami().await, "ana");
    for actor in [&ben, &elsewhere] {
        assert!(actor.ask("{ me { username } }").await.data()["me"].is_object(), "still logged in");
    }
}

#[tokio::test]
async fn a_cookie_and_a_bearer_token_of_the_same_session_are_one_identity() {
    let app = App::start().await;
    let ana = Browser::signed_up(&app, "ana").await;
    for browser in [&ana, &ana.holding(ACCESS, None), &ana.holding(REFRESH, None)] {
        // Another site cannot send the header, so no CSRF token is needed beside it.
        let answer =
            beside_bearer(&app, browser, &ana.cookies[ACCESS], "{ me { username } viewer { csrfToken } }").await;
        assert_eq!(who(&answer), "ana");
        assert!(answer.data()["viewer"]["csrfToken"].is_null(), "the header counts, not the cookie");
    }
}

#[tokio::test]
async fn b15_tokens_in_query_parameters_are_ignored_under_any_name() {
    let app = App::start().await;
    let ana = Browser::signed_up(&app, "ana").await;
    for name in [ACCESS, REFRESH, "access_token", "cookie"] {
        let target = format!("/graphql?query=%7Bme%7Busername%7D%7D&{name}={}", ana.cookies[ACCESS]);
        let reply = crate::raw::Raw::new("GET", &target).header("X-CSRF-Token", "fetch").send(&app.url).await;
        assert_eq!(reply.json()["data"], json!({ "me": null }), "{name}");
    }
}

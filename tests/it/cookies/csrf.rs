//! CSRF: requests from pages of another site have no effect.

use super::login::FOREIGN;
use super::{ACCESS, Browser, REFRESH, RENEW, assert_distrusted};
use crate::raw::Raw;
use serde_json::json;
use tests::App;

/// Operations that require a valid CSRF token with a cookie.
const OPERATIONS: [&str; 12] = [
    "{ me { username } }",
    "{ viewer { csrfToken } }",
    "{ can(permission: \"user:read\") }",
    "{ serviceInfo { name } me { username } }",
    "{ serviceInfo: me { username } }",
    "fragment F on Query { me { username } } { ... on Query { ...F } }",
    "mutation { login: logout { endedSessions } }",
    "mutation { signup(username: \"eve\", password: \"plain-sailing-over-7-seas\") { expiresAt } logout { endedSessions } }",
    "mutation { logout { endedSessions } }",
    "mutation { profileUpdate(input: { displayName: \"Eve\" }) { userErrors { code } } }",
    "mutation { passwordChange(currentPassword: \"plain-sailing-over-7-seas\", newPassword: \"another-wind-in-the-sails\") {
        userErrors { code } } }",
    RENEW,
];

#[tokio::test]
async fn c1_c7_i13_a_page_of_another_site_is_rejected_with_cookie_and_token() {
    let app = App::start().await;
    let mut browser = Browser::signed_up(&app, "ana").await;
    for page in FOREIGN {
        for document in OPERATIONS {
            for token in [browser.csrf_token.as_deref(), Some("fetch")] {
                let answer = browser.on_page(page).showing(token).ask(document).await;
                assert_distrusted(&answer, &(page, document));
            }
        }
    }
    assert_eq!(browser.whoami().await, "ana", "the session survives");
    let name = browser.ask("{ me { displayName } }").await;
    assert_eq!(name.data()["me"]["displayName"], "ana");
    let _ = app.login("ana").await;
    assert!(browser.ask(RENEW).await.payload("refresh")["csrfToken"].is_string(), "nothing was traded");
}

#[tokio::test]
async fn c1_a_cookie_requires_the_csrf_token_of_its_session() {
    let app = App::start().await;
    let mut browser = Browser::signed_up(&app, "ana").await;
    let other = Browser::signed_up(&app, "ben").await;
    let token = browser.csrf_token.clone().expect("a token");
    let wrong =
        [None, Some(""), Some("1"), other.csrf_token.as_deref(), Some(&token[..42]), Some(&browser.cookies[ACCESS])];
    for shown in wrong {
        for document in OPERATIONS {
            assert_distrusted(&browser.showing(shown).ask(document).await, &(shown, document));
        }
    }
    assert_eq!(browser.whoami().await, "ana");
    let twice = Raw::post(&json!({ "query": "{ me { username } }" }))
        .header("Cookie", format!("{ACCESS}={}", browser.cookies[ACCESS]))
        .header("X-CSRF-Token", &token)
        .header("X-CSRF-Token", &token);
    assert_eq!(twice.send(&app.url).await.status, 403, "two headers");
}

#[tokio::test]
async fn i32_each_of_the_cookies_requires_the_header() {
    let app = App::start().await;
    let browser = Browser::signed_up(&app, "ana").await;
    for gone in [ACCESS, REFRESH] {
        for document in OPERATIONS {
            let mut one = browser.holding(gone, None);
            assert_distrusted(&one.showing(None).ask(document).await, &(gone, document));
            assert_distrusted(&one.showing(Some("wrong")).ask(document).await, &(gone, document));
            let _ = one.ask(document).await;
        }
    }
}

#[tokio::test]
async fn a_reloaded_page_fetches_its_csrf_token_before_any_change() {
    let app = App::start().await;
    let browser = Browser::signed_up(&app, "ana").await;
    let mut reloaded = browser.showing(Some("fetch"));
    for document in OPERATIONS.iter().filter(|document| document.starts_with("mutation") && **document != RENEW) {
        assert_distrusted(&reloaded.ask(document).await, document);
    }
    let mixed = "mutation { refresh { csrfToken } logout { endedSessions } }";
    assert_distrusted(&reloaded.ask(mixed).await, &mixed);
    let learnt = reloaded.ask("{ viewer { csrfToken } me { username } }").await;
    assert_eq!(learnt.data()["viewer"]["csrfToken"].as_str(), browser.csrf_token.as_deref());
    assert_eq!(reloaded.ask(RENEW).await.payload("refresh")["csrfToken"].as_str(), browser.csrf_token.as_deref());
    let mut page = reloaded.showing(browser.csrf_token.as_deref());
    assert_eq!(page.ask("mutation { logout { endedSessions } }").await.data()["logout"]["endedSessions"], 1);
}

#[tokio::test]
async fn the_csrf_token_is_the_same_on_every_replica_and_differs_after_the_next_login() {
    let app = App::start().await;
    let replica = app.replica().await;
    let browser = Browser::signed_up(&app, "ana").await;
    let mut there = Browser { client: replica.anonymous().clone(), ..browser.clone() };
    there.page = Browser::at(&replica).page;
    let answer = there.ask("mutation { profileUpdate(input: { displayName: \"Ana\" }) { userErrors { code } } }").await;
    let _ = answer.payload("profileUpdate");
    let mut next = browser.clone();
    let answer = next.ask_with(super::LOG_IN, super::person("ana")).await;
    assert_ne!(answer.payload("login")["csrfToken"].as_str(), browser.csrf_token.as_deref());
}

#[tokio::test]
async fn c2_form_requests_are_rejected_with_cookie_and_token() {
    let app = App::start().await;
    let mut browser = Browser::signed_up(&app, "ana").await;
    let logout = json!({ "query": "mutation { logout { endedSessions } }" }).to_string();
    let cookie = format!("{ACCESS}={}; {REFRESH}={}", browser.cookies[ACCESS], browser.cookies[REFRESH]);
    let multipart = format!("--x\r\nContent-Disposition: form-data; name=\"operations\"\r\n\r\n{logout}\r\n--x--\r\n");
    let types = [
        Some("text/plain"),
        Some("text/plain; charset=utf-8"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("multipart/mixed; boundary=x"),
        Some("application/graphql"),
        Some(""),
        None,
    ];
    for ty in types {
        for body in [logout.as_str(), &multipart] {
            let mut request = Raw::new("POST", "/graphql").header("Cookie", &cookie).body(body);
            request = request.header("X-CSRF-Token", browser.csrf_token.clone().expect("a token"));
            if let Some(ty) = ty {
                request = request.header("Content-Type", ty);
            }
            assert_eq!(request.send(&app.url).await.status, 415, "{ty:?}");
        }
    }
    assert_eq!(browser.whoami().await, "ana");
}

#[tokio::test]
async fn c3_get_with_a_cookie_follows_the_same_rule_and_changes_nothing() {
    let app = App::start().await;
    let mut browser = Browser::signed_up(&app, "ana").await;
    let cookie = format!("{ACCESS}={}; {REFRESH}={}", browser.cookies[ACCESS], browser.cookies[REFRESH]);
    let token = browser.csrf_token.clone().expect("a token");
    let me = "/graphql?query=%7Bme%7Busername%7D%7D";
    let get = |target: &'static str| Raw::new("GET", target).header("Cookie", &cookie);
    let ours = get(me).header("X-CSRF-Token", &token).header("Sec-Fetch-Site", "same-origin").send(&app.url).await;
    assert_eq!(ours.json()["data"]["me"]["username"], "ana");
    let link = get(me).header("Sec-Fetch-Site", "cross-site").header("Sec-Fetch-Mode", "navigate").send(&app.url).await;
    let image = get(me).header("X-CSRF-Token", &token).header("Sec-Fetch-Site", "cross-site").send(&app.url).await;
    let typed = get(me).header("Sec-Fetch-Site", "none").send(&app.url).await;
    for reply in [link, image, typed] {
        assert_eq!((reply.status, reply.error().as_str()), (403, "CSRF_FAILED"));
    }
    for method in ["GET", "HEAD"] {
        for target in [
            "/graphql?query=mutation%7Blogout%7BendedSessions%7D%7D",
            "/graphql?query=mutation%7Brefresh%7BexpiresAt%7D%7D",
        ] {
            let request = Raw::new(method, target).header("Cookie", &cookie).header("X-CSRF-Token", &token);
            let reply = request.header("Sec-Fetch-Site", "same-origin").send(&app.url).await;
            assert_eq!((reply.status, reply.header("set-cookie")), (405, None), "{method} {target}");
        }
    }
    assert_eq!(browser.whoami().await, "ana");
}

#[tokio::test]
async fn fields_independent_of_the_caller_ignore_cookies() {
    let app = App::start().await;
    let browser = Browser::signed_up(&app, "ana").await;
    for document in [
        "{ serviceInfo { name } }",
        "{ __typename serviceInfo { csrfHeaderName } }",
        "{ __schema { queryType { name } } }",
        "mutation { passwordReset(token: \"kwp_x\", newPassword: \"x\") { accepted } }",
    ] {
        let answer = browser.showing(None).on_page(FOREIGN[0]).ask(document).await;
        assert!(answer.data().is_object(), "{document}");
        assert!(answer.headers.get("policy-revision").is_none(), "an anonymous caller");
    }
}

//! Login with and without cookies, from pages of all kinds.

use super::{ACCESS, Browser, LOG_IN, REFRESH, SIGN_UP, assert_distrusted, person, set_cookies};
use serde_json::{Value, json};
use tests::{App, PASSWORD};

/// Headers by which browsers describe foreign pages.
pub(super) const FOREIGN: [&[(&str, &str)]; 9] = [
    &[("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")],
    &[("Origin", "https://evil.example")],
    &[("Origin", "null")],
    &[("Origin", "null"), ("Sec-Fetch-Site", "cross-site")],
    &[("Origin", "http://127.0.0.1.evil.example")],
    &[("Origin", "http://127.0.0.1:1"), ("Sec-Fetch-Site", "same-site")],
    &[("Origin", "http://127.0.0.1")],
    &[("Sec-Fetch-Site", "cross-site")],
    &[("Sec-Fetch-Site", "same-site")],
];

#[tokio::test]
async fn b5_login_replaces_existing_cookies() {
    let app = App::start().await;
    let mallory = Browser::signed_up(&app, "mallory").await;
    let mut ended = Browser::signed_up(&app, "ana").await;
    let dead = ended.clone();
    let _ = ended.ask("mutation { logout { endedSessions } }").await;
    let junk = Browser::at(&app).holding(ACCESS, Some("junk")).holding(REFRESH, Some("kwr_junk"));
    // The login page knows no CSRF token.
    for planted in [mallory.showing(None), dead.showing(None), junk] {
        let mut browser = planted.clone();
        let answer = browser.ask_with(LOG_IN, person("ana")).await;
        assert_eq!(answer.payload("login")["viewer"]["user"]["username"], "ana");
        for name in [ACCESS, REFRESH] {
            assert_ne!(browser.cookies[name], *planted.cookies.get(name).expect("a planted one"), "{name}");
        }
        assert_eq!(browser.showing(Some("fetch")).whoami().await, "ana");
    }
    assert_eq!(mallory.clone().whoami().await, "mallory", "no other session changed");
}

#[tokio::test]
async fn c4_a_page_of_another_site_cannot_log_in_or_sign_up() {
    let app = App::start().await;
    let _ = app.user("ana").create().await;
    let literal = |field: &str| {
        format!("mutation {{ {field}(username: \"ana\", password: \"{PASSWORD}\", delivery: COOKIE) {{ expiresAt }} }}")
    };
    let by_variable = "mutation ($delivery: TokenDelivery!) { login(username: \"ana\",
        password: \"plain-sailing-over-7-seas\", delivery: $delivery) { expiresAt } }";
    let by_default = "mutation ($delivery: TokenDelivery! = COOKIE) { a: login(username: \"ana\",
        password: \"plain-sailing-over-7-seas\", delivery: $delivery) { expiresAt } }";
    let in_a_fragment = "fragment F on Mutation { ... on Mutation { login(username: \"ana\",
        password: \"plain-sailing-over-7-seas\", delivery: COOKIE) { expiresAt } } } mutation { ...F }";
    let none = json!({});
    let documents = [
        (literal("login"), none.clone()),
        (literal("signup").replace("ana", "eve"), none.clone()),
        (by_variable.to_owned(), json!({ "delivery": "COOKIE" })),
        (by_default.to_owned(), none.clone()),
        (in_a_fragment.to_owned(), none),
    ];
    for page in FOREIGN {
        for (document, variables) in &documents {
            let answer = Browser::at(&app).on_page(page).ask_with(document, variables.clone()).await;
            assert_distrusted(&answer, &(page, document));
        }
    }
    let found = app.admin().await.ask("{ userByUsername(username: \"eve\") { id } }").await;
    assert_eq!(found.data()["userByUsername"], Value::Null, "nothing was done");
    for (document, variables) in &documents {
        let answer = Browser::at(&app).ask_with(document, variables.clone()).await;
        assert_eq!(set_cookies(&answer).len(), 2, "{document}: {:#}", answer.body);
    }
}

#[tokio::test]
async fn c4_requests_without_browser_headers_are_accepted() {
    let app = App::start().await;
    let answer = Browser::at(&app).on_page(&[]).ask_with(SIGN_UP, person("ana")).await;
    assert_eq!(set_cookies(&answer).len(), 2);
}

#[tokio::test]
async fn tokens_in_the_body_are_returned_to_any_origin_and_set_no_cookie() {
    let app = App::start().await;
    let _ = app.user("ana").create().await;
    let document = LOG_IN.replace("COOKIE", "BODY");
    for page in FOREIGN {
        let answer = Browser::at(&app).on_page(page).ask_with(&document, person("ana")).await;
        assert!(answer.payload("login")["accessToken"].is_string(), "{page:?}");
        assert_eq!(set_cookies(&answer), [], "{page:?}");
    }
}

#[tokio::test]
async fn a_failed_login_leaves_the_cookies_unchanged() {
    let app = App::start().await;
    let mut browser = Browser::signed_up(&app, "ana").await;
    let wrong = json!({ "username": "ana", "password": "not the password at all" });
    let answer = browser.ask_with(LOG_IN, wrong).await;
    assert_eq!(answer.refusal("login"), "INVALID_CREDENTIALS");
    assert_eq!(set_cookies(&answer), []);
    assert_eq!(browser.whoami().await, "ana");
}

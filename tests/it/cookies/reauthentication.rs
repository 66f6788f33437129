//! Reauthentication in a browser.

use super::{ACCESS, Browser, REFRESH, RENEW, assert_distrusted, set_cookies};
use chrono::TimeDelta;
use tests::{App, PASSWORD};

const CONFIRM: &str = "mutation { reauthenticate(password: \"plain-sailing-over-7-seas\") {
    accessToken refreshToken csrfToken expiresAt viewer { csrfToken user { username } } userErrors { code } } }";

#[tokio::test]
async fn reauthentication_sets_a_new_access_cookie_and_keeps_the_refresh_cookie() {
    let app = App::start().await;
    let mut browser = Browser::signed_up(&app, "ana").await;
    let before = browser.clone();
    app.clock.advance(TimeDelta::minutes(5));
    assert!(CONFIRM.contains(PASSWORD));
    let answer = browser.ask(CONFIRM).await;
    let payload = answer.payload("reauthenticate");
    assert!(payload["accessToken"].is_null() && payload["refreshToken"].is_null());
    assert_eq!(payload["csrfToken"].as_str(), before.csrf_token.as_deref());
    assert_eq!(payload["viewer"]["user"]["username"], "ana");
    let names: Vec<_> = set_cookies(&answer).into_iter().map(|cookie| cookie.name).collect();
    assert_eq!(names, [ACCESS]);
    assert_ne!(browser.cookies[ACCESS], before.cookies[ACCESS]);
    assert_eq!(browser.cookies[REFRESH], before.cookies[REFRESH]);
    // The previous cookie has expired, the new one has not.
    app.clock.advance(TimeDelta::minutes(6));
    assert_eq!((before.clone().whoami().await, browser.whoami().await), ("EXPIRED".to_owned(), "ana".to_owned()));
    assert!(browser.ask(RENEW).await.payload("refresh")["csrfToken"].is_string());
}

#[tokio::test]
async fn a_wrong_password_leaves_the_cookies_unchanged() {
    let app = App::start().await;
    let mut browser = Browser::signed_up(&app, "ana").await;
    let answer = browser.ask(&CONFIRM.replace("7-seas", "8-seas")).await;
    assert_eq!(answer.refusal("reauthenticate"), "INVALID_CREDENTIALS");
    assert_eq!(set_cookies(&answer), []);
    assert_eq!(browser.whoami().await, "ana");
}

#[tokio::test]
async fn a_page_without_the_csrf_token_cannot_reauthenticate() {
    let app = App::start().await;
    let browser = Browser::signed_up(&app, "ana").await;
    for shown in [None, Some("fetch"), Some("wrong")] {
        assert_distrusted(&browser.showing(shown).ask(CONFIRM).await, &shown);
    }
}

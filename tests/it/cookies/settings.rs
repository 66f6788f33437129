//! Cookie settings, and the headers that enforce TLS.

use super::{Browser, LOG_IN, person, set_cookies};
use crate::raw::Raw;
use api::config::{CookieSettings, SameSite};
use std::time::Duration;
use tests::App;

#[tokio::test]
async fn cookies_have_the_attributes_that_are_set() {
    let cookie = CookieSettings {
        access_name: "access".to_owned(),
        refresh_name: "refresh".to_owned(),
        max_age: Some(Duration::from_secs(120)),
        same_site: SameSite::Strict,
        domain: Some("example.org".to_owned()),
        path: "/graphql".to_owned(),
        secure: true,
    };
    let app = App::builder().http(|http| http.cookie = cookie).start().await;
    let _ = app.user("ana").create().await;
    let mut browser = Browser::at(&app);
    let answer = browser.ask_with(LOG_IN, person("ana")).await;
    let wanted = |age: u32| {
        let age = format!("Max-Age={age}");
        ["Domain=example.org", "HttpOnly", &age, "Path=/graphql", "SameSite=Strict", "Secure"]
            .map(str::to_owned)
            .to_vec()
    };
    let attributes: Vec<_> = set_cookies(&answer).into_iter().map(|cookie| (cookie.name, cookie.attributes)).collect();
    assert_eq!(attributes, [("access".to_owned(), wanted(120)), ("refresh".to_owned(), wanted(120))]);
    let mut browser = browser.showing(answer.payload("login")["csrfToken"].as_str());
    assert_eq!(browser.whoami().await, "ana");
    let answer = browser.ask("mutation { logout { endedSessions } }").await;
    let attributes: Vec<_> = set_cookies(&answer).into_iter().map(|cookie| cookie.attributes).collect();
    assert_eq!(attributes, [wanted(0), wanted(0)], "the same cookies");
}

#[tokio::test]
async fn without_tls_no_header_enforces_it() {
    let app = App::builder().http(|http| http.cookie.secure = false).start().await;
    let _ = app.user("ana").create().await;
    let answer = Browser::at(&app).ask_with(LOG_IN, person("ana")).await;
    assert!(set_cookies(&answer).iter().all(|cookie| !cookie.attributes.contains(&"Secure".to_owned())));
    assert!(answer.headers.get("strict-transport-security").is_none());
}

#[tokio::test]
async fn c6_every_response_enforces_tls_and_forbids_framing() {
    let app = App::start().await;
    for target in ["/graphql?query=%7B__typename%7D", "/graphql", "/playground", "/healthz", "/nowhere"] {
        let reply = Raw::new("GET", target).send(&app.url).await;
        let strict = reply.header("strict-transport-security");
        assert_eq!(strict, Some("max-age=31536000; includeSubDomains"), "{target}");
    }
    for target in ["/graphql", "/playground"] {
        let reply = Raw::new("GET", target).send(&app.url).await;
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{target}");
        assert_eq!(reply.header("referrer-policy"), Some("no-referrer"), "{target}");
        let policy = reply.header("content-security-policy").expect("a policy");
        assert!(policy.contains("frame-ancestors 'none'"), "{target}");
    }
}

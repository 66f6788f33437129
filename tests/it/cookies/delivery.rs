//! Attributes and delivery of cookies.

use super::{ACCESS, Browser, LOG_IN, REFRESH, RENEW, SIGN_UP, SetCookie, clears, person, set_cookies};
use chrono::{DateTime, TimeDelta, Utc};
use service::import::{Document, ImportRow, apply};
use tests::{App, Response};

const MONTH: i64 = 30 * 24 * 60 * 60;

/// Asserts that a response sets exactly our two cookies, the access cookie for the lifetime of the access token and the
/// refresh cookie for so many seconds; returns their values.
#[track_caller]
fn assert_sets(app: &App, answer: &Response, field: &str, age: i64) -> [String; 2] {
    let end = answer.payload(field)["expiresAt"].as_str().expect("an instant").parse::<DateTime<Utc>>();
    let access_age = (end.expect("an instant") - app.service.now()).num_seconds();
    assert!((599..=600).contains(&access_age), "tokens count in whole seconds: {access_age}");
    let expected = |name: &str, age: i64| {
        let age = format!("Max-Age={age}");
        let attributes = ["HttpOnly", &age, "Path=/", "SameSite=Lax", "Secure"].map(str::to_owned).to_vec();
        (name.to_owned(), attributes)
    };
    let cookies = set_cookies(answer);
    let shown: Vec<_> = cookies.iter().map(|cookie| (cookie.name.clone(), cookie.attributes.clone())).collect();
    assert_eq!(shown, [expected(ACCESS, access_age), expected(REFRESH, age)]);
    assert_eq!(answer.headers["cache-control"], "no-store");
    [cookies[0].value.clone(), cookies[1].value.clone()]
}

#[tokio::test]
async fn b1_cookies_are_bound_to_the_host_hidden_from_scripts_and_expire() {
    let app = App::start().await;
    let mut browser = Browser::at(&app);
    let signed_up = browser.ask_with(SIGN_UP, person("ana")).await;
    let [access, refresh] = assert_sets(&app, &signed_up, "signup", MONTH);
    assert_eq!(access.split('.').count(), 3, "nothing but the token");
    assert!(refresh.starts_with("kwr_") && refresh.len() == 90, "nothing but the token");

    let logged_in = Browser::at(&app).ask_with(LOG_IN, person("ana")).await;
    let _ = assert_sets(&app, &logged_in, "login", MONTH);

    app.clock.advance(TimeDelta::minutes(9));
    browser.csrf_token = Some("fetch".to_owned());
    let renewed = browser.ask(RENEW).await;
    let [new_access, new_refresh] = assert_sets(&app, &renewed, "refresh", MONTH - 9 * 60);
    assert!(new_access != access && new_refresh != refresh);
}

#[tokio::test]
async fn b2_a_cookie_fits_4096_bytes_for_any_number_of_roles() {
    let app = App::start().await;
    let _ = app.user("ana").create().await;
    for count in [20, 60, 400] {
        let name = |number| format!("{count}-a-role-with-a-rather-long-name-{number}");
        let pair = |number| ImportRow { file: 0, line: 1, value: ("ana".to_owned(), name(number)).into() };
        let document = Document { user_roles: (0..count).map(pair).collect(), ..Document::default() };
        apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect("it is applied");
        let mut browser = Browser::at(&app);
        let answer = browser.ask_with(LOG_IN, person("ana")).await;
        for SetCookie { name, value, .. } in set_cookies(&answer) {
            assert!(name.len() + value.len() <= 4096, "{name}: {} bytes with {count} roles", value.len());
        }
        assert_eq!(browser.showing(Some("fetch")).whoami().await, "ana");
    }
}

#[tokio::test]
async fn b3_logout_clears_the_same_cookies_and_ends_the_session_on_the_server() {
    let app = App::start().await;
    let mut browser = Browser::signed_up(&app, "ana").await;
    let kept = browser.clone();
    let answer = browser.ask("mutation { logout { endedSessions } }").await;
    assert_eq!(answer.data()["logout"]["endedSessions"], 1);
    assert!(clears(&answer), "{:?}", set_cookies(&answer));
    assert_eq!(browser.whoami().await, "nobody");
    assert_eq!(kept.clone().whoami().await, "REVOKED", "a copied cookie");
    let answer = kept.clone().ask(RENEW).await;
    assert_eq!(answer.refusal("refresh"), "REFRESH_TOKEN_INVALID");
}

#[tokio::test]
async fn b3_logout_requires_no_valid_access_token() {
    let app = App::start().await;
    for has_access in [true, false] {
        let mut browser = Browser::at(&app);
        let name = format!("ana-{has_access}");
        let answer = browser.ask_with(SIGN_UP, person(&name)).await;
        browser.csrf_token = answer.payload("signup")["csrfToken"].as_str().map(str::to_owned);
        let elsewhere = app.login(&name).await;
        app.clock.advance(TimeDelta::minutes(11));
        if !has_access {
            browser = browser.holding(ACCESS, None);
        }
        let answer = browser.ask("mutation { logout(everywhere: true) { endedSessions } }").await;
        assert_eq!(answer.data()["logout"]["endedSessions"], 2);
        assert!(clears(&answer));
        drop(elsewhere);
    }
}

#[tokio::test]
async fn b4_tokens_are_sent_in_cookies_only() {
    let app = App::start().await;
    let mut browser = Browser::at(&app);
    let mut answers = vec![
        (browser.ask_with(SIGN_UP, person("ana")).await, "signup"),
        (browser.ask_with(LOG_IN, person("ana")).await, "login"),
    ];
    browser.csrf_token = answers[1].0.payload("login")["csrfToken"].as_str().map(str::to_owned);
    answers.push((browser.ask(RENEW).await, "refresh"));
    for (answer, field) in answers {
        let payload = answer.payload(field);
        assert!(payload["accessToken"].is_null() && payload["refreshToken"].is_null(), "{field}");
        assert!(payload["expiresAt"].is_string(), "{field}");
        assert_eq!(payload["csrfToken"].as_str().map(str::len), Some(43), "{field}");
        assert_eq!(payload["csrfToken"], payload["viewer"]["csrfToken"], "{field}");
        for cookie in set_cookies(&answer) {
            assert!(!answer.body.to_string().contains(&cookie.value), "{field}: {}", cookie.name);
        }
    }
}

#[tokio::test]
async fn tokens_delivered_in_the_body_set_no_cookie() {
    let app = App::start().await;
    let document = "mutation { signup(username: \"ana\", password: \"plain-sailing-over-7-seas\", delivery: BODY) {
        accessToken refreshToken csrfToken viewer { csrfToken } } }";
    let answer = Browser::at(&app).ask(document).await;
    let payload = &answer.data()["signup"];
    assert!(payload["accessToken"].is_string() && payload["refreshToken"].is_string());
    assert!(payload["csrfToken"].is_null() && payload["viewer"]["csrfToken"].is_null());
    assert_eq!(set_cookies(&answer), []);
    let bearer = app.login("ana").await;
    assert!(bearer.ask("{ viewer { csrfToken } }").await.data()["viewer"]["csrfToken"].is_null());
}

#[tokio::test]
async fn a_page_reads_the_service_settings_before_login() {
    let app = App::start().await;
    let answer = app.anonymous().ask("{ serviceInfo { tokenDeliveries csrfHeaderName } }").await;
    let expected = serde_json::json!({ "tokenDeliveries": ["BODY", "COOKIE"], "csrfHeaderName": "X-CSRF-Token" });
    assert_eq!(answer.data()["serviceInfo"], expected);
}

//! Cookie refresh, in one tab or in many; and cookies of ended sessions.

use super::{ACCESS, Browser, REFRESH, RENEW, clears, set_cookies};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;
use std::time::Duration;
use tests::App;

#[tokio::test]
async fn a_session_created_with_cookies_continues_with_cookies() {
    let app = App::start().await;
    let mut browser = Browser::signed_up(&app, "ana").await;
    for _ in 0..5 {
        app.clock.advance(TimeDelta::minutes(11));
        assert_eq!(browser.whoami().await, "EXPIRED");
        let answer = browser.ask(RENEW).await;
        let payload = answer.payload("refresh");
        assert!(payload["accessToken"].is_null() && payload["refreshToken"].is_null());
        assert_eq!(payload["csrfToken"].as_str(), browser.csrf_token.as_deref(), "pages keep the token they have");
        assert_eq!(browser.whoami().await, "ana");
    }
}

#[tokio::test]
async fn without_an_access_cookie_the_refresh_cookie_is_sufficient_for_a_refresh() {
    let app = App::start().await;
    let signed_up = Browser::signed_up(&app, "ana").await;
    let mut reloaded = signed_up.holding(ACCESS, None).showing(Some("fetch"));
    assert_eq!(reloaded.whoami().await, "EXPIRED");
    assert!(reloaded.ask(RENEW).await.payload("refresh")["csrfToken"].is_string());
    assert_eq!(reloaded.whoami().await, "ana");
}

#[tokio::test]
async fn i20_two_tabs_that_refresh_concurrently_both_keep_their_session() {
    let app = App::start().await;
    let replica = app.replica().await;
    let browser = Browser::signed_up(&app, "ana").await;
    let tab = |number: usize| {
        let client = if number.is_multiple_of(2) { app.anonymous() } else { replica.anonymous() };
        Browser { client: client.clone(), ..browser.on_page(&[("Sec-Fetch-Site", "same-origin")]) }
    };
    let mut tabs: Vec<Browser> = (0..20).map(tab).collect();
    let answers = join_all(tabs.iter_mut().map(|tab| tab.ask(RENEW))).await;
    for answer in &answers {
        assert_eq!(answer.payload("refresh")["viewer"]["user"]["username"], "ana");
        assert!(!clears(answer));
    }
    for tab in &mut tabs {
        assert_ne!(tab.cookies[REFRESH], browser.cookies[REFRESH]);
        assert_eq!(tab.whoami().await, "ana");
    }
    assert!(tabs.iter().all(|tab| tab.cookies[REFRESH] == tabs[0].cookies[REFRESH]), "one successor for all");
    // The browser stores the last response, and continues with it.
    app.clock.advance(TimeDelta::seconds(9));
    assert!(browser.clone().ask(RENEW).await.payload("refresh")["csrfToken"].is_string());
    app.clock.advance(TimeDelta::minutes(11));
    assert!(tabs[0].ask(RENEW).await.payload("refresh")["csrfToken"].is_string());
}

#[tokio::test]
async fn a_refresh_cookie_reused_after_the_grace_period_ends_the_session_and_its_cookies() {
    let app = App::start().await;
    let mut browser = Browser::signed_up(&app, "ana").await;
    let stolen = browser.clone();
    let _ = browser.ask(RENEW).await.payload("refresh");
    app.clock.advance(TimeDelta::milliseconds(10_001));
    let answer = stolen.clone().ask(RENEW).await;
    assert_eq!(answer.refusal("refresh"), "REFRESH_TOKEN_REUSED");
    assert!(clears(&answer));
    assert_eq!(browser.whoami().await, "REVOKED");
}

#[tokio::test]
async fn cookies_of_an_ended_session_are_cleared_by_any_request() {
    let app = App::start().await;
    let mut browser = Browser::signed_up(&app, "ana").await;
    let id = browser.ask("{ me { id } }").await.data()["me"]["id"].clone();
    let _ = app.admin().await.mutate("userRevokeSessions", json!({ "id": id })).await.done();
    for document in ["{ me { username } }", RENEW, "mutation { logout { endedSessions } }"] {
        let answer = browser.clone().ask(document).await;
        assert!(clears(&answer), "{document}: {:#}", answer.body);
    }
    let only_refresh = browser.holding(ACCESS, None);
    assert!(clears(&only_refresh.clone().ask(RENEW).await));
    let kept = only_refresh.clone().ask("{ serviceInfo { name } }").await;
    assert_eq!(set_cookies(&kept), []);
}

#[tokio::test]
async fn a_rate_limited_refresh_keeps_the_cookies() {
    let app = App::builder().config(|config| config.limits.refresh_per_session = 1).start().await;
    let mut browser = Browser::signed_up(&app, "ana").await;
    let _ = browser.ask(RENEW).await.payload("refresh");
    let answer = browser.ask(RENEW).await;
    assert_eq!(answer.error(), "RATE_LIMITED");
    assert_eq!(set_cookies(&answer), []);
    assert_eq!(browser.whoami().await, "ana");
}

#[tokio::test]
async fn a_token_in_the_argument_gets_a_response_in_the_body() {
    let app = App::start().await;
    let (mut browser, ben) = (Browser::signed_up(&app, "ana").await, app.user("ben").create().await);
    let document = RENEW.replace("refresh {", &format!("refresh(refreshToken: \"{}\") {{", ben.refresh_token));
    let answer = browser.ask(&document).await;
    let payload = answer.payload("refresh");
    assert_eq!(payload["viewer"]["user"]["username"], "ben");
    assert!(payload["accessToken"].is_string() && payload["csrfToken"].is_null());
    assert_eq!(set_cookies(&answer), []);
    assert_eq!(browser.whoami().await, "ana");
}

#[tokio::test]
async fn no_cookie_outlives_its_session() {
    let hour = Duration::from_secs(3600);
    let app = App::builder().config(|config| config.session.absolute = hour).start().await;
    let mut browser = Browser::signed_up(&app, "ana").await;
    let mut ages = Vec::new();
    for minutes in [20, 20, 15] {
        app.clock.advance(TimeDelta::minutes(minutes));
        let cookies = set_cookies(&browser.ask(RENEW).await);
        let age =
            |at: usize| cookies[at].attributes[1].strip_prefix("Max-Age=").and_then(|age| age.parse::<i64>().ok());
        ages.push((age(0).expect("an age"), age(1).expect("an age")));
    }
    // Tokens count in whole seconds.
    assert!(ages[..2].iter().all(|(access, _)| (599..=600).contains(access)), "{ages:?}");
    assert_eq!(ages.iter().map(|(_, refresh)| *refresh).collect::<Vec<_>>(), [2400, 1200, 300]);
    assert_eq!(ages[2].0, 300);
}

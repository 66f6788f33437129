//! A12 and E8: the client address behind proxies and with forged headers.

use api::config::TrustedProxies;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{App, PASSWORD};

/// The tests connect from a loopback address: as the trusted proxy, or not.
async fn behind(proxies: &str, attempts: u32) -> App {
    let proxies = TrustedProxies::parse(proxies).expect("a list");
    let app = App::builder().http(|http| http.proxies = proxies);
    app.config(|config| config.limits.login_per_address = attempts).start().await
}

/// Attempts a login with a wrong password and these headers; returns the code of the error.
async fn attempt(app: &App, headers: &[(&str, &str)]) -> String {
    let document = r#"mutation { login(username: "nobody", password: "x") { userErrors { code } } }"#;
    let answer = app.anonymous().post(&json!({ "query": document }), headers).await;
    match answer.body["errors"].is_array() {
        true => answer.error().to_owned(),
        false => answer.refusal("login").to_owned(),
    }
}

/// The addresses in the audit log, newest first.
async fn noted(app: &App) -> Vec<Value> {
    let log = "{ auditLog(filter: { actions: [\"session.login\"] }) { nodes { ipAddress } } }";
    let log = app.admin().await.ask(log).await;
    let nodes = log.data()["auditLog"]["nodes"].as_array().expect("a list");
    nodes.iter().map(|node| node["ipAddress"].clone()).collect()
}

#[tokio::test]
async fn a12_behind_a_proxy_attempts_are_counted_per_client() {
    let app = behind("127.0.0.0/8", 2).await;
    for header in [["X-Forwarded-For", "203.0.113.7"], ["Forwarded", "for=203.0.113.8;proto=https"]] {
        let headers = [(header[0], header[1])];
        for expected in ["INVALID_CREDENTIALS", "INVALID_CREDENTIALS", "RATE_LIMITED"] {
            assert_eq!(attempt(&app, &headers).await, expected, "{header:?}");
        }
    }
    // The same client, for any notation of its address and any claimed route.
    for same in ["203.0.113.7:4711", "::ffff:203.0.113.7", "1.2.3.4, 203.0.113.7", "203.0.113.7, 127.0.0.9"] {
        assert_eq!(attempt(&app, &[("X-Forwarded-For", same)]).await, "RATE_LIMITED", "{same}");
    }
    assert_eq!(attempt(&app, &[("X-Forwarded-For", "203.0.113.9")]).await, "INVALID_CREDENTIALS");
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(attempt(&app, &[("X-Forwarded-For", "203.0.113.7")]).await, "INVALID_CREDENTIALS");
}

#[tokio::test]
async fn a12_e8_malformed_and_contradictory_headers_are_counted_together() {
    let app = behind("127.0.0.0/8", 3).await;
    let attempts: [&[(&str, &str)]; 8] = [
        &[("X-Forwarded-For", "unknown")],
        &[("X-Forwarded-For", "1.2.3.4, rubbish")],
        &[("Forwarded", "for=\"_hidden\"")],
        &[("Forwarded", "for=\"1.2.3.4")],
        &[("X-Forwarded-For", "1.2.3.4"), ("Forwarded", "for=5.6.7.8")],
        &[("X-Forwarded-For", "1.2.3.4"), ("Forwarded", "rubbish")],
        &[("X-Forwarded-For", "999.1.1.1")],
        &[],
    ];
    for (number, headers) in attempts.into_iter().enumerate() {
        let expected = if number < 3 { "INVALID_CREDENTIALS" } else { "RATE_LIMITED" };
        assert_eq!(attempt(&app, headers).await, expected, "{headers:?}");
    }
}

#[tokio::test]
async fn a12_e8_without_a_trusted_proxy_headers_are_ignored() {
    for proxies in ["", "10.0.0.0/8, ::1"] {
        let app = behind(proxies, 2).await;
        for number in 0..4 {
            let expected = if number < 2 { "INVALID_CREDENTIALS" } else { "RATE_LIMITED" };
            let (address, forwarded) = (format!("203.0.113.{number}"), format!("for=203.0.113.{number}"));
            let headers = [("X-Forwarded-For", address.as_str()), ("Forwarded", &forwarded)];
            assert_eq!(attempt(&app, &headers).await, expected, "{proxies} {number}");
        }
    }
}

#[tokio::test]
async fn sessions_and_the_audit_log_have_the_client_address_and_not_the_proxy_s() {
    let app = behind("127.0.0.1", 1_000).await;
    let _ = app.user("ana").create().await;
    let document = "mutation ($password: String!) { login(username: \"ana\", password: $password) { accessToken } }";
    let body = json!({ "query": document, "variables": { "password": PASSWORD } });
    let headers = [("X-Forwarded-For", "6.6.6.6, 2001:db8::7")];
    let token = app.anonymous().post(&body, &headers).await.data()["login"]["accessToken"].clone();
    let ana = app.anonymous().with_token(token.as_str().expect("a token"));
    let session = ana.ask("{ viewer { session { ipAddress } } }").await;
    assert_eq!(session.data()["viewer"]["session"]["ipAddress"], "2001:db8::7");
    let _ = attempt(&app, &[("X-Forwarded-For", "203.0.113.7")]).await;
    let noted = noted(&app).await;
    assert!(noted.contains(&json!("2001:db8::7")) && noted.contains(&json!("203.0.113.7")), "{noted:?}");
    assert!(!noted.contains(&json!("6.6.6.6")), "{noted:?}");
}

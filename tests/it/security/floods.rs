//! A12 and A13: floods of attempts from many networks refuse nobody else.

use api::config::TrustedProxies;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use service::LimitSettings;
use tests::{App, PASSWORD};

/// Requests under way at once.
const PARALLEL: usize = 32;

/// With the default limits, behind a proxy that reports the client's address.
async fn app() -> App {
    let proxies = TrustedProxies::parse("127.0.0.0/8").expect("a list");
    let app = App::builder().http(|http| http.proxies = proxies);
    app.config(|config| config.limits = LimitSettings::default()).start().await
}

/// An address in a /64 of its own for each number.
fn address(number: usize) -> String {
    format!("2001:db8:{:x}:{:x}::1", number >> 16, number & 0xffff)
}

/// Sends a mutation from a network of its own for each number, and returns the code of each answer.
async fn flood(app: &App, count: usize, body: impl Fn(usize) -> Value) -> Vec<String> {
    let send = |number| {
        let (body, address) = (body(number), address(number));
        async move {
            let answer = app.anonymous().post(&body, &[("X-Forwarded-For", &address)]).await;
            let data = answer.body["data"].as_object().and_then(|data| data.values().next());
            match data.and_then(|payload| payload["userErrors"][0]["code"].as_str()) {
                Some(code) => code.to_owned(),
                None => answer.error().to_owned(),
            }
        }
    };
    stream::iter((0..count).map(send)).buffer_unordered(PARALLEL).collect().await
}

fn login(name: &str, password: &str) -> Value {
    let document = "mutation ($name: String!, $password: String!) {
        login(username: $name, password: $password) { accessToken userErrors { code } } }";
    json!({ "query": document, "variables": { "name": name, "password": password } })
}

/// `root` logs in three times, each time from another network, and once more from the first.
async fn root_gets_in(app: &App) {
    for address in ["2001:db8:ffff:1::1", "2001:db8:ffff:2::1", "192.0.2.1", "2001:db8:ffff:1::1"] {
        let answer = app.anonymous().post(&login("root", PASSWORD), &[("X-Forwarded-For", address)]).await;
        assert!(answer.data()["login"]["accessToken"].is_string(), "{address} {}", answer.body);
    }
}

#[tokio::test]
async fn a12_a13_empty_signups_and_over_long_passwords_refuse_nobody() {
    let app = app().await;
    let _ = app.admin().await;
    let document = r#"mutation { signup(username: "", password: "") { userErrors { code } } }"#;
    let codes = flood(&app, 2_000, |_| json!({ "query": document })).await;
    assert!(codes.iter().all(|code| code == "REQUIRED"), "{codes:?}");
    let long = "x".repeat(2_000);
    let codes = flood(&app, 7_000, |number| login(&format!("nobody{number}"), &long)).await;
    assert!(codes.iter().all(|code| code == "INVALID_CREDENTIALS"), "{codes:?}");
    root_gets_in(&app).await;
}

#[tokio::test]
async fn a12_a13_wrong_passwords_and_reset_tokens_from_many_networks_refuse_nobody() {
    let app = app().await;
    let _ = app.admin().await;
    let codes = flood(&app, 1_500, |number| login(&format!("nobody{number}"), "not the password")).await;
    let is_expected = |code: &String| ["INVALID_CREDENTIALS", "SERVICE_UNAVAILABLE"].contains(&code.as_str());
    assert!(codes.iter().all(is_expected), "{codes:?}");
    let document = format!(
        r#"mutation {{ passwordReset(token: "kwp_{}", newPassword: "{PASSWORD}") {{ userErrors {{ code }} }} }}"#,
        "A".repeat(43)
    );
    let codes = flood(&app, 1_500, |_| json!({ "query": document })).await;
    assert!(codes.iter().all(|code| code == "INVALID_CREDENTIALS"), "{codes:?}");
    root_gets_in(&app).await;
}

//! Signup, login and logout; passwords, tokens and rate limits.

mod ended_sessions;
mod limits;
mod login;
mod logout;
mod password_change;
mod password_reset;
mod reauthentication;
pub(crate) mod redis;
mod redis_refusals;
mod refresh;
mod reset_ends;
mod self_service;
mod setup;
pub(crate) mod signup;
mod tokens;

use serde_json::{Value, json};
use tests::{App, Client, MutationResult, Response};

/// Attempts a login.
pub(crate) async fn login(app: &App, name: &str, password: &str) -> MutationResult {
    app.anonymous().mutate("login", json!({ "username": name, "password": password })).await
}

/// Attempts a signup.
pub(crate) async fn signup(app: &App, name: &str, password: &str) -> MutationResult {
    app.anonymous().mutate("signup", json!({ "username": name, "password": password })).await
}

/// Attempts a refresh.
pub(crate) async fn refresh(app: &App, token: &str) -> MutationResult {
    app.anonymous().mutate("refresh", json!({ "refreshToken": token })).await
}

/// Issues a password reset for a user; returns the token.
pub(crate) async fn issue_reset(by: &Client, user: &str) -> String {
    let issued = by.mutate("userIssuePasswordReset", json!({ "id": user })).await;
    text(&issued, "token")
}

/// Attempts to set a password with a reset token.
pub(crate) async fn reset(app: &App, token: &str, new: &str) -> MutationResult {
    app.anonymous().mutate("passwordReset", json!({ "token": token, "newPassword": new })).await
}

/// A string member of a payload.
#[track_caller]
fn text(acted: &MutationResult, member: &str) -> String {
    acted.done()[member].as_str().expect("a text").to_owned()
}

/// The client's username, or the reason why its credential is unusable.
pub(crate) async fn whoami(client: &Client) -> String {
    who(&client.ask("{ me { username } }").await)
}

/// The same, of a response.
pub(crate) fn who(answer: &Response) -> String {
    match answer.body["data"]["me"]["username"].as_str() {
        Some(name) => name.to_owned(),
        None => {
            assert_eq!(answer.error(), "UNAUTHENTICATED");
            answer.body["errors"][0]["extensions"]["reason"].as_str().expect("a reason").to_owned()
        }
    }
}

/// The header and the claims of an access token.
pub(crate) fn decode(token: &str) -> (Value, Value) {
    use base64::Engine as _;
    let part = |text: &str| {
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).expect("base64url");
        serde_json::from_slice(&bytes).expect("JSON")
    };
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(parts.len(), 3, "{token}");
    (part(parts[0]), part(parts[1]))
}

/// Encodes a part of a token.
pub(crate) fn encode(part: &Value) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(part.to_string())
}

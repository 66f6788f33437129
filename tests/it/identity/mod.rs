//! Signing up, in and out; passwords, tokens and limits.

mod limits;
mod login;
mod logout;
mod password_change;
mod password_reset;
mod reauthentication;
pub(crate) mod redis;
mod refresh;
pub(crate) mod signup;
mod tokens;

use serde_json::{Value, json};
use tests::{Acted, Answer, App, Client};

/// Tries to sign in.
pub(crate) async fn login(app: &App, name: &str, password: &str) -> Acted {
    app.anonymous().act("login", json!({ "username": name, "password": password })).await
}

/// Tries to sign up.
pub(crate) async fn signup(app: &App, name: &str, password: &str) -> Acted {
    app.anonymous().act("signup", json!({ "username": name, "password": password })).await
}

/// Tries to trade a refresh token.
pub(crate) async fn refresh(app: &App, token: &str) -> Acted {
    app.anonymous().act("refresh", json!({ "refreshToken": token })).await
}

/// Issues a reset of somebody's password; gives the token.
pub(crate) async fn issue_reset(by: &Client, user: &str) -> String {
    let issued = by.act("userIssuePasswordReset", json!({ "id": user })).await;
    text(&issued, "token")
}

/// Tries to set a password with a reset token.
pub(crate) async fn reset(app: &App, token: &str, new: &str) -> Acted {
    app.anonymous().act("passwordReset", json!({ "token": token, "newPassword": new })).await
}

/// A member of a payload that is a text.
#[track_caller]
fn text(acted: &Acted, member: &str) -> String {
    acted.done()[member].as_str().expect("a text").to_owned()
}

/// Who the client is: its username, or the reason why its credential is of no use.
pub(crate) async fn whoami(client: &Client) -> String {
    who(&client.ask("{ me { username } }").await)
}

/// The same, of an answer.
pub(crate) fn who(answer: &Answer) -> String {
    match answer.body["data"]["me"]["username"].as_str() {
        Some(name) => name.to_owned(),
        None => {
            assert_eq!(answer.error(), "UNAUTHENTICATED");
            answer.body["errors"][0]["extensions"]["reason"].as_str().expect("a reason").to_owned()
        }
    }
}

/// The parts of an access token: header and claims.
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

/// A part of a token.
pub(crate) fn encode(part: &Value) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(part.to_string())
}

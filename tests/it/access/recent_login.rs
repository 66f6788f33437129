//! `@recentLogin`: requires a password confirmed within the last ten minutes.

use crate::calls::{Call, outcome, send};
use crate::sdl::{Field, published};
use chrono::TimeDelta;
use std::time::Duration;
use tests::{Actor, App};

/// An application whose access tokens live longer than ten minutes.
async fn app() -> App {
    App::builder().config(|config| config.token.access_lifetime = Duration::from_secs(60 * 60)).start().await
}

fn guarded() -> Vec<&'static Field> {
    published().root("Mutation").iter().filter(|field| field.has("@recentLogin")).collect()
}

async fn outcomes(actor: &Actor) -> Vec<String> {
    let mut found = Vec::new();
    for field in guarded() {
        let answer = send(actor, "Mutation", &Call::of(published(), field, "recent"), None).await;
        found.push(outcome(&answer, &field.name));
    }
    found
}

/// Outcomes past the guard: an unknown object, a text that is no document, or success.
fn reached() -> Vec<&'static str> {
    let takes_none = |field: &&Field| field.arguments.iter().all(|argument| !argument.is_required());
    let outcome = |field: &&Field| match field.name.as_str() {
        "policyApply" => "(POLICY_SYNTAX)",
        _ if takes_none(field) => "done",
        _ => "(NOT_FOUND)",
    };
    guarded().iter().map(outcome).collect()
}

#[test]
fn irreversible_mutations_require_a_recent_login() {
    let names: Vec<_> = guarded().iter().map(|field| field.name.as_str()).collect();
    for name in ["userUpdate", "userDelete", "roleDelete", "permissionDelete", "signingKeyRotate", "signingKeyRevoke"] {
        assert!(names.contains(&name), "{names:?}");
    }
}

#[tokio::test]
async fn reauthentication_is_required_after_ten_minutes() {
    let app = app().await;
    let root = app.admin().await;
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(outcomes(root).await, reached());
    app.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(outcomes(root).await, vec!["REAUTHENTICATION_REQUIRED"; guarded().len()]);
    assert_eq!(outcomes(&app.login("root").await).await, reached());
}

#[tokio::test]
async fn refreshing_a_session_is_no_reauthentication() {
    let app = app().await;
    let root = app.admin().await;
    app.clock.advance(TimeDelta::minutes(11));
    let document = "mutation ($token: String!) { refresh(refreshToken: $token) { accessToken userErrors { code } } }";
    let answer = app.anonymous().graphql(document, serde_json::json!({ "token": root.refresh_token })).await;
    let token = answer.payload("refresh")["accessToken"].as_str().expect("a token").to_owned();
    let refreshed = app.anonymous().with_token(token);
    let delete = "mutation { roleDelete(id: \"role_x\") { userErrors { code } } }";
    assert_eq!(refreshed.ask(delete).await.error(), "REAUTHENTICATION_REQUIRED");
}

#[tokio::test]
async fn a_caller_without_permission_is_forbidden_and_not_asked_to_reauthenticate() {
    let app = app().await;
    let plain = app.user("plain").create().await;
    app.clock.advance(TimeDelta::minutes(11));
    assert_eq!(outcomes(&plain).await, vec!["FORBIDDEN"; guarded().len()]);
}

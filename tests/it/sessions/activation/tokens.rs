//! Access tokens never outlive the grants they depend on.

use super::{activate, claimed, client};
use crate::identity::decode;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tests::{App, MutationResult, PASSWORD};

async fn assign(app: &App, user: &str, role: &str, until: TimeDelta) {
    let until = (app.service.now() + until).to_rfc3339();
    let terms = json!({ "userId": user, "roleIds": [role], "expiresAt": until, "replace": true });
    let _ = app.admin().await.mutate("userAssignRoles", terms).await.done();
}

async fn login(app: &App) -> MutationResult {
    app.anonymous().mutate("login", json!({ "username": "ana", "password": PASSWORD })).await
}

/// Lifetime of the issued token, in seconds; `expiresAt` must agree.
fn lives(app: &App, acted: &MutationResult) -> i64 {
    let payload = acted.done();
    let claims = decode(payload["accessToken"].as_str().expect("a token")).1;
    let expires_at: DateTime<Utc> = payload["expiresAt"].as_str().expect("an instant").parse().expect("an instant");
    assert_eq!(claims["exp"], expires_at.timestamp());
    expires_at.timestamp() - app.service.now().timestamp()
}

#[tokio::test]
async fn a_token_expires_with_the_first_grant_that_it_depends_on() {
    let app = App::start().await;
    app.clock.end_second();
    let (brief, long) = (app.role("brief").create().await, app.role("long").create().await);
    let ana = app.user("ana").create().await;
    assert_eq!(lives(&app, &login(&app).await), 600);
    assign(&app, &ana.id, &long, TimeDelta::seconds(601)).await;
    assert_eq!(lives(&app, &login(&app).await), 600);
    assign(&app, &ana.id, &long, TimeDelta::seconds(599)).await;
    assert_eq!(lives(&app, &login(&app).await), 599);
    assign(&app, &ana.id, &brief, TimeDelta::seconds(90)).await;
    let acted = login(&app).await;
    assert_eq!(lives(&app, &acted), 90);
    let refresh = json!({ "refreshToken": acted.done()["refreshToken"] });
    assert_eq!(lives(&app, &app.anonymous().mutate("refresh", refresh).await), 90);

    let permission = app.permission_id("a:b").await;
    let until = (app.service.now() + TimeDelta::seconds(30)).to_rfc3339();
    let grant = json!({ "userId": ana.id, "permissionIds": [permission], "expiresAt": until });
    let _ = app.admin().await.mutate("userGrantPermissions", grant).await.done();
    let acted = login(&app).await;
    assert_eq!(lives(&app, &acted), 30);

    // The token is valid until then and not a moment longer.
    let in_hand = client(&app, &acted);
    let me = async || in_hand.ask(r#"{ can(permission: "a:b") }"#).await;
    app.clock.advance(TimeDelta::milliseconds(29_999));
    assert_eq!(me().await.data()["can"], true);
    app.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(me().await.body["errors"][0]["extensions"]["reason"], "EXPIRED");
}

#[tokio::test]
async fn inactive_and_future_assignments_do_not_shorten_a_token() {
    let app = App::start().await;
    app.clock.end_second();
    let vault = app.role("vault").requiring_activation().create().await;
    let later = app.role("later").create().await;
    let ana = app.user("ana").create().await;
    assign(&app, &ana.id, &vault, TimeDelta::seconds(50)).await;
    let at = |seconds| (app.service.now() + TimeDelta::seconds(seconds)).to_rfc3339();
    let terms = json!({ "userId": ana.id, "roleIds": [later], "validFrom": at(20), "expiresAt": at(40) });
    let _ = app.admin().await.mutate("userAssignRoles", terms).await.done();
    let acted = login(&app).await;
    assert_eq!(lives(&app, &acted), 600);
    // A new token for the changed roles depends on more.
    assert_eq!(lives(&app, &activate(&client(&app, &acted), &[&vault]).await), 50);
}

#[tokio::test]
async fn a_grant_about_to_end_is_left_out_of_a_new_token() {
    let app = App::start().await;
    app.clock.end_second();
    let (brief, next) = (app.role("brief").granting("a:b").create().await, app.role("next").create().await);
    let ana = app.user("ana").create().await;
    assign(&app, &ana.id, &brief, TimeDelta::milliseconds(999)).await;
    assign(&app, &ana.id, &next, TimeDelta::seconds(70)).await;
    let acted = login(&app).await;
    assert_eq!(lives(&app, &acted), 70);
    let ana = client(&app, &acted);
    assert_eq!(claimed(ana.token()), ["next", "user"]);
    // Our own guards honor the grant until it ends.
    let can = async || ana.ask(r#"{ can(permission: "a:b") }"#).await.data()["can"].clone();
    assert_eq!(can().await, true);
    app.clock.advance(TimeDelta::milliseconds(998));
    assert_eq!(can().await, true);
    app.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(can().await, false);
}

#[tokio::test]
async fn a_grant_that_ends_in_a_second_gives_a_token_of_a_second() {
    let app = App::start().await;
    app.clock.end_second();
    let brief = app.role("brief").create().await;
    let ana = app.user("ana").create().await;
    assign(&app, &ana.id, &brief, TimeDelta::seconds(1)).await;
    let acted = login(&app).await;
    assert_eq!(lives(&app, &acted), 1);
    assert_eq!(claimed(client(&app, &acted).token()), ["brief", "user"]);
    assert_eq!(client(&app, &acted).ask("{ me { username } }").await.data()["me"]["username"], "ana");
    app.clock.advance(TimeDelta::seconds(1));
    let gone: Value = client(&app, &acted).ask("{ me { username } }").await.body["data"]["me"].clone();
    assert_eq!(gone, Value::Null);
}

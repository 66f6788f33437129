//! Direct grants of permissions to a user.

use super::{audited, permissions};
use serde_json::json;
use tests::{App, MutationResult};

async fn change(app: &App, field: &str, user: &str, permissions: &[&str]) -> MutationResult {
    app.admin().await.mutate(field, json!({ "userId": user, "permissionIds": permissions })).await
}

#[tokio::test]
async fn a_direct_grant_stands_beside_roles() {
    let app = App::start().await;
    app.role("clerk").granting("desk:use").create().await;
    let (desk, safe) = (app.permission_id("desk:use").await, app.permission_id("safe:open").await);
    let ana = app.user("ana").with_role("clerk").create().await;
    let done = change(&app, "userGrantPermissions", &ana.id, &[&desk, &safe, &safe]).await;
    assert_eq!(done.done()["user"]["directPermissions"], json!([{ "name": "desk:use" }, { "name": "safe:open" }]));
    let _ = change(&app, "userRevokePermissions", &ana.id, &[&desk, &safe]).await.done();
    assert_eq!(permissions(&ana).await, json!(["desk:use"]), "the role still holds it");
    assert_eq!(ana.ask("{ me { directPermissions { name } } }").await.data()["me"]["directPermissions"], json!([]));
}

#[tokio::test]
async fn all_are_granted_or_none() {
    let app = App::start().await;
    let (safe, ana) = (app.permission_id("safe:open").await, app.user("ana").create().await);
    for field in ["userGrantPermissions", "userRevokePermissions"] {
        assert_eq!(change(&app, field, &ana.id, &[&safe, "perm_"]).await.refused(), "NOT_FOUND permissionIds.1");
        assert_eq!(change(&app, field, &ana.id, &[&ana.id, &safe]).await.refused(), "NOT_FOUND permissionIds.0");
        assert_eq!(change(&app, field, "rubbish", &[&safe]).await.refused(), "NOT_FOUND userId");
        assert_eq!(change(&app, field, &ana.id, &vec![safe.as_str(); 101]).await.refused(), "TOO_LONG permissionIds");
    }
    assert_eq!(permissions(&ana).await, json!([]));
}

#[tokio::test]
async fn existing_and_missing_items_change_nothing() {
    let app = App::start().await;
    let (safe, other) = (app.permission_id("safe:open").await, app.permission_id("desk:use").await);
    let ana = app.user("ana").with_permission("safe:open").create().await;
    let entries = audited(&app).await;
    let _ = change(&app, "userGrantPermissions", &ana.id, &[&safe]).await.done();
    let _ = change(&app, "userRevokePermissions", &ana.id, &[&other]).await.done();
    let _ = change(&app, "userRevokePermissions", &ana.id, &[]).await.done();
    assert_eq!(audited(&app).await, entries);
    assert_eq!(permissions(&ana).await, json!(["safe:open"]));
}

#[tokio::test]
async fn actions_on_a_resource_come_from_grants_and_roles() {
    let app = App::start().await;
    app.role("clerk").granting("safe:read").create().await;
    let ana =
        app.user("ana").with_role("clerk").with_permission("safe:open").with_permission("desk:use").create().await;
    let answer = ana.ask(r#"{ me { operationsOn(resource: "safe") permissionNames } }"#).await;
    assert_eq!(answer.data()["me"]["operationsOn"], json!(["open", "read"]));
    assert_eq!(answer.data()["me"]["permissionNames"], json!(["desk:use", "safe:open", "safe:read"]));
}

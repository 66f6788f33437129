//! Bulk assignments: all or none.

use super::{assign, assigned, constrain, roles, sod_error, state};
use serde_json::json;
use tests::App;

#[tokio::test]
async fn no_role_of_a_batch_is_assigned_when_two_conflict() {
    let app = App::start().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    constrain(&app, "set", &[&a, &b]).await;
    let ana = app.user("ana").create().await;
    let refused = assign(&app, &ana.id, &[&c, &a, &b]).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION roleIds");
    assert!(assigned(&app, &ana.id).await.is_empty());
    let _ = assign(&app, &ana.id, &[&c, &a]).await.done();
}

#[tokio::test]
async fn no_user_of_a_batch_gets_a_role_when_one_conflicts_and_that_user_is_named_by_path() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    constrain(&app, "set", &[&a, &b]).await;
    let ana = app.user("ana").create().await;
    let ben = app.user("ben").with_role("b").create().await;
    let cleo = app.user("cleo").create().await;
    let before = state(&app).await;
    let members = |users: &[&str]| json!({ "roleId": a, "userIds": users });
    let refused = root.mutate("roleAssignUsers", members(&[&ana.id, &cleo.id, &ben.id])).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION userIds.2");
    assert_eq!(sod_error(&refused), json!(["set", ["a", "b"], ben.id]));
    for user in [&ana, &cleo] {
        assert!(assigned(&app, &user.id).await.is_empty(), "{}", user.name);
    }
    assert_eq!(state(&app).await["viewer"], before["viewer"]);
    let _ = root.mutate("roleAssignUsers", members(&[&ana.id, &cleo.id])).await.done();
    // An existing assignment may be repeated.
    let _ = root.mutate("roleAssignUsers", members(&[&ana.id, &cleo.id])).await.done();
}

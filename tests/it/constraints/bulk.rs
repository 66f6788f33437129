//! Many at once: all or none.

use super::{apart, assign, assigned, roles, state, told};
use serde_json::json;
use tests::App;

#[tokio::test]
async fn of_many_roles_for_a_user_none_is_assigned_when_two_are_to_be_kept_apart() {
    let app = App::start().await;
    let [a, b, c] = roles(&app, ["a", "b", "c"]).await;
    apart(&app, "set", &[&a, &b]).await;
    let ana = app.user("ana").create().await;
    let refused = assign(&app, &ana.id, &[&c, &a, &b]).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION roleIds");
    assert!(assigned(&app, &ana.id).await.is_empty());
    let _ = assign(&app, &ana.id, &[&c, &a]).await.done();
}

#[tokio::test]
async fn of_many_users_for_a_role_none_has_it_and_whoever_is_at_fault_is_named_by_place() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    apart(&app, "set", &[&a, &b]).await;
    let ana = app.user("ana").create().await;
    let ben = app.user("ben").with_role("b").create().await;
    let cleo = app.user("cleo").create().await;
    let before = state(&app).await;
    let members = |users: &[&str]| json!({ "roleId": a, "userIds": users });
    let refused = root.act("roleAssignUsers", members(&[&ana.id, &cleo.id, &ben.id])).await;
    assert_eq!(refused.refused(), "SOD_VIOLATION userIds.2");
    assert_eq!(told(&refused), json!(["set", ["a", "b"], ben.id]));
    for user in [&ana, &cleo] {
        assert!(assigned(&app, &user.id).await.is_empty(), "{}", user.name);
    }
    assert_eq!(state(&app).await["viewer"], before["viewer"]);
    let _ = root.act("roleAssignUsers", members(&[&ana.id, &cleo.id])).await.done();
    // Who has it already may be named again.
    let _ = root.act("roleAssignUsers", members(&[&ana.id, &cleo.id])).await.done();
}

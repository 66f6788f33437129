//! Assigning one role to many users.

use super::{audited, permissions};
use serde_json::{Value, json};
use tests::{App, MutationResult};

async fn change(app: &App, field: &str, role: &str, users: &[&str]) -> MutationResult {
    app.admin().await.mutate(field, json!({ "roleId": role, "userIds": users })).await
}

/// The users whose assignments changed, by name.
#[track_caller]
fn changed(acted: &MutationResult) -> Vec<&str> {
    acted.done()["users"]
        .as_array()
        .expect("users")
        .iter()
        .map(|user| user["username"].as_str().expect("a name"))
        .collect()
}

#[tokio::test]
async fn the_payload_lists_the_users_whose_assignments_changed() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let (ana, ben) = (app.user("ana").with_role("clerk").create().await, app.user("ben").create().await);
    let done = change(&app, "roleAssignUsers", &clerk, &[&ben.id, &ana.id, &ben.id]).await;
    assert_eq!((changed(&done), &done.done()["role"]["name"]), (vec!["ben"], &json!("clerk")));
    assert_eq!(permissions(&ben).await, json!(["desk:use"]));
    let done = change(&app, "roleUnassignUsers", &clerk, &[&ana.id, &ben.id]).await;
    assert_eq!(changed(&done), ["ana", "ben"]);
    assert_eq!((permissions(&ana).await, permissions(&ben).await), (json!([]), json!([])));
}

#[tokio::test]
async fn all_users_are_assigned_or_none() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let (ana, gone) = (app.user("ana").create().await, app.user("gone").create().await);
    let _ = app.admin().await.mutate("userDelete", json!({ "id": gone.id })).await.done();
    for field in ["roleAssignUsers", "roleUnassignUsers"] {
        for unknown in [gone.id.as_str(), "", "rubbish", &clerk] {
            let refused = change(&app, field, &clerk, &[&ana.id, &ana.id, unknown]).await;
            assert_eq!(refused.refused(), "NOT_FOUND userIds.2", "{unknown}");
            assert_eq!(refused.response.data()[field]["users"], json!([]));
            assert_eq!(refused.response.data()[field]["role"], Value::Null);
        }
        assert_eq!(change(&app, field, "role_", &[&ana.id]).await.refused(), "NOT_FOUND roleId");
        assert_eq!(change(&app, field, &clerk, &vec![ana.id.as_str(); 101]).await.refused(), "TOO_LONG userIds");
    }
    assert_eq!(permissions(&ana).await, json!([]));
}

#[tokio::test]
async fn a_hundred_at_once_are_accepted() {
    let app = App::start().await;
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let mut people = Vec::new();
    for number in 0..100 {
        let new = json!({ "input": { "username": format!("user{number}") } });
        people.push(app.admin().await.mutate("userCreate", new).await.id("user"));
    }
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    assert_eq!(changed(&change(&app, "roleAssignUsers", &clerk, &people).await).len(), 100);
    let count =
        app.admin().await.ask(r#"{ permissionByName(name: "desk:use") { authorizedUsers { totalCount } } }"#).await;
    assert_eq!(count.data()["permissionByName"]["authorizedUsers"]["totalCount"], 101);
}

#[tokio::test]
async fn existing_and_missing_items_change_nothing() {
    let app = App::start().await;
    let clerk = app.role("clerk").create().await;
    let (ana, ben) = (app.user("ana").with_role("clerk").create().await, app.user("ben").create().await);
    let entries = audited(&app).await;
    for (field, users) in
        [("roleAssignUsers", vec![ana.id.as_str()]), ("roleUnassignUsers", vec![&ben.id]), ("roleAssignUsers", vec![])]
    {
        assert_eq!(changed(&change(&app, field, &clerk, &users).await), Vec::<&str>::new());
    }
    assert_eq!(audited(&app).await, entries);
}

//! Roles that nobody used for a number of days.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{App, Client};

async fn unused(client: &Client, days: i64) -> Vec<String> {
    let document = "query ($days: Int!) { roles(filter: { unusedForDays: $days }) { totalCount nodes { name } } }";
    let answer = client.graphql(document, json!({ "days": days })).await;
    let list = &answer.data()["roles"];
    let names =
        list["nodes"].as_array().expect("roles").iter().map(|role| role["name"].as_str().expect("a name").to_owned());
    let names: Vec<String> = names.filter(|name| !["user", "superadmin"].contains(&name.as_str())).collect();
    names
}

#[tokio::test]
async fn a_role_is_unused_from_so_many_days_after_its_last_use() {
    let app = App::start().await;
    app.role("lister").granting("user:read").create().await;
    app.role("boss").inheriting("lister").create().await;
    let painter = app.role("painter").granting("wall:paint").create().await;
    app.role("empty").granting("user:read").create().await;
    let ana = app.user("ana").with_role("boss").create().await;
    let ben = app.user("ben").with_role("painter").create().await;
    let _ = ana.ask("{ users { totalCount } }").await.data();
    app.service.flush().await.expect("a database");
    assert_eq!(unused(app.admin().await, 1).await, ["empty", "painter"]);
    assert_eq!(unused(app.admin().await, 3_650).await, ["empty", "painter"]);

    for (days, expected) in [(2, vec!["empty", "painter"]), (3, vec!["boss", "empty", "lister", "painter"])] {
        app.clock.advance(TimeDelta::days(days) - TimeDelta::days(if days == 3 { 2 } else { 0 }));
        let root = app.login("root").await;
        assert_eq!(unused(&root, 3).await, expected, "after {days} days");
    }
    // What was used by a user who has left is unused like any other without members.
    let root = app.login("root").await;
    let check = "query ($id: ID!) { checkAccess(userId: $id, permission: \"wall:paint\") { allowed } }";
    assert_eq!(root.graphql(check, json!({ "id": ben.id })).await.data()["checkAccess"]["allowed"], true);
    app.service.flush().await.expect("a database");
    assert_eq!(unused(&root, 1).await, ["boss", "empty", "lister"]);
    let painter = json!({ "userId": ben.id, "roleIds": [painter] });
    let _ = root.mutate("userUnassignRoles", painter).await.done();
    assert_eq!(unused(&root, 1).await, ["boss", "empty", "lister", "painter"]);
}

#[tokio::test]
async fn the_number_of_days_has_a_minimum_and_a_maximum() {
    let app = App::start().await;
    let root = app.admin().await;
    for accepted in [1, 3_650] {
        let _ = unused(root, accepted).await;
    }
    let document = "query ($days: Int!) { roles(filter: { unusedForDays: $days }) { totalCount } }";
    for bad in [0, -1, 3_651, i64::from(i32::MAX), i64::from(i32::MIN)] {
        let answer = root.graphql(document, json!({ "days": bad })).await;
        assert_eq!((answer.error(), &answer.body["data"]["roles"]), ("BAD_USER_INPUT", &Value::Null), "{bad}");
        assert!(answer.body["errors"][0]["message"].as_str().is_some_and(|text| text.contains("from 1 to 3650")));
    }
}

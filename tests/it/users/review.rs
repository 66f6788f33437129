//! Lists of users follow changes and the clock: on the replica that made a change at once, on others soon.

use chrono::TimeDelta;
use serde_json::{Value, json};
use service::Clock as _;
use tests::{App, Client, PROMISED, permanently};

/// The members of a role: assigned, and authorized, each with their number.
async fn members(client: &Client, role: &str) -> (Value, Value) {
    let document = "query ($id: ID!) { role(id: $id) {
        assignedUsers(first: 9) { totalCount nodes { displayName } }
        authorizedUsers(first: 9) { totalCount nodes { displayName } } } }";
    let answer = client.graphql(document, json!({ "id": role })).await;
    let names = |list: &Value| {
        let names: Vec<_> =
            list["nodes"].as_array().expect("users").iter().map(|user| user["displayName"].clone()).collect();
        assert_eq!(list["totalCount"], names.len());
        json!(names)
    };
    let role = &answer.data()["role"];
    (names(&role["assignedUsers"]), names(&role["authorizedUsers"]))
}

#[tokio::test]
async fn a_change_is_in_every_list_at_once_and_soon_on_other_replicas() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let boss = app.role("boss").inheriting("clerk").create().await;
    let ana = app.user("ana").with_role("clerk").create().await;
    app.clock.advance(TimeDelta::seconds(1));
    let ben = app.user("ben").with_role("boss").create().await;
    let other = app.replica().await;
    let elsewhere = root.at(&other);
    assert_eq!(members(&elsewhere, &clerk).await, (json!(["ana"]), json!(["ben", "ana"])));

    let one_role = |user: &str, role: &str| json!({ "userId": user, "roleIds": [role] });
    let inherits = json!({ "roleId": boss, "inheritsFromIds": [clerk] });
    let changes = [
        ("userAssignRoles", one_role(&ben.id, &clerk), json!(["ben", "ana"]), json!(["ben", "ana"])),
        ("userUnassignRoles", one_role(&ana.id, &clerk), json!(["ben"]), json!(["ben"])),
        ("userUpdate", json!({ "id": ben.id, "input": { "displayName": "Bo" } }), json!(["Bo"]), json!(["Bo"])),
        ("userUnassignRoles", one_role(&ben.id, &clerk), json!([]), json!(["Bo"])),
        ("roleRemoveInheritance", inherits, json!([]), json!([])),
    ];
    for (field, arguments, assigned, authorized) in changes {
        let _ = root.mutate(field, arguments).await.done();
        let expected = (assigned, authorized);
        assert_eq!(members(root, &clerk).await, expected, "{field}");
        permanently(PROMISED, async || members(&elsewhere, &clerk).await, |members| *members == expected).await;
    }
}

#[tokio::test]
async fn an_assignment_is_listed_from_its_first_second_to_its_last() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let ana = app.user("ana").create().await;
    let at = |minutes| (app.clock.now() + TimeDelta::minutes(minutes)).to_rfc3339();
    let input = json!({ "userId": ana.id, "roleIds": [clerk], "validFrom": at(1), "expiresAt": at(2) });
    let _ = root.mutate("userAssignRoles", input).await.done();

    let listed = (json!(["ana"]), json!(["ana"]));
    for (seconds, is_listed) in [(59, false), (1, true), (59, true), (1, false)] {
        app.clock.advance(TimeDelta::seconds(seconds));
        assert_eq!(members(root, &clerk).await == listed, is_listed, "{seconds} s later");
    }
}

#[tokio::test]
async fn a_search_follows_names_and_addresses() {
    let app = App::start().await;
    let root = app.admin().await;
    let ana = app.user("ana").create().await;
    let found = async |text: &str| {
        let document = "query ($text: String!) { users(filter: { search: $text }) { totalCount } }";
        root.graphql(document, json!({ "text": text })).await.data()["users"]["totalCount"].clone()
    };
    for (input, gained, lost) in [
        (json!({ "displayName": "Änne" }), "änn", "nobody"),
        (json!({ "email": "anne@example.org" }), "@EXAMPLE.org", "nobody"),
        (json!({ "displayName": "Bo", "email": null }), "bo", "änn"),
        (json!({ "username": "carla" }), "carla", "@example"),
    ] {
        let _ = root.mutate("userUpdate", json!({ "id": ana.id, "input": input })).await.done();
        assert_eq!((found(gained).await, found(lost).await), (json!(1), json!(0)), "{gained}");
    }
}

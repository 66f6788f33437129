//! The filters of the report, each on both sides.

use super::{holdings, report, sorted};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::App;

fn pairs(expected: &[[&str; 2]]) -> Vec<[String; 2]> {
    sorted(expected.iter().map(|pair| pair.map(str::to_owned)).collect())
}

#[tokio::test]
async fn users_roles_permissions_and_direct_grants_are_selected() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").granting("invoice:read").create().await;
    app.role("boss").inheriting("clerk").create().await;
    let ana = app.user("ana").with_role("boss").create().await;
    app.user("ben").with_role("clerk").with_permission("invoice:read").with_permission("door:open").create().await;
    let all =
        [["root", "superadmin"], ["ben", "clerk"], ["ana", "boss"], ["ben", "invoice:read"], ["ben", "door:open"]];
    for (filter, expected) in [
        (json!({}), &all[..]),
        (json!({ "directOnly": false, "rareAmongPeers": false }), &all),
        (json!({ "userId": ana.id }), &[all[2]]),
        (json!({ "roleId": clerk }), &[all[1]]),
        (json!({ "permission": "invoice:read" }), &all[..4]),
        (json!({ "permission": "door:open" }), &[all[0], all[4]]),
        (json!({ "directOnly": true }), &all[3..]),
        (json!({ "directOnly": true, "permission": "invoice:read" }), &[all[3]]),
        (json!({ "directOnly": true, "roleId": clerk }), &[]),
        (json!({ "userId": ana.id, "roleId": clerk }), &[]),
        (
            json!({ "userId": null, "roleId": null, "permission": null, "unusedSince": null, "expiringBefore": null }),
            &all,
        ),
    ] {
        assert_eq!(holdings(root, filter.clone()).await, pairs(expected), "{filter}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_an_error_of_the_filter() {
    let app = App::start().await;
    let root = app.admin().await;
    let gone = app.user("gone").create().await.id;
    let role = app.role("gone").create().await;
    let _ = root.mutate("userDelete", json!({ "id": gone })).await.done();
    let _ = root.mutate("roleDelete", json!({ "id": role })).await.done();
    let document = "query ($filter: AccessReportFilter) { accessReport(filter: $filter) { totalCount } }";
    for (filter, name) in [
        (json!({ "userId": gone }), "`filter.userId`"),
        (json!({ "userId": "nothing" }), "`filter.userId`"),
        (json!({ "roleId": role }), "`filter.roleId`"),
        (json!({ "roleId": gone }), "`filter.roleId`"),
        (json!({ "permission": "no:such" }), "`filter.permission`"),
    ] {
        let answer = root.graphql(document, json!({ "filter": filter })).await;
        assert_eq!(
            (answer.error(), &answer.body["data"]["accessReport"]),
            ("BAD_USER_INPUT", &Value::Null),
            "{filter}"
        );
        let message = answer.body["errors"][0]["message"].as_str().expect("a message");
        assert!(message.contains(name), "{filter}: {message}");
    }
}

#[tokio::test]
async fn a_use_on_the_day_or_later_is_none_before_it() {
    let app = App::start().await;
    app.role("lister").granting("user:read").create().await;
    let ana =
        app.user("ana").with_role("lister").with_permission("user:read").with_permission("door:open").create().await;
    let _ = ana.ask("{ users { totalCount } }").await.data();
    app.service.flush().await.expect("a database");
    let now = app.service.now();
    let since = async |at: chrono::DateTime<chrono::Utc>| {
        let since = at.format("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
        holdings(app.admin().await, json!({ "userId": ana.id, "unusedSince": since })).await
    };
    let midnight = now.date_naive().and_hms_opt(0, 0, 0).expect("midnight").and_utc();
    let unused = pairs(&[["ana", "door:open"]]);
    assert_eq!(since(midnight).await, unused);
    assert_eq!(since(midnight + TimeDelta::days(1) - TimeDelta::milliseconds(1)).await, unused);
    let all = pairs(&[["ana", "lister"], ["ana", "user:read"], ["ana", "door:open"]]);
    assert_eq!(since(midnight + TimeDelta::days(1)).await, all);
}

#[tokio::test]
async fn an_end_before_a_time_is_selected_until_it_has_passed() {
    let app = App::start().await;
    let root = app.admin().await;
    let clerk = app.role("clerk").create().await;
    let ana = app.user("ana").with_permission("door:open").create().await;
    let text = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let (start, end) = (app.service.now() + TimeDelta::minutes(2), app.service.now() + TimeDelta::minutes(5));
    let role = json!({ "userId": ana.id, "roleIds": [clerk], "validFrom": text(start), "expiresAt": text(end) });
    let _ = root.mutate("userAssignRoles", role).await.done();
    let before = async |at| holdings(root, json!({ "userId": ana.id, "expiringBefore": text(at) })).await;
    let expected = pairs(&[["ana", "clerk"]]);
    assert_eq!(before(end).await, pairs(&[]));
    assert_eq!(before(end + TimeDelta::milliseconds(1)).await, expected, "before it begins");
    app.clock.advance(TimeDelta::minutes(3));
    assert_eq!(before(end + TimeDelta::days(9)).await, expected);
    app.clock.advance(TimeDelta::minutes(2));
    assert_eq!(before(end + TimeDelta::days(9)).await, pairs(&[]), "it has expired");
    assert_eq!(report(root, json!({ "roleId": clerk })).await, []);
}

#[tokio::test]
async fn what_fewer_than_one_in_ten_peers_have_is_rare() {
    let app = App::start().await;
    let root = app.admin().await;
    let team = app.role("team").create().await;
    app.role("odd").create().await;
    app.role("lone").create().await;
    let mut users = Vec::new();
    for number in 0..10 {
        users.push(app.user(&format!("user{number}")).with_role("team").create().await.id);
    }
    // No peers, since the default role is not counted as shared: nothing is rare.
    app.user("hermit").with_permission("door:open").create().await;
    let assign = async |user: &str, role: &str| {
        let role = app.role_id(role).await;
        let _ = root.mutate("userAssignRoles", json!({ "userId": user, "roleIds": [role] })).await.done();
    };
    let door = app.permission_id("door:open").await;
    let grant = async |user: &str| {
        let _ = root.mutate("userGrantPermissions", json!({ "userId": user, "permissionIds": [door] })).await.done();
    };
    assign(&users[0], "odd").await;
    grant(&users[1]).await;
    let rare = || holdings(root, json!({ "rareAmongPeers": true }));
    assert_eq!(rare().await, pairs(&[]), "one in ten");
    users.push(app.user("user10").with_role("team").create().await.id);
    let expected = [["user0", "odd"], ["user1", "door:open"]];
    assert_eq!(rare().await, pairs(&expected), "one in eleven");
    assert_eq!(holdings(root, json!({ "rareAmongPeers": true, "directOnly": true })).await, pairs(&expected[1..]));
    assert_eq!(holdings(root, json!({ "rareAmongPeers": true, "userId": users[0] })).await, pairs(&expected[..1]));
    assert_eq!(holdings(root, json!({ "rareAmongPeers": true, "roleId": team })).await, pairs(&[]));
    grant(&users[2]).await;
    assert_eq!(rare().await, pairs(&expected[..1]), "two in eleven");
    assign(&users[3], "odd").await;
    assert_eq!(rare().await, pairs(&[]));
    // Who shares a role with nobody is the only peer.
    let alone = app.user("alone").with_role("lone").create().await.id;
    grant(&alone).await;
    assert_eq!(rare().await, pairs(&[]));
}

//! The access report: who has what, and when it was last used.

mod deletions;
mod filters;
mod random;
mod unused_roles;
mod uses;

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::{App, Client};

/// A row: user, role or permission, and the day of the last use.
type Row = (String, String, Option<String>);

/// All rows that a filter selects, which are at most 100.
async fn report(client: &Client, filter: Value) -> Vec<Row> {
    let document =
        "query ($filter: AccessReportFilter) { accessReport(first: 100, filter: $filter) { totalCount nodes {
        user { username } role { name } permission { name } lastUsedAt } } }";
    let answer = client.graphql(document, json!({ "filter": filter })).await;
    let list = &answer.data()["accessReport"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let row = |row: &Value| {
        let object = text(&row["role"]["name"]).xor(text(&row["permission"]["name"])).expect("a role or a permission");
        (text(&row["user"]["username"]).expect("a name"), object, text(&row["lastUsedAt"]))
    };
    let rows: Vec<Row> = list["nodes"].as_array().expect("rows").iter().map(row).collect();
    assert_eq!(list["totalCount"], rows.len(), "{filter}");
    rows
}

/// The users and what they have, by name, without the default role.
async fn holdings(client: &Client, filter: Value) -> Vec<[String; 2]> {
    let rows = report(client, filter).await.into_iter();
    let rows = rows.filter(|(_, object, _)| object != "user").map(|(user, object, _)| [user, object]);
    sorted(rows.collect())
}

/// Objects of one millisecond have ids in no order.
fn sorted(mut rows: Vec<[String; 2]>) -> Vec<[String; 2]> {
    rows.sort_unstable();
    rows
}

/// What a user used, by name, with the day.
async fn used(app: &App, user: &str) -> Vec<[String; 2]> {
    app.service.flush().await.expect("a database");
    let rows = report(app.admin().await, json!({ "userId": user })).await;
    sorted(rows.into_iter().filter_map(|(_, object, day)| Some([object, day?])).collect())
}

/// Midnight before the present time of the application.
fn today(app: &App) -> String {
    app.service.now().format("%Y-%m-%dT00:00:00.000Z").to_string()
}

/// Number of rows of a table.
async fn rows(app: &App, table: &str) -> i64 {
    let connection = app.database.connection();
    let text = format!("SELECT COUNT(*) AS n FROM {table}");
    let statement = Statement::from_string(connection.get_database_backend(), text);
    let row = connection.query_one_raw(statement).await.expect("a table").expect("a row");
    row.try_get("", "n").expect("a number")
}

#[tokio::test]
async fn a_row_shows_who_granted_what_and_until_when() {
    let app = App::start().await;
    let root = app.admin().await;
    let (clerk, door) = (app.role("clerk").create().await, app.permission_id("door:open").await);
    let ana = app.user("ana").create().await;
    let until = (app.service.now() + chrono::TimeDelta::days(2)).format("%Y-%m-%dT00:00:00.000Z").to_string();
    let role = json!({ "userId": ana.id, "roleIds": [clerk], "expiresAt": until, "reason": "holiday" });
    let _ = root.mutate("userAssignRoles", role).await.done();
    let _ = root.mutate("userGrantPermissions", json!({ "userId": ana.id, "permissionIds": [door] })).await.done();

    let document = "query ($user: ID!) { accessReport(filter: { userId: $user }) { nodes {
        user { id } role { id name } permission { id } grantedAt grantedBy { username } expiresAt lastUsedAt } } }";
    let answer = root.graphql(document, json!({ "user": ana.id })).await;
    let now = app.service.now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let rows = answer.data()["accessReport"]["nodes"].as_array().expect("rows");
    let (default, rest): (Vec<&Value>, Vec<&Value>) = rows.iter().partition(|row| row["role"]["name"] == "user");
    assert_eq!((default.len(), &default[0]["grantedBy"]), (1, &Value::Null), "by the system");
    let by_root = json!({ "username": "root" });
    assert_eq!(
        rest,
        [
            &json!({ "user": { "id": ana.id }, "role": { "id": clerk, "name": "clerk" }, "permission": null,
                "grantedAt": now, "grantedBy": by_root, "expiresAt": until, "lastUsedAt": null }),
            &json!({ "user": { "id": ana.id }, "role": null, "permission": { "id": door },
                "grantedAt": now, "grantedBy": by_root, "expiresAt": null, "lastUsedAt": null }),
        ]
    );
}

#[tokio::test]
async fn only_reviewers_see_the_report_and_last_uses() {
    let app = App::start().await;
    app.role("reviewer").granting("access:review").create().await;
    app.role("reader").granting("user:read").create().await;
    let reviewer = app.user("rita").with_role("reviewer").create().await;
    let reader = app.user("ray").with_role("reader").create().await;
    let document = "{ accessReport { totalCount nodes { user { id username } role { name } grantedAt } } }";
    assert_eq!(reader.ask(document).await.error(), "FORBIDDEN");
    assert_eq!(app.anonymous().ask(document).await.error(), "UNAUTHENTICATED");
    // Without `role:read` the roles of others stay hidden.
    let answer = reviewer.ask("{ accessReport { totalCount nodes { user { id } role { name } } } }").await;
    let rows = answer.data()["accessReport"]["nodes"].as_array().expect("rows");
    let shown: Vec<_> = rows.iter().filter_map(|row| row["role"]["name"].as_str()).collect();
    assert!(shown.iter().all(|name| ["user", "reviewer"].contains(name)) && rows.len() > shown.len(), "{rows:#?}");
    // A user sees its own assignments, but not their uses.
    let own = "{ me { roleAssignments { role { name } lastUsedAt } } }";
    assert_eq!(reader.ask(own).await.error(), "FORBIDDEN");
}

//! Number of SQL statements per request, independent of the amount of data.

use serde_json::json;
use service::import::{Document, ImportOutcome, ImportRow, apply};
use std::time::Duration;
use tests::{Actor, App, eventually};

/// Longest time in which a busy replica reads its feeds again.
const CATCH_UP: Duration = Duration::from_secs(60);

/// A page of users with their roles and permissions.
const PAGE: &str = "{ users(first: 50) { nodes { roles { permissions { name } } } } }";

fn row<T: From<(String, String)>>(first: String, second: String) -> ImportRow<T> {
    ImportRow { file: 0, line: 1, value: (first, second).into() }
}

/// Creates so many users with so many roles each, of so many permissions each.
async fn populate(app: &App, users: usize, roles: usize, permissions: usize) {
    let mut document = Document::default();
    for user in 0..users {
        for role in 0..roles {
            document.user_roles.push(row(format!("user{user}"), format!("role{user}-{role}")));
            for permission in 0..permissions {
                document
                    .role_permissions
                    .push(row(format!("role{user}-{role}"), format!("thing{role}:do{permission}")));
            }
        }
    }
    let outcome = apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect("an import");
    assert!(matches!(outcome, ImportOutcome::Applied(_)), "{outcome:?}");
}

/// Number of statements of a request to a replica that has just read its feeds. A replica whose feeds were not read for two
/// seconds, as may happen to a busy one, reads the session from the database as well.
async fn statements(app: &App, actor: &Actor, document: &str) -> u64 {
    let before = app.database.own_statements();
    eventually(CATCH_UP, async || app.database.own_statements(), |&own| own >= before + 2).await;
    let count = async |document| {
        let before = app.database.statements();
        let _ = actor.ask(document).await.data();
        app.database.statements() - before
    };
    eventually(CATCH_UP, async || count("{ viewer { permissions } }").await, |&count| count == 0).await;
    count(document).await
}

#[tokio::test]
async fn a_page_of_users_with_roles_and_permissions_takes_at_most_six_statements() {
    for (users, roles, permissions) in [(1, 1, 1), (50, 3, 5), (120, 4, 10)] {
        let app = App::start().await;
        populate(&app, users, roles, permissions).await;
        let root = app.admin().await;
        let first = statements(&app, root, PAGE).await;
        assert!(first <= 6, "{users} users: {first}");
        let again = statements(&app, root, PAGE).await;
        assert!(again <= first, "{users} users: {again}, at first {first}");
    }
}

#[tokio::test]
async fn the_caller_s_own_account_takes_no_statement_with_a_warm_cache() {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").create().await;
    let ana = app.user("ana").with_role("clerk").create().await;
    let document =
        "{ me { id username email roles { name permissions { name } } permissionNames } viewer { roles permissions }
        can(permission: \"invoice:read\") }";
    statements(&app, &ana, document).await;
    for _ in 0..3 {
        assert_eq!(statements(&app, &ana, document).await, 0);
    }
    let changed = app.admin().await.mutate("roleCreate", json!({ "input": { "name": "another" } })).await;
    let _ = changed.done();
    statements(&app, &ana, document).await;
    assert_eq!(statements(&app, &ana, document).await, 0, "a change elsewhere costs one look");
}

#[tokio::test]
async fn a_denial_takes_no_statement() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let document = "{ users { nodes { username } } auditLog { totalCount } }";
    let ask = async || {
        let before = app.database.statements();
        assert_eq!(ana.ask(document).await.error(), "FORBIDDEN");
        app.database.statements() - before
    };
    eventually(CATCH_UP, ask, |&count| count == 0).await;
}

#[tokio::test]
async fn nested_lists_are_read_in_batches() {
    let bounds = [
        ("{ users(first: 50) { nodes { username roleAssignments { assignedBy { username } role { name } } } } }", 6),
        ("{ users(first: 50) { nodes { effectivePermissions(first: 2) { nodes { paths(first: 2) { text } } } } } }", 6),
        (
            "{ users(first: 50) { nodes { effectivePermissions(first: 2) { nodes { paths(first: 2) { grantedAt grantedBy { username } reason } } } } } }",
            8,
        ),
        (
            "{ users(first: 50) { totalCount nodes { directPermissions { name } permissionNames authorizedRoles { name } } } }",
            7,
        ),
        (
            "{ roles(first: 50) { totalCount nodes { permissions { name } inheritsFromAll { name } effectivePermissions { isInherited } } } }",
            3,
        ),
        ("{ permissions(first: 50) { totalCount nodes { name grantedRoles { name } authorizedRoles { name } } } }", 3),
        ("{ auditLog(first: 50) { nodes { summary actor { username } } } }", 4),
        ("{ sessions(first: 50) { nodes { user { username } activeRoles { name } } } }", 6),
        ("{ roles(first: 50) { nodes { assignedUsers(first: 3) { totalCount nodes { username } } } } }", 3),
        (
            "{ roles(first: 50) { nodes { a: assignedUsers(first: 1) { nodes { id } } b: assignedUsers(first: 2) { nodes { id } } } } }",
            3,
        ),
        ("{ roles(first: 50) { nodes { authorizedUsers(first: 3) { totalCount nodes { roles { name } } } } } }", 6),
        ("{ permissions(first: 50) { nodes { authorizedUsers { totalCount } directUsers { totalCount } } } }", 5),
        (
            "{ users(first: 50) { nodes { sessions { totalCount nodes { id } } auditTrail(first: 1) { totalCount } } } }",
            5,
        ),
        ("{ users(first: 50) { nodes { username viewerCanManage } } }", 6),
        ("{ roles(first: 50) { nodes { name viewerCanManage viewerCanAssign } } }", 3),
        ("{ roleHierarchy { roles { name } links { role { name } inheritsFrom { name } } } }", 1),
    ];
    let app = App::start().await;
    populate(&app, 60, 2, 3).await;
    let root = app.admin().await;
    for (document, most) in bounds {
        let count = statements(&app, root, document).await;
        println!("{count} of {most}: {document}");
        assert!(count <= most, "{count}: {document}");
    }
}

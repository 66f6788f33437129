//! Expired assignments and grants: audited once, deleted later; decisions go by the clock.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use service::import::{Document, ImportOutcome, ImportRow, apply};
use tests::{Actor, App, Client, PROMISED, eventually};

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The administrator, newly logged in: sessions expire over long periods.
async fn root(app: &App) -> Actor {
    app.login(&app.admin().await.name).await
}

/// Expirations in the audit log, oldest first; those of one instant by action.
async fn expirations(app: &App) -> Vec<Value> {
    let document = r#"{ auditLog(first: 100, orderBy: { direction: ASC },
        filter: { actions: ["user.assignment_expired", "user.grant_expired"] }) { totalCount nodes {
            action at outcome actor { id } actorLabel targetType targetId targetLabel summary before after reason } } }"#;
    let answer = root(app).await.ask(document).await;
    let mut entries = answer.data()["auditLog"]["nodes"].as_array().expect("entries").clone();
    entries.sort_by_key(|entry| [&entry["at"], &entry["action"]].map(Value::to_string));
    entries
}

async fn sweep(app: &App) {
    app.service.sweep().await.expect("a sweep");
}

async fn why(client: &Client, user: &str, permission: &str) -> String {
    let document = "query ($user: ID!, $permission: PermissionName!) {
        checkAccess(userId: $user, permission: $permission) { reason } }";
    let answer = client.graphql(document, json!({ "user": user, "permission": permission })).await;
    answer.data()["checkAccess"]["reason"].as_str().expect("a reason").to_owned()
}

/// Ana has a role and a direct grant for five minutes; returns their end.
async fn temporary(app: &App) -> (Actor, String) {
    let clerk = app.role("clerk").granting("desk:use").create().await;
    let safe = app.permission_id("safe:open").await;
    let ana = app.user("ana").create().await;
    let until = written(app.service.now() + TimeDelta::minutes(5));
    let terms = json!({ "userId": ana.id, "roleIds": [clerk], "expiresAt": until, "reason": "trial" });
    let _ = app.admin().await.mutate("userAssignRoles", terms).await.done();
    let terms = json!({ "userId": ana.id, "permissionIds": [safe], "expiresAt": until });
    let _ = app.admin().await.mutate("userGrantPermissions", terms).await.done();
    (ana, until)
}

#[tokio::test]
async fn each_expiration_is_audited_once() {
    let app = App::start().await;
    let (ana, until) = temporary(&app).await;
    app.clock.advance(TimeDelta::milliseconds(299_999));
    sweep(&app).await;
    assert_eq!(expirations(&app).await, [json!(null); 0]);
    app.clock.advance(TimeDelta::milliseconds(1));
    sweep(&app).await;
    let entry = |action: &str, summary: &str, before: Value| {
        json!({ "action": action, "at": until, "outcome": "SUCCESS", "actor": null, "actorLabel": "system",
            "targetType": "User", "targetId": ana.id, "targetLabel": "ana", "summary": summary,
            "before": before, "after": null, "reason": null })
    };
    let expected = [
        entry(
            "user.assignment_expired",
            "system recorded the end of clerk for ana",
            json!({ "roles": ["clerk"], "validFrom": null, "expiresAt": until, "reason": "trial" }),
        ),
        entry(
            "user.grant_expired",
            "system recorded the end of safe:open for ana",
            json!({ "permissions": ["safe:open"], "validFrom": null, "expiresAt": until, "reason": null }),
        ),
    ];
    assert_eq!(expirations(&app).await, expected);
    sweep(&app).await;
    app.clock.advance(TimeDelta::hours(1));
    sweep(&app).await;
    assert_eq!(expirations(&app).await, expected);
}

#[tokio::test]
async fn an_expiration_is_found_by_its_role_and_permission() {
    let app = App::start().await;
    temporary(&app).await;
    app.clock.advance(TimeDelta::minutes(5));
    sweep(&app).await;
    let document = r#"{ roleByName(name: "clerk") { auditTrail(first: 1) { nodes { action } } } }"#;
    let answer = app.admin().await.ask(document).await;
    let newest = &answer.data()["roleByName"]["auditTrail"]["nodes"];
    assert_eq!(newest, &json!([{ "action": "user.assignment_expired" }]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_sweeps_of_two_replicas_audit_each_expiration_once() {
    let app = App::start().await;
    let other = app.replica().await;
    temporary(&app).await;
    app.clock.advance(TimeDelta::minutes(5));
    let all = tokio::join!(app.service.sweep(), other.service.sweep(), app.service.sweep(), other.service.sweep());
    assert!(all.0.is_ok() && all.1.is_ok() && all.2.is_ok() && all.3.is_ok(), "{all:?}");
    assert_eq!(expirations(&app).await.len(), 2);
}

#[tokio::test]
async fn an_extended_assignment_is_audited_again_when_it_expires() {
    let app = App::start().await;
    let (ana, _) = temporary(&app).await;
    let (clerk, root) = (app.role_id("clerk").await, app.admin().await);
    app.clock.advance(TimeDelta::minutes(5));
    sweep(&app).await;
    let until = written(app.service.now() + TimeDelta::minutes(5));
    let terms = json!({ "userId": ana.id, "roleIds": [clerk], "expiresAt": until });
    let _ = root.mutate("userAssignRoles", terms).await.done();
    sweep(&app).await;
    assert_eq!(expirations(&app).await.len(), 2, "it has not come yet");
    app.clock.advance(TimeDelta::minutes(5));
    sweep(&app).await;
    let all = expirations(&app).await;
    assert_eq!((all.len(), &all[2]["before"]["expiresAt"]), (3, &json!(until)));
}

#[tokio::test]
async fn no_decision_depends_on_a_sweep() {
    let app = App::start().await;
    let (ana, _) = temporary(&app).await;
    let root = app.admin().await;
    let both = async || (why(root, &ana.id, "desk:use").await, why(root, &ana.id, "safe:open").await);
    let reasons = |role: &str, grant: &str| (role.to_owned(), grant.to_owned());
    app.clock.advance(TimeDelta::milliseconds(299_999));
    assert_eq!(both().await, reasons("GRANTED_BY_ROLE", "GRANTED_DIRECTLY"));
    sweep(&app).await;
    assert_eq!(both().await, reasons("GRANTED_BY_ROLE", "GRANTED_DIRECTLY"));
    app.clock.advance(TimeDelta::milliseconds(1));
    assert_eq!(both().await, reasons("GRANT_EXPIRED", "GRANT_EXPIRED"));
    let revision = app.service.policy().revision();
    sweep(&app).await;
    assert_eq!(both().await, reasons("GRANT_EXPIRED", "GRANT_EXPIRED"));
    assert_eq!(app.service.policy().revision(), revision, "telling the log changes nothing else");
}

#[tokio::test]
async fn assignments_expired_for_thirty_days_are_deleted_on_every_replica() {
    let app = App::start().await;
    let other = app.replica().await;
    let (ana, _) = temporary(&app).await;
    let held = async |root: &Client| {
        let document = "query ($id: ID!) { user(id: $id) { roleAssignments { id } directPermissions { id } } }";
        let answer = root.graphql(document, json!({ "id": ana.id })).await;
        answer.data()["user"]["roleAssignments"].as_array().expect("assignments").len()
    };
    app.clock.advance(TimeDelta::minutes(5));
    sweep(&app).await;
    app.clock.advance(TimeDelta::days(30) - TimeDelta::milliseconds(1));
    sweep(&app).await;
    let (here, there) = (root(&app).await, root(&app).await.at(&other));
    for permission in ["desk:use", "safe:open"] {
        assert_eq!(why(&here, &ana.id, permission).await, "GRANT_EXPIRED", "{permission}");
        eventually(PROMISED, async || why(&there, &ana.id, permission).await, |why| why == "GRANT_EXPIRED").await;
    }
    assert_eq!(held(&here).await, 2);
    app.clock.advance(TimeDelta::milliseconds(1));
    sweep(&app).await;
    for permission in ["desk:use", "safe:open"] {
        assert_eq!(why(&here, &ana.id, permission).await, "NOT_GRANTED", "{permission}");
        eventually(PROMISED, async || why(&there, &ana.id, permission).await, |why| why == "NOT_GRANTED").await;
    }
    assert_eq!(held(&here).await, 1, "the default role has no end");
    assert_eq!(expirations(&app).await.len(), 2, "the log keeps them");
}

#[tokio::test]
async fn an_expiration_is_audited_before_it_is_deleted() {
    let app = App::start().await;
    temporary(&app).await;
    app.clock.advance(TimeDelta::days(40));
    let app = app.restart().await;
    sweep(&app).await;
    assert_eq!(expirations(&app).await.len(), 2);
}

#[tokio::test]
async fn more_expirations_than_fit_one_change_are_all_audited() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let (mut document, count) = (Document::default(), 101);
    for number in 0..count {
        let value = ("clerk".to_owned(), format!("p:{number}")).into();
        document.role_permissions.push(ImportRow { file: 0, line: 1, value });
    }
    let outcome = apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect("an import");
    assert!(matches!(outcome, ImportOutcome::Applied(_)), "{outcome:?}");
    let policy = app.service.policy();
    let until = written(app.service.now() + TimeDelta::minutes(1));
    let ids: Vec<String> = (0..count)
        .map(|number| policy.permission_named(&format!("p:{number}")).expect("registered").id.uuid())
        .map(|id| service::typeid("perm", id))
        .collect();
    for ids in ids.chunks(100) {
        let terms = json!({ "userId": ana.id, "permissionIds": ids, "expiresAt": until });
        let _ = app.admin().await.mutate("userGrantPermissions", terms).await.done();
    }
    app.clock.advance(TimeDelta::minutes(1));
    sweep(&app).await;
    let document = r#"{ auditLog(filter: { actions: ["user.grant_expired"] }) { totalCount } }"#;
    let log = app.admin().await.ask(document).await;
    assert_eq!(log.data()["auditLog"]["totalCount"], count);
}

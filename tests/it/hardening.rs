//! Attacks that once succeeded.

use api::http::limits;
use serde_json::{Value, json};
use service::import::{Document, ImportOutcome, ImportRow, apply};
use tests::App;

/// A request with a long list and without an alias once used a core for fifty seconds.
#[tokio::test]
async fn f6_a_long_list_passed_to_many_fields_is_rejected_before_it_is_copied() {
    let app = App::start().await;
    let many = json!({ "many": vec!["a"; limits::VALUES - 10] });
    for (field, ty) in [
        ("canAll(permissions: $many)", "[PermissionName!]!"),
        ("nodes(ids: $many) { id }", "[ID!]!"),
        ("me @include(if: $many) { id }", "[Boolean!]!"),
    ] {
        let times = if field.contains("@include") { 50 } else { 900 };
        let document = format!("query ($many: {ty}) {{ {} }}", format!("{field} ").repeat(times));
        let answer = app.anonymous().graphql(&document, many.clone()).await;
        assert!(answer.body.get("data").is_none_or(Value::is_null), "{field}: {:#}", answer.body);
        let expected = if field.contains("@include") { "GRAPHQL_VALIDATION_FAILED" } else { "OPERATION_TOO_COMPLEX" };
        assert_eq!(answer.error(), expected, "{field}");
    }
}

#[tokio::test]
async fn a_renamed_user_reads_the_new_name_with_an_existing_token_on_every_replica() {
    let app = App::start().await;
    let (replica, root) = (app.replica().await, app.admin().await);
    let ana = app.user("ana").create().await;
    for client in [ana.at(&app), ana.at(&replica)] {
        assert_eq!(client.ask("{ me { username } }").await.data()["me"]["username"], "ana");
    }
    let renamed = root.mutate("userUpdate", json!({ "id": ana.id, "input": { "username": "hannah" } })).await;
    let _ = renamed.done();
    let revision = root.ask("{ viewer { policyRevision } }").await.data()["viewer"]["policyRevision"].to_string();
    for client in [ana.at(&app), ana.at(&replica)] {
        let body = json!({ "query": "{ me { username } }" });
        let answer = client.post(&body, &[("Policy-Revision", &revision)]).await;
        assert_eq!(answer.data()["me"]["username"], "hannah");
    }
    let _ = ana.mutate("profileUpdate", json!({ "input": { "displayName": "Hannah" } })).await.done();
    let log = root.ask("{ auditLog(filter: { actions: [\"profile.update\"] }) { nodes { action actorLabel } } }").await;
    let expected = json!([{ "action": "profile.update", "actorLabel": "hannah" }]);
    assert_eq!(log.data()["auditLog"]["nodes"], expected);
}

/// Lists without pages are as long as the policy makes them, and a document can select many.
#[tokio::test]
async fn f6_a_response_that_exceeds_the_limit_is_dropped_as_a_whole() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    fn pair<T: From<(String, String)>>(first: &str, second: String) -> ImportRow<T> {
        ImportRow { file: 0, line: 1, value: (first.to_owned(), second).into() }
    }
    let document = Document {
        role_permissions: (0..2_000).map(|number| pair("holder", format!("thing:{number}"))).collect(),
        user_roles: vec![pair("ana", "holder".to_owned())],
        ..Document::default()
    };
    let imported = apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect("it is applied");
    assert!(matches!(imported, ImportOutcome::Applied(_)), "{imported:?}");
    let cases =
        [("me", "permissionNames", 490), ("viewer", "permissions", 490), ("me", "roles { permissions { name } }", 120)];
    for (root, field, most) in cases {
        for (times, is_within) in [(most / 5, true), (most + 20, false)] {
            let answer = ana.ask(&format!("{{ {root} {{ {} }} }}", format!("{field} ").repeat(times))).await;
            if is_within {
                assert!(
                    answer.body.get("errors").is_none(),
                    "{field} {times}: {:.300}",
                    answer.body["errors"].to_string()
                );
            } else {
                assert_eq!(answer.error(), "OPERATION_TOO_COMPLEX", "{field}");
                assert!(answer.body.get("data").is_none(), "{field}");
            }
        }
    }
}

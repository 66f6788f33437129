//! An import by another process: a replica answers all the while, and follows it.

use api::startup::operator;
use serde_json::json;
use service::import::{self, Document, ImportOutcome, ImportRow};
use std::pin::pin;
use std::time::Duration;
use tests::{App, Client, eventually};

/// Roles, and users, of the import.
const OBJECTS: usize = 500;
/// Longest time in which a busy replica follows.
const FOLLOWED: Duration = Duration::from_secs(60);

fn rows<T: From<(String, String)>>(pairs: impl IntoIterator<Item = (String, String)>) -> Vec<ImportRow<T>> {
    (1..).zip(pairs).map(|(line, pair)| ImportRow { file: 0, line, value: pair.into() }).collect()
}

/// Roles that inherit from each other in groups of ten, each with a user; `ana` is assigned the first.
fn document() -> Document {
    let role = |number: usize| format!("role {number}");
    let ana = [("ana".to_owned(), role(0))];
    let users = (0..OBJECTS).map(|number| (format!("user{number}"), role(number)));
    let grants = (0..OBJECTS).map(|number| (role(number), format!("report{}:read", number / 2)));
    let juniors = (0..OBJECTS).filter(|number| number % 10 < 9).map(|number| (role(number), role(number + 1)));
    Document {
        user_roles: rows(ana.into_iter().chain(users)),
        role_permissions: rows(grants),
        role_hierarchy: rows(juniors),
        ..Document::default()
    }
}

/// Whether a permission is allowed; it panics when the request is refused.
async fn can(client: &Client, permission: &str) -> bool {
    let asked = client
        .graphql("query ($name: PermissionName!) { can(permission: $name) }", json!({ "name": permission }))
        .await;
    asked.data()["can"].as_bool().expect("a decision")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_answers_while_another_one_imports_hundreds_of_roles_and_users() {
    let app = App::start().await;
    app.role("clerk").granting("invoice:read").create().await;
    let ana = app.user("ana").with_role("clerk").create().await;
    let other = app.replica().await;
    let elsewhere = ana.at(&other);
    let context = operator();
    let mut import = pin!(import::apply(&app.service, &context, document(), &|_| ()));
    let mut answered = 0;
    let outcome = loop {
        tokio::select! {
            outcome = &mut import => break outcome.expect("is imported"),
            can = can(&elsewhere, "invoice:read") => {
                assert!(can);
                answered += 1;
            }
        }
    };
    assert!(matches!(outcome, ImportOutcome::Applied(_)), "{outcome:?}");
    assert!(answered > 0);
    // Inherited from the tenth role of the group.
    eventually(FOLLOWED, async || can(&elsewhere, "report4:read").await, |can| *can).await;
    assert!(!can(&elsewhere, "report5:read").await);
    let policy = other.service.policy();
    let last = policy.role_named(&format!("role {}", OBJECTS - 1)).expect("is known");
    assert_eq!(policy.inherited_by_all(last.id).len(), 9);
}

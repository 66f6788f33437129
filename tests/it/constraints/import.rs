//! Importing under separation of duty: all of it or none of it, with the row at fault.

use super::{apart, assigned, create, roles};
use serde_json::json;
use service::import::{Document, Outcome, Row, apply};
use tests::App;

/// Rows of `left right`, the first in line 2.
fn rows(pairs: &[(&str, &str)]) -> Vec<Row<(String, String)>> {
    let row = |(line, &(left, right)): (u64, &(&str, &str))| Row {
        file: 0,
        line,
        value: (left.to_owned(), right.to_owned()),
    };
    (2..).zip(pairs).map(row).collect()
}

/// What is wrong with a document, as `line: message`; nothing when it was applied.
async fn import(app: &App, document: Document) -> Vec<String> {
    match apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect("an import") {
        Outcome::Applied(_) => Vec::new(),
        Outcome::Rejected(problems) => {
            problems.iter().map(|problem| format!("{}: {}", problem.line, problem.message)).collect()
        }
    }
}

#[tokio::test]
async fn rows_that_give_a_user_what_is_to_be_kept_apart_are_told() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    app.role("senior").inheriting("b").create().await;
    apart(&app, "money", &[&a, &b]).await;
    let ana = app.user("ana").with_role("a").create().await;
    let pairs = [("ana", "c"), ("ben", "a"), ("ANA", "senior"), ("ben", "c"), ("ben", "b"), ("cleo", "b")];
    let document = Document { user_roles: rows(&pairs), ..Document::default() };
    assert_eq!(
        import(&app, document.clone()).await,
        [
            "4: user `ANA` would have roles that constraint `money` keeps apart: `a`, `b`",
            "6: user `ben` would have roles that constraint `money` keeps apart: `a`, `b`"
        ]
    );
    assert_eq!(assigned(&app, &ana.id).await, ["a"]);
    let none =
        app.admin().await.ask(r#"{ userByUsername(username: "cleo") { id } roleByName(name: "c") { id } }"#).await;
    assert_eq!(none.data(), &json!({ "userByUsername": null, "roleByName": null }));

    let sound = [("ana", "c"), ("ben", "a"), ("ben", "c"), ("cleo", "b")];
    assert!(import(&app, Document { user_roles: rows(&sound), ..document }).await.is_empty());
}

#[tokio::test]
async fn rows_that_give_one_role_what_is_to_be_kept_apart_are_told() {
    let app = App::start().await;
    let root = app.admin().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let _ = create(root, ("DYNAMIC", "money", &[&a, &b], 2)).await.done();
    let links = [("boss", "a"), ("chief", "boss"), ("head", "b"), ("chief", "head"), ("boss", "head")];
    let document = Document { role_hierarchy: rows(&links), ..Document::default() };
    assert_eq!(
        import(&app, document.clone()).await,
        ["5: role `chief` would have roles that constraint `money` keeps apart: `a`, `b`"]
    );
    assert!(import(&app, Document { role_hierarchy: rows(&links[..3]), ..document }).await.is_empty());
}

#[tokio::test]
async fn new_inheritance_that_breaks_a_set_for_somebody_else_is_refused_by_the_door() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    app.role("boss").create().await;
    apart(&app, "money", &[&a, &b]).await;
    app.user("ana").with_role("boss").with_role("b").create().await;
    let document = Document { role_hierarchy: rows(&[("boss", "a")]), ..Document::default() };
    let refused = apply(&app.service, &api::startup::operator(), document, &|_| ()).await.expect_err("a refusal");
    assert_eq!(refused.to_string(), "refused: constraint `money` keeps roles apart: `a`, `b`");
    let boss = app.admin().await.ask(r#"{ roleByName(name: "boss") { inheritsFrom { name } } }"#).await;
    assert_eq!(boss.data()["roleByName"]["inheritsFrom"], json!([]));
}

#[tokio::test]
async fn what_has_ended_is_no_obstacle_and_stays_ended() {
    let app = App::start().await;
    let [a, b] = roles(&app, ["a", "b"]).await;
    let ana = app.user("ana").create().await;
    let end = app.service.now() + chrono::TimeDelta::minutes(1);
    let terms = json!({ "userId": ana.id, "roleIds": [a], "expiresAt": end.to_rfc3339() });
    let _ = app.admin().await.act("userAssignRoles", terms).await.done();
    apart(&app, "money", &[&a, &b]).await;
    let document = Document { user_roles: rows(&[("ana", "a"), ("ana", "b")]), ..Document::default() };
    assert_eq!(import(&app, document.clone()).await.len(), 1);
    app.clock.advance(chrono::TimeDelta::minutes(1));
    assert!(import(&app, document).await.is_empty());
    assert_eq!(assigned(&app, &ana.id).await, ["a", "b"]);
}

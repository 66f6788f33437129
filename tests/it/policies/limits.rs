//! Large revisions and many of them.

use super::{export, go_back, latest, plan, rollback, rollback_plan};
use api::startup::operator;
use entity::{policy_revision, policy_revision_part, policy_state};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, IntoActiveModel, PaginatorTrait};
use serde_json::json;
use service::Clock as _;
use service::import::{Document, ImportOutcome, ImportRow, apply};
use std::time::Instant;
use tests::App;
use uuid::Uuid;

/// Most revisions that are undone at once.
const MAX_UNDONE: i64 = 20_000;

/// What undoes a revision may be larger than the largest statement that a database takes: it is stored in parts.
#[tokio::test]
async fn a_deletion_of_hundreds_of_roles_with_thousands_of_grants_is_undone() {
    let (roles, granted) = (300, 100);
    let app = App::start().await;
    let root = app.admin().await;
    let (empty, first) = (export(root, false).await, latest(root).await);
    let mut document = Document::default();
    for (role, permission) in (0..roles).flat_map(|role| (0..granted).map(move |permission| (role, permission))) {
        let value = (format!("role {role}"), format!("thing{permission}:do")).into();
        document.role_permissions.push(ImportRow { file: 0, line: 1, value });
    }
    let outcome = apply(&app.service, &operator(), document, &|_| ()).await.expect("an import");
    assert!(matches!(outcome, ImportOutcome::Applied(_)), "{outcome:?}");
    let (full, then) = (export(root, false).await, latest(root).await);
    let hash = plan(root, &empty, "REPLACE").await["hash"].clone();
    let arguments = json!({ "document": { "content": empty, "mode": "REPLACE" }, "expectedPlanHash": hash });
    let _ = root.mutate("policyApply", arguments).await.done();
    let connection = app.database.connection();
    let parts = policy_revision_part::Entity::find().count(connection).await.expect("a number");
    assert_eq!(parts, 1, "30,000 ids are more than one mebibyte and less than two");
    go_back(root, &then).await;
    assert_eq!(export(root, false).await, full);
    go_back(root, &first).await;
    assert_eq!(export(root, false).await, empty);
}

#[tokio::test]
async fn twenty_thousand_revisions_are_undone_and_no_more() {
    let app = App::start().await;
    app.admin().await;
    app.role("clerk").create().await;
    let connection = app.database.connection();
    // Revisions that describe the role, each as the one before did.
    let role = app.service.policy().role_named("clerk").expect("a role").id.uuid();
    let start = i64::try_from(app.service.policy().revision()).expect("a small number") + 10;
    let id = |number: i64| Uuid::from_u128(u128::try_from(number).expect("a positive number"));
    let row = |number: i64| {
        let undo = json!([{ "role_changed": { "id": role, "description": format!("text {}", number - 1) } }]);
        let (id, at, summary) = (id(number), app.clock.now(), "described role clerk".to_owned());
        policy_revision::Model { number, id, at, actor_id: None, summary, parts: 0, undo }.into_active_model()
    };
    let numbers: Vec<i64> = (start..=start + MAX_UNDONE + 1).collect();
    for numbers in numbers.chunks(1_000) {
        let rows = numbers.iter().copied().map(row);
        policy_revision::Entity::insert_many(rows).exec_without_returning(connection).await.expect("rows");
    }
    let latest = policy_state::Entity::update_many()
        .col_expr(policy_state::Column::Revision, Expr::value(start + MAX_UNDONE + 1));
    latest.exec(connection).await.expect("a revision");
    let app = app.restart().await;
    let root = app.admin().await;
    let public = |number| service::typeid("rev", id(number));
    let begun = Instant::now();
    let planned = rollback_plan(root, &public(start + 1)).await;
    println!("planned in {:?}", begun.elapsed());
    assert_eq!(planned["changes"][0]["after"]["description"], format!("text {}", start + 1), "{planned:#}");
    let beyond = rollback_plan(root, &public(start)).await;
    assert_eq!(beyond["blockers"][0]["code"], "TOO_LONG", "{beyond:#}");
    assert_eq!(rollback(root, &public(start), &json!("")).await.refused(), "TOO_LONG revisionId");
    let _ = rollback(root, &public(start + 1), &planned["hash"]).await.done();
}

//! Deleting old entries.

use chrono::TimeDelta;
use entity::{audit_event, audit_subject};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter};
use serde_json::json;
use service::Clock;
use std::time::Duration;
use tests::{App, PASSWORD};
use uuid::Uuid;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// More subjects than are deleted at once.
const MANY: u128 = 2_500;

async fn entries(app: &App, action: &str) -> u64 {
    let these = audit_event::Column::Action.eq(action);
    audit_event::Entity::find().filter(these).count(app.database.connection()).await.expect("reads")
}

#[tokio::test]
async fn entries_are_kept_for_their_time_and_those_of_sign_ups_for_good() {
    let app = App::builder().config(|config| config.retention.audit = 30 * DAY).start().await;
    let ana = json!({ "username": "ana", "password": PASSWORD });
    let _ = app.anonymous().mutate("signup", ana).await.done();
    app.role("clerk").create().await;
    for (advance, kept) in [(TimeDelta::days(30), 1), (TimeDelta::milliseconds(1), 0)] {
        app.clock.advance(advance);
        app.service.sweep().await.expect("sweeps");
        assert_eq!((entries(&app, "role.create").await, entries(&app, "user.signup").await), (kept, 1));
    }
}

#[tokio::test]
async fn an_entry_about_many_objects_is_deleted_in_steps() {
    let app = App::builder().config(|config| config.retention.audit = 30 * DAY).start().await;
    let (connection, event) = (app.database.connection(), Uuid::from_u128(1));
    let row = audit_event::Model {
        id: event,
        at: app.clock.now(),
        action: "role.delete".to_owned(),
        outcome: audit_event::Outcome::Success,
        actor_id: None,
        actor_label: "operator".to_owned(),
        target_type: None,
        target_id: None,
        target_label: None,
        summary: "operator deleted role clerk".to_owned(),
        before: None,
        after: None,
        reason: None,
        ip_address: None,
        user_agent: None,
        impact: None,
        request_id: Uuid::nil().to_string(),
    };
    audit_event::Entity::insert(row.into_active_model()).exec_without_returning(connection).await.expect("writes");
    let objects: Vec<u128> = (1..=MANY).collect();
    for objects in objects.chunks(500) {
        let row = |&object: &u128| audit_subject::Model { object_id: Uuid::from_u128(object), event_id: event };
        let rows = objects.iter().map(row).map(IntoActiveModel::into_active_model);
        audit_subject::Entity::insert_many(rows).exec_without_returning(connection).await.expect("writes");
    }
    app.clock.advance(TimeDelta::days(31));
    app.service.sweep().await.expect("sweeps");
    assert_eq!(entries(&app, "role.delete").await, 0);
    assert_eq!(audit_subject::Entity::find().count(connection).await.expect("reads"), 0);
}

//! An installation in which each table that lists read has thousands of rows.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{audit_event, last_use, policy_revision, session, user};
use sea_orm::{EntityTrait, IntoActiveModel, QuerySelect};
use service::Clock as _;
use service::import::{Document, ImportOutcome, ImportRow, apply};
use tests::App;
use uuid::Uuid;

/// Users, roles and permissions, each.
const OBJECTS: usize = 3_000;
const SESSIONS: usize = 6_000;
const ENTRIES: usize = 20_000;
/// Rows written by one statement.
const CHUNK: usize = 1_000;

/// Writes the rows. User, role and permission `n` belong together. All users have the role `everybody`, and
/// the permission `common:use`, which the role and each user are granted.
pub(super) async fn fill(app: &App) {
    let outcome = apply(&app.service, &api::startup::operator(), document(), &|_| ()).await.expect("an import");
    assert!(matches!(outcome, ImportOutcome::Applied(_)), "{outcome:?}");
    let query = user::Entity::find().select_only().column(user::Column::Id);
    let users: Vec<Uuid> = query.into_tuple().all(app.database.connection()).await.expect("users");
    app.clock.advance(TimeDelta::days(2));
    let now = app.clock.now();
    insert(app, (0..SESSIONS).map(|number| session(number, users[number % users.len()], now))).await;
    insert(app, (0..users.len()).map(|number| last_use(number, &users))).await;
    insert(app, (0..OBJECTS).map(|number| revision(number, now))).await;
    insert(app, (0..ENTRIES).map(|number| entry(number, users[number % users.len()], now))).await;
}

fn document() -> Document {
    fn row<T: From<(String, String)>>(first: String, second: String) -> ImportRow<T> {
        ImportRow { file: 0, line: 1, value: (first, second).into() }
    }
    let mut document = Document::default();
    for n in 0..OBJECTS {
        document.user_roles.push(row(format!("user{n}"), format!("role{n}")));
        document.user_roles.push(row(format!("user{n}"), "everybody".to_owned()));
        document.role_permissions.push(row(format!("role{n}"), format!("thing{n}:do")));
        document.user_permissions.push(row(format!("user{n}"), "common:use".to_owned()));
    }
    document.role_permissions.push(row("everybody".to_owned(), "common:use".to_owned()));
    document
}

async fn insert<M>(app: &App, rows: impl Iterator<Item = M>)
where
    M: sea_orm::ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    M::Entity: EntityTrait<Model = M>,
{
    let rows: Vec<_> = rows.map(IntoActiveModel::into_active_model).collect();
    for rows in rows.chunks(CHUNK) {
        let insert = M::Entity::insert_many(rows.to_vec());
        insert.exec_without_returning(app.database.connection()).await.expect("rows");
    }
}

fn session(number: usize, user: Uuid, now: DateTime<Utc>) -> session::Model {
    let ended = number.is_multiple_of(3);
    let at = now - seconds(number);
    session::Model {
        id: id(number),
        user_id: user,
        activation: session::Activation::Default,
        switches: 0,
        created_at: at,
        authenticated_at: at,
        last_seen_at: at,
        expires_at: now + TimeDelta::hours(1),
        ends_at: now + TimeDelta::hours(1),
        revoked_at: ended.then_some(now),
        revoked_reason: ended.then(|| "logout".to_owned()),
        user_agent: None,
        ip_address: Some(format!("192.0.2.{}", number % 250)),
        data: None,
    }
}

/// A use of an object that is none: the report finds no last use of what it lists.
fn last_use(number: usize, users: &[Uuid]) -> last_use::Model {
    last_use::Model { object_id: id(number % 1_000), user_id: users[number % users.len()], day: 20_000 }
}

/// A hundred entries in the middle are refusals and about `aardvark`; there are no others of either.
fn entry(number: usize, actor: Uuid, now: DateTime<Utc>) -> audit_event::Model {
    let is_rare = number / 100 == ENTRIES / 200;
    let name = if is_rare { "aardvark" } else { "somebody" };
    let (action, outcome) = match number % 2 {
        0 if is_rare => ("user.suspend", audit_event::Outcome::Denied),
        1 if is_rare => ("session.login", audit_event::Outcome::Failure),
        _ => ("session.login", audit_event::Outcome::Success),
    };
    audit_event::Model {
        id: id(number),
        at: now - TimeDelta::days(1) + seconds(number),
        action: action.to_owned(),
        outcome,
        actor_id: Some(actor),
        actor_label: name.to_owned(),
        target_type: Some("Session".to_owned()),
        target_id: Some(id(number)),
        target_label: None,
        summary: format!("{name} logged in as user {number}"),
        before: None,
        after: None,
        reason: None,
        ip_address: Some("192.0.2.1".to_owned()),
        user_agent: None,
        impact: None,
        request_id: id(number).to_string(),
    }
}

fn revision(number: usize, at: DateTime<Utc>) -> policy_revision::Model {
    let (id, number) = (id(number), i64::try_from(number).expect("a small number") + 1_000);
    let undo = serde_json::json!([]);
    policy_revision::Model { number, id, at, actor_id: None, summary: "created a role".to_owned(), parts: 0, undo }
}

fn id(number: usize) -> Uuid {
    Uuid::from_u128(number as u128 + 1)
}

fn seconds(number: usize) -> TimeDelta {
    TimeDelta::seconds(i64::try_from(number).expect("a small number"))
}

//! The denylist after very many sessions were ended at once, as after an incident.

use super::session;
use chrono::TimeDelta;
use entity::session_change;
use sea_orm::{ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, PaginatorTrait as _};
use sea_orm::{IntoActiveModel as _, NotSet, QueryFilter as _, Set};
use serde_json::json;
use service::Clock as _;
use std::time::Duration;
use tests::{Actor, App, Engine, eventually, permanently};

const MANY: u64 = 300_000;
/// The promise of 500 ms, and the time that reading so many rows takes in a build for tests.
const WITHIN: Duration = Duration::from_secs(10);

/// Appends ends of sessions to the feed until there are [`MANY`].
async fn end_many(app: &App) {
    let connection = app.database.connection();
    let id = match Engine::chosen() {
        Engine::Sqlite => "randomblob(16)",
        Engine::Postgres => "gen_random_uuid()",
        Engine::Mariadb => "unhex(replace(uuid(), '-', ''))",
    };
    loop {
        let left = MANY - session_change::Entity::find().count(connection).await.expect("a number");
        if left == 0 {
            return;
        }
        let copy = format!(
            "INSERT INTO session_changes (session_id, at) SELECT {id}, at FROM session_changes WHERE switches IS NULL LIMIT {left}"
        );
        connection.execute_unprepared(&copy).await.expect("copies");
    }
}

/// Ends a session as a replica does whose clock is late.
pub(super) async fn end_late(app: &App, user: &Actor, late: TimeDelta) {
    let connection = app.database.connection();
    let of_user = entity::user::Column::Username.eq(user.name.as_str());
    let found = entity::session::Entity::find().find_also_related(entity::user::Entity).filter(of_user);
    let (row, _) = found.one(connection).await.expect("a database").expect("a session");
    let (session_id, at) = (row.id, app.clock.now() - late);
    let mut row = row.into_active_model();
    row.revoked_at = Set(Some(at));
    row.update(connection).await.expect("an ended session");
    let change =
        session_change::ActiveModel { seq: NotSet, session_id: Set(session_id), switches: Set(None), at: Set(at) };
    change.insert(connection).await.expect("a change");
}

#[tokio::test]
async fn a_replica_starts_after_300_000_sessions_were_ended_and_knows_them_all() {
    let app = App::start().await;
    let (ana, ben) = (app.user("ana").create().await, app.user("ben").create().await);
    let (carl, dora) = (app.user("carl").create().await, app.user("dora").create().await);
    let _ = ana.mutate("logout", json!({})).await.done();
    end_many(&app).await;

    let replica = app.replica().await;
    let [ana, ben, carl, dora_there] = [&ana, &ben, &carl, &dora].map(|user| user.at(&replica));
    assert_eq!(session(&ana).await, "REVOKED");
    let live = session(&ben).await;
    assert!(live.starts_with("ses_"), "{live}");
    // No session has to be looked up: the copy in memory is complete and stays fresh.
    let statements = async || {
        let before = replica.database.statements();
        let _ = ben.ask("{ me { username } }").await.data();
        replica.database.statements() - before
    };
    permanently(WITHIN, statements, |statements| *statements == 0).await;

    app.clock.advance(TimeDelta::seconds(1));
    let _ = app.login("carl").await.mutate("logout", json!({ "everywhere": true })).await.done();
    let _ = eventually(WITHIN, async || session(&carl).await, |session| session == "REVOKED").await;
    end_late(&app, &dora, TimeDelta::minutes(1)).await;
    let _ = eventually(WITHIN, async || session(&dora_there).await, |session| session == "REVOKED").await;
    assert_eq!(session(&ben).await, live);
}

//! The plans of the statements that read lists, on the embedded database: each list follows an index of its order, and no
//! statement sorts or reads all rows. `tests/it/plans` tests PostgreSQL.

use super::{assignments, audit, last_uses, permissions, roles, sessions, users};
use crate::audit::{AuditFilter, Outcome};
use crate::page::{Cursor, CursorKey, Direction, PageEnd, PageRequest};
use crate::permissions::PermissionFilter;
use crate::roles::{RoleFilter, RoleOrder, RoleOrderField};
use crate::sessions::SessionFilter;
use crate::{Clock, Database, DatabaseSettings, SystemClock};
use engine::{PermissionId, RoleId, UserId};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use std::sync::Mutex;
use tempfile::TempDir;
use uuid::Uuid;

/// A connection that explains what it reads.
struct Explained {
    database: Database,
    steps: Mutex<Vec<String>>,
    _folder: TempDir,
}

impl Explained {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keyward.db");
        let database = Database::open(&DatabaseSettings::Embedded { path }).await.expect("opens");
        migration::up(database.connection()).await.expect("migrates");
        Self { database, steps: Mutex::default(), _folder: folder }
    }

    fn inner(&self) -> &DatabaseConnection {
        self.database.connection()
    }

    async fn explain(&self, statement: &Statement) -> Result<(), DbErr> {
        let mut explained = statement.clone();
        explained.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
        let rows = self.inner().query_all_raw(explained).await?;
        let steps = rows.iter().map(|row| row.try_get("", "detail")).collect::<Result<Vec<String>, _>>()?;
        self.steps.lock().expect("no panic").extend(steps);
        Ok(())
    }

    /// The steps of all plans since the last call.
    fn steps(&self) -> Vec<String> {
        std::mem::take(&mut *self.steps.lock().expect("no panic"))
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Explained {
    fn get_database_backend(&self) -> DbBackend {
        self.inner().get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner().execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner().execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.explain(&statement).await?;
        self.inner().query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.explain(&statement).await?;
        self.inner().query_all_raw(statement).await
    }
}

/// The first page, one in the middle, and the last.
fn requests(key: CursorKey) -> [PageRequest; 3] {
    let cursor = Cursor { key, id: Uuid::from_u128(5) };
    [(PageEnd::Start, None), (PageEnd::Start, Some(cursor)), (PageEnd::End, None)].map(|(from, after)| PageRequest {
        limit: 50,
        from,
        after,
        before: None,
    })
}

fn time() -> CursorKey {
    CursorKey::Time(SystemClock.now())
}

/// The step that reads the page of a part of a list.
const PAGE: &str = "SCAN page";

/// Every step searches or follows an index, and none sorts more than the rows with the same key.
fn check(list: &str, steps: &[String], index: &str) {
    assert!(!steps.is_empty(), "{list}: nothing was read");
    for step in steps {
        assert!(!step.contains("TEMP B-TREE") || step.contains("FOR LAST TERM"), "{list} is sorted: {steps:?}");
        let reads_all = step.starts_with("SCAN") && !step.contains("USING") && step != PAGE;
        assert!(!reads_all, "{list} reads all rows: {steps:?}");
    }
    assert!(steps.iter().any(|step| step.contains(index)), "{list} does not use {index}: {steps:?}");
}

#[tokio::test]
async fn lists_of_sessions_follow_an_index_of_their_order() {
    let explained = Explained::new().await;
    let user = Some(Some(UserId::new(Uuid::from_u128(1))));
    let of_user = SessionFilter { user, ..SessionFilter::default() };
    let recent = SessionFilter { active_since: Some(SystemClock.now()), ..SessionFilter::default() };
    for (list, filter, index) in [
        ("all sessions", SessionFilter::default(), "idx_sessions_live"),
        ("recent sessions", recent, "idx_sessions_live"),
        ("sessions of a user", of_user, "idx_sessions_user_id_last_seen_at_id"),
    ] {
        for request in requests(time()) {
            let now = SystemClock.now();
            sessions::pages(&explained, std::slice::from_ref(&filter), now, &request).await.expect("reads");
            check(list, &explained.steps(), index);
        }
    }
}

#[tokio::test]
async fn lists_of_the_audit_log_follow_an_index_of_their_order() {
    let explained = Explained::new().await;
    let object = Uuid::from_u128(1);
    let all = AuditFilter::default;
    let of_actions = |names: &[&str]| {
        let actions = names.iter().map(|&name| name.to_owned()).collect();
        AuditFilter { actions: Some(actions), ..AuditFilter::default() }
    };
    let refused = [Outcome::Denied, Outcome::Failure];
    for (list, filter, index) in [
        ("all entries", all(), "idx_audit_events_at_id"),
        ("of an actor", AuditFilter { actor: Some(Some(UserId::new(object))), ..all() }, "actor_id_at_id"),
        ("of a target", AuditFilter { target: Some(Some(object)), ..all() }, "target_id_at_id"),
        ("of an action", of_actions(&["user.suspend"]), "action_at_id"),
        ("of two actions", of_actions(&["user.suspend", "user.delete"]), "action_at_id"),
        ("denied", AuditFilter { outcomes: Some(vec![Outcome::Denied]), ..all() }, "idx_audit_events_refused"),
        ("refused", AuditFilter { outcomes: Some(refused.to_vec()), ..all() }, "idx_audit_events_refused"),
        ("since", AuditFilter { since: Some(SystemClock.now()), ..all() }, "idx_audit_events_at_id"),
    ] {
        for request in requests(time()) {
            for direction in [Direction::Ascending, Direction::Descending] {
                let filter = std::slice::from_ref(&filter);
                audit::pages(&explained, filter, direction, &request).await.expect("reads");
                check(list, &explained.steps(), index);
            }
        }
    }
}

#[tokio::test]
async fn the_entries_that_involve_an_object_are_searched_by_three_indexes() {
    let explained = Explained::new().await;
    let filter = AuditFilter { involving: Some(Some(Uuid::from_u128(1))), ..AuditFilter::default() };
    for request in requests(time()) {
        let filter = std::slice::from_ref(&filter);
        audit::pages(&explained, filter, Direction::Descending, &request).await.expect("reads");
        let steps = explained.steps();
        for index in ["idx_audit_events_actor_id_at_id", "idx_audit_events_target_id_at_id", "audit_subjects"] {
            assert!(steps.iter().any(|step| step.starts_with("SEARCH") && step.contains(index)), "{index}: {steps:?}");
        }
        assert!(steps.iter().all(|step| !step.starts_with("SCAN") || step == PAGE), "{steps:?}");
    }
}

#[tokio::test]
async fn a_search_of_the_audit_log_asks_the_index_of_trigrams_first() {
    let explained = Explained::new().await;
    let filter = AuditFilter { search: Some("nobody".to_owned()), ..AuditFilter::default() };
    for request in requests(time()) {
        let filter = std::slice::from_ref(&filter);
        audit::pages(&explained, filter, Direction::Descending, &request).await.expect("reads");
        let steps = explained.steps();
        assert!(steps.iter().any(|step| step.contains("audit_texts VIRTUAL TABLE")), "{steps:?}");
        assert!(steps.iter().any(|step| step.starts_with("SEARCH audit_events USING INDEX")), "{steps:?}");
    }
}

#[tokio::test]
async fn lists_of_roles_and_permissions_follow_an_index_of_their_order() {
    let explained = Explained::new().await;
    for request in requests(CursorKey::Text("m".to_owned())) {
        permissions::page(&explained, &PermissionFilter::default(), &request).await.expect("reads");
        check("permissions", &explained.steps(), "idx_permissions_name");
        let resource = PermissionFilter { resource: Some("invoice".to_owned()), ..PermissionFilter::default() };
        permissions::page(&explained, &resource, &request).await.expect("reads");
        check("permissions of a resource", &explained.steps(), "idx_permissions");
        for (field, request, index) in [
            (RoleOrderField::Name, request.clone(), "idx_roles_name_key"),
            (RoleOrderField::CreatedAt, PageRequest { after: None, ..request.clone() }, "idx_roles_created_at_id"),
        ] {
            let selection = roles::RoleSelection { filter: &RoleFilter::default(), holders: None, unused: None };
            let order = RoleOrder { field, direction: Direction::Ascending };
            roles::page(&explained, selection, order, &request).await.expect("reads");
            check("roles", &explained.steps(), index);
        }
    }
}

#[tokio::test]
async fn the_order_by_last_login_follows_its_index() {
    let explained = Explained::new().await;
    for request in requests(CursorKey::Number(7)) {
        users::last_logins(&explained, None, Direction::Descending, &request).await.expect("reads");
        check("users by last login", &explained.steps(), "idx_users_last_login_key_id");
    }
}

#[tokio::test]
async fn rows_of_the_access_report_and_last_uses_are_found_by_their_keys() {
    let explained = Explained::new().await;
    let users = || (1..50).map(|number| UserId::new(Uuid::from_u128(number)));
    for of_all in [1, 20] {
        let object = |user: UserId| Uuid::from_u128(100 + user.uuid().as_u128() % of_all);
        let roles: Vec<_> = users().map(|user| (RoleId::new(object(user)), user)).collect();
        assignments::assigned_pairs(&explained, &roles).await.expect("reads");
        check_searches(&explained.steps(), "user_roles");
        let permissions: Vec<_> = users().map(|user| (PermissionId::new(object(user)), user)).collect();
        assignments::granted_pairs(&explained, &permissions).await.expect("reads");
        check_searches(&explained.steps(), "user_permissions");
        let pairs: Vec<_> = users().map(|user| (object(user), user)).collect();
        for since in [None, Some(20_000)] {
            last_uses::days(&explained, &pairs, since).await.expect("reads");
            check_searches(&explained.steps(), "last_uses");
        }
    }
    let one = UserId::new(Uuid::from_u128(1));
    last_uses::delete_some_of_user(&explained, one).await.expect("reads");
    check_searches(&explained.steps(), "last_uses");
    last_uses::delete_some_of_object(&explained, one.uuid()).await.expect("reads");
    check_searches(&explained.steps(), "last_uses");
}

/// The rows of `table` are searched by an index, never read one after the other.
fn check_searches(steps: &[String], table: &str) {
    assert!(steps.iter().any(|step| step.starts_with(&format!("SEARCH {table} USING"))), "{table}: {steps:?}");
    assert!(!steps.iter().any(|step| step.starts_with(&format!("SCAN {table}"))), "{table}: {steps:?}");
}

#[tokio::test]
async fn unused_roles_follow_the_index_of_roles_and_look_up_one_day_for_each() {
    let explained = Explained::new().await;
    for request in requests(CursorKey::Text("m".to_owned())) {
        let memberless: Vec<_> = (0..3).map(|number| RoleId::new(Uuid::from_u128(number))).collect();
        let unused = Some((20_000, memberless.as_slice()));
        let selection = roles::RoleSelection { filter: &RoleFilter::default(), holders: None, unused };
        let order = RoleOrder { field: RoleOrderField::Name, direction: Direction::Ascending };
        roles::page(&explained, selection, order, &request).await.expect("reads");
        let steps = explained.steps();
        check_searches(&steps, "last_uses");
        assert!(steps.iter().any(|step| step.contains("idx_last_uses_object_id_day")), "{steps:?}");
        assert!(steps.iter().any(|step| step.contains("idx_roles_name_key")), "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER")), "{steps:?}");
    }
}

//! The plans of the statements that read lists, on PostgreSQL: each list follows its index, and no statement reads or sorts
//! more rows than its page needs. `service/src/store/plans.rs` tests the embedded database.

mod data;
mod log;

use crate::sdl;
use log::{Plan, PlanLog, SETTINGS};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::Value;
use service::Database;
use std::collections::BTreeSet;
use tests::{Actor, App, Engine, TestDatabase, servers};

/// Requests of each page: after five, PostgreSQL may choose a plan that does not depend on the parameters.
const REPEATS: usize = 7;

/// The lists with pages: the field, the operation with `PAGE` for the arguments of the page, and the index that it follows.
/// Users come from the review index in memory; their rows are read by id.
const LISTS: &[(&str, &str, &str)] = &[
    ("Query.users", "users(PAGE)", "users_pkey"),
    ("Query.users", "users(PAGE, orderBy: { field: LAST_LOGIN_AT })", "idx_users_last_login_key_id"),
    ("Query.users", "users(PAGE, filter: { search: \"user2\" })", "users_pkey"),
    ("Query.roles", "roles(PAGE)", "idx_roles_name_key"),
    ("Query.roles", "roles(PAGE, orderBy: { field: CREATED_AT })", "idx_roles_created_at_id"),
    ("Query.permissions", "permissions(PAGE)", "idx_permissions_name"),
    ("Query.permissions", "permissions(PAGE, filter: { resource: \"thing7\" })", "idx_permissions_resource_name"),
    ("Query.roles", "roles(PAGE, filter: { unusedForDays: 30 })", "idx_last_uses_object_id_day"),
    ("Query.accessReport", "accessReport(PAGE)", "idx_user_roles|user_permissions_pkey|idx_user_permissions"),
    ("Query.accessReport", "accessReport(PAGE, filter: { roleId: \"EVERYBODY\" })", "idx_user_roles"),
    (
        "Query.accessReport",
        "accessReport(PAGE, filter: { directOnly: true })",
        "user_permissions_pkey|idx_user_permissions",
    ),
    (
        "Query.accessReport",
        "accessReport(PAGE, filter: { unusedSince: \"2020-01-01T00:00:00Z\" })",
        "last_uses_pkey|idx_last_uses_user_id",
    ),
    ("Query.accessReport", "accessReport(PAGE, filter: { rareAmongPeers: true })", "idx_user_roles"),
    ("Query.sessions", "sessions(PAGE)", "idx_sessions_live"),
    ("Query.sessions", "sessions(PAGE, filter: { activeSince: \"2020-01-01T00:00:00Z\" })", "idx_sessions_live"),
    ("Query.sessions", "sessions(PAGE, filter: { userId: \"USER\" })", "idx_sessions_user_id"),
    ("Query.auditLog", "auditLog(PAGE)", "idx_audit_events_at_id"),
    ("Query.auditLog", "auditLog(PAGE, orderBy: { direction: ASC })", "idx_audit_events_at_id"),
    ("Query.auditLog", "auditLog(PAGE, filter: { since: \"2020-01-01T00:00:00Z\" })", "idx_audit_events_at_id"),
    ("Query.auditLog", "auditLog(PAGE, filter: { actorId: \"USER\" })", "idx_audit_events_actor_id_at_id"),
    ("Query.auditLog", "auditLog(PAGE, filter: { targetId: \"ROLE\" })", "idx_audit_events_target_id_at_id"),
    ("Query.auditLog", "auditLog(PAGE, filter: { involvingId: \"USER\" })", "audit_subjects_pkey"),
    ("Query.auditLog", "auditLog(PAGE, filter: { actions: [\"user.suspend\"] })", "idx_audit_events_action_at_id"),
    (
        "Query.auditLog",
        "auditLog(PAGE, filter: { actions: [\"session.login\", \"user.suspend\"] })",
        "idx_audit_events_action_at_id",
    ),
    ("Query.auditLog", "auditLog(PAGE, filter: { actions: [\"user.*\"] })", "idx_audit_events_action_at_id"),
    ("Query.auditLog", "auditLog(PAGE, filter: { actions: [\"sod_constraint.*\"] })", "idx_audit_events_action_at_id"),
    ("Query.auditLog", "auditLog(PAGE, filter: { outcome: [DENIED] })", "idx_audit_events_refused"),
    ("Query.auditLog", "auditLog(PAGE, filter: { outcome: [DENIED, FAILURE] })", "idx_audit_events_refused"),
    ("Query.auditLog", "auditLog(PAGE, filter: { search: \"aardvark\" })", "idx_audit_events_summary"),
    ("Query.auditLog", "auditLog(PAGE, filter: { search: \"nobody at all\" })", "idx_audit_events_summary"),
    ("Query.auditLog", "auditLog(PAGE, filter: { search: \"user\" })", "idx_audit_events_at_id"),
    ("Query.policyRevisions", "policyRevisions(PAGE)", "policy_revisions_pkey"),
    ("Role.assignedUsers", "role(id: \"EVERYBODY\") { assignedUsers(PAGE)", "users_pkey"),
    ("Role.authorizedUsers", "role(id: \"EVERYBODY\") { authorizedUsers(PAGE)", "users_pkey"),
    ("Role.auditTrail", "role(id: \"ROLE\") { auditTrail(PAGE)", "audit_subjects_pkey"),
    ("Permission.authorizedUsers", "permission(id: \"PERMISSION\") { authorizedUsers(PAGE)", "users_pkey"),
    ("Permission.directUsers", "permission(id: \"PERMISSION\") { directUsers(PAGE)", "users_pkey"),
    ("User.effectivePermissions", "user(id: \"USER\") { effectivePermissions(PAGE)", "users_pkey"),
    ("User.sessions", "user(id: \"USER\") { sessions(PAGE)", "idx_sessions_user_id"),
    ("User.auditTrail", "user(id: \"USER\") { auditTrail(PAGE)", "idx_audit_events_actor_id_at_id"),
];

/// Lists of what belongs to each user or role of a page.
const NESTED: &[(&str, &str)] = &[
    ("users(PAGE) { nodes { roleAssignments { role { name } } } }", "idx_user_roles_user_id_role_id"),
    ("users(PAGE) { nodes { directPermissions { name } } }", "user_permissions_pkey"),
    ("users(PAGE) { nodes { sessions { nodes { id } } } }", "idx_sessions_user_id"),
    ("users(PAGE) { nodes { auditTrail(first: 3) { nodes { id } } } }", "audit_subjects_pkey"),
    ("roles(PAGE) { nodes { assignedUsers(first: 3) { nodes { id } } } }", "users_pkey"),
];

/// An installation that logs its plans.
struct Observed {
    app: App,
    root: Actor,
    log: PlanLog,
    /// Tables with more rows than a statement may read.
    large: Vec<String>,
    server: servers::Server,
}

impl Drop for Observed {
    fn drop(&mut self) {
        // Its regular end waits for the connections of the application.
        self.server.crash();
    }
}

impl Observed {
    /// `None` without PostgreSQL.
    async fn start() -> Option<Self> {
        if Engine::chosen() != Engine::Postgres {
            println!("skipped: this test requires PostgreSQL");
            return None;
        }
        let server = servers::own_postgres();
        let storage = TestDatabase::of(&server);
        let database = Database::open(&storage.settings).await.expect("a database");
        for setting in SETTINGS {
            let sql = format!("ALTER DATABASE postgres SET {setting}");
            database.connection().execute_unprepared(&sql).await.expect("a setting");
        }
        let app = App::builder().on(storage).start().await;
        data::fill(&app).await;
        app.database.connection().execute_unprepared("VACUUM ANALYZE").await.expect("statistics");
        let root = app.admin().await.clone();
        let mut observed = Self { large: large_tables(&app).await, log: PlanLog::of(&server), app, root, server };
        // A list is answered when the review index has read all users.
        observed.ask("{ users { totalCount } }").await;
        Some(observed)
    }

    /// The answer to a document, with the plans of its statements.
    async fn ask(&mut self, document: &str) -> (Value, Vec<Plan>) {
        let _ = self.log.new_plans();
        let answer = self.root.ask(document).await.data().clone();
        (answer, self.log.new_plans())
    }

    /// The operation with the ids of an object of each kind.
    async fn operation(&mut self, fields: &str) -> String {
        let document = "{ userByUsername(username: \"user77\") { id } roleByName(name: \"role77\") { id }
            everybody: roleByName(name: \"everybody\") { id } permissionByName(name: \"common:use\") { id } }";
        let (found, _) = self.ask(document).await;
        let id = |field: &str| found[field]["id"].as_str().expect("an id").to_owned();
        let fields = fields.replace("USER", &id("userByUsername")).replace("ROLE", &id("roleByName"));
        fields.replace("EVERYBODY", &id("everybody")).replace("PERMISSION", &id("permissionByName"))
    }

    /// What is wrong with the plans of a page, or that none uses the index.
    async fn faults(&mut self, document: &str, index: &str) -> BTreeSet<String> {
        let mut plans = Vec::new();
        for _ in 0..REPEATS {
            plans.extend(self.ask(document).await.1);
        }
        let is_used = plans.iter().any(|plan| plan.uses(index));
        let unused = (!is_used).then(|| format!("{document}: no plan uses `{index}`"));
        let of_plan = |plan: &Plan| {
            let faults = plan.faults(&self.large).into_iter();
            faults.map(|fault| format!("{document}: {fault}: {}", plan.statement())).collect::<Vec<_>>()
        };
        unused.into_iter().chain(plans.iter().flat_map(of_plan)).collect()
    }

    /// What is wrong with the first page of a list, one within it, and its last page.
    async fn faults_of_list(&mut self, list: &str, index: &str) -> BTreeSet<String> {
        let fields = self.operation(list).await;
        let closing = "}".repeat(fields.matches('{').count() - fields.matches('}').count());
        let operation = |page: &str| {
            format!(
                "{{ {} {{ pageInfo {{ endCursor }} nodes {{ __typename }} }} {closing} }}",
                fields.replace("PAGE", page)
            )
        };
        let (answer, _) = self.ask(&operation("first: 60")).await;
        let mut pages = vec!["first: 50".to_owned(), "last: 50".to_owned()];
        pages.extend(end_cursor(&answer).map(|cursor| format!("first: 50, after: \"{cursor}\"")));
        let mut faults = BTreeSet::new();
        for page in pages {
            faults.append(&mut self.faults(&operation(&page), index).await);
        }
        faults
    }
}

/// The cursor of the last item, wherever the list is in the answer.
fn end_cursor(answer: &Value) -> Option<&str> {
    match &answer["pageInfo"]["endCursor"] {
        Value::String(cursor) => Some(cursor),
        _ => answer.as_object()?.values().find_map(end_cursor),
    }
}

/// The tables that no list may read without an index.
async fn large_tables(app: &App) -> Vec<String> {
    let sql = "SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND reltuples > 1000";
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let rows = app.database.connection().query_all_raw(statement).await.expect("tables");
    let tables: Vec<String> = rows.iter().map(|row| row.try_get("", "name").expect("a name")).collect();
    for table in [
        "users",
        "roles",
        "permissions",
        "user_roles",
        "user_permissions",
        "sessions",
        "audit_events",
        "policy_revisions",
    ] {
        assert!(tables.iter().any(|large| large == table), "{table} is small: {tables:?}");
    }
    tables
}

#[tokio::test]
async fn each_list_follows_its_index_and_sorts_no_more_than_a_page_needs() {
    let Some(mut observed) = Observed::start().await else { return };
    let mut faults = BTreeSet::new();
    for (_, list, index) in LISTS {
        faults.append(&mut observed.faults_of_list(list, index).await);
    }
    for (fields, index) in NESTED {
        let document = format!("{{ {} }}", fields.replace("PAGE", "first: 50"));
        faults.append(&mut observed.faults(&document, index).await);
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test]
async fn a_list_that_lost_its_index_has_faults() {
    let Some(mut observed) = Observed::start().await else { return };
    let sql = "DROP INDEX idx_audit_events_at_id";
    observed.app.database.connection().execute_unprepared(sql).await.expect("no index");
    let faults = observed.faults_of_list("auditLog(PAGE)", "idx_audit_events_at_id").await;
    assert!(faults.iter().any(|fault| fault.contains("reads `audit_events` without an index")), "{faults:#?}");
    assert!(faults.iter().any(|fault| fault.contains("no plan uses")), "{faults:#?}");
}

#[test]
fn every_list_of_the_schema_is_observed() {
    let fields = sdl::published().fields();
    let lists = fields.filter(|field| sdl::named(&field.field.ty).ends_with("Connection"));
    let expected: BTreeSet<String> = lists.map(|field| field.coordinate).collect();
    let observed: BTreeSet<String> = LISTS.iter().map(|&(field, ..)| field.to_owned()).collect();
    assert_eq!(observed, expected);
}

use super::*;
use crate::page::{Direction, PageEnd};
use crate::users::{UserKind, UserStatus};
use engine::{Facts, PermissionFacts, PermissionName, RoleFacts, RoleName, UserId};
use sea_orm::{ConnectOptions, DatabaseConnection, DbBackend, IntoActiveModel, Schema, TransactionTrait};
use uuid::Uuid;

const NOW: i64 = 1_000;
const CLERK: RoleId = RoleId::new(Uuid::from_u128(1));
const BOSS: RoleId = RoleId::new(Uuid::from_u128(2));
const READ: PermissionId = PermissionId::new(Uuid::from_u128(1));

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).expect("a small number of seconds")
}

/// `boss` inherits from `clerk`, which is granted `invoice:read`.
fn policy() -> Policy {
    let role = |id, name: &str, grants: &[PermissionId], inherits_from: &[RoleId]| RoleFacts {
        id,
        name: RoleName::parse(name).expect("a name"),
        is_system: false,
        is_default: false,
        requires_activation: false,
        revision: 1,
        grants: grants.to_vec(),
        inherits_from: inherits_from.to_vec(),
    };
    let name = PermissionName::parse("invoice:read").expect("a name");
    let roles = vec![role(CLERK, "clerk", &[READ], &[]), role(BOSS, "boss", &[], &[CLERK])];
    let permissions = vec![PermissionFacts { id: READ, name, is_system: false }];
    Policy::build(Facts { revision: 1, roles, permissions, constraints: Vec::new() }).expect("facts that agree")
}

/// Users by name, with their status and what they were given from when until when.
async fn database() -> DatabaseConnection {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1);
    let database = sea_orm::Database::connect(options).await.expect("an embedded database");
    let schema = Schema::new(DbBackend::Sqlite);
    let tables = [
        schema.create_table_from_entity(user::Entity),
        schema.create_table_from_entity(entity::role::Entity),
        schema.create_table_from_entity(entity::permission::Entity),
        schema.create_table_from_entity(user_role::Entity),
        schema.create_table_from_entity(user_permission::Entity),
    ];
    let transaction = database.begin().await.expect("a transaction");
    // Roles and permissions are known to the policy only.
    transaction.execute_unprepared("PRAGMA defer_foreign_keys = ON").await.expect("a setting");
    for table in &tables {
        transaction.execute(table).await.expect("a new table");
    }
    transaction.commit().await.expect("tables");
    database.execute_unprepared("PRAGMA foreign_keys = OFF").await.expect("a setting");
    use user::Status::{Active, Deleted, Suspended};
    let people = [("ana", Active), ("bob", Active), ("cy", Suspended), ("dan", Active), ("eve", Active)];
    for (place, (name, status)) in people.into_iter().chain([("zoe", Deleted)]).enumerate() {
        insert_user(&database, place as u128, name, status).await;
    }
    for (user, role, until) in [(0, CLERK, None), (1, CLERK, Some(at(NOW))), (2, CLERK, None), (4, BOSS, None)] {
        assign(&database, user, role, until).await;
    }
    grant(&database, 3, None).await;
    grant(&database, 1, Some(at(NOW + 1))).await;
    database
}

async fn insert_user(database: &DatabaseConnection, id: u128, name: &str, status: user::Status) {
    let row = user::Model {
        id: Uuid::from_u128(id),
        kind: user::Kind::Human,
        status,
        username: name.to_uppercase(),
        username_key: name.to_owned(),
        email: (name == "ana").then(|| "Ana@100%.example".to_owned()),
        display_name: None,
        display_key: format!("{name} the first"),
        password_hash: None,
        revision: 1,
        created_at: at(1),
        updated_at: at(1),
        last_login_at: None,
        last_login_key: 0,
    };
    user::Entity::insert(row.into_active_model()).exec_without_returning(database).await.expect("a user");
}

async fn assign(database: &DatabaseConnection, user: u128, role: RoleId, until: Option<DateTime<Utc>>) {
    let row = user_role::Model {
        id: Uuid::from_u128(user),
        user_id: Uuid::from_u128(user),
        role_id: role.uuid(),
        assigned_at: at(1),
        assigned_by: None,
        valid_from: None,
        expires_at: until,
        reason: None,
        noted_end: None,
    };
    user_role::Entity::insert(row.into_active_model()).exec_without_returning(database).await.expect("a pair");
}

async fn grant(database: &DatabaseConnection, user: u128, from: Option<DateTime<Utc>>) {
    let row = user_permission::Model {
        user_id: Uuid::from_u128(user),
        permission_id: READ.uuid(),
        granted_at: at(1),
        granted_by: None,
        valid_from: from,
        expires_at: None,
        reason: None,
        noted_end: None,
    };
    user_permission::Entity::insert(row.into_active_model()).exec_without_returning(database).await.expect("a pair");
}

/// Names of those whom the filter lets through, in order.
async fn listed(database: &DatabaseConnection, filter: UserFilter) -> String {
    let wanted = Wanted { filter: &filter, policy: &policy(), now: at(NOW) };
    let order = UserOrder { field: UserOrderField::Username, direction: Direction::Ascending };
    let request = PageRequest { limit: 10, from: PageEnd::Start, after: None, before: None };
    let pages = pages(database, [wanted].into_iter(), order, &request).await.expect("a page");
    let [page] = pages.try_into().expect("one page");
    let counts = counts(database, [wanted].into_iter()).await.expect("a number");
    assert_eq!(counts, [page.items.len() as u64], "{filter:?}");
    let names: Vec<_> = page.items.into_iter().map(|(_, user)| user.username.to_lowercase()).collect();
    names.join(" ")
}

#[tokio::test]
async fn each_condition_lets_the_right_people_through() {
    let database = database().await;
    let all = UserFilter::default;
    let searching = |text: &str| UserFilter { search: Some(text.to_owned()), ..all() };
    let states = |states: &[UserStatus]| UserFilter { status: Some(states.to_vec()), ..all() };
    let cases = [
        (all(), "ana bob cy dan eve"),
        (states(&[UserStatus::Deleted]), "zoe"),
        (states(&[]), ""),
        (UserFilter { kind: Some(UserKind::Service), ..all() }, ""),
        (UserFilter { assigned_role: Some(CLERK), ..all() }, "ana cy"),
        (UserFilter { authorized_role: Some(CLERK), ..all() }, "ana cy eve"),
        (UserFilter { authorized_role: Some(BOSS), ..all() }, "eve"),
        (UserFilter { permission: Some(READ), ..all() }, "ana dan eve"),
        (UserFilter { permission: Some(PermissionId::new(Uuid::nil())), ..all() }, ""),
        (UserFilter { direct_permission: Some(READ), ..all() }, "dan"),
        (UserFilter { has_direct_permissions: Some(true), ..all() }, "dan"),
        (UserFilter { has_direct_permissions: Some(false), ..all() }, "ana bob cy eve"),
        (searching(""), "ana bob cy dan eve"),
        (searching("AN"), "ana dan"),
        (searching("100%"), "ana"),
        (searching("a%e"), ""),
        (searching("_"), ""),
        (searching("the first"), "ana bob cy dan eve"),
        (searching("a\0"), ""),
        (UserFilter { id: Some(UserId::new(Uuid::from_u128(1))), ..all() }, "bob"),
        (UserFilter { id: Some(UserId::new(Uuid::from_u128(1))), ..searching("eve") }, "bob eve"),
        (UserFilter { assigned_role: Some(CLERK), ..searching("ana") }, "ana"),
    ];
    for (filter, expected) in cases {
        assert_eq!(listed(&database, filter.clone()).await, expected, "{filter:?}");
    }
}

#[test]
fn sql_says_the_same_of_time_as_the_engine() {
    let query = user::Entity::find().filter(rights(Wanted {
        filter: &UserFilter { assigned_role: Some(CLERK), ..UserFilter::default() },
        policy: &policy(),
        now: at(NOW),
    }));
    let sql = sea_orm::QueryTrait::build(&query, DbBackend::Sqlite).sql;
    assert!(sql.contains(r#""valid_from" IS NULL OR "user_roles"."valid_from" <= ?"#), "{sql}");
    assert!(sql.contains(r#""expires_at" IS NULL OR "user_roles"."expires_at" > ?"#), "{sql}");
}

//! The world as the service keeps it.

use super::wire::Book;
use super::world::{ALWAYS, Constraint, FOREVER, Held, Reset, Role, Session, Term, User, World};
use api::graphql::id::{EntityType, encode};
use chrono::{DateTime, Utc};
use engine::ConstraintKind;
use entity::{audit_event, password_reset, role, session, session_role, user, user_permission, user_role};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use service::Clock;
use std::collections::BTreeMap;
use tests::App;
use uuid::Uuid;

/// Names by id.
type Called = BTreeMap<Uuid, String>;

/// Reads the world behind the service's back, and notes what everything is called by.
pub(super) async fn world(app: &App, book: &mut Book) -> World {
    let (roles, permissions) = policy(app, book);
    let mut world = World { now: book.second(app.clock.now()), ..World::default() };
    let facts = app.service.policy();
    world.permissions =
        facts.facts().permissions.iter().map(|known| (known.name.to_string(), known.is_system)).collect();
    let names = |ids: &mut dyn Iterator<Item = Uuid>, called: &Called| ids.map(|id| called[&id].clone()).collect();
    for role in &facts.facts().roles {
        let known = Role {
            is_built_in: role.is_system,
            is_default: role.is_default,
            requires_activation: role.requires_activation,
            description: None,
            grants: names(&mut role.grants.iter().map(|id| id.uuid()), &permissions),
            juniors: names(&mut role.inherits_from.iter().map(|id| id.uuid()), &roles),
        };
        world.roles.insert(role.name.to_string(), known);
    }
    for row in role::Entity::find().all(app.database.connection()).await.expect("roles") {
        world.roles.get_mut(&row.name).expect("a role in memory").description = row.description;
    }
    for constraint in &facts.facts().constraints {
        let known = Constraint {
            is_dynamic: constraint.kind == ConstraintKind::Dynamic,
            roles: names(&mut constraint.roles.iter().map(|id| id.uuid()), &roles),
            limit: constraint.limit,
        };
        world.constraints.insert(constraint.name.clone(), known);
    }
    let users = users(app, (book, &mut world), (&roles, &permissions)).await;
    sessions(app, (book, &mut world), (&roles, &users)).await;
    for row in password_reset::Entity::find().all(app.database.connection()).await.expect("resets") {
        let issuer = row.issued_by.and_then(|issuer| users.get(&issuer).cloned());
        let reset = Reset { issuer, until: book.second(row.expires_at) };
        // Those that have run out are deleted at leisure.
        if reset.until > world.now {
            world.resets.insert(users[&row.user_id].clone(), reset);
        }
    }
    world
}

/// What roles and permissions are called; constraints are noted as well.
fn policy(app: &App, book: &mut Book) -> (Called, Called) {
    let policy = app.service.policy();
    let facts = policy.facts();
    let roles: Called = facts.roles.iter().map(|role| (role.id.uuid(), role.name.to_string())).collect();
    let permissions: Called = facts.permissions.iter().map(|known| (known.id.uuid(), known.name.to_string())).collect();
    book.roles = turned(&roles, EntityType::Role);
    book.permissions = turned(&permissions, EntityType::Permission);
    let constraints = facts.constraints.iter().map(|known| (known.id.uuid(), known.name.clone()));
    book.constraints = turned(&constraints.collect(), EntityType::SodConstraint);
    (roles, permissions)
}

/// Global ids by name.
fn turned(called: &Called, kind: EntityType) -> BTreeMap<String, String> {
    called.iter().map(|(id, name)| (name.clone(), encode(kind, *id).to_string())).collect()
}

async fn users(app: &App, (book, world): (&mut Book, &mut World), (roles, permissions): (&Called, &Called)) -> Called {
    let connection = app.database.connection();
    let rows = user::Entity::find().filter(user::Column::Status.ne(user::Status::Deleted)).all(connection).await;
    let mut called = Called::new();
    for row in rows.expect("users") {
        let known = User {
            is_suspended: row.status == user::Status::Suspended,
            has_password: row.password_hash.is_some(),
            display_name: row.display_name,
            ..User::default()
        };
        called.insert(row.id, row.username.clone());
        world.users.insert(row.username, known);
    }
    book.users = turned(&called, EntityType::User);
    for row in user_role::Entity::find().all(connection).await.expect("assignments") {
        let held = Held { since: book.second(row.assigned_at), term: term(book, row.valid_from, row.expires_at) };
        let user = world.users.get_mut(&called[&row.user_id]).expect("a user");
        user.roles.insert(roles[&row.role_id].clone(), held);
    }
    for row in user_permission::Entity::find().all(connection).await.expect("grants") {
        let term = term(book, row.valid_from, row.expires_at);
        let user = world.users.get_mut(&called[&row.user_id]).expect("a user");
        user.grants.insert(permissions[&row.permission_id].clone(), term);
    }
    called
}

fn term(book: &Book, from: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>) -> Term {
    let second = |moment: DateTime<Utc>| book.second(moment);
    Term { from: from.map_or(ALWAYS, second), until: until.map_or(FOREVER, second) }
}

async fn sessions(app: &App, (book, world): (&mut Book, &mut World), (roles, users): (&Called, &Called)) {
    let connection = app.database.connection();
    let live = session::Entity::find().filter(session::Column::RevokedAt.is_null()).all(connection).await;
    let mut chosen: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for row in session_role::Entity::find().all(connection).await.expect("chosen roles") {
        chosen.entry(row.session_id).or_default().push(row.role_id);
    }
    let called: Called = book.sessions.iter().map(|(name, known)| (known.id, name.clone())).collect();
    for row in live.expect("sessions") {
        // Sessions that no step opened are the harness's.
        let Some(name) = called.get(&row.id) else { continue };
        let roles = chosen.get(&row.id).into_iter().flatten().map(|role| roles[role].clone()).collect();
        let known = Session {
            user: users[&row.user_id].clone(),
            authenticated: book.second(row.authenticated_at),
            chosen: (row.activation == session::Activation::Chosen).then_some(roles),
        };
        world.sessions.insert(name.clone(), known);
    }
}

/// Is it on record that this user did something at this moment, or that it was refused for this reason lately?
/// Repeated refusals within a minute are one entry.
pub(super) async fn is_audited(app: &App, user: Uuid, refused: Option<&str>) -> bool {
    use audit_event::{Column, Outcome};
    let now = app.clock.now();
    let events = audit_event::Entity::find().filter(Column::ActorId.eq(user));
    let events = match refused {
        None => events.filter(Column::Outcome.eq(Outcome::Success)).filter(Column::At.eq(now)),
        Some(code) => events
            .filter(Column::Outcome.ne(Outcome::Success))
            .filter(Column::At.gt(now - chrono::TimeDelta::minutes(1)))
            .filter(match code {
                // Refused by a guard: the reason is its rule.
                "FORBIDDEN" | "REAUTHENTICATION_REQUIRED" => Column::Action.eq("access.deny"),
                code => Column::Reason.contains(code),
            }),
    };
    events.count(app.database.connection()).await.expect("audit events") > 0
}

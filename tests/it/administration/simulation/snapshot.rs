//! Reads the world from the database.

use super::requests::Ids;
use super::world::{ALWAYS, Constraint, FOREVER, HeldRole, Reset, Role, Session, Term, User, World};
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
type NamesById = BTreeMap<Uuid, String>;

/// Reads the world directly from the database, and records the names of all objects.
pub(super) async fn world(app: &App, ids: &mut Ids) -> World {
    let (roles, permissions) = policy(app, ids);
    let mut world = World { now: ids.second(app.clock.now()), ..World::default() };
    let facts = app.service.policy().to_facts();
    world.permissions = facts.permissions.iter().map(|known| (known.name.to_string(), known.is_system)).collect();
    let names =
        |ids: &mut dyn Iterator<Item = Uuid>, names_by_id: &NamesById| ids.map(|id| names_by_id[&id].clone()).collect();
    for role in &facts.roles {
        let known = Role {
            is_built_in: role.is_system,
            is_default: role.is_default,
            requires_activation: role.requires_activation,
            description: None,
            grants: names(&mut role.grants.iter().map(|id| id.uuid()), &permissions),
            patterns: role.patterns.iter().map(ToString::to_string).collect(),
            juniors: names(&mut role.inherits_from.iter().map(|id| id.uuid()), &roles),
        };
        world.roles.insert(role.name.to_string(), known);
    }
    for row in role::Entity::find().all(app.database.connection()).await.expect("roles") {
        world.roles.get_mut(&row.name).expect("a role in memory").description = row.description;
    }
    for constraint in &facts.constraints {
        let known = Constraint {
            is_dynamic: constraint.kind == ConstraintKind::Dynamic,
            roles: names(&mut constraint.roles.iter().map(|id| id.uuid()), &roles),
            permissions: names(&mut constraint.permissions.iter().map(|id| id.uuid()), &permissions),
            limit: constraint.limit,
        };
        world.constraints.insert(constraint.name.clone(), known);
    }
    let users = users(app, ids, &mut world, &roles, &permissions).await;
    sessions(app, ids, &mut world, &roles, &users).await;
    for row in password_reset::Entity::find().all(app.database.connection()).await.expect("resets") {
        let issuer = row.issued_by.and_then(|issuer| users.get(&issuer).cloned());
        let reset = Reset { issuer, until: ids.second(row.expires_at) };
        // Expired resets are deleted later.
        if reset.until > world.now {
            world.resets.insert(users[&row.user_id].clone(), reset);
        }
    }
    world
}

/// Names of roles and permissions; those of constraints are recorded as well.
fn policy(app: &App, ids: &mut Ids) -> (NamesById, NamesById) {
    let facts = app.service.policy().to_facts();
    let roles: NamesById = facts.roles.iter().map(|role| (role.id.uuid(), role.name.to_string())).collect();
    let permissions: NamesById =
        facts.permissions.iter().map(|known| (known.id.uuid(), known.name.to_string())).collect();
    ids.roles = inverted(&roles, EntityType::Role);
    ids.permissions = inverted(&permissions, EntityType::Permission);
    let constraints = facts.constraints.iter().map(|known| (known.id.uuid(), known.name.clone()));
    ids.constraints = inverted(&constraints.collect(), EntityType::SodConstraint);
    (roles, permissions)
}

/// Global ids by name.
fn inverted(names_by_id: &NamesById, kind: EntityType) -> BTreeMap<String, String> {
    names_by_id.iter().map(|(id, name)| (name.clone(), encode(kind, *id).to_string())).collect()
}

async fn users(app: &App, ids: &mut Ids, world: &mut World, roles: &NamesById, permissions: &NamesById) -> NamesById {
    let connection = app.database.connection();
    let rows = user::Entity::find().filter(user::Column::Status.ne(user::Status::Deleted)).all(connection).await;
    let mut names_by_id = NamesById::new();
    for row in rows.expect("users") {
        let known = User {
            is_suspended: row.status == user::Status::Suspended,
            has_password: row.password_hash.is_some(),
            display_name: row.display_name,
            ..User::default()
        };
        names_by_id.insert(row.id, row.username.clone());
        world.users.insert(row.username, known);
    }
    ids.users = inverted(&names_by_id, EntityType::User);
    for row in user_role::Entity::find().all(connection).await.expect("assignments") {
        let held = HeldRole { since: ids.second(row.assigned_at), term: term(ids, row.valid_from, row.expires_at) };
        let user = world.users.get_mut(&names_by_id[&row.user_id]).expect("a user");
        user.roles.insert(roles[&row.role_id].clone(), held);
    }
    for row in user_permission::Entity::find().all(connection).await.expect("grants") {
        let term = term(ids, row.valid_from, row.expires_at);
        let user = world.users.get_mut(&names_by_id[&row.user_id]).expect("a user");
        user.grants.insert(permissions[&row.permission_id].clone(), term);
    }
    names_by_id
}

fn term(ids: &Ids, from: Option<DateTime<Utc>>, until: Option<DateTime<Utc>>) -> Term {
    let second = |moment: DateTime<Utc>| ids.second(moment);
    Term { from: from.map_or(ALWAYS, second), until: until.map_or(FOREVER, second) }
}

async fn sessions(app: &App, ids: &mut Ids, world: &mut World, roles: &NamesById, users: &NamesById) {
    let connection = app.database.connection();
    let live = session::Entity::find().filter(session::Column::RevokedAt.is_null()).all(connection).await;
    let mut chosen: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
    for row in session_role::Entity::find().all(connection).await.expect("chosen roles") {
        chosen.entry(row.session_id).or_default().push(row.role_id);
    }
    let names_by_id: NamesById = ids.sessions.iter().map(|(name, known)| (known.id, name.clone())).collect();
    for row in live.expect("sessions") {
        // Sessions that no step created belong to the harness.
        let Some(name) = names_by_id.get(&row.id) else { continue };
        let roles = chosen.get(&row.id).into_iter().flatten().map(|role| roles[role].clone()).collect();
        let known = Session {
            user: users[&row.user_id].clone(),
            authenticated: ids.second(row.authenticated_at),
            chosen: (row.activation == session::Activation::Chosen).then_some(roles),
        };
        world.sessions.insert(name.clone(), known);
    }
}

/// Does the audit log have an entry of this user now, or a recent denial with this code? Repeated denials within a
/// minute are one entry.
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
                // Denied by a guard: the reason is its rule.
                "FORBIDDEN" | "REAUTHENTICATION_REQUIRED" => Column::Action.eq("access.deny"),
                code => Column::Reason.contains(code),
            }),
    };
    events.count(app.database.connection()).await.expect("audit events") > 0
}

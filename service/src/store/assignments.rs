//! Roles assigned to users.

mod expired;
mod grants;
mod holders;
mod pairs;
mod permanent;

pub(crate) use expired::{ExpiredLink, LinkKind, delete_expired, mark_reported, reported, unreported};
pub(crate) use grants::{
    GrantInsert, delete_grants, grant_validities, granted, grants_of_users, held_by_grantees, insert_grants,
    replace_grant_terms,
};
pub(crate) use holders::{AmongUsers, Held, assigned_several, assignments_after, granted_one, grants_after};
pub(crate) use pairs::{assigned_pairs, granted_pairs};
pub(crate) use permanent::{PermanentAssignment, assign_permanently, has_permanent_holder, permanent_holders};

pub(super) use grants::{count_grants_of_permission, delete_grants_of_user, delete_some_grants, read_grants};
pub(super) use holders::has_one_of;

use super::deletions::is_not_deleted;
use super::{CHUNK, among, bulk};
use crate::Result;
use crate::assignments::{RoleAssignment, Terms};
use crate::change::Stamp;
use crate::database::Connection;
use chrono::{DateTime, Utc};
use engine::{Assignment, AssignmentId, RoleId, Subject, UserId, Validity};
use entity::user_role::{Column, Entity, Model};
use rustc_hash::FxHashMap;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

type Instant = Option<DateTime<Utc>>;

/// An assignment to insert.
#[derive(Clone, Debug)]
pub(crate) struct AssignmentInsert {
    pub(crate) id: AssignmentId,
    pub(crate) user: UserId,
    pub(crate) role: RoleId,
    pub(crate) terms: Terms,
}

/// Assignments by their keys.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AssignmentKeys<'a> {
    /// Roles of one user.
    Roles(UserId, &'a [RoleId]),
    /// Users of one role.
    Users(RoleId, &'a [UserId]),
}

impl AssignmentKeys<'_> {
    fn is_empty(&self) -> bool {
        match self {
            Self::Roles(_, roles) => roles.is_empty(),
            Self::Users(_, users) => users.is_empty(),
        }
    }

    fn condition<C: Connection>(&self, connection: &C) -> Condition {
        match self {
            Self::Roles(user, roles) => Condition::all().add(Column::UserId.eq(user.uuid())).add(among(
                connection,
                Column::RoleId,
                roles.iter().map(|role| role.uuid()),
            )),
            Self::Users(role, users) => Condition::all().add(Column::RoleId.eq(role.uuid())).add(among(
                connection,
                Column::UserId,
                users.iter().map(|user| user.uuid()),
            )),
        }
    }
}

/// Inserts assignments; none of them may exist.
pub(crate) async fn insert<C: Connection>(connection: &C, new: &[AssignmentInsert], stamp: Stamp) -> Result<()> {
    let (plain, new): (Vec<_>, Vec<_>) = new.iter().partition(|new| new.terms == Terms::default());
    let keys: Vec<_> = plain.iter().map(|new| [new.id.uuid(), new.user.uuid(), new.role.uuid()]).collect();
    let others = [
        (Column::AssignedByLabel, stamp.label.into()),
        (Column::AssignedAt, stamp.at.into()),
        (Column::AssignedBy, stamp.by.map(UserId::uuid).into()),
    ];
    bulk::insert_ids(connection, Entity, [Column::Id, Column::UserId, Column::RoleId], &keys, &others).await?;
    let columns =
        [Column::Id, Column::UserId, Column::RoleId, Column::AssignedByLabel, Column::AssignedAt, Column::AssignedBy];
    for new in new.chunks(CHUNK) {
        let mut insert = Query::insert();
        insert.into_table(Entity);
        insert.columns(columns.into_iter().chain([Column::ValidFrom, Column::ExpiresAt, Column::Reason]));
        for AssignmentInsert { id, user, role, terms } in new {
            let key = [id.uuid().into(), user.uuid().into(), role.uuid().into(), stamp.label.into()];
            insert.values_panic(key.into_iter().chain(stamp_values(stamp)).chain(term_values(terms)));
        }
        connection.execute(&insert).await?;
    }
    Ok(())
}

/// Time and actor, in the order of the columns.
fn stamp_values(stamp: Stamp) -> [Expr; 2] {
    [stamp.at.into(), stamp.by.map(UserId::uuid).into()]
}

/// Start, end and reason, in the order of the columns.
fn term_values(terms: &Terms) -> [Expr; 3] {
    [late(terms.valid_from), late(terms.expires_at), terms.reason.clone().into()]
}

/// An instant that may lie beyond 2038. The driver sends MariaDB an instant in UTC as `timestamp`, which ends there and
/// then becomes null, here "permanent"; an instant with an offset is sent as text.
fn late(at: Instant) -> Expr {
    Expr::value(at.map(|at| at.fixed_offset()))
}

/// The assignments that exist among these.
pub(crate) async fn assigned<C: Connection>(connection: &C, keys: AssignmentKeys<'_>) -> Result<Vec<RoleAssignment>> {
    let rows = Entity::find().filter(keys.condition(connection)).all(connection).await?;
    Ok(rows.into_iter().map(RoleAssignment::from).collect())
}

/// Replaces the terms of assignments.
pub(crate) async fn replace_terms<C: Connection>(
    connection: &C,
    keys: AssignmentKeys<'_>,
    terms: &Terms,
) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let columns = [Column::ValidFrom, Column::ExpiresAt, Column::Reason].into_iter().zip(term_values(terms));
    let update = columns.fold(Entity::update_many(), |update, (column, value)| update.col_expr(column, value));
    update.filter(keys.condition(connection)).exec(connection).await?;
    Ok(())
}

pub(crate) async fn delete<C: Connection>(connection: &C, keys: AssignmentKeys<'_>) -> Result<()> {
    Entity::delete_many().filter(keys.condition(connection)).exec(connection).await?;
    Ok(())
}

/// Deletes up to [`CHUNK`] assignments of a role; returns their users.
pub(super) async fn delete_some_of_role<C: Connection>(connection: &C, role: RoleId) -> Result<Vec<Uuid>> {
    let these = Column::RoleId.eq(role.uuid());
    let query = Entity::find().select_only().column(Column::UserId).filter(these.clone()).limit(CHUNK as u64);
    let users: Vec<Uuid> = query.into_tuple().all(connection).await?;
    if !users.is_empty() {
        let these = these.and(among(connection, Column::UserId, users.iter().copied()));
        Entity::delete_many().filter(these).exec(connection).await?;
    }
    Ok(users)
}

/// Number of assignments of a role, valid or not.
pub(super) async fn count_of_role<C: Connection>(connection: &C, role: RoleId) -> Result<u64> {
    Ok(Entity::find().filter(Column::RoleId.eq(role.uuid())).count(connection).await?)
}

/// Deletes all assignments of a user.
pub(super) async fn delete_of_user<C: Connection>(connection: &C, user: UserId) -> Result<()> {
    Entity::delete_many().filter(Column::UserId.eq(user.uuid())).exec(connection).await?;
    Ok(())
}

/// Assignments of these users, valid or not, oldest first.
pub(crate) async fn of_users<C: Connection>(connection: &C, users: &[UserId]) -> Result<Vec<RoleAssignment>> {
    let rows = shown()
        .filter(among(connection, Column::UserId, users.iter().map(|user| user.uuid())))
        .order_by_asc(Column::AssignedAt)
        .order_by_asc(Column::Id)
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(RoleAssignment::from).collect())
}

pub(crate) async fn by_ids<C: Connection>(connection: &C, ids: &[AssignmentId]) -> Result<Vec<RoleAssignment>> {
    let rows = shown().filter(among(connection, Column::Id, ids.iter().map(|id| id.uuid()))).all(connection).await?;
    Ok(rows.into_iter().map(RoleAssignment::from).collect())
}

/// Assignments of roles that are not deleted.
fn shown() -> Select<Entity> {
    Entity::find().filter(is_not_deleted(Expr::col((Entity, Column::RoleId))))
}

/// Roles assigned to a user, valid or not, in no order.
pub(crate) async fn roles_of<C: Connection>(connection: &C, user: UserId) -> Result<Vec<RoleId>> {
    let query = shown().select_only().column(Column::RoleId).filter(Column::UserId.eq(user.uuid()));
    let roles: Vec<Uuid> = query.into_tuple().all(connection).await?;
    Ok(roles.into_iter().map(RoleId::new).collect())
}

/// The periods of validity of these users' assignments.
pub(crate) async fn validities<C: Connection>(
    connection: &C,
    users: &[UserId],
) -> Result<FxHashMap<(UserId, RoleId), Validity>> {
    let rows: Vec<(Uuid, Uuid, Instant, Instant)> = Entity::find()
        .select_only()
        .columns([Column::UserId, Column::RoleId, Column::ValidFrom, Column::ExpiresAt])
        .filter(among(connection, Column::UserId, users.iter().map(|user| user.uuid())))
        .into_tuple()
        .all(connection)
        .await?;
    let entry = |(user, role, from, until)| ((UserId::new(user), RoleId::new(role)), Validity { from, until });
    Ok(rows.into_iter().map(entry).collect())
}

/// Adds the assignments of `users` to their subjects.
pub(super) async fn read_assignments<C: Connection>(
    connection: &C,
    users: &[Uuid],
    subjects: &mut FxHashMap<Uuid, Subject>,
) -> Result<()> {
    let columns =
        [Column::Id, Column::UserId, Column::RoleId, Column::AssignedAt, Column::ValidFrom, Column::ExpiresAt];
    let query = Entity::find().select_only().columns(columns);
    let query = query.filter(among(connection, Column::UserId, users.iter().copied()));
    let rows: Vec<(Uuid, Uuid, Uuid, DateTime<Utc>, Instant, Instant)> = query.into_tuple().all(connection).await?;
    for (id, user, role, assigned_at, from, until) in rows {
        if let Some(subject) = subjects.get_mut(&user) {
            let (id, role) = (AssignmentId::new(id), RoleId::new(role));
            subject.assignments.push(Assignment { id, role, assigned_at, validity: Validity { from, until } });
        }
    }
    Ok(())
}

impl From<Model> for RoleAssignment {
    fn from(row: Model) -> Self {
        Self {
            id: AssignmentId::new(row.id),
            user: UserId::new(row.user_id),
            role: RoleId::new(row.role_id),
            assigned_at: row.assigned_at,
            assigned_by: row.assigned_by.map(UserId::new),
            assigned_by_label: row.assigned_by_label,
            valid_from: row.valid_from,
            expires_at: row.expires_at,
            reason: row.reason,
        }
    }
}

//! Reading subjects.

use super::CHUNK;
use crate::Result;
use chrono::{DateTime, Utc};
use engine::{
    AccountStatus, Activation, Assignment, AssignmentId, DirectGrant, PermissionId, RoleId, Subject, UserId, Validity,
};
use entity::{user, user_permission, user_role};
use rustc_hash::FxHashMap;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

type Instant = Option<DateTime<Utc>>;

/// Reads subjects, in three statements per 500 users; unknown users are left out. `connection` is to
/// see one state throughout.
///
/// # Errors
/// [`crate::Error::Unavailable`] when they cannot be read.
pub(crate) async fn subjects<C: ConnectionTrait>(connection: &C, users: &[UserId]) -> Result<Vec<Subject>> {
    let users: Vec<Uuid> = users.iter().map(|user| user.uuid()).collect();
    let mut subjects = Vec::with_capacity(users.len());
    for users in users.chunks(CHUNK) {
        let mut chunk = accounts(connection, users).await?;
        add_assignments(connection, &mut chunk, users).await?;
        add_grants(connection, &mut chunk, users).await?;
        subjects.extend(chunk.into_values());
    }
    Ok(subjects)
}

async fn accounts<C: ConnectionTrait>(connection: &C, users: &[Uuid]) -> Result<FxHashMap<Uuid, Subject>> {
    use user::Column;
    let query = user::Entity::find().select_only().columns([Column::Id, Column::Status, Column::Revision]);
    let query = query.filter(Column::Id.is_in(users.iter().copied()));
    let rows: Vec<(Uuid, user::Status, i64)> = query.into_tuple().all(connection).await?;
    let subject = |(id, status, revision): (Uuid, user::Status, i64)| Subject {
        user: UserId::new(id),
        status: match status {
            user::Status::Active => AccountStatus::Active,
            user::Status::Suspended => AccountStatus::Suspended,
            user::Status::Deleted => AccountStatus::Deleted,
        },
        revision: u64::try_from(revision).unwrap_or_default(),
        assignments: Vec::new(),
        grants: Vec::new(),
        activation: Activation::All,
    };
    Ok(rows.into_iter().map(|row| (row.0, subject(row))).collect())
}

async fn add_assignments<C: ConnectionTrait>(
    connection: &C,
    subjects: &mut FxHashMap<Uuid, Subject>,
    users: &[Uuid],
) -> Result<()> {
    use user_role::Column;
    let columns =
        [Column::Id, Column::UserId, Column::RoleId, Column::AssignedAt, Column::ValidFrom, Column::ExpiresAt];
    let query = user_role::Entity::find().select_only().columns(columns);
    let query = query.filter(Column::UserId.is_in(users.iter().copied()));
    let rows: Vec<(Uuid, Uuid, Uuid, DateTime<Utc>, Instant, Instant)> = query.into_tuple().all(connection).await?;
    for (id, user, role, assigned_at, from, until) in rows {
        if let Some(subject) = subjects.get_mut(&user) {
            let (id, role) = (AssignmentId::new(id), RoleId::new(role));
            subject.assignments.push(Assignment { id, role, assigned_at, validity: Validity { from, until } });
        }
    }
    Ok(())
}

async fn add_grants<C: ConnectionTrait>(
    connection: &C,
    subjects: &mut FxHashMap<Uuid, Subject>,
    users: &[Uuid],
) -> Result<()> {
    use user_permission::Column;
    let columns = [Column::UserId, Column::PermissionId, Column::ValidFrom, Column::ExpiresAt];
    let query = user_permission::Entity::find().select_only().columns(columns);
    let query = query.filter(Column::UserId.is_in(users.iter().copied()));
    let rows: Vec<(Uuid, Uuid, Instant, Instant)> = query.into_tuple().all(connection).await?;
    for (user, permission, from, until) in rows {
        if let Some(subject) = subjects.get_mut(&user) {
            let permission = PermissionId::new(permission);
            subject.grants.push(DirectGrant { permission, validity: Validity { from, until } });
        }
    }
    Ok(())
}

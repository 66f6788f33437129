//! The revision and the change feed as they are stored.

use super::{CHUNK, TOO_MANY, policy_after};
use crate::decisions::Touched;
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use engine::{ConstraintId, PermissionId, Policy, RoleId, UserId};
use entity::{policy_change, policy_state};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// The only row of `policy_state`.
const STATE: i32 = 1;

/// The revision of the policy.
///
/// # Errors
/// [`Error::Unavailable`] when it cannot be read.
pub(crate) async fn revision<C: ConnectionTrait>(connection: &C) -> Result<u64> {
    let state = policy_state::Entity::find_by_id(STATE).one(connection).await?;
    state.map(|state| from_stored(state.revision)).ok_or_else(no_state)
}

/// The same, locking it until the end of the transaction; SQLite's write lock is held already.
///
/// # Errors
/// As [`revision`].
pub(crate) async fn locked_revision<C: ConnectionTrait>(connection: &C) -> Result<u64> {
    let state = policy_state::Entity::find_by_id(STATE).lock_exclusive().one(connection).await?;
    state.map(|state| from_stored(state.revision)).ok_or_else(no_state)
}

/// The same, letting others do so too, but nobody lock it.
///
/// # Errors
/// As [`revision`].
pub(crate) async fn pinned_revision<C: ConnectionTrait>(connection: &C) -> Result<u64> {
    let state = policy_state::Entity::find_by_id(STATE).lock_shared().one(connection).await?;
    state.map(|state| from_stored(state.revision)).ok_or_else(no_state)
}

/// Writes the revision.
///
/// # Errors
/// [`Error::Unavailable`] when it cannot be written.
pub(crate) async fn set_revision<C: ConnectionTrait>(connection: &C, revision: u64) -> Result<()> {
    let update = policy_state::Entity::update_many()
        .col_expr(policy_state::Column::Revision, Expr::value(to_stored(revision)))
        .filter(policy_state::Column::Id.eq(STATE));
    update.exec(connection).await?;
    Ok(())
}

/// A revision as it is stored.
pub(crate) fn to_stored(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

fn from_stored(revision: i64) -> u64 {
    u64::try_from(revision).unwrap_or_default()
}

fn no_state() -> Error {
    Error::Internal("the table of the policy's revision is empty".into())
}

/// What became of `base` since: the policy now and what was touched on the way; `None` when it is the
/// latest one. `connection` is to see one state throughout.
///
/// # Errors
/// [`Error::Unavailable`] when it cannot be read; [`Error::Internal`] when it contradicts itself.
pub(crate) async fn catch_up<C: ConnectionTrait>(
    connection: &C,
    base: &Policy,
) -> Result<Option<(Policy, Vec<Touched>)>> {
    let revision = revision(connection).await?;
    if revision == base.revision() {
        return Ok(None);
    }
    let touched = touched_since(connection, base.revision(), revision).await?;
    let policy = policy_after(connection, base, &touched, revision).await?;
    let policy = policy.map_err(|error| Error::Internal(error.into()))?;
    Ok(Some((policy, touched)))
}

/// What was touched after `known` up to `revision`. Everything, when the feed does not reach back so
/// far, or when it is so much that this is cheaper; also when `known` is the later one, as after a
/// backup was restored.
async fn touched_since<C: ConnectionTrait>(connection: &C, known: u64, revision: u64) -> Result<Vec<Touched>> {
    use policy_change::Column;
    let rows = policy_change::Entity::find()
        .filter(Column::Revision.gt(to_stored(known)))
        .order_by_asc(Column::Revision)
        .order_by_asc(Column::Position)
        .limit(TOO_MANY as u64)
        .all(connection)
        .await?;
    let mut revisions: Vec<i64> = rows.iter().map(|row| row.revision).collect();
    revisions.dedup();
    // Every revision has at least one entry.
    let is_covered = revision.checked_sub(known) == Some(revisions.len() as u64);
    if !is_covered || rows.len() == TOO_MANY {
        return Ok(vec![Touched::Everything]);
    }
    Ok(rows.iter().map(Touched::from_feed).collect())
}

/// Writes what a revision touched. One entry stands for everything when there would be too many.
///
/// # Errors
/// [`Error::Unavailable`] when it cannot be written.
pub(crate) async fn feed_rows<C: ConnectionTrait>(
    connection: &C,
    touched: &[Touched],
    (revision, at): (u64, DateTime<Utc>),
) -> Result<()> {
    let touched = if touched.len() < TOO_MANY { touched } else { &[Touched::Everything] };
    let rows: Vec<policy_change::ActiveModel> = (0..)
        .zip(touched)
        .map(|(position, touched)| {
            let (kind, object_id) = touched.to_feed();
            policy_change::Model { revision: to_stored(revision), position, kind, object_id, at }.into_active_model()
        })
        .collect();
    for rows in rows.chunks(CHUNK) {
        policy_change::Entity::insert_many(rows.to_vec()).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Throws away what the feed tells of the time before `before`.
///
/// # Errors
/// [`Error::Unavailable`] when it cannot be written.
pub(crate) async fn prune<C: ConnectionTrait>(connection: &C, before: DateTime<Utc>) -> Result<()> {
    policy_change::Entity::delete_many().filter(policy_change::Column::At.lt(before)).exec(connection).await?;
    Ok(())
}

/// Between what is touched and how the feed stores it.
impl Touched {
    fn from_feed(row: &policy_change::Model) -> Self {
        use policy_change::Kind;
        match row.kind {
            Kind::User => Self::User(UserId::new(row.object_id)),
            Kind::Role => Self::Role(RoleId::new(row.object_id)),
            Kind::Permission => Self::Permission(PermissionId::new(row.object_id)),
            Kind::Constraint => Self::Constraint(ConstraintId::new(row.object_id)),
            Kind::Everything => Self::Everything,
        }
    }

    fn to_feed(self) -> (policy_change::Kind, Uuid) {
        use policy_change::Kind;
        match self {
            Self::User(user) => (Kind::User, user.uuid()),
            Self::Role(role) => (Kind::Role, role.uuid()),
            Self::Permission(permission) => (Kind::Permission, permission.uuid()),
            Self::Constraint(constraint) => (Kind::Constraint, constraint.uuid()),
            Self::Everything => (Kind::Everything, Uuid::nil()),
        }
    }
}

//! The revision of the policy and the change feed.

use crate::database::Connection;
use crate::decisions::{ChangedObject, FeedRevision};
use crate::store::CHUNK;
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use engine::{ConstraintId, PermissionId, RoleId, UserId};
use entity::{policy_change, policy_state};
use rustc_hash::FxHashSet;
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// The id of the only row of `policy_state`.
const STATE_ID: i32 = 1;
/// Entries of the feed that one statement reads.
pub(super) const PAGE: u64 = 5_000;
/// Revisions behind which reading everything is cheaper.
pub(super) const MAX_REVISIONS: u64 = 10_000;

/// The revision of the policy.
pub(crate) async fn revision<C: Connection>(connection: &C) -> Result<u64> {
    state(policy_state::Entity::find_by_id(STATE_ID).one(connection).await?)
}

/// The query of the revision.
pub(in crate::store) fn revision_query() -> SelectStatement {
    use policy_state::{Column, Entity};
    Query::select().column(Column::Revision).from(Entity).and_where(Column::Id.eq(STATE_ID)).take()
}

/// The revision, locked exclusively until the transaction ends; on SQLite the transaction has the write lock already.
pub(crate) async fn locked_revision<C: Connection>(connection: &C) -> Result<u64> {
    state(policy_state::Entity::find_by_id(STATE_ID).lock_exclusive().one(connection).await?)
}

/// The revision, locked until the transaction ends in a way that other shared locks permit and exclusive ones do not.
pub(crate) async fn shared_locked_revision<C: Connection>(connection: &C) -> Result<u64> {
    state(policy_state::Entity::find_by_id(STATE_ID).lock_shared().one(connection).await?)
}

fn state(row: Option<policy_state::Model>) -> Result<u64> {
    let row = row.ok_or_else(|| Error::Internal("the table `policy_state` is empty".into()))?;
    Ok(revision_of(row.revision))
}

pub(crate) async fn set_revision<C: Connection>(connection: &C, revision: u64) -> Result<()> {
    let update = policy_state::Entity::update_many()
        .col_expr(policy_state::Column::Revision, Expr::value(revision_column(revision)))
        .filter(policy_state::Column::Id.eq(STATE_ID));
    update.exec(connection).await?;
    Ok(())
}

/// A revision as a column value.
pub(in crate::store) fn revision_column(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

/// The revision in a column.
pub(in crate::store) fn revision_of(column: i64) -> u64 {
    u64::try_from(column).unwrap_or_default()
}

/// What changed after revision `known` up to `revision`, read in pages. It is everything when the feed does not reach back
/// that far, when reading everything is cheaper, and when `known` is the later one, as after a backup was restored.
pub(super) async fn changed_between<C: Connection>(
    connection: &C,
    known: u64,
    revision: u64,
) -> Result<Vec<ChangedObject>> {
    use policy_change::Column;
    let everything = Ok(vec![ChangedObject::Everything]);
    let expected = revision.checked_sub(known).filter(|&behind| behind <= MAX_REVISIONS);
    let Some(expected) = expected else { return everything };
    let (mut changed, mut revisions) = (FxHashSet::default(), 0);
    let mut last = (revision_column(known), i32::MAX);
    loop {
        let query = policy_change::Entity::find().select_only().columns([
            Column::Revision,
            Column::Position,
            Column::Kind,
            Column::ObjectId,
        ]);
        let later = Condition::any().add(Column::Revision.gt(last.0)).add(Column::Position.gt(last.1));
        // The first condition is redundant, so that the primary key bounds the scan.
        let query = query.filter(Column::Revision.gte(last.0)).filter(later);
        let query = query.order_by_asc(Column::Revision).order_by_asc(Column::Position).limit(PAGE);
        let rows: Vec<(i64, i32, policy_change::Kind, Uuid)> = query.into_tuple().all(connection).await?;
        for &(revision, position, kind, object) in &rows {
            // Every revision has at least one entry, at position 0.
            revisions += u64::from(revision != last.0);
            last = (revision, position);
            changed.insert(ChangedObject::from_feed(kind, object));
        }
        if (rows.len() as u64) < PAGE {
            break;
        }
    }
    let is_covered = revisions == expected && !changed.contains(&ChangedObject::Everything);
    if is_covered { Ok(changed.into_iter().collect()) } else { everything }
}

/// Appends what revisions changed, object by object.
pub(crate) async fn append_to_feed<C: Connection>(connection: &C, revisions: &[FeedRevision]) -> Result<()> {
    let mut rows = Vec::new();
    for &FeedRevision { number, at, ref changed } in revisions {
        let revision = revision_column(number);
        for (position, changed) in (0..).zip(changed) {
            let (kind, object_id) = changed.to_feed();
            rows.push(policy_change::Model { revision, position, kind, object_id, at }.into_active_model());
            if rows.len() == CHUNK {
                policy_change::Entity::insert_many(rows.drain(..)).exec_without_returning(connection).await?;
            }
        }
    }
    if !rows.is_empty() {
        policy_change::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// Deletes some of the entries of the feed from before `before`, the oldest; returns whether any may be left.
pub(crate) async fn delete_feed_before<C: Connection>(connection: &C, before: DateTime<Utc>) -> Result<bool> {
    use policy_change::Column;
    let oldest = policy_change::Entity::find().select_only().column(Column::At).filter(Column::At.lt(before));
    let beyond: Option<DateTime<Utc>> =
        oldest.order_by_asc(Column::At).offset(CHUNK as u64).limit(1).into_tuple().one(connection).await?;
    let these = match beyond {
        Some(at) => Column::At.lte(at),
        None => Column::At.lt(before),
    };
    policy_change::Entity::delete_many().filter(these).exec(connection).await?;
    Ok(beyond.is_some())
}

/// Conversion from and to entries of the feed.
impl ChangedObject {
    fn from_feed(kind: policy_change::Kind, object: Uuid) -> Self {
        use policy_change::Kind;
        match kind {
            Kind::User => Self::User(UserId::new(object)),
            Kind::Role => Self::Role(RoleId::new(object)),
            Kind::Permission => Self::Permission(PermissionId::new(object)),
            Kind::Constraint => Self::Constraint(ConstraintId::new(object)),
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

//! Deletion of old entries.

use super::SIGN_UP;
use crate::Result;
use crate::database::Connection;
use crate::store::{CHUNK, among};
use chrono::{DateTime, Utc};
use entity::{audit_event, audit_subject};
use rustc_hash::FxHashMap;
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Subjects deleted at once: an entry may have any number of them.
const MAX_SUBJECTS: usize = 2_000;

/// Place of an entry among all, by time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AuditPlace {
    at: DateTime<Utc>,
    event: Uuid,
}

impl AuditPlace {
    /// Before all entries.
    pub(crate) const START: Self = Self { at: DateTime::UNIX_EPOCH, event: Uuid::nil() };
}

/// Deletes some of the entries after a place and from before `before`; returns the place to go on from, `None` when none
/// are left. The entries of accounts that their users created stay, since imports depend on them.
pub(crate) async fn delete_before<C: Connection>(
    connection: &C,
    place: AuditPlace,
    before: DateTime<Utc>,
) -> Result<Option<AuditPlace>> {
    use audit_event::Column;
    let later = Condition::any().add(Column::At.gt(place.at)).add(Column::Id.gt(place.event));
    let entries: Vec<(Uuid, DateTime<Utc>, String)> = audit_event::Entity::find()
        .select_only()
        .columns([Column::Id, Column::At, Column::Action])
        .filter(Column::At.gte(place.at).and(Column::At.lt(before)))
        .filter(later)
        .order_by_asc(Column::At)
        .order_by_asc(Column::Id)
        .limit(CHUNK as u64)
        .into_tuple()
        .all(connection)
        .await?;
    let Some(&(event, at, _)) = entries.last() else { return Ok(None) };
    let old: Vec<Uuid> = entries.iter().filter(|(.., action)| action != SIGN_UP).map(|&(event, ..)| event).collect();
    if !old.is_empty() {
        if delete_subjects(connection, &old).await? {
            return Ok(Some(place));
        }
        audit_event::Entity::delete_many().filter(among(connection, Column::Id, old)).exec(connection).await?;
    }
    Ok((entries.len() == CHUNK).then_some(AuditPlace { at, event }))
}

/// Deletes some of the subjects of entries; returns whether any may be left.
async fn delete_subjects<C: Connection>(connection: &C, events: &[Uuid]) -> Result<bool> {
    use audit_subject::Column;
    let these = || among(connection, Column::EventId, events.iter().copied());
    let query = audit_subject::Entity::find().select_only().columns([Column::EventId, Column::ObjectId]);
    let rows: Vec<(Uuid, Uuid)> = query.filter(these()).limit(MAX_SUBJECTS as u64).into_tuple().all(connection).await?;
    if rows.len() < MAX_SUBJECTS {
        audit_subject::Entity::delete_many().filter(these()).exec(connection).await?;
        return Ok(false);
    }
    let mut objects: FxHashMap<Uuid, Vec<Uuid>> = FxHashMap::default();
    for (event, object) in rows {
        objects.entry(event).or_default().push(object);
    }
    for (event, objects) in objects {
        let these = Column::EventId.eq(event).and(among(connection, Column::ObjectId, objects));
        audit_subject::Entity::delete_many().filter(these).exec(connection).await?;
    }
    Ok(true)
}

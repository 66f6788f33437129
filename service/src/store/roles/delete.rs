//! Deleting roles.

use super::{links, patterns};
use crate::Result;
use crate::database::Connection;
use crate::store::deletions::{self, DeletedObject, Deletion};
use crate::store::{CHUNK, Unlinked, assignments, audit, constraints, last_uses, sessions};
use chrono::{DateTime, Utc};
use engine::{AuditEventId, RoleId};
use entity::role::{ActiveModel, Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use std::iter;

/// Deletes a role with its assignments, its grants, and its place in the hierarchy, in constraints and in sessions. When
/// it has many assignments or uses, its row and most of them stay a while, seen by nothing, with the name free.
///
/// `event` is the audit entry of the deletion. Returns the users whom the caller is to record with it.
pub(crate) async fn delete<C: Connection>(
    connection: &C,
    id: RoleId,
    event: AuditEventId,
    now: DateTime<Utc>,
) -> Result<Unlinked> {
    links::delete_of_role(connection, id).await?;
    patterns::delete_of_role(connection, id).await?;
    constraints::delete_role(connection, id).await?;
    let total = assignments::count_of_role(connection, id).await?;
    let users = assignments::delete_some_of_role(connection, id).await?;
    let choices = sessions::delete_some_choices_of(connection, id).await?;
    let uses = last_uses::delete_some_of_object(connection, id.uuid()).await?;
    if users.len() < CHUNK && choices < CHUNK && uses < CHUNK {
        Entity::delete_by_id(id.uuid()).exec(connection).await?;
    } else {
        let name = format!("deleted-{}", id.uuid());
        let hidden = ActiveModel { name: Set(name.clone()), name_key: Set(name), ..Default::default() };
        Entity::update_many().set(hidden).filter(Column::Id.eq(id.uuid())).exec(connection).await?;
        deletions::insert(connection, Deletion { object: DeletedObject::Role(id), event }, now).await?;
    }
    Ok(Unlinked { total, users })
}

/// Removes up to [`CHUNK`] assignments of a deleted role, as many choices of sessions and uses, and the role with the last
/// of them. Returns whether it did.
pub(in crate::store) async fn remove_links<C: Connection>(
    connection: &C,
    id: RoleId,
    event: AuditEventId,
) -> Result<bool> {
    let users = assignments::delete_some_of_role(connection, id).await?;
    let choices = sessions::delete_some_choices_of(connection, id).await?;
    let uses = last_uses::delete_some_of_object(connection, id.uuid()).await?;
    audit::insert_subjects(connection, iter::once((event, users.as_slice()))).await?;
    let is_last = users.len() < CHUNK && choices < CHUNK && uses < CHUNK;
    if is_last {
        Entity::delete_by_id(id.uuid()).exec(connection).await?;
    }
    Ok(is_last)
}

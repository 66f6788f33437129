//! Erasing users.

use super::login_names;
use crate::Result;
use crate::database::Connection;
use crate::store::deletions::{self, DeletedObject, Deletion};
use crate::store::{CHUNK, assignments, last_uses, sessions};
use chrono::{DateTime, Utc};
use engine::{AuditEventId, UserId};
use entity::user::{ActiveModel, Column, Entity, Status};
use sea_orm::{ColumnTrait, EntityTrait, NotSet, QueryFilter, Set};

/// Erases a user, except their sessions. The row stays, with its id, for the audit log. It is locked first: before the
/// sessions, as by a login.
pub(crate) async fn erase<C: Connection>(connection: &C, id: UserId, now: DateTime<Utc>) -> Result<()> {
    let name = format!("deleted-{}", id.uuid());
    // Every column is listed, so that no new one is forgotten.
    let change = ActiveModel {
        status: Set(Status::Deleted),
        username: Set(name.clone()),
        username_key: Set(name.clone()),
        email: Set(None),
        display_name: Set(None),
        display_key: Set(name),
        password_hash: Set(None),
        updated_at: Set(now),
        id: NotSet,
        kind: NotSet,
        revision: NotSet,
        version: NotSet,
        created_at: NotSet,
        last_login_at: NotSet,
        last_login_key: NotSet,
    };
    Entity::update_many().set(change).filter(Column::Id.eq(id.uuid())).exec(connection).await?;
    login_names::delete_of(connection, id).await?;
    assignments::delete_of_user(connection, id).await?;
    assignments::delete_grants_of_user(connection, id).await
}

/// Erases what identifies the devices of an erased user's sessions, and the days on which the user used something. When
/// there are many, most are erased later. `event` is the audit entry of the deletion.
pub(crate) async fn erase_traces<C: Connection>(
    connection: &C,
    id: UserId,
    event: AuditEventId,
    now: DateTime<Utc>,
) -> Result<()> {
    if !erase_some_traces(connection, id).await? {
        deletions::insert(connection, Deletion { object: DeletedObject::User(id), event }, now).await?;
    }
    Ok(())
}

/// Erases up to [`CHUNK`] of each kind of traces of an erased user. Returns whether the last of them are erased.
pub(in crate::store) async fn erase_some_traces<C: Connection>(connection: &C, id: UserId) -> Result<bool> {
    let uses = last_uses::delete_some_of_user(connection, id).await?;
    Ok(sessions::erase_of_user(connection, id).await? && uses < CHUNK)
}

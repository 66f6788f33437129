//! Deleted objects whose links are still to be removed, since they are many. Nothing shows such an object or its links:
//! what lists roles, permissions, assignments and direct grants leaves them out with [`is_not_deleted`].

use super::{permissions, roles, users};
use crate::Result;
use crate::database::Connection;
use chrono::{DateTime, Utc};
use engine::{AuditEventId, PermissionId, RoleId, UserId};
use entity::deletion::{Column, Entity, Kind, Model};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{EntityTrait, IntoActiveModel, QueryOrder, QuerySelect};
use uuid::Uuid;

/// A deletion that left links behind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deletion {
    pub(crate) object: DeletedObject,
    /// Its audit entry, which concerns the users who lose a link.
    pub(crate) event: AuditEventId,
}

/// A deleted object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DeletedObject {
    Role(RoleId),
    Permission(PermissionId),
    User(UserId),
}

impl DeletedObject {
    fn uuid(self) -> Uuid {
        match self {
            Self::Role(role) => role.uuid(),
            Self::Permission(permission) => permission.uuid(),
            Self::User(user) => user.uuid(),
        }
    }
}

/// Records that a deletion left links behind.
pub(super) async fn insert<C: Connection>(connection: &C, deletion: Deletion, now: DateTime<Utc>) -> Result<()> {
    let row = Model {
        object_id: deletion.object.uuid(),
        kind: match deletion.object {
            DeletedObject::Role(_) => Kind::Role,
            DeletedObject::Permission(_) => Kind::Permission,
            DeletedObject::User(_) => Kind::User,
        },
        event_id: deletion.event.uuid(),
        deleted_at: now,
    };
    Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// The oldest deletion that left links behind.
pub(crate) async fn oldest<C: Connection>(connection: &C) -> Result<Option<Deletion>> {
    let row = Entity::find().order_by_asc(Column::DeletedAt).limit(1).one(connection).await?;
    Ok(row.map(Deletion::from))
}

/// Removes some of the links that a deletion left behind, and what remains of the object with the last of them. Returns
/// whether any are left. Of concurrent calls, on any replica, each waits for the one before it.
pub(crate) async fn remove_links<C: Connection>(connection: &C, deletion: Deletion) -> Result<bool> {
    let id = deletion.object.uuid();
    if Entity::find_by_id(id).lock_exclusive().one(connection).await?.is_none() {
        return Ok(false);
    }
    let is_done = match deletion.object {
        DeletedObject::Role(role) => roles::remove_links(connection, role, deletion.event).await?,
        DeletedObject::Permission(permission) => {
            permissions::remove_links(connection, permission, deletion.event).await?
        }
        DeletedObject::User(user) => users::erase_some_traces(connection, user).await?,
    };
    if is_done {
        Entity::delete_by_id(id).exec(connection).await?;
    }
    Ok(!is_done)
}

/// Whether a column holds the id of an object that is not among them. There are few at any time, mostly none.
pub(super) fn is_not_deleted(column: Expr) -> Expr {
    column.not_in_subquery(Query::select().column(Column::ObjectId).from(Entity).take())
}

impl From<Model> for Deletion {
    fn from(row: Model) -> Self {
        let object = match row.kind {
            Kind::Role => DeletedObject::Role(row.object_id.into()),
            Kind::Permission => DeletedObject::Permission(row.object_id.into()),
            Kind::User => DeletedObject::User(row.object_id.into()),
        };
        Self { object, event: row.event_id.into() }
    }
}

//! The objects of the demo company that is loaded.

use crate::Result;
use crate::database::Connection;
use entity::demo_object::{Entity, Model};
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

/// Whether the demo company is loaded.
pub(crate) async fn is_loaded<C: Connection>(connection: &C) -> Result<bool> {
    Ok(Entity::find().one(connection).await?.is_some())
}

/// Records objects.
pub(crate) async fn insert<C: Connection>(connection: &C, ids: &[Uuid]) -> Result<()> {
    let rows = ids.iter().map(|&id| Model { id }.into_active_model());
    Entity::insert_many(rows).exec_without_returning(connection).await?;
    Ok(())
}

/// All that was recorded.
pub(crate) async fn all<C: Connection>(connection: &C) -> Result<Vec<Uuid>> {
    let rows = Entity::find().all(connection).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Forgets all that was recorded.
pub(crate) async fn clear<C: Connection>(connection: &C) -> Result<()> {
    Entity::delete_many().exec(connection).await?;
    Ok(())
}

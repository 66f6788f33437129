//! Objects that entries of the audit log concern, in addition to their actors and targets.

use sea_orm::entity::prelude::*;

/// Link of an entry of the audit log to an object.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_subjects")]
pub struct Model {
    /// The object.
    #[sea_orm(primary_key, auto_increment = false)]
    pub object_id: Uuid,
    /// The entry.
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: Uuid,
}

/// Relations to other tables: none.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

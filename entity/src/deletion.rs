//! Deleted objects whose links are still to be removed.

use sea_orm::entity::prelude::*;

/// Kinds of deleted objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Kind {
    /// A role, with its assignments and its place in the choices of sessions.
    #[sea_orm(string_value = "ROLE")]
    Role,
    /// A permission, with its direct grants.
    #[sea_orm(string_value = "PERMISSION")]
    Permission,
    /// A user, with what identifies the devices of their sessions.
    #[sea_orm(string_value = "USER")]
    User,
}

/// Deletion that left links behind.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deletions")]
pub struct Model {
    /// The deleted object.
    #[sea_orm(primary_key, auto_increment = false)]
    pub object_id: Uuid,
    /// Kind of the object.
    pub kind: Kind,
    /// Audit entry of the deletion.
    pub event_id: Uuid,
    /// Time of the deletion.
    pub deleted_at: DateTimeUtc,
}

/// Relations to other tables: none.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

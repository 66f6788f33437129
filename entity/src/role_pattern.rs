//! Patterns of permissions granted to roles.

use sea_orm::entity::prelude::*;

/// Grant of a pattern to a role.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_patterns")]
pub struct Model {
    /// The role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role_id: Uuid,
    /// The pattern, as text.
    #[sea_orm(primary_key, auto_increment = false)]
    pub pattern: String,
    /// Time of the grant.
    pub granted_at: DateTimeUtc,
    /// Null when granted by the system or the operator.
    pub granted_by: Option<Uuid>,
}

/// Relations to other tables: none.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

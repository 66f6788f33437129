//! Immediate inheritance between roles (RH): the senior role inherits from the junior role.

use sea_orm::entity::prelude::*;

/// Immediate inheritance between two roles.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_inheritance")]
pub struct Model {
    /// The senior role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub senior_id: Uuid,
    /// The junior role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub junior_id: Uuid,
    /// Time of creation.
    pub created_at: DateTimeUtc,
    /// Null when added by the system or the operator.
    pub created_by: Option<Uuid>,
}

/// Relations to other tables: none.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Permissions of separation-of-duty constraints.

use sea_orm::entity::prelude::*;

/// Permission of a separation-of-duty constraint.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sod_constraint_permissions")]
pub struct Model {
    /// The constraint.
    #[sea_orm(primary_key, auto_increment = false)]
    pub constraint_id: Uuid,
    /// The permission.
    #[sea_orm(primary_key, auto_increment = false)]
    pub permission_id: Uuid,
}

/// Relations to other tables: none.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

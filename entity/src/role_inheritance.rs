//! Immediate inheritance (RH) as it was asked for: the senior role inherits from the junior one.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_inheritance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub senior_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub junior_id: Uuid,
    pub created_at: DateTimeUtc,
    /// Null when made by the system or the operator.
    pub created_by: Option<Uuid>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

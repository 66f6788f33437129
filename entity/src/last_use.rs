//! The last day on which a role or a permission of a user allowed something. Unique per object and user.

use sea_orm::entity::prelude::*;

/// Last use of a role or a permission by a user.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "last_uses")]
pub struct Model {
    /// The role or the permission.
    #[sea_orm(primary_key, auto_increment = false)]
    pub object_id: Uuid,
    /// The user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// Days since 1970-01-01, in UTC.
    pub day: i32,
}

impl ActiveModelBehavior for ActiveModel {}

//! Roles.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    /// `name` in lower case; unique.
    #[sea_orm(unique)]
    pub name_key: String,
    pub description: Option<String>,
    pub is_system: bool,
    pub is_default: bool,
    pub requires_activation: bool,
    /// Grows by one with each change of the role, its grants or its inheritance.
    pub version: i32,
    /// Policy revision of that change.
    pub revision: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    #[sea_orm(has_many, via = "user_role")]
    pub users: HasMany<super::user::Entity>,
    #[sea_orm(has_many, via = "role_permission")]
    pub permissions: HasMany<super::permission::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

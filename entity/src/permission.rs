//! Permissions. Names are compared exactly.

use sea_orm::entity::prelude::*;

/// Permission.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "permissions")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Name, `resource:action`.
    #[sea_orm(unique)]
    pub name: String,
    /// First part of the name, before the colon; stored for filters.
    pub resource: String,
    /// Text for administrators; null when there is none.
    pub description: Option<String>,
    /// Whether guards name it, so that it cannot be deleted.
    pub is_system: bool,
    /// Time of creation.
    pub created_at: DateTimeUtc,
    /// Roles that it is granted to.
    #[sea_orm(has_many, via = "role_permission")]
    pub roles: HasMany<super::role::Entity>,
    /// Users that it is granted to directly.
    #[sea_orm(has_many, via = "user_permission")]
    pub users: HasMany<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

//! Roles.

use sea_orm::entity::prelude::*;

/// Role.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Name, in the case in which it was entered.
    pub name: String,
    /// `name` in lower case.
    #[sea_orm(unique)]
    pub name_key: String,
    /// Text for administrators; null when there is none.
    pub description: Option<String>,
    /// Whether it is built in, so that it cannot be renamed or deleted.
    pub is_system: bool,
    /// Whether new accounts are assigned it.
    pub is_default: bool,
    /// Whether sessions activate it only when asked to.
    pub requires_activation: bool,
    /// Number of changes of the role, its grants and its inheritance.
    pub version: i32,
    /// Policy revision of the last such change.
    pub revision: i64,
    /// Time of creation.
    pub created_at: DateTimeUtc,
    /// Time of the last change.
    pub updated_at: DateTimeUtc,
    /// Users that it is assigned to.
    #[sea_orm(has_many, via = "user_role")]
    pub users: HasMany<super::user::Entity>,
    /// Permissions granted to it.
    #[sea_orm(has_many, via = "role_permission")]
    pub permissions: HasMany<super::permission::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

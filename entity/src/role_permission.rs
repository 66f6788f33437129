//! Permissions granted to roles (PA).

use sea_orm::entity::prelude::*;

/// Grant of a permission to a role.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "role_permissions")]
pub struct Model {
    /// The role.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role_id: Uuid,
    /// The permission.
    #[sea_orm(primary_key, auto_increment = false)]
    pub permission_id: Uuid,
    /// Time of the grant.
    pub granted_at: DateTimeUtc,
    /// Null when granted by the system or the operator.
    pub granted_by: Option<Uuid>,
    /// The role, as a relation.
    #[sea_orm(belongs_to, from = "role_id", to = "id", on_delete = "Cascade")]
    pub role: BelongsTo<super::role::Entity>,
    /// The permission, as a relation.
    #[sea_orm(belongs_to, from = "permission_id", to = "id", on_delete = "Cascade")]
    pub permission: BelongsTo<super::permission::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

//! Permissions granted to users directly, with who, when, until and why. Unique per user and permission.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_permissions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub permission_id: Uuid,
    pub granted_at: DateTimeUtc,
    /// Null when granted by the system or the operator.
    pub granted_by: Option<Uuid>,
    pub valid_from: Option<DateTimeUtc>,
    pub expires_at: Option<DateTimeUtc>,
    pub reason: Option<String>,
    /// The end of which the audit log was told.
    pub noted_end: Option<DateTimeUtc>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
    #[sea_orm(belongs_to, from = "permission_id", to = "id", on_delete = "Cascade")]
    pub permission: BelongsTo<super::permission::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

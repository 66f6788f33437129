//! Roles assigned to users (UA), with who, when, until and why. Unique per user and role.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub role_id: Uuid,
    pub assigned_at: DateTimeUtc,
    /// Null when assigned by the system or the operator.
    pub assigned_by: Option<Uuid>,
    pub valid_from: Option<DateTimeUtc>,
    pub expires_at: Option<DateTimeUtc>,
    pub reason: Option<String>,
    /// The end of which the audit log was told.
    pub noted_end: Option<DateTimeUtc>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
    #[sea_orm(belongs_to, from = "role_id", to = "id", on_delete = "Cascade")]
    pub role: BelongsTo<super::role::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

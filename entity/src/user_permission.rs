//! Permissions granted to users directly, with their terms. Unique per user and permission.

use sea_orm::entity::prelude::*;

/// Direct grant of a permission to a user.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_permissions")]
pub struct Model {
    /// The user.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// The permission.
    #[sea_orm(primary_key, auto_increment = false)]
    pub permission_id: Uuid,
    /// Time of the grant.
    pub granted_at: DateTimeUtc,
    /// Null when granted by the system or the operator.
    pub granted_by: Option<Uuid>,
    /// Start of validity; null when valid since the grant.
    pub valid_from: Option<DateTimeUtc>,
    /// End of validity; null when permanent.
    pub expires_at: Option<DateTimeUtc>,
    /// Reason given for the grant; null when there is none.
    pub reason: Option<String>,
    /// The `expires_at` whose expiry the audit log reports.
    pub noted_end: Option<DateTimeUtc>,
    /// The user, as a relation.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
    /// The permission, as a relation.
    #[sea_orm(belongs_to, from = "permission_id", to = "id", on_delete = "Cascade")]
    pub permission: BelongsTo<super::permission::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

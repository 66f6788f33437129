//! Roles assigned to users (UA), with their terms. Unique per user and role.

use sea_orm::entity::prelude::*;

/// Assignment of a role to a user.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "user_roles")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The user.
    pub user_id: Uuid,
    /// The role.
    pub role_id: Uuid,
    /// Time of the assignment.
    pub assigned_at: DateTimeUtc,
    /// Null when assigned by the system or the operator.
    pub assigned_by: Option<Uuid>,
    /// The actor without an account who assigned the role: `operator` or `system`; null when a user did, and for
    /// assignments older than this column.
    pub assigned_by_label: Option<String>,
    /// Start of validity; null when valid since the assignment.
    pub valid_from: Option<DateTimeUtc>,
    /// End of validity; null when permanent.
    pub expires_at: Option<DateTimeUtc>,
    /// Reason given for the assignment; null when there is none.
    pub reason: Option<String>,
    /// The `expires_at` whose expiry the audit log reports.
    pub noted_end: Option<DateTimeUtc>,
    /// The user, as a relation.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
    /// The role, as a relation.
    #[sea_orm(belongs_to, from = "role_id", to = "id", on_delete = "Cascade")]
    pub role: BelongsTo<super::role::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

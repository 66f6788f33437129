//! Sessions. They are not part of the policy: updates are conditional and take no policy lock.

use sea_orm::entity::prelude::*;

/// Sources of a session's active roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Activation {
    /// The assignments, at each decision; `session_roles` is empty.
    #[sea_orm(string_value = "DEFAULT")]
    Default,
    /// Those of the roles in `session_roles` that the user is still authorized for.
    #[sea_orm(string_value = "CHOSEN")]
    Chosen,
}

/// Session of a user.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The user.
    pub user_id: Uuid,
    /// Source of the active roles.
    pub activation: Activation,
    /// Number of switches of the active roles; orders the choices that replicas read.
    pub switches: i64,
    /// Time of the login.
    pub created_at: DateTimeUtc,
    /// Time of the last authentication with the password.
    pub authenticated_at: DateTimeUtc,
    /// Time of the last use.
    pub last_seen_at: DateTimeUtc,
    /// End by the idle timeout, moved forward by use; never after `ends_at`.
    pub expires_at: DateTimeUtc,
    /// End of the absolute lifetime.
    pub ends_at: DateTimeUtc,
    /// Time of the revocation; null when not revoked.
    pub revoked_at: Option<DateTimeUtc>,
    /// Reason of the revocation; null when not revoked.
    pub revoked_reason: Option<String>,
    /// User agent of the client at login; null when it sent none.
    pub user_agent: Option<String>,
    /// Address of the client at login; null when unknown.
    pub ip_address: Option<String>,
    /// Values of the application, as a JSON object; null while there are none.
    #[sea_orm(column_type = "Text", nullable)]
    pub data: Option<String>,
    /// The user, as a relation.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

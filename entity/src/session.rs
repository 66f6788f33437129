//! Signed-in devices. Not policy: changed by conditional updates, under no policy lock.

use sea_orm::entity::prelude::*;

/// How the active roles of a session are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Activation {
    /// Worked out from the assignments by each decision; `session_roles` is empty.
    #[sea_orm(string_value = "DEFAULT")]
    Default,
    /// The choice in `session_roles`, intersected with what is authorised now.
    #[sea_orm(string_value = "CHOSEN")]
    Chosen,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub activation: Activation,
    /// How often its active roles were switched, so that nobody takes an older choice for the newer one.
    pub switches: i64,
    /// When that was last done, for other processes to notice.
    pub switched_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    /// When the password was last given.
    pub authenticated_at: DateTimeUtc,
    pub last_seen_at: DateTimeUtc,
    /// Idle end, moved forward by use; never past `ends_at`.
    pub expires_at: DateTimeUtc,
    /// Absolute end.
    pub ends_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    pub revoked_reason: Option<String>,
    pub user_agent: Option<String>,
    pub ip_address: Option<String>,
    /// Values that the application keeps with it, as a JSON object; `None` while there are none.
    #[sea_orm(column_type = "Text", nullable)]
    pub data: Option<String>,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

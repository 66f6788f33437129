//! Users.

use sea_orm::entity::prelude::*;

/// Kinds of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Kind {
    /// Person, who logs in with a password.
    #[sea_orm(string_value = "HUMAN")]
    Human,
}

/// Stored states of an account. A lockout is not stored: rate limits hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Status {
    /// The account can be used.
    #[sea_orm(string_value = "ACTIVE")]
    Active,
    /// Suspended by an administrator.
    #[sea_orm(string_value = "SUSPENDED")]
    Suspended,
    /// Deleted: personal data is erased, the id is never reused.
    #[sea_orm(string_value = "DELETED")]
    Deleted,
}

/// Account of a user.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Kind of account.
    pub kind: Kind,
    /// State of the account.
    pub status: Status,
    /// As the user entered it; the case-mapped form is in `login_names`.
    pub username: String,
    /// Sort key: the case-mapped username.
    pub username_key: String,
    /// E-mail address; null when there is none.
    pub email: Option<String>,
    /// Display name; null when there is none.
    pub display_name: Option<String>,
    /// Sort key: the case-folded display name, or username without one.
    pub display_key: String,
    /// PHC string; null while the account has no password.
    pub password_hash: Option<String>,
    /// Policy revision of the last change of the user's status, assignments or direct grants.
    pub revision: i64,
    /// Number of changes of the account, its assignments and its direct grants.
    pub version: i32,
    /// Time of creation.
    pub created_at: DateTimeUtc,
    /// Time of the last change.
    pub updated_at: DateTimeUtc,
    /// Time of the last login; null when there was none.
    pub last_login_at: Option<DateTimeUtc>,
    /// Sort key: `last_login_at` in milliseconds since 1970, 0 before the first login.
    pub last_login_key: i64,
    /// Roles assigned to the user.
    #[sea_orm(has_many, via = "user_role")]
    pub roles: HasMany<super::role::Entity>,
    /// Permissions granted to the user directly.
    #[sea_orm(has_many, via = "user_permission")]
    pub permissions: HasMany<super::permission::Entity>,
    /// Sessions of the user.
    #[sea_orm(has_many)]
    pub sessions: HasMany<super::session::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

//! People and service accounts.

use sea_orm::entity::prelude::*;

/// Kinds of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Kind {
    #[sea_orm(string_value = "HUMAN")]
    Human,
    #[sea_orm(string_value = "SERVICE")]
    Service,
}

/// States of an account that are stored; being locked is worked out from failed sign-ins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Status {
    #[sea_orm(string_value = "ACTIVE")]
    Active,
    #[sea_orm(string_value = "SUSPENDED")]
    Suspended,
    #[sea_orm(string_value = "DELETED")]
    Deleted,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: Kind,
    pub status: Status,
    /// As its owner typed it; the comparable form is in `login_names`.
    pub username: String,
    /// Sort key of `username`: its case-mapped form. Never null.
    pub username_key: String,
    pub email: Option<String>,
    pub display_name: Option<String>,
    /// Sort key of the name shown, case-folded. Never null.
    pub display_key: String,
    /// PHC string; null while the account has no password.
    pub password_hash: Option<String>,
    /// Policy revision at which this user's own rights last changed.
    pub revision: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub last_login_at: Option<DateTimeUtc>,
    /// Sort key of `last_login_at`: milliseconds since 1970, 0 when never. Never null.
    pub last_login_key: i64,
    #[sea_orm(has_many, via = "user_role")]
    pub roles: HasMany<super::role::Entity>,
    #[sea_orm(has_many, via = "user_permission")]
    pub permissions: HasMany<super::permission::Entity>,
    #[sea_orm(has_many)]
    pub sessions: HasMany<super::session::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

//! Separation of duty: sets of roles that are to be kept apart.

use sea_orm::entity::prelude::*;

/// What a constraint is judged over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Kind {
    /// The roles a user is authorised for.
    #[sea_orm(string_value = "STATIC")]
    Static,
    /// The roles active in one session.
    #[sea_orm(string_value = "DYNAMIC")]
    Dynamic,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sod_constraints")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    /// `name` as it is compared, without regard to case; unique.
    #[sea_orm(unique)]
    pub name_key: String,
    pub description: Option<String>,
    pub kind: Kind,
    /// How many of the roles may not come together.
    pub role_limit: i32,
    pub created_at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

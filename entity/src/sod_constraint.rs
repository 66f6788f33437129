//! Separation-of-duty constraints.

use sea_orm::entity::prelude::*;

/// Kinds of constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Kind {
    /// SSD: limits the authorized roles of a user.
    #[sea_orm(string_value = "STATIC")]
    Static,
    /// DSD: limits the active roles of a session.
    #[sea_orm(string_value = "DYNAMIC")]
    Dynamic,
}

/// Separation-of-duty constraint.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sod_constraints")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Name, in the case in which it was entered.
    pub name: String,
    /// `name`, case-folded; unique.
    #[sea_orm(unique)]
    pub name_key: String,
    /// Text for administrators; null when there is none.
    pub description: Option<String>,
    /// Static or dynamic.
    pub kind: Kind,
    /// Number of the constraint's roles that conflict; one fewer is allowed.
    pub role_limit: i32,
    /// Time of creation.
    pub created_at: DateTimeUtc,
}

/// Relations to other tables: none.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

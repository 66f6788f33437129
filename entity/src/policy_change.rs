//! The change feed: what each revision of the policy touched, for replicas to follow.

use sea_orm::entity::prelude::*;

/// What kind of thing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Kind {
    /// One user's status, assignments or direct grants.
    #[sea_orm(string_value = "USER")]
    User,
    /// A role, its grants or its inheritance.
    #[sea_orm(string_value = "ROLE")]
    Role,
    /// A permission.
    #[sea_orm(string_value = "PERMISSION")]
    Permission,
    /// A separation-of-duty constraint or its roles.
    #[sea_orm(string_value = "CONSTRAINT")]
    Constraint,
    /// So much that everything is to be read again.
    #[sea_orm(string_value = "EVERYTHING")]
    Everything,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policy_changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i64,
    /// Position within the revision, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub kind: Kind,
    /// Nil when `kind` is `EVERYTHING`.
    pub object_id: Uuid,
    pub at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

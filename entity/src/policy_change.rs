//! The change feed: what each revision of the policy changed.

use sea_orm::entity::prelude::*;

/// Kinds of changed objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Kind {
    /// The status, assignments or direct grants of a user.
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
    /// Any object: replicas read the whole policy again. Earlier versions wrote it for changes of many objects.
    #[sea_orm(string_value = "EVERYTHING")]
    Everything,
}

/// Object changed by a revision of the policy.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policy_changes")]
pub struct Model {
    /// Revision of the policy.
    #[sea_orm(primary_key, auto_increment = false)]
    pub revision: i64,
    /// Position within the revision, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// Kind of the object.
    pub kind: Kind,
    /// Nil when `kind` is `EVERYTHING`.
    pub object_id: Uuid,
    /// Time of the change.
    pub at: DateTimeUtc,
}

/// Relations to other tables: none.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

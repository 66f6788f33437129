//! Further parts of what undoes a revision of the policy: one statement writes a limited number of bytes.

use sea_orm::entity::prelude::*;

/// Part of what undoes a revision.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policy_revision_parts")]
pub struct Model {
    /// The revision.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// Position of the part, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// What some of the changed objects were before, as a JSON array.
    pub undo: Json,
}

/// Relations to other tables: none.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

//! Past revisions of the policy; they are inserted and never updated.

use sea_orm::entity::prelude::*;

/// Revision of the policy, made by a change of roles, permissions or constraints.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policy_revisions")]
pub struct Model {
    /// Revision of the policy after the change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// Identifier.
    pub id: Uuid,
    /// Time of the change.
    pub at: DateTimeUtc,
    /// The user who made it; null for the operator and the system.
    pub actor_id: Option<Uuid>,
    /// The change in one sentence.
    #[sea_orm(column_type = "Text")]
    pub summary: String,
    /// Number of further parts of `undo`, in a table of their own.
    pub parts: i32,
    /// What each changed object was before, as a JSON array; the first part of it.
    pub undo: Json,
}

/// Relations to other tables: none.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

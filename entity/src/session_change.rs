//! The feed of sessions: ends, and switches of the active roles, which replicas follow by number.

use sea_orm::entity::prelude::*;

/// End of a session, or a switch of its active roles.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_changes")]
pub struct Model {
    /// Number, from 1. Transactions commit in another order, and one that is rolled back leaves its numbers out.
    #[sea_orm(primary_key)]
    pub seq: i64,
    /// The session, which may have been deleted since.
    pub session_id: Uuid,
    /// Number of its switches; null for its end.
    pub switches: Option<i64>,
    /// Time of the change.
    pub at: DateTimeUtc,
}

/// Relations to other tables: none.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

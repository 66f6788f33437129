//! Objects of the demo company that is loaded, and one id that is none: the mark that it is.

use sea_orm::entity::prelude::*;

/// Object of the demo company.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "demo_objects")]
pub struct Model {
    /// A user, role, permission or constraint, or the mark.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}

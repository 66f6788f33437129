//! The one namespace of names to sign in with: usernames and e-mail addresses, case-mapped.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_names")]
pub struct Model {
    /// Case-mapped username or address, compared byte by byte.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name_key: String,
    pub user_id: Uuid,
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

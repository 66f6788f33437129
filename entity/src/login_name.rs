//! Login names: usernames and e-mail addresses, in one namespace.

use sea_orm::entity::prelude::*;

/// Login name of a user.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_names")]
pub struct Model {
    /// Case-mapped username or e-mail address, compared byte by byte.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name_key: String,
    /// The user who logs in with it.
    pub user_id: Uuid,
    /// The user, as a relation.
    #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
    pub user: BelongsTo<super::user::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

//! An index of the users whom a revision of the policy changed.

use crate::schema::{Schema, index};
use sea_orm::DbErr;

pub(crate) async fn up(schema: &Schema<'_>) -> Result<(), DbErr> {
    index(schema, "users", ["revision"]).await
}

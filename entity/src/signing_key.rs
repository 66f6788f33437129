//! Keys that sign access tokens; the private half is sealed under a secret kept outside the database.

use sea_orm::entity::prelude::*;

/// States of a signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Status {
    #[sea_orm(string_value = "ACTIVE")]
    Active,
    #[sea_orm(string_value = "RETIRING")]
    Retiring,
    #[sea_orm(string_value = "RETIRED")]
    Retired,
    #[sea_orm(string_value = "REVOKED")]
    Revoked,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// RFC 7638 thumbprint of the public key.
    #[sea_orm(unique)]
    pub kid: String,
    /// As in a token's header, for example `EdDSA`.
    pub algorithm: String,
    pub status: Status,
    /// PKCS #8, sealed.
    pub sealed_private: Vec<u8>,
    /// The public half as a JWK, in JSON.
    #[sea_orm(column_type = "Text")]
    pub public_jwk: String,
    pub created_at: DateTimeUtc,
    pub retires_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

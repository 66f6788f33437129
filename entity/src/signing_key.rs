//! Keys that sign access tokens. The private half is sealed under a secret that is not in the database.

use sea_orm::entity::prelude::*;

/// States of a signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Status {
    /// Signs and verifies.
    #[sea_orm(string_value = "ACTIVE")]
    Active,
    /// Verifies only, until `retires_at`.
    #[sea_orm(string_value = "RETIRING")]
    Retiring,
    /// Not used any more.
    #[sea_orm(string_value = "RETIRED")]
    Retired,
    /// Revoked: tokens that it signed are rejected.
    #[sea_orm(string_value = "REVOKED")]
    Revoked,
}

/// Signing key.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// RFC 7638 thumbprint of the public key.
    #[sea_orm(unique)]
    pub kid: String,
    /// `alg` of tokens (RFC 7518), for example `EdDSA`.
    pub algorithm: String,
    /// State of the key.
    pub status: Status,
    /// PKCS #8, sealed.
    pub sealed_private: Vec<u8>,
    /// The public half as a JWK (RFC 7517).
    #[sea_orm(column_type = "Text")]
    pub public_jwk: String,
    /// Time of creation.
    pub created_at: DateTimeUtc,
    /// Time from which the key does not verify any more; null while it signs.
    pub retires_at: Option<DateTimeUtc>,
}

/// Relations to other tables: none.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

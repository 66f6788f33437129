//! Signing keys as the API shows them.

use crate::graphql::context::request;
use crate::graphql::entity::{NodeRef, Owned};
use crate::graphql::guard::directives::visible_to_others;
use crate::graphql::id::{self, EntityType};
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, Enum, ID, Object, Result};
use engine::SigningKeyId;
use service::keys::SigningKey as Row;
use std::sync::Arc;

/// A key that signs tokens.
#[derive(Clone, Debug)]
pub struct SigningKey(Arc<Row>);

/// States of a signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::keys::KeyStatus")]
pub enum SigningKeyStatus {
    /// Signs and verifies.
    Active,
    /// Verifies only, until its grace ends.
    Retiring,
    /// No longer used.
    Retired,
    /// Distrusted.
    Revoked,
}

impl SigningKey {
    /// A key that was read.
    #[must_use]
    pub fn of_row(row: impl Into<Arc<Row>>) -> Self {
        Self(row.into())
    }

    /// A key by id, or nothing when there is none.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when it cannot be read.
    pub async fn find(ctx: &Context<'_>, id: SigningKeyId) -> Result<Option<Self>> {
        Ok(request(ctx).loaders.signing_key(id).await?.map(Self))
    }
}

impl Owned for SigningKey {
    const TYPE: EntityType = EntityType::SigningKey;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.0.id.uuid(), owner: None }
    }
}

/// A key that signs tokens. Public halves are served as a JWKS document outside GraphQL.
#[Object(directive = visible_to_others::apply("key:read"))]
impl SigningKey {
    /// Global id.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::SigningKey, self.0.id.uuid())
    }

    /// Key id in token headers.
    async fn kid(&self) -> &str {
        &self.0.kid
    }

    /// For example EdDSA.
    async fn algorithm(&self) -> &str {
        &self.0.algorithm
    }

    /// What it is used for now.
    async fn status(&self) -> SigningKeyStatus {
        self.0.status.into()
    }

    /// Made at.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Stops verifying at.
    async fn retires_at(&self) -> Option<DateTime> {
        self.0.retires_at.map(DateTime)
    }
}

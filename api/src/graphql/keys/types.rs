//! GraphQL types of signing keys.

use crate::graphql::context::request;
use crate::graphql::entity::{NodeObject, NodeRef};
use crate::graphql::guard::directives::visible_to_others;
use crate::graphql::id::{self, EntityType};
use crate::graphql::scalars::DateTime;
use async_graphql::{Context, Enum, ID, Object, Result};
use engine::SigningKeyId;
use service::keys::SigningKey as SigningKeyRecord;
use std::sync::Arc;

/// A key that signs tokens.
#[derive(Clone, Debug)]
pub struct SigningKey(Arc<SigningKeyRecord>);

/// Statuses of a signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::keys::KeyStatus")]
pub enum SigningKeyStatus {
    /// Signs and verifies tokens.
    Active,
    /// Verifies tokens until its grace period ends.
    Retiring,
    /// No longer used.
    Retired,
    /// Revoked. Tokens signed with the key are refused.
    Revoked,
}

impl SigningKey {
    /// A key from its record.
    #[must_use]
    pub fn of_record(record: impl Into<Arc<SigningKeyRecord>>) -> Self {
        Self(record.into())
    }

    /// The key with this id, if there is one.
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when it cannot be read.
    pub async fn find(ctx: &Context<'_>, id: SigningKeyId) -> Result<Option<Self>> {
        Ok(request(ctx).loaders.signing_key(id).await?.map(Self))
    }
}

impl NodeObject for SigningKey {
    const TYPE: EntityType = EntityType::SigningKey;

    fn node(&self) -> NodeRef {
        NodeRef { kind: Self::TYPE, id: self.0.id.uuid(), owner: None }
    }
}

/// Key that signs access tokens. Public keys are published as a JWK set (RFC 7517) at `/.well-known/jwks.json`.
#[Object(directive = visible_to_others::apply("key:read"))]
impl SigningKey {
    /// Global id of the key.
    pub async fn id(&self) -> ID {
        id::encode(EntityType::SigningKey, self.0.id.uuid())
    }

    /// Key id in token headers (`kid`).
    async fn kid(&self) -> &str {
        &self.0.kid
    }

    /// Signature algorithm (RFC 7518), for example `EdDSA`.
    async fn algorithm(&self) -> &str {
        &self.0.algorithm
    }

    /// Status of the key.
    async fn status(&self) -> SigningKeyStatus {
        self.0.status.into()
    }

    /// Time at which the key was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Time at which the key stops verifying tokens. Null when none is set.
    async fn retires_at(&self) -> Option<DateTime> {
        self.0.retires_at.map(DateTime)
    }
}

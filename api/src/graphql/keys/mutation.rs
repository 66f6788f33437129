//! Mutations of signing keys.

use super::SigningKey;
use crate::graphql::context::{guarded_context, request};
use crate::graphql::entity::{Entity, Visible};
use crate::graphql::guard::directives::{has_permission, has_role, recent_login};
use crate::graphql::id;
use crate::graphql::payload::MutationResult;
use crate::graphql::user_error::UserError;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::TimeDelta;
use service::keys::{self, SigningKey as SigningKeyRecord};

/// Result of a mutation of the signing keys.
#[derive(Debug, SimpleObject)]
pub struct SigningKeyPayload {
    /// New or changed key. Null on failure and when the caller may not see the key.
    signing_key: Option<Visible<SigningKey>>,
    /// Errors that prevented the change. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl SigningKeyPayload {
    fn new(done: MutationResult<SigningKeyRecord>) -> Self {
        let signing_key = done.value.map(|record| Visible(Entity(SigningKey::of_record(record))));
        Self { signing_key, user_errors: done.user_errors }
    }
}

/// Mutations of signing keys.
#[derive(Debug, Default)]
pub struct SigningKeyMutation;

#[Object]
impl SigningKeyMutation {
    /// Creates a new signing key. The previous key verifies tokens until its grace period ends.
    #[graphql(directive = has_permission::apply("key:rotate"), directive = recent_login::apply())]
    async fn signing_key_rotate(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 60)] grace_minutes: i32,
    ) -> Result<Option<SigningKeyPayload>> {
        let request = request(ctx);
        let grace = TimeDelta::minutes(grace_minutes.into());
        let done = keys::rotate(&request.service, &guarded_context(ctx), grace).await;
        Ok(Some(SigningKeyPayload::new(MutationResult::new(ctx, done)?)))
    }

    /// Revokes a compromised signing key at once. Tokens signed with it are refused.
    #[graphql(directive = has_role::apply("superadmin"), directive = recent_login::apply())]
    async fn signing_key_revoke(&self, ctx: &Context<'_>, id: ID, reason: String) -> Result<Option<SigningKeyPayload>> {
        let request = request(ctx);
        let done = keys::revoke(&request.service, &guarded_context(ctx), id::parse(&id), reason).await;
        Ok(Some(SigningKeyPayload::new(MutationResult::new(ctx, done)?)))
    }
}

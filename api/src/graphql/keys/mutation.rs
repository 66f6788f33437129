//! Rotating and revoking signing keys.

use super::SigningKey;
use crate::graphql::context::{acting, request};
use crate::graphql::entity::{Entity, Seen};
use crate::graphql::given;
use crate::graphql::guard::directives::{has_permission, has_role, recent_login};
use crate::graphql::payload::Done;
use crate::graphql::user_error::UserError;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use chrono::TimeDelta;
use service::keys::{self, SigningKey as Row};

/// Result of changing the signing keys.
#[derive(Debug, SimpleObject)]
pub struct SigningKeyPayload {
    /// The new or changed key. Null on failure.
    signing_key: Option<Seen<SigningKey>>,
    /// Why it failed.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl SigningKeyPayload {
    fn new(done: Done<Row>) -> Self {
        let signing_key = done.value.map(|row| Seen(Entity(SigningKey::of_row(row))));
        Self { signing_key, user_errors: done.user_errors }
    }
}

/// Writes of signing keys.
#[derive(Debug, Default)]
pub struct SigningKeyMutation;

#[Object]
impl SigningKeyMutation {
    /// Sign with a new key from now on; the old one still verifies until the grace ends.
    #[graphql(directive = has_permission::apply("key:rotate"), directive = recent_login::apply())]
    async fn signing_key_rotate(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 60)] grace_minutes: i32,
    ) -> Result<Option<SigningKeyPayload>> {
        let request = request(ctx);
        let grace = TimeDelta::minutes(grace_minutes.into());
        let done = keys::rotate(&request.service, &acting(ctx), grace).await;
        Ok(Some(SigningKeyPayload::new(Done::new(ctx, done)?)))
    }

    /// Distrust a leaked key at once; tokens it signed stop working.
    #[graphql(directive = has_role::apply("superadmin"), directive = recent_login::apply())]
    async fn signing_key_revoke(&self, ctx: &Context<'_>, id: ID, reason: String) -> Result<Option<SigningKeyPayload>> {
        let request = request(ctx);
        let done = keys::revoke(&request.service, &acting(ctx), given::signing_key(&id), reason).await;
        Ok(Some(SigningKeyPayload::new(Done::new(ctx, done)?)))
    }
}

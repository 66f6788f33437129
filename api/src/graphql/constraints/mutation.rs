//! Making and changing constraints.

use super::{SodConstraint, SodConstraintCreateInput, SodConstraintUpdateInput};
use crate::graphql::context::{acting, request};
use crate::graphql::entity::{Entity, Seen};
use crate::graphql::given;
use crate::graphql::guard::directives::{has_permission, recent_login};
use crate::graphql::payload::{DeletePayload, Done};
use crate::graphql::user_error::UserError;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use service::constraints::{self, Constraint as Row};

/// Result of changing one sod constraint.
#[derive(Debug, SimpleObject)]
pub struct SodConstraintPayload {
    /// The constraint as it is now. Null on failure.
    sod_constraint: Option<Seen<SodConstraint>>,
    /// Why it failed.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
}

impl SodConstraintPayload {
    /// What a change of a constraint came to.
    #[must_use]
    pub fn new(done: Done<Row>) -> Self {
        let Done { value, user_errors, policy } = done;
        Self { sod_constraint: value.map(|row| Seen(Entity(SodConstraint::of_row(row, policy)))), user_errors }
    }
}

/// Writes of constraints.
#[derive(Debug, Default)]
pub struct SodConstraintMutation;

#[Object]
impl SodConstraintMutation {
    /// Create a constraint; refused while someone already breaks it, or when one role alone would, through what it inherits.
    #[graphql(directive = has_permission::apply("sod:write"))]
    async fn sod_constraint_create(
        &self,
        ctx: &Context<'_>,
        input: SodConstraintCreateInput,
    ) -> Result<Option<SodConstraintPayload>> {
        let request = request(ctx);
        let done = constraints::create(&request.service, &acting(ctx), input.into()).await;
        Ok(Some(SodConstraintPayload::new(Done::new(ctx, done)?)))
    }

    /// Change name, description or limit.
    #[graphql(directive = has_permission::apply("sod:write"), directive = recent_login::apply())]
    async fn sod_constraint_update(
        &self,
        ctx: &Context<'_>,
        id: ID,
        input: SodConstraintUpdateInput,
    ) -> Result<Option<SodConstraintPayload>> {
        let request = request(ctx);
        let constraint = given::constraint(&id);
        let done = constraints::update(&request.service, &acting(ctx), constraint, input.into()).await;
        Ok(Some(SodConstraintPayload::new(Done::new(ctx, done)?)))
    }

    /// Add roles to the set.
    #[graphql(directive = has_permission::apply("sod:write"))]
    async fn sod_constraint_add_roles(
        &self,
        ctx: &Context<'_>,
        id: ID,
        role_ids: Vec<ID>,
    ) -> Result<Option<SodConstraintPayload>> {
        let request = request(ctx);
        let (constraint, roles) = (given::constraint(&id), given::roles(&role_ids));
        let done = constraints::add_roles(&request.service, &acting(ctx), constraint, roles).await;
        Ok(Some(SodConstraintPayload::new(Done::new(ctx, done)?)))
    }

    /// Remove roles from the set.
    #[graphql(directive = has_permission::apply("sod:write"), directive = recent_login::apply())]
    async fn sod_constraint_remove_roles(
        &self,
        ctx: &Context<'_>,
        id: ID,
        role_ids: Vec<ID>,
    ) -> Result<Option<SodConstraintPayload>> {
        let request = request(ctx);
        let (constraint, roles) = (given::constraint(&id), given::roles(&role_ids));
        let done = constraints::remove_roles(&request.service, &acting(ctx), constraint, roles).await;
        Ok(Some(SodConstraintPayload::new(Done::new(ctx, done)?)))
    }

    /// Delete the constraint.
    #[graphql(directive = has_permission::apply("sod:write"), directive = recent_login::apply())]
    async fn sod_constraint_delete(&self, ctx: &Context<'_>, id: ID) -> Result<Option<DeletePayload>> {
        let request = request(ctx);
        let done = constraints::delete(&request.service, &acting(ctx), given::constraint(&id)).await;
        Ok(Some(DeletePayload::new(id, Done::new(ctx, done)?)))
    }
}

//! Mutations of separation-of-duty constraints.

use super::{SodConstraint, SodConstraintCreateInput, SodConstraintUpdateInput};
use crate::graphql::context::{guarded_context, intended_context, request};
use crate::graphql::entity::{Entity, Visible};
use crate::graphql::error::to_graphql;
use crate::graphql::guard::directives::{has_permission, recent_login};
use crate::graphql::id;
use crate::graphql::impact::{Impact, number};
use crate::graphql::payload::{DeletePayload, MutationResult};
use crate::graphql::user_error::UserError;
use crate::graphql::users::User;
use async_graphql::{ComplexObject, Context, ID, Object, Result, SimpleObject};
use engine::{Constraint, Policy};
use service::constraints::{self, ChangedConstraint};
use service::users::{BypassingUsers, bypassing_users};
use std::sync::Arc;

/// Users of a list of those who bypass a constraint.
const MAX_BYPASSING: usize = 100;

/// Result of a mutation of one separation-of-duty constraint.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub struct SodConstraintPayload {
    /// Constraint after the change. Null on failure, on a dry run of a creation, and when the caller may not see the constraint.
    sod_constraint: Option<Visible<SodConstraint>>,
    /// What the change does, or would do, to users. Null on failure.
    impact: Option<Impact>,
    /// Errors that prevented the change. Empty on success.
    #[graphql(owned)]
    pub user_errors: Vec<UserError>,
    /// The constraint as it is, or would be.
    #[graphql(skip)]
    set: Option<Constraint>,
    #[graphql(skip)]
    policy: Arc<Policy>,
}

#[ComplexObject]
impl SodConstraintPayload {
    /// Number of users who bypass the constraint by direct grants, or would bypass it. Null on failure.
    #[graphql(directive = has_permission::apply("user:read"))]
    async fn bypassed_by_count(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        Ok(self.bypassing(ctx, 0).await?.map(|users| number(users.count)))
    }

    /// Users who bypass the constraint by direct grants, or would bypass it: the first 100 by username. Null on failure.
    #[graphql(directive = has_permission::apply("user:read"))]
    async fn bypassed_by(&self, ctx: &Context<'_>) -> Result<Option<Vec<Entity<User>>>> {
        let user = |user| Entity(User::by_id(user, Arc::clone(&self.policy)));
        Ok(self.bypassing(ctx, MAX_BYPASSING).await?.map(|users| users.first.into_iter().map(user).collect()))
    }
}

impl SodConstraintPayload {
    /// The result of a mutation of one constraint.
    #[must_use]
    pub fn new(done: MutationResult<ChangedConstraint>) -> Self {
        let MutationResult { value, user_errors, policy, impact } = done;
        let (record, set) = value.map(|ChangedConstraint { record, set }| (record, set)).unzip();
        let constraint = |record| Visible(Entity(SodConstraint::of_record(record, Arc::clone(&policy))));
        Self { sod_constraint: record.map(constraint), impact, user_errors, set, policy }
    }

    async fn bypassing(&self, ctx: &Context<'_>, limit: usize) -> Result<Option<BypassingUsers>> {
        let Some(set) = &self.set else { return Ok(None) };
        let users = bypassing_users(&request(ctx).service, &self.policy, set, limit).await;
        users.map(Some).map_err(to_graphql)
    }
}

/// Mutations of separation-of-duty constraints.
#[derive(Debug, Default)]
pub struct SodConstraintMutation;

#[Object]
impl SodConstraintMutation {
    /// Creates a separation-of-duty constraint (CreateSsdSet, CreateDsdSet), over roles or over permissions. Fails with
    /// `SOD_VIOLATION` while a user, a session or a single role violates it, and when it names `superadmin` together with a
    /// default role. Each change of a constraint requires authority over all its roles and over the roles that inherit from
    /// them; over permissions, it requires these and authority over the roles that hold them, `superadmin` excepted.
    #[graphql(directive = has_permission::apply("sod:write"))]
    async fn sod_constraint_create(
        &self,
        ctx: &Context<'_>,
        input: SodConstraintCreateInput,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<SodConstraintPayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let done = constraints::create(&request.service, &context, input.into()).await;
        let payload = SodConstraintPayload::new(MutationResult::changed(ctx, done)?);
        Ok(Some(if dry_run { SodConstraintPayload { sod_constraint: None, ..payload } } else { payload }))
    }

    /// Updates a separation-of-duty constraint (SetSsdSetCardinality, SetDsdSetCardinality).
    #[graphql(directive = has_permission::apply("sod:write"), directive = recent_login::apply())]
    async fn sod_constraint_update(
        &self,
        ctx: &Context<'_>,
        id: ID,
        input: SodConstraintUpdateInput,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<SodConstraintPayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let constraint = id::parse(&id);
        let done = constraints::update(&request.service, &context, constraint, input.into()).await;
        Ok(Some(SodConstraintPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Adds roles to a separation-of-duty constraint (AddSsdRoleMember, AddDsdRoleMember).
    #[graphql(directive = has_permission::apply("sod:write"))]
    async fn sod_constraint_add_roles(
        &self,
        ctx: &Context<'_>,
        id: ID,
        role_ids: Vec<ID>,
        #[graphql(default = false)] dry_run: bool,
    ) -> Result<Option<SodConstraintPayload>> {
        let (request, context) = (request(ctx), intended_context(ctx, dry_run));
        let (constraint, roles) = (id::parse(&id), id::parse_all(&role_ids));
        let done = constraints::add_roles(&request.service, &context, constraint, roles).await;
        Ok(Some(SodConstraintPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Removes roles from a separation-of-duty constraint (DeleteSsdRoleMember, DeleteDsdRoleMember). At least `limit`
    /// roles must remain.
    #[graphql(directive = has_permission::apply("sod:write"), directive = recent_login::apply())]
    async fn sod_constraint_remove_roles(
        &self,
        ctx: &Context<'_>,
        id: ID,
        role_ids: Vec<ID>,
    ) -> Result<Option<SodConstraintPayload>> {
        let request = request(ctx);
        let (constraint, roles) = (id::parse(&id), id::parse_all(&role_ids));
        let done = constraints::remove_roles(&request.service, &guarded_context(ctx), constraint, roles).await;
        Ok(Some(SodConstraintPayload::new(MutationResult::changed(ctx, done)?)))
    }

    /// Deletes a separation-of-duty constraint (DeleteSsdSet, DeleteDsdSet).
    #[graphql(directive = has_permission::apply("sod:write"), directive = recent_login::apply())]
    async fn sod_constraint_delete(&self, ctx: &Context<'_>, id: ID) -> Result<Option<DeletePayload>> {
        let request = request(ctx);
        let done = constraints::delete(&request.service, &guarded_context(ctx), id::parse(&id)).await;
        Ok(Some(DeletePayload::new(id, MutationResult::changed(ctx, done)?)))
    }
}

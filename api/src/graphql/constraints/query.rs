//! Finding constraints.

use super::{SodConstraint, SodKind};
use crate::graphql::context::request;
use crate::graphql::entity::Entity;
use crate::graphql::given;
use crate::graphql::guard::directives::has_permission;
use async_graphql::{Context, ID, Object};

/// Reads of constraints.
#[derive(Debug, Default)]
pub struct SodConstraintQuery;

#[Object]
impl SodConstraintQuery {
    /// A separation-of-duty constraint by id.
    #[graphql(directive = has_permission::apply("sod:read"))]
    async fn sod_constraint(&self, ctx: &Context<'_>, id: ID) -> Option<Entity<SodConstraint>> {
        SodConstraint::find(&request(ctx).policy, given::constraint(&id)).map(Entity)
    }

    /// Separation-of-duty constraints.
    #[graphql(directive = has_permission::apply("sod:read"))]
    async fn sod_constraints(&self, ctx: &Context<'_>, kind: Option<SodKind>) -> Option<Vec<Entity<SodConstraint>>> {
        let policy = &request(ctx).policy;
        let is_wanted = |known: &&engine::Constraint| kind.is_none_or(|kind| SodKind::from(known.kind) == kind);
        Some(SodConstraint::all(policy, policy.facts().constraints.iter().filter(is_wanted)))
    }
}

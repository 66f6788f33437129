//! Queries of separation-of-duty constraints.

use super::{SodConstraint, SodKind};
use crate::graphql::context::request;
use crate::graphql::entity::Entity;
use crate::graphql::guard::directives::has_permission;
use crate::graphql::id;
use async_graphql::{Context, ID, Object};

/// Queries of separation-of-duty constraints.
#[derive(Debug, Default)]
pub struct SodConstraintQuery;

#[Object]
impl SodConstraintQuery {
    /// Separation-of-duty constraint with the given id. Null when it does not exist.
    #[graphql(directive = has_permission::apply("sod:read"))]
    async fn sod_constraint(&self, ctx: &Context<'_>, id: ID) -> Option<Entity<SodConstraint>> {
        SodConstraint::find(&request(ctx).policy, id::parse(&id)?).map(Entity)
    }

    /// Separation-of-duty constraints, sorted by name (SsdRoleSets, DsdRoleSets).
    #[graphql(directive = has_permission::apply("sod:read"))]
    async fn sod_constraints(&self, ctx: &Context<'_>, kind: Option<SodKind>) -> Option<Vec<Entity<SodConstraint>>> {
        let policy = &request(ctx).policy;
        let matches_kind = |known: &&engine::Constraint| kind.is_none_or(|kind| SodKind::from(known.kind) == kind);
        Some(SodConstraint::all(policy, policy.constraints().iter().filter(matches_kind)))
    }
}

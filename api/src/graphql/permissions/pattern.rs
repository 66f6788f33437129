//! Patterns of permissions, as granted to roles.

use super::Permission;
use crate::graphql::context::request;
use crate::graphql::entity::Entity;
use crate::graphql::guard::directives::inherit;
use async_graphql::{Context, Object, Result};
use engine::Policy;
use std::sync::Arc;

/// A pattern, and the policy that says what it matches.
#[derive(Debug)]
pub struct PermissionPattern {
    pattern: engine::PermissionPattern,
    policy: Arc<Policy>,
}

impl PermissionPattern {
    /// A pattern in a policy.
    pub fn new(pattern: engine::PermissionPattern, policy: Arc<Policy>) -> Self {
        Self { pattern, policy }
    }
}

/// Pattern of permissions: a resource and an action of which one or both are `*`. It matches permissions with the same
/// separator, also those that are registered later.
#[Object]
impl PermissionPattern {
    /// The pattern, such as `invoice:*`, `*:read` or `storage.objects.*`.
    async fn pattern(&self) -> &str {
        self.pattern.as_str()
    }

    /// Resource that it matches; `*` for any.
    async fn resource(&self) -> &str {
        self.pattern.resource()
    }

    /// Action that it matches; `*` for any.
    async fn action(&self) -> &str {
        self.pattern.action()
    }

    /// Permissions that it matches today, sorted by name.
    #[graphql(directive = inherit::apply())]
    async fn permissions(&self, ctx: &Context<'_>) -> Result<Vec<Entity<Permission>>> {
        let matched = self.policy.permissions_matched_by(&self.pattern);
        request(ctx).reserve(matched.len())?;
        Ok(Permission::all(&self.policy, self.policy.ids_in(&matched)))
    }

    /// Number of permissions that it matches today.
    async fn permission_count(&self) -> usize {
        self.policy.permissions_matched_by(&self.pattern).len()
    }
}

//! The role hierarchy.

use super::Role;
use crate::graphql::entity::Entity;
use crate::graphql::guard::directives::inherit;
use async_graphql::{Object, SimpleObject};
use engine::{Policy, RoleId};
use std::sync::Arc;

/// Role hierarchy of a policy.
#[derive(Debug)]
pub struct RoleHierarchy(Arc<Policy>);

/// Immediate inheritance of one role from another.
#[derive(Debug, SimpleObject)]
pub struct RoleLink {
    /// Senior role, which inherits.
    #[graphql(directive = inherit::apply())]
    role: Entity<Role>,
    /// Junior role, which is inherited.
    #[graphql(directive = inherit::apply())]
    inherits_from: Entity<Role>,
}

impl RoleHierarchy {
    /// The hierarchy of a policy.
    #[must_use]
    pub fn new(policy: Arc<Policy>) -> Self {
        Self(policy)
    }
}

/// Role hierarchy: all roles and their immediate inheritance.
#[Object]
impl RoleHierarchy {
    /// Roles of the hierarchy, sorted by name.
    #[graphql(directive = inherit::apply())]
    async fn roles(&self) -> Vec<Entity<Role>> {
        Role::all(&self.0, self.0.roles().map(|role| role.id))
    }

    /// Immediate inheritance between roles, including links that other links imply.
    async fn links(&self) -> Vec<RoleLink> {
        let role = |id: RoleId| Entity(Role::of_policy(&self.0, id));
        let steps = self.0.roles().flat_map(|senior| {
            let link = |junior| RoleLink { role: role(senior.id), inherits_from: role(junior) };
            self.0.inherits_from(senior.id).into_iter().map(link)
        });
        steps.collect()
    }
}

//! The role graph.

use super::Role;
use crate::graphql::entity::Entity;
use crate::graphql::guard::directives::inherit;
use async_graphql::{Object, SimpleObject};
use engine::{Policy, RoleId};
use std::sync::Arc;

/// The role graph.
#[derive(Debug)]
pub struct RoleHierarchy(Arc<Policy>);

/// One step of inheritance.
#[derive(Debug, SimpleObject)]
pub struct RoleLink {
    /// The role that inherits.
    #[graphql(directive = inherit::apply())]
    role: Entity<Role>,
    /// The role it inherits from.
    #[graphql(directive = inherit::apply())]
    inherits_from: Entity<Role>,
}

impl RoleHierarchy {
    /// The graph of a policy.
    #[must_use]
    pub fn new(policy: Arc<Policy>) -> Self {
        Self(policy)
    }
}

/// The role graph.
#[Object]
impl RoleHierarchy {
    /// All roles.
    #[graphql(directive = inherit::apply())]
    async fn roles(&self) -> Vec<Entity<Role>> {
        Role::all(&self.0, self.0.facts().roles.iter().map(|role| role.id))
    }

    /// All single steps of inheritance that were asked for, also those that others imply.
    async fn links(&self) -> Vec<RoleLink> {
        let role = |id: RoleId| Entity(Role::of_policy(&self.0, id));
        let steps = self.0.facts().roles.iter().flat_map(|senior| {
            senior.inherits_from.iter().map(|&junior| RoleLink { role: role(senior.id), inherits_from: role(junior) })
        });
        steps.collect()
    }
}

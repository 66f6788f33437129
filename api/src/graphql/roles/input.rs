//! What is said about roles when they are made, changed and listed.

use crate::graphql::given;
use crate::graphql::order::OrderDirection;
use crate::graphql::scalars::PermissionName;
use async_graphql::{Enum, ID, InputObject, MaybeUndefined};
use engine::Policy;
use service::roles::{NewRole, RoleUpdate};

/// A new role.
#[derive(Debug, InputObject)]
pub struct RoleCreateInput {
    /// Unique name.
    name: String,
    /// What it is for.
    description: Option<String>,
    /// Permissions to grant at once.
    permission_ids: Option<Vec<ID>>,
    /// Roles it inherits from.
    inherits_from_ids: Option<Vec<ID>>,
    /// Roles that shall inherit from it.
    inherited_by_ids: Option<Vec<ID>>,
}

/// Changes of a role; what is omitted stays.
#[derive(Debug, InputObject)]
pub struct RoleUpdateInput {
    /// New name.
    name: MaybeUndefined<String>,
    /// New description.
    description: MaybeUndefined<String>,
    /// Give it to every new account?
    is_default: Option<bool>,
    /// Leave it inactive at login?
    requires_activation: Option<bool>,
}

/// Which roles to list.
#[derive(Debug, Default, InputObject)]
pub struct RoleFilter {
    /// Part of name or description.
    search: Option<String>,
    /// Built in or not.
    is_system: Option<bool>,
    /// Holding this permission, inherited or not.
    permission: Option<PermissionName>,
}

/// Order of roles.
#[derive(Debug, InputObject)]
pub struct RoleOrder {
    /// By what.
    #[graphql(default_with = "RoleOrderField::Name")]
    field: RoleOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

/// What roles can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::roles::RoleOrderField")]
pub enum RoleOrderField {
    /// Name.
    Name,
    /// Age.
    CreatedAt,
}

impl From<RoleCreateInput> for NewRole {
    fn from(input: RoleCreateInput) -> Self {
        Self {
            name: input.name,
            description: input.description,
            permissions: given::permissions(&input.permission_ids.unwrap_or_default()),
            inherits_from: given::roles(&input.inherits_from_ids.unwrap_or_default()),
            inherited_by: given::roles(&input.inherited_by_ids.unwrap_or_default()),
        }
    }
}

impl RoleUpdateInput {
    /// The changes, to be made only to the version that the client saw, if it says which.
    pub(super) fn expecting(self, version: Option<i32>) -> RoleUpdate {
        RoleUpdate {
            name: given::needed(self.name),
            description: self.description.into(),
            is_default: self.is_default,
            requires_activation: self.requires_activation,
            expected_version: version,
        }
    }
}

impl RoleFilter {
    /// The filter, with the id of the permission that it names.
    pub(super) fn resolve(self, policy: &Policy) -> service::roles::RoleFilter {
        service::roles::RoleFilter {
            search: self.search,
            is_system: self.is_system,
            permission: self.permission.map(|name| given::permission_named(policy, &name)),
        }
    }
}

impl From<RoleOrder> for service::roles::RoleOrder {
    fn from(order: RoleOrder) -> Self {
        Self { field: order.field.into(), direction: order.direction.into() }
    }
}

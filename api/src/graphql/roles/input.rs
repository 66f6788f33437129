//! Inputs of role queries and mutations.

use crate::graphql::arguments;
use crate::graphql::id;
use crate::graphql::order::OrderDirection;
use crate::graphql::scalars::PermissionName;
use async_graphql::{Enum, ID, InputObject, MaybeUndefined};
use engine::Policy;
use service::roles::{NewRole, RoleUpdate};

/// Attributes of a new role.
#[derive(Debug, InputObject)]
pub struct RoleCreateInput {
    /// Name of the role: 1 to 255 printable ASCII characters, as in `PermissionName`; unique without regard to case.
    name: String,
    /// Description of the role, at most 2,000 characters.
    description: Option<String>,
    /// Ids of permissions to grant to the role, at most 100. Also requires `permission:grant`.
    permission_ids: Option<Vec<ID>>,
    /// Ids of roles that the new role inherits from, at most 100.
    inherits_from_ids: Option<Vec<ID>>,
    /// Ids of roles that inherit from the new role, at most 100.
    inherited_by_ids: Option<Vec<ID>>,
    /// Id of a role whose own grants and immediate inheritance the new role gets as well. Also requires `permission:grant`.
    copy_from_id: Option<ID>,
}

/// Changes to a role. Omitted fields stay unchanged.
#[derive(Debug, InputObject)]
pub struct RoleUpdateInput {
    /// New name of the role. Null is an error.
    name: MaybeUndefined<String>,
    /// New description of the role. Null removes the description.
    description: MaybeUndefined<String>,
    /// Whether the role is assigned to every new account. Null leaves the field unchanged.
    is_default: Option<bool>,
    /// Whether the role stays inactive at login until it is activated. Null leaves the field unchanged.
    requires_activation: Option<bool>,
}

/// Filter for roles. Conditions are combined with AND; omitted and null conditions match every role.
#[derive(Debug, Default, InputObject)]
pub struct RoleFilter {
    /// Text contained in the name or the description, without regard to case.
    search: Option<String>,
    /// Whether the role is built in.
    is_system: Option<bool>,
    /// Name of a permission that the role holds, inherited permissions included.
    permission: Option<PermissionName>,
    /// Number of days, from 1 to 3,650, in which no permission of the role allowed anyone anything, inherited permissions
    /// included. Days are counted in UTC. Roles that nobody is authorized for match as well.
    unused_for_days: Option<i32>,
}

/// Order of roles.
#[derive(Debug, InputObject)]
pub struct RoleOrder {
    /// Field to sort by.
    #[graphql(default_with = "RoleOrderField::Name")]
    field: RoleOrderField,
    /// Sort direction.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

/// Fields to sort roles by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::roles::RoleOrderField")]
pub enum RoleOrderField {
    /// Name, without regard to case.
    Name,
    /// Time of creation.
    CreatedAt,
}

impl From<RoleCreateInput> for NewRole {
    fn from(input: RoleCreateInput) -> Self {
        Self {
            name: input.name,
            description: input.description,
            permissions: id::parse_all(&input.permission_ids.unwrap_or_default()),
            inherits_from: id::parse_all(&input.inherits_from_ids.unwrap_or_default()),
            inherited_by: id::parse_all(&input.inherited_by_ids.unwrap_or_default()),
            copy_from: input.copy_from_id.as_ref().map(id::parse),
        }
    }
}

impl RoleUpdateInput {
    /// The update, limited to `version` of the role if there is one.
    pub(super) fn expecting(self, version: Option<i32>) -> RoleUpdate {
        RoleUpdate {
            name: arguments::required_text(self.name),
            description: self.description.into(),
            is_default: self.is_default,
            requires_activation: self.requires_activation,
            expected_version: version,
        }
    }
}

impl RoleFilter {
    /// The filter with the id of the named permission.
    pub(super) fn resolve(self, policy: &Policy) -> service::roles::RoleFilter {
        service::roles::RoleFilter {
            search: self.search,
            is_system: self.is_system,
            permission: self.permission.map(|name| arguments::permission_named(policy, &name)),
            unused_for_days: self.unused_for_days,
        }
    }
}

impl From<RoleOrder> for service::roles::RoleOrder {
    fn from(order: RoleOrder) -> Self {
        Self { field: order.field.into(), direction: order.direction.into() }
    }
}

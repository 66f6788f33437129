//! Inputs of user queries and mutations.

use super::UserStatus;
use crate::graphql::order::OrderDirection;
use crate::graphql::scalars::PermissionName;
use crate::graphql::{arguments, id};
use async_graphql::{Enum, ID, InputObject, MaybeUndefined};
use engine::Policy;
use service::users::{NewUser, UserUpdate};

/// Changes to the caller's profile. Omitted fields stay unchanged.
#[derive(Debug, InputObject)]
pub struct ProfileInput {
    /// New display name, 1 to 200 characters. Null removes the display name.
    pub(super) display_name: MaybeUndefined<String>,
}

/// Attributes of a new user.
#[derive(Debug, InputObject)]
pub struct UserCreateInput {
    /// Username: 1 to 128 characters (RFC 8265, UsernameCaseMapped); unique without regard to case.
    username: String,
    /// E-mail address, at most 254 bytes; unique.
    email: Option<String>,
    /// Display name, 1 to 200 characters.
    display_name: Option<String>,
    /// Ids of roles to assign in addition to the default roles, at most 100. Also requires `role:assign`.
    role_ids: Option<Vec<ID>>,
}

/// Changes to a user. Omitted fields stay unchanged.
#[derive(Debug, InputObject)]
pub struct UserUpdateInput {
    /// New username. Null is an error.
    username: MaybeUndefined<String>,
    /// New e-mail address. Null removes the e-mail address.
    email: MaybeUndefined<String>,
    /// New display name. Null removes the display name.
    display_name: MaybeUndefined<String>,
}

/// Filter for users. Conditions are combined with AND; omitted and null conditions match every user.
#[derive(Debug, Default, InputObject)]
pub struct UserFilter {
    /// Text contained in the username, the display name or the e-mail address, without regard to case; or the id of the
    /// user.
    search: Option<String>,
    /// Statuses of the account. When omitted, all statuses but DELETED.
    status: Option<Vec<UserStatus>>,
    /// Id of a role that is assigned to the user.
    assigned_role_id: Option<ID>,
    /// Id of a role that the user is authorized for, inherited roles included.
    authorized_role_id: Option<ID>,
    /// Name of a permission that the user holds, through roles or by a direct grant.
    permission: Option<PermissionName>,
    /// Whether the user has direct grants.
    has_direct_permissions: Option<bool>,
}

/// Order of users.
#[derive(Debug, InputObject)]
pub struct UserOrder {
    /// Field to sort by.
    #[graphql(default_with = "UserOrderField::CreatedAt")]
    field: UserOrderField,
    /// Sort direction.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

/// Fields to sort users by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::users::UserOrderField")]
pub enum UserOrderField {
    /// Time of creation.
    CreatedAt,
    /// Display name, without regard to case.
    DisplayName,
    /// Username, without regard to case.
    Username,
    /// Time of the last login.
    LastLoginAt,
}

impl From<UserCreateInput> for NewUser {
    fn from(input: UserCreateInput) -> Self {
        Self {
            username: input.username,
            email: input.email,
            display_name: input.display_name,
            roles: id::parse_all(&input.role_ids.unwrap_or_default()),
        }
    }
}

impl UserUpdateInput {
    /// The update, for the expected version only.
    pub(super) fn expecting(self, expected_version: Option<i32>) -> UserUpdate {
        UserUpdate {
            username: arguments::required_text(self.username),
            email: self.email.into(),
            display_name: self.display_name.into(),
            expected_version,
        }
    }
}

impl From<UserOrder> for service::users::UserOrder {
    fn from(order: UserOrder) -> Self {
        Self { field: order.field.into(), direction: order.direction.into() }
    }
}

impl UserFilter {
    /// The filter with the ids of what it names.
    pub(super) fn resolve(self, policy: &Policy) -> service::users::UserFilter {
        // A complete id selects one user instead of searching texts.
        let whole_id = self.search.clone().map(ID).as_ref().and_then(id::parse);
        service::users::UserFilter {
            search: self.search.filter(|_| whole_id.is_none()),
            id: whole_id,
            status: self.status.map(|status| status.into_iter().map(Into::into).collect()),
            assigned_role: self.assigned_role_id.as_ref().map(id::parse),
            authorized_role: self.authorized_role_id.as_ref().map(id::parse),
            permission: self.permission.map(|name| arguments::permission_named(policy, &name)),
            direct_permission: None,
            has_direct_permissions: self.has_direct_permissions,
        }
    }
}

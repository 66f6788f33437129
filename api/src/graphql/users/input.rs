//! What is said about users when they are made, changed and listed.

use super::types::{UserKind, UserStatus};
use crate::graphql::order::OrderDirection;
use crate::graphql::scalars::PermissionName;
use crate::graphql::{given, id};
use async_graphql::{Enum, ID, InputObject, MaybeUndefined};
use engine::Policy;
use service::users::{NewUser, UserUpdate};

/// One's own profile.
#[derive(Debug, InputObject)]
pub struct ProfileInput {
    /// Name to show.
    pub(super) display_name: MaybeUndefined<String>,
}

/// A new user.
#[derive(Debug, InputObject)]
pub struct UserCreateInput {
    /// Name to sign in with, unique.
    username: String,
    /// E-mail address, unique when given.
    email: Option<String>,
    /// Name to show.
    display_name: Option<String>,
    /// Roles to assign at once, besides the default ones.
    role_ids: Option<Vec<ID>>,
}

/// Changes of a user; what is omitted stays.
#[derive(Debug, InputObject)]
pub struct UserUpdateInput {
    /// New name to sign in with.
    username: MaybeUndefined<String>,
    /// New address.
    email: MaybeUndefined<String>,
    /// New name.
    display_name: MaybeUndefined<String>,
}

/// Which users to list; conditions are joined by "and".
#[derive(Debug, Default, InputObject)]
pub struct UserFilter {
    /// Part of name or address, or a whole id.
    search: Option<String>,
    /// In one of these states.
    status: Option<Vec<UserStatus>>,
    /// Of this kind.
    kind: Option<UserKind>,
    /// With this role assigned.
    assigned_role_id: Option<ID>,
    /// Having this role, assigned or inherited.
    authorized_role_id: Option<ID>,
    /// Holding this permission in any way.
    permission: Option<PermissionName>,
    /// With (or without) direct grants.
    has_direct_permissions: Option<bool>,
}

/// Order of users.
#[derive(Debug, InputObject)]
pub struct UserOrder {
    /// By what.
    #[graphql(default_with = "UserOrderField::CreatedAt")]
    field: UserOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Desc")]
    direction: OrderDirection,
}

/// What users can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::users::UserOrderField")]
pub enum UserOrderField {
    /// Age.
    CreatedAt,
    /// Name.
    DisplayName,
    /// Alphabetical by username.
    Username,
    /// Last sign-in.
    LastLoginAt,
}

impl From<UserCreateInput> for NewUser {
    fn from(input: UserCreateInput) -> Self {
        Self {
            username: input.username,
            email: input.email,
            display_name: input.display_name,
            roles: given::roles(&input.role_ids.unwrap_or_default()),
        }
    }
}

impl From<UserUpdateInput> for UserUpdate {
    fn from(input: UserUpdateInput) -> Self {
        Self {
            username: given::needed(input.username),
            email: input.email.into(),
            display_name: input.display_name.into(),
        }
    }
}

impl From<UserOrder> for service::users::UserOrder {
    fn from(order: UserOrder) -> Self {
        Self { field: order.field.into(), direction: order.direction.into() }
    }
}

impl UserFilter {
    /// The filter, with the ids of what it names.
    pub(super) fn resolve(self, policy: &Policy) -> service::users::UserFilter {
        // A search text that is an id is that one user and no text.
        let whole_id = self.search.clone().map(ID).as_ref().and_then(id::user_id);
        service::users::UserFilter {
            search: self.search.filter(|_| whole_id.is_none()),
            id: whole_id,
            status: self.status.map(|status| status.into_iter().map(Into::into).collect()),
            kind: self.kind.map(Into::into),
            assigned_role: self.assigned_role_id.as_ref().map(given::role),
            authorized_role: self.authorized_role_id.as_ref().map(given::role),
            permission: self.permission.map(|name| given::permission_named(policy, &name)),
            direct_permission: None,
            has_direct_permissions: self.has_direct_permissions,
        }
    }
}

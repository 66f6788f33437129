//! Users: accounts, and the permissions that they hold.

mod account;
mod effective;
mod input;
mod mutation;
mod query;
mod types;

pub use account::{UserKind, UserStatus};
pub use effective::{
    EffectivePermission, EffectivePermissionConnection, EffectivePermissionEdge, EffectivePermissionFilter,
};
pub use input::{ProfileInput, UserCreateInput, UserFilter, UserOrder, UserOrderField, UserUpdateInput};
pub use mutation::{UserMutation, UserPayload};
pub use query::UserQuery;
pub use types::{User, UserConnection, UserEdge};

use effective::{HeldPermissions, direct_permissions};

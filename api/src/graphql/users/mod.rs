//! Users: who they are, what they hold, and how both are changed.

mod effective;
mod input;
mod mutation;
mod query;
mod types;

pub use effective::{
    EffectivePermission, EffectivePermissionConnection, EffectivePermissionEdge, EffectivePermissionFilter,
};
pub use input::{ProfileInput, UserCreateInput, UserFilter, UserOrder, UserOrderField, UserUpdateInput};
pub use mutation::{UserMutation, UserPayload};
pub use query::UserQuery;
pub use types::{User, UserConnection, UserEdge, UserKind, UserStatus};

use effective::{Held, direct_permissions};

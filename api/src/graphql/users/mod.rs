//! Users: who they are, what they hold, and how both are changed.

mod effective;
mod input;
mod mutation;
mod query;
mod types;

pub(super) use effective::{EffectivePermission, EffectivePermissionFilter};
pub(super) use mutation::UserMutation;
pub(super) use query::UserQuery;
pub(super) use types::{User, UserConnection, UserPayload};

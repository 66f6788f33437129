//! Names and texts of arguments.

use super::scalars::PermissionName;
use async_graphql::MaybeUndefined;
use engine::{PermissionId, Policy};
use service::Requested;

/// The permission with a name.
#[must_use]
pub fn permission_named(policy: &Policy, name: &PermissionName) -> Requested<PermissionId> {
    policy.permission_named(name.0.as_str()).map(|permission| permission.id)
}

/// A new value of a required text: null counts as empty, which the use case refuses.
#[must_use]
pub fn required_text(text: MaybeUndefined<String>) -> Option<String> {
    match text {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(String::new()),
        MaybeUndefined::Value(text) => Some(text),
    }
}

//! Signing keys and their rotation.

mod mutation;
mod query;
mod types;

pub use mutation::{SigningKeyMutation, SigningKeyPayload};
pub use query::SigningKeyQuery;
pub use types::SigningKey;

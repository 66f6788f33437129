//! Signing keys: which there are, and how they are replaced.

mod mutation;
mod query;
mod types;

pub use mutation::{SigningKeyMutation, SigningKeyPayload};
pub use query::SigningKeyQuery;
pub use types::SigningKey;

//! Signing up, in and out, and passwords.

mod mutation;
mod types;

pub use mutation::AuthMutation;
pub use types::{AuthPayload, LogoutPayload, TokenDelivery};

//! Sign-up, login, logout and passwords.

mod delivery;
mod mutation;
mod types;

pub use delivery::{CSRF_HEADER, CookieChange, CookieJar, TokenDelivery};
pub use mutation::AuthMutation;
pub use types::{AuthPayload, LogoutPayload, PasswordResetPayload, RequestPayload};

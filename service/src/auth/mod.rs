//! Identity: signing up, in and out; passwords, tokens and keys.

mod activation;
mod authenticate;
mod csrf;
mod hashing;
mod issue;
mod known_passwords;
mod limits;
mod login;
mod logout;
mod opaque;
mod operator;
mod password;
mod password_change;
mod password_policy;
mod password_reset;
mod pepper;
mod reauthentication;
mod refresh;
mod refresh_token;
pub(crate) mod seal;
mod signup;
mod store;
#[cfg(test)]
mod tests;
mod token;

pub use activation::{activate_roles, deactivate_roles};
pub use authenticate::{VerifiedTokens, authenticate};
pub use csrf::{CsrfKey, csrf_token, is_csrf_token, session_named};
pub use known_passwords::PasswordList;
pub use limits::RateLimits;
pub use login::{Credentials, login};
pub use logout::{Presented, Reach, logout};
pub use operator::{NewAdministrator, create_administrator, has_administrator, recover_administrator};
pub use password::Hasher;
pub use password_change::change_password;
pub use password_reset::{IssuedReset, issue_password_reset, reset_password};
pub use reauthentication::{confirmed_at, reauthenticate};
pub use refresh::refresh;
pub use signup::{SignUp, sign_up};
pub use token::SignedIn;

pub(crate) use password_reset::{delete_dead_resets, forget_reset};
pub(crate) use pepper::check_pepper;
pub(crate) use refresh::erase_sealed_successors;

//! Identity: sign-up, login and logout; passwords and tokens.

mod activation;
mod authenticate;
mod credentials;
mod csrf;
mod hashing;
mod issue;
mod login;
mod logout;
mod operator;
mod password;
mod password_change;
mod password_policy;
mod password_reset;
mod pepper;
mod present;
mod reauthentication;
mod refresh;
mod refresh_token;
mod setup;
mod signup;
mod stand_in;
#[cfg(test)]
mod tests;
mod token;

pub use crate::blocklist::PasswordList;
pub use activation::{activate_roles, deactivate_roles};
pub use authenticate::{VerifiedTokens, authenticate};
pub use csrf::{CsrfKey, csrf_token, is_csrf_token, session_of_tokens};
pub use login::{LoginCredentials, login};
pub use logout::{LogoutScope, SessionTokens, logout};
pub use operator::{NewAdministrator, create_administrator, has_administrator, recover_administrator};
pub use password::Hasher;
pub use password_change::change_password;
pub use password_reset::{IssuedReset, issue_password_reset, reset_password};
pub use present::present;
pub use reauthentication::{last_authenticated_at, reauthenticate};
pub use refresh::refresh;
pub use refresh_token::RefreshKey;
pub use setup::{issue_setup_token, needs_administrator, set_up};
pub use signup::{SignUp, sign_up};
pub use token::IssuedTokens;

pub(crate) use password_reset::delete_expired_resets;
pub(crate) use pepper::check_pepper;
pub(crate) use refresh::{delete_rotated_tokens, erase_sealed_tokens};
pub(crate) use setup::Setup;
pub(crate) use stand_in::count_hash_costs;

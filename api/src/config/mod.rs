//! Settings: defaults < `keyward.toml` < `KEYWARD_*` variables < flags.
//!
//! [`table`] lists every setting once, with its meaning and what it accepts; the sections give the
//! types and the defaults. Reading, refusing, `check-config` and `docs/configuration.md` all go by
//! that table. Nothing else in the project reads the environment.

mod blocklist;
mod cookie;
mod document;
mod environment;
mod error;
mod layers;
mod proxies;
mod secret;
mod sections;
mod show;
pub mod table;
mod text;
mod units;
mod validate;

pub use blocklist::read as read_blocklist;
pub use cookie::{Cookie, Cors, Origins, SameSite};
pub use document::markdown;
pub use error::SettingError;
pub use layers::{Flags, Loaded, Origin, load, load_from};
pub use proxies::Proxies;
pub use secret::{Secrets, ensure as ensure_secrets};
pub use sections::{
    Admin, Database, Limits, Log, LogFormat, Mode, Password, Redis, Session, Settings, Shutdown, Token,
};
pub use show::Shown;
pub use units::{Size, Span};

#[cfg(test)]
mod tests;

//! Configuration: defaults < `keyward.toml` < `KEYWARD_*` variables < flags.
//!
//! [`table`] declares every setting once. Loading, validation, `check-config`, `docs/configuration.md` and
//! `keyward.example.toml` follow it. Nothing else in the project reads the environment.

mod blocklist;
mod cookie;
mod environment;
mod error;
mod example;
mod file;
mod load;
mod origins;
mod proxies;
mod reference;
mod secrets;
mod setting;
mod settings;
mod setup_command;
pub mod table;
mod units;
mod validate;
mod value;

pub use blocklist::read_blocklist;
pub use cookie::{CookieSettings, SameSite};
pub use error::SettingError;
pub use example::example;
pub use load::{Flags, LoadedSettings, Source, load, load_from};
pub use origins::AllowedOrigins;
pub use proxies::TrustedProxies;
pub use reference::reference;
pub use secrets::{Secrets, load_secrets};
pub use setting::{Accepts, Setting};
pub use settings::{
    AdminSettings, ConnectionSettings, CorsSettings, DatabaseServerSettings, LogFormat, LogSettings, Mode,
    PasswordFiles, RedisSettings, Settings, ShutdownSettings,
};
pub use units::{DurationText, SizeText, parse_duration, parse_kib};
pub use value::Value;

#[cfg(test)]
mod tests;

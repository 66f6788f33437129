//! All settings as one struct, with their defaults. Sections of the use cases are those of `service`.

use super::cookie::CookieSettings;
use super::value::Keyword;
use super::{AllowedOrigins, Secrets, TrustedProxies};
use secrecy::SecretString;
use service::auth::PasswordList;
use service::{LimitSettings, PasswordSettings, RetentionSettings, SessionSettings, TokenSettings};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// All settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Reverse proxies whose `X-Forwarded-For` or `Forwarded` header is used.
    pub trusted_proxies: TrustedProxies,
    /// Connections of clients.
    pub connections: ConnectionSettings,
    /// Folder of the embedded database and the generated secret.
    pub data_dir: PathBuf,
    /// Default of `playground` and `introspection`.
    pub mode: Mode,
    /// Display name of the deployment.
    pub service_name: String,
    /// Whether sign-up is open to everyone.
    pub signup_enabled: bool,
    /// Largest accepted page.
    pub max_page_size: usize,
    /// Whether the console is served.
    pub console: bool,
    /// Whether the playground is served; as `mode` implies when not set.
    pub playground: Option<bool>,
    /// Whether introspection is enabled; as `mode` implies when not set.
    pub introspection: Option<bool>,
    /// Encrypts private keys at rest.
    pub secret: Option<SecretString>,
    /// File that holds the secret.
    pub secret_file: Option<PathBuf>,
    /// The secret before a replacement.
    pub secret_previous: Option<SecretString>,
    /// File that holds the secret before a replacement.
    pub secret_previous_file: Option<PathBuf>,
    /// Database server.
    pub database: DatabaseServerSettings,
    /// Redis server.
    pub redis: RedisSettings,
    /// Passwords and their hashing.
    pub password: PasswordSettings,
    /// Files that passwords depend on.
    pub password_files: PasswordFiles,
    /// Access and refresh tokens.
    pub token: TokenSettings,
    /// Sessions.
    pub session: SessionSettings,
    /// Cookies of sessions.
    pub cookie: CookieSettings,
    /// Cross-origin requests.
    pub cors: CorsSettings,
    /// Rate limits.
    pub limits: LimitSettings,
    /// How long records are kept.
    pub retention: RetentionSettings,
    /// First administrator of a container.
    pub admin: AdminSettings,
    /// Logging.
    pub log: LogSettings,
    /// Shutdown.
    pub shutdown: ShutdownSettings,
}

/// Limits and timeouts of connections.
#[derive(Clone, Debug)]
pub struct ConnectionSettings {
    /// Most open connections.
    pub max: usize,
    /// Most open connections of one address; it does not apply to trusted proxies.
    pub max_per_address: usize,
    /// Timeout between two requests, and while the client does not read a response.
    pub idle_timeout: Duration,
    /// Timeout for reading a body.
    pub read_timeout: Duration,
}

/// Purpose of a deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Playground and introspection are enabled by default.
    #[default]
    Development,
    /// Playground and introspection are disabled by default.
    Production,
}

impl Keyword for Mode {
    const NAMES: &'static [(&'static str, Self)] =
        &[("development", Self::Development), ("production", Self::Production)];
}

/// Database server that replaces the embedded database.
#[derive(Clone, Debug)]
pub struct DatabaseServerSettings {
    /// Its URL; the embedded database is used when not set.
    pub url: Option<SecretString>,
    /// Most open connections.
    pub max_connections: u32,
    /// Timeout for a connection.
    pub timeout: Duration,
}

/// Redis server that carries revocations between replicas.
#[derive(Clone, Debug, Default)]
pub struct RedisSettings {
    /// Its URL.
    pub url: Option<SecretString>,
}

/// Files that are read into the password settings at startup.
#[derive(Clone, Debug, Default)]
pub struct PasswordFiles {
    /// Passwords that are refused.
    pub blocklist: Option<PathBuf>,
    /// The pepper.
    pub pepper: Option<PathBuf>,
    /// The pepper before a replacement.
    pub previous_pepper: Option<PathBuf>,
}

/// Cross-origin requests.
#[derive(Clone, Debug, Default)]
pub struct CorsSettings {
    /// Origins that may call the API besides its own.
    pub origins: AllowedOrigins,
}

/// The administrator that `serve` creates while there is none.
#[derive(Clone, Debug, Default)]
pub struct AdminSettings {
    /// Username.
    pub username: Option<String>,
    /// File with the password in its first line.
    pub password_file: Option<PathBuf>,
}

/// Logging.
#[derive(Clone, Debug, Default)]
pub struct LogSettings {
    /// Filter; depends on the command when not set.
    pub filter: Option<String>,
    /// Output format.
    pub format: LogFormat,
}

/// Output format of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines of text.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

impl Keyword for LogFormat {
    const NAMES: &'static [(&'static str, Self)] = &[("text", Self::Text), ("json", Self::Json)];
}

/// Shutdown.
#[derive(Clone, Debug)]
pub struct ShutdownSettings {
    /// How long `/readyz` answers 503 before new connections are refused.
    pub delay: Duration,
    /// Timeout for requests in flight.
    pub grace: Duration,
}

impl Settings {
    /// Whether the playground is served.
    #[must_use]
    pub fn has_playground(&self) -> bool {
        self.playground.unwrap_or(self.mode == Mode::Development)
    }

    /// Whether introspection is enabled.
    #[must_use]
    pub fn has_introspection(&self) -> bool {
        self.introspection.unwrap_or(self.mode == Mode::Development)
    }

    /// The settings of the use cases, with the contents of the files that they name.
    #[must_use]
    pub fn service(&self, secrets: Secrets, blocklist: Option<PasswordList>) -> service::Config {
        service::Config {
            service_name: self.service_name.clone(),
            signup_enabled: self.signup_enabled,
            max_page_size: self.max_page_size,
            password: PasswordSettings {
                blocklist: blocklist.map(Into::into),
                pepper: secrets.pepper,
                previous_pepper: secrets.previous_pepper,
                ..self.password.clone()
            },
            token: self.token.clone(),
            session: self.session.clone(),
            limits: self.limits.clone(),
            retention: self.retention.clone(),
            secret: secrets.current,
            previous_secret: secrets.previous,
            redis_url: self.redis.url.clone(),
        }
    }

    /// The database to open. Statements of requests take no longer than `statement_timeout`.
    #[must_use]
    pub fn database(&self, statement_timeout: Option<Duration>) -> service::DatabaseSettings {
        match &self.database.url {
            None => service::DatabaseSettings::Embedded { path: self.database_file() },
            Some(url) => service::DatabaseSettings::Server(service::ServerSettings {
                url: url.clone(),
                max_connections: self.database.max_connections,
                timeout: self.database.timeout,
                statement_timeout,
            }),
        }
    }

    /// File of the embedded database.
    #[must_use]
    pub fn database_file(&self) -> PathBuf {
        self.data_dir.join("keyward.db")
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            trusted_proxies: TrustedProxies::default(),
            connections: ConnectionSettings::default(),
            data_dir: PathBuf::from("./keyward-data"),
            mode: Mode::default(),
            service_name: "Keyward".to_owned(),
            signup_enabled: true,
            max_page_size: 100,
            console: true,
            playground: None,
            introspection: None,
            secret: None,
            secret_file: None,
            secret_previous: None,
            secret_previous_file: None,
            database: DatabaseServerSettings::default(),
            redis: RedisSettings::default(),
            password: PasswordSettings::default(),
            password_files: PasswordFiles::default(),
            token: TokenSettings::default(),
            session: SessionSettings::default(),
            cookie: CookieSettings::default(),
            cors: CorsSettings::default(),
            limits: LimitSettings::default(),
            retention: RetentionSettings::default(),
            admin: AdminSettings::default(),
            log: LogSettings::default(),
            shutdown: ShutdownSettings::default(),
        }
    }
}

impl Default for ConnectionSettings {
    fn default() -> Self {
        let (idle_timeout, read_timeout) = (Duration::from_secs(75), Duration::from_secs(30));
        Self { max: 10_000, max_per_address: 2_000, idle_timeout, read_timeout }
    }
}

impl Default for DatabaseServerSettings {
    fn default() -> Self {
        Self { url: None, max_connections: 10, timeout: Duration::from_secs(2) }
    }
}

impl Default for ShutdownSettings {
    fn default() -> Self {
        Self { delay: Duration::ZERO, grace: Duration::from_secs(30) }
    }
}

//! The settings as types: one struct per section, each with its defaults.

use super::{Cookie, Cors, Proxies, Secrets, Size, Span};
use secrecy::SecretString;
use service::auth::PasswordList;
use service::keys::SigningAlgorithm;
use service::{LimitSettings, PasswordSettings, SessionSettings, TokenSettings};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Proxies in front, which tell whom they were called by.
    pub trusted_proxies: Proxies,
    /// Folder of the embedded database and the generated secret.
    pub data_dir: PathBuf,
    /// What the deployment is for.
    pub mode: Mode,
    /// Display name of the deployment.
    pub service_name: String,
    /// May anyone create an account?
    pub signup_enabled: bool,
    /// Largest accepted page.
    pub max_page_size: usize,
    /// Serve the playground? As `mode` says when not set.
    pub playground: Option<bool>,
    /// Answer introspection? As `mode` says when not set.
    pub introspection: Option<bool>,
    /// Seals private keys at rest.
    pub secret: Option<SecretString>,
    /// A file that holds the secret.
    pub secret_file: Option<PathBuf>,
    /// The secret before it.
    pub secret_previous: Option<SecretString>,
    /// A file that holds the secret before it.
    pub secret_previous_file: Option<PathBuf>,
    /// Database server.
    pub database: Database,
    /// Redis.
    pub redis: Redis,
    /// Passwords and their hashing.
    pub password: Password,
    /// Access and refresh tokens.
    pub token: Token,
    /// Sessions.
    pub session: Session,
    /// Cookies of sessions.
    pub cookie: Cookie,
    /// Cross-origin requests.
    pub cors: Cors,
    /// Rate limits.
    pub limits: Limits,
    /// First administrator of a container.
    pub admin: Admin,
    /// Logs.
    pub log: Log,
    /// Stopping.
    pub shutdown: Shutdown,
}

/// What a deployment is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Trying out and writing software: playground and introspection are on.
    #[default]
    Development,
    /// Real users: both are off.
    Production,
}

/// A database server instead of the embedded file.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its address.
    pub url: Option<SecretString>,
    /// Most connections held.
    pub max_connections: u32,
    /// How long to wait for one.
    pub timeout: Span,
}

/// Redis, which carries revocations between replicas.
#[derive(Clone, Debug, Default)]
pub struct Redis {
    /// Its address.
    pub url: Option<SecretString>,
}

/// Passwords and their hashing.
#[derive(Clone, Debug)]
pub struct Password {
    /// Shortest accepted password.
    pub min_length: usize,
    /// Memory for one hash.
    pub memory: Size,
    /// Passes over the memory.
    pub iterations: u32,
    /// Threads that hash; one per core when not set.
    pub threads: Option<usize>,
    /// How many may wait for a thread.
    pub queue: usize,
    /// A file of passwords that nobody may choose.
    pub blocklist: Option<PathBuf>,
    /// Goes into every hash.
    pub pepper: Option<SecretString>,
    /// A file that holds the pepper.
    pub pepper_file: Option<PathBuf>,
    /// The pepper before or after it.
    pub pepper_previous: Option<SecretString>,
    /// A file that holds that pepper.
    pub pepper_previous_file: Option<PathBuf>,
}

/// Access and refresh tokens.
#[derive(Clone, Debug)]
pub struct Token {
    /// `iss` of access tokens.
    pub issuer: String,
    /// `aud` of access tokens.
    pub audience: String,
    /// How new keys sign.
    pub algorithm: SigningAlgorithm,
    /// Life of an access token.
    pub access_lifetime: Span,
    /// How long a traded refresh token yields the same successor.
    pub refresh_grace: Span,
}

/// Sessions.
#[derive(Clone, Debug)]
pub struct Session {
    /// Ends when not used for so long.
    pub idle: Span,
    /// Ends after so long in any case.
    pub absolute: Span,
    /// How many live ones a user may have.
    pub max_per_user: u32,
}

/// Rate limits, per minute.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Sign-ins per account.
    pub login_per_account: u32,
    /// Sign-ins per client address.
    pub login_per_address: u32,
    /// New accounts per client address.
    pub signup_per_address: u32,
    /// Refreshes per session.
    pub refresh_per_session: u32,
}

/// The administrator made by `serve` while there is none.
#[derive(Clone, Debug, Default)]
pub struct Admin {
    /// Name to sign in with.
    pub username: Option<String>,
    /// A file that holds the password.
    pub password_file: Option<PathBuf>,
}

/// Logs.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// What is logged; depends on the command when not set.
    pub filter: Option<String>,
    /// How it is written.
    pub format: LogFormat,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// Stopping.
#[derive(Clone, Debug)]
pub struct Shutdown {
    /// How long `/readyz` says no before new connections are refused.
    pub delay: Span,
    /// How long requests in flight may take to finish.
    pub grace: Span,
}

impl Settings {
    /// Is the playground served?
    #[must_use]
    pub fn has_playground(&self) -> bool {
        self.playground.unwrap_or(self.mode == Mode::Development)
    }

    /// Is introspection answered?
    #[must_use]
    pub fn has_introspection(&self) -> bool {
        self.introspection.unwrap_or(self.mode == Mode::Development)
    }

    /// The settings of the use cases, with the secrets, and the passwords that nobody may choose.
    #[must_use]
    pub fn service(&self, secrets: Secrets, blocklist: Option<PasswordList>) -> service::Config {
        service::Config {
            service_name: self.service_name.clone(),
            signup_enabled: self.signup_enabled,
            max_page_size: self.max_page_size,
            password: PasswordSettings {
                min_length: self.password.min_length,
                memory_kib: self.password.memory.kib,
                iterations: self.password.iterations,
                threads: self.password.threads.unwrap_or(PasswordSettings::default().threads),
                queue: self.password.queue,
                blocklist: blocklist.map(Into::into),
                pepper: secrets.pepper,
                previous_pepper: secrets.previous_pepper,
            },
            token: TokenSettings {
                issuer: self.token.issuer.clone(),
                audience: self.token.audience.clone(),
                algorithm: self.token.algorithm,
                access_lifetime: self.token.access_lifetime.0,
                refresh_grace: self.token.refresh_grace.0,
            },
            session: SessionSettings {
                idle: self.session.idle.0,
                absolute: self.session.absolute.0,
                max_per_user: self.session.max_per_user,
            },
            limits: LimitSettings {
                login_per_account: self.limits.login_per_account,
                login_per_address: self.limits.login_per_address,
                signup_per_address: self.limits.signup_per_address,
                refresh_per_session: self.limits.refresh_per_session,
            },
            secret: secrets.current,
            previous_secret: secrets.previous,
            redis_url: self.redis.url.clone(),
        }
    }

    /// Where the data lives.
    #[must_use]
    pub fn database(&self) -> service::DatabaseSettings {
        match &self.database.url {
            None => service::DatabaseSettings::Embedded { path: self.database_file() },
            Some(url) => service::DatabaseSettings::Server {
                url: url.clone(),
                max_connections: self.database.max_connections,
                timeout: self.database.timeout.0,
            },
        }
    }

    /// The embedded database.
    #[must_use]
    pub fn database_file(&self) -> PathBuf {
        self.data_dir.join("keyward.db")
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            trusted_proxies: Proxies::default(),
            data_dir: PathBuf::from("./keyward-data"),
            mode: Mode::default(),
            service_name: "Keyward".to_owned(),
            signup_enabled: true,
            max_page_size: 100,
            playground: None,
            introspection: None,
            secret: None,
            secret_file: None,
            secret_previous: None,
            secret_previous_file: None,
            database: Database::default(),
            redis: Redis::default(),
            password: Password::default(),
            token: Token::default(),
            session: Session::default(),
            cookie: Cookie::default(),
            cors: Cors::default(),
            limits: Limits::default(),
            admin: Admin::default(),
            log: Log::default(),
            shutdown: Shutdown::default(),
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: None, max_connections: 10, timeout: Span::seconds(2) }
    }
}

impl Default for Password {
    fn default() -> Self {
        let PasswordSettings { min_length, memory_kib, iterations, queue, .. } = PasswordSettings::default();
        Self {
            min_length,
            memory: Size { kib: memory_kib },
            iterations,
            threads: None,
            queue,
            blocklist: None,
            pepper: None,
            pepper_file: None,
            pepper_previous: None,
            pepper_previous_file: None,
        }
    }
}

impl Default for Token {
    fn default() -> Self {
        let TokenSettings { issuer, audience, algorithm, access_lifetime, refresh_grace } = TokenSettings::default();
        Self { issuer, audience, algorithm, access_lifetime: Span(access_lifetime), refresh_grace: Span(refresh_grace) }
    }
}

impl Default for Session {
    fn default() -> Self {
        let SessionSettings { idle, absolute, max_per_user } = SessionSettings::default();
        Self { idle: Span(idle), absolute: Span(absolute), max_per_user }
    }
}

impl Default for Limits {
    fn default() -> Self {
        let defaults = LimitSettings::default();
        Self {
            login_per_account: defaults.login_per_account,
            login_per_address: defaults.login_per_address,
            signup_per_address: defaults.signup_per_address,
            refresh_per_session: defaults.refresh_per_session,
        }
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self { delay: Span::seconds(0), grace: Span::seconds(30) }
    }
}

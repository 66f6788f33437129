//! Settings of the HTTP transport.

use super::limits;
use crate::config::{AllowedOrigins, ConnectionSettings, CookieSettings, Settings, TrustedProxies};
use std::sync::Arc;
use std::time::Duration;

/// Settings of the HTTP transport.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Whether the console is served.
    pub console: bool,
    /// Whether the playground is served; also whether a browser that opens the endpoint is sent there.
    pub playground: bool,
    /// Whether introspection is enabled.
    pub introspection: bool,
    /// Cookies of sessions.
    pub cookie: CookieSettings,
    /// Origins that may call the API besides its own.
    pub origins: AllowedOrigins,
    /// Reverse proxies whose forwarding headers are used.
    pub proxies: TrustedProxies,
    /// Time for a response once the operation is read.
    pub response_time: Duration,
    /// Limits and timeouts of connections.
    pub connections: ConnectionSettings,
    /// Command that creates the first administrator.
    pub setup_command: Arc<str>,
}

impl From<&Settings> for HttpSettings {
    fn from(settings: &Settings) -> Self {
        Self {
            console: settings.console,
            playground: settings.has_playground(),
            introspection: settings.has_introspection(),
            cookie: settings.cookie.clone(),
            origins: settings.cors.origins.clone(),
            proxies: settings.trusted_proxies.clone(),
            response_time: limits::RESPONSE_TIME,
            connections: settings.connections.clone(),
            setup_command: settings.setup_command(&program()).into(),
        }
    }
}

/// The binary, as it was started.
fn program() -> String {
    std::env::args().next().unwrap_or_else(|| "keyward".to_owned())
}

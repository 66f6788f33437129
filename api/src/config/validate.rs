//! Checks beyond types: limits, texts, and settings that depend on each other.

use super::error::SettingError;
use super::setting::{Setting, variable};
use super::table::SETTINGS;
use super::units::{DurationText, SizeText};
use super::{LoadedSettings, SameSite, Settings};
use secrecy::{ExposeSecret, SecretString};
use tracing_subscriber::EnvFilter;

/// Minimum memory in KiB and passes of equal strength (OWASP Password Storage).
const HASHING_FLOORS: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];
/// Memory of the recommended floor, in KiB.
const RECOMMENDED_MEMORY: u32 = 19_456;
/// Minimum length of a secret, in bytes.
pub(super) const MIN_SECRET_LENGTH: usize = 32;

/// Refuses settings that are unsafe or contradict each other.
pub(super) fn validate(loaded: &LoadedSettings) -> Result<(), SettingError> {
    limits(loaded)?;
    texts(loaded)?;
    hashing(loaded)?;
    secrets(loaded)?;
    cookies(loaded)?;
    sessions(loaded)?;
    administrator(loaded)
}

fn refuse(line: String) -> Result<(), SettingError> {
    Err(SettingError::new(line))
}

impl LoadedSettings {
    /// The name of a setting in its source.
    fn name(&self, key: &'static str) -> String {
        Setting::named(key).map_or_else(|| key.to_owned(), |setting| self.source(setting).name_of(setting))
    }

    /// Refuses the value of a setting, and displays it unless it is secret.
    fn invalid(&self, key: &'static str) -> SettingError {
        let Some(setting) = Setting::named(key) else { return SettingError::new(key) };
        let shown = (!setting.is_secret()).then(|| (setting.value)(&self.settings).to_string());
        SettingError::invalid_value(setting, &self.source(setting), shown.as_deref())
    }

    /// Refuses the first setting whose check failed.
    fn require(&self, checks: &[(&'static str, bool)]) -> Result<(), SettingError> {
        checks.iter().find(|(_, is_valid)| !is_valid).map_or(Ok(()), |(key, _)| Err(self.invalid(key)))
    }
}

/// Numbers, durations and sizes within the limits of the table.
fn limits(loaded: &LoadedSettings) -> Result<(), SettingError> {
    let outside = SETTINGS.iter().find(|setting| !setting.accepts.contains(&(setting.value)(&loaded.settings)));
    outside.map_or(Ok(()), |setting| Err(loaded.invalid(setting.key)))
}

fn texts(loaded: &LoadedSettings) -> Result<(), SettingError> {
    let Settings { service_name, token, database, redis, log, .. } = &loaded.settings;
    let has_length = |text: &str, max| (1..=max).contains(&text.chars().count()) && !text.contains(char::is_control);
    let has_scheme = |url: &Option<SecretString>, schemes: &[&str]| {
        url.as_ref().is_none_or(|url| schemes.iter().any(|scheme| url.expose_secret().starts_with(scheme)))
    };
    loaded.require(&[
        ("service_name", has_length(service_name, 100)),
        ("token.issuer", has_length(&token.issuer, 255)),
        ("token.audience", has_length(&token.audience, 255)),
        ("database.url", has_scheme(&database.url, &["postgres://", "postgresql://", "mysql://"])),
        ("redis.url", has_scheme(&redis.url, &["redis://", "rediss://"])),
        ("log.filter", log.filter.as_ref().is_none_or(|filter| EnvFilter::try_new(filter).is_ok())),
    ])
}

/// Password hashes that are expensive to guess.
fn hashing(loaded: &LoadedSettings) -> Result<(), SettingError> {
    let password = &loaded.settings.password;
    let (memory, iterations) = (password.memory_kib, password.iterations);
    if HASHING_FLOORS.iter().any(|(floor, passes)| memory >= *floor && iterations >= *passes) {
        return Ok(());
    }
    let key = if memory < RECOMMENDED_MEMORY { "password.memory" } else { "password.iterations" };
    let (name, memory) = (loaded.name(key), SizeText(memory));
    refuse(format!(
        "{name} makes password hashes too easy to guess (`{memory}` × {iterations}): use at least `19 MiB` × 2"
    ))
}

/// Cookies that browsers accept, and that are not sent in clear over a network.
fn cookies(loaded: &LoadedSettings) -> Result<(), SettingError> {
    let Settings { cookie, listen, .. } = &loaded.settings;
    let has_prefix = |prefix: &str| {
        let begins = |name: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        cookie.names().into_iter().any(begins)
    };
    // Browsers reject a cookie that violates its name prefix (RFC 6265bis, 4.1.3).
    let is_host_prefixed = has_prefix("__Host-");
    let has_valid_path = is_cookie_path(&cookie.path) && (cookie.path == "/" || !is_host_prefixed);
    let has_valid_domain = |domain: &str| is_cookie_domain(domain) && !is_host_prefixed;
    loaded.require(&[
        ("cookie.access_name", is_cookie_name(&cookie.access_name)),
        ("cookie.refresh_name", is_cookie_name(&cookie.refresh_name) && cookie.refresh_name != cookie.access_name),
        ("cookie.path", has_valid_path),
        ("cookie.domain", cookie.domain.as_deref().is_none_or(has_valid_domain)),
    ])?;
    if cookie.secure {
        return Ok(());
    }
    let name = loaded.name("cookie.secure");
    if !listen.ip().is_loopback() {
        return refuse(format!(
            "{name} is `false`, but {listen} is not a loopback address: use a TLS proxy in front and leave it `true`"
        ));
    }
    if is_host_prefixed || has_prefix("__Secure-") {
        let [access, refresh] = ["cookie.access_name", "cookie.refresh_name"].map(variable);
        return refuse(format!(
            "{name} is `false`, but browsers reject insecure cookies whose names begin with `__Host-` or `__Secure-`: \
             set {access} and {refresh} to names without these prefixes"
        ));
    }
    if cookie.same_site == SameSite::None {
        return refuse(format!(
            "{name} is `false`, but browsers reject insecure cookies with `cookie.same_site` = `none`: leave it `true`"
        ));
    }
    Ok(())
}

fn is_cookie_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(is_allowed)
}

fn is_cookie_path(path: &str) -> bool {
    path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';')
}

fn is_cookie_domain(domain: &str) -> bool {
    domain.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
        && domain.contains('.')
        && !domain.starts_with('.')
}

fn sessions(loaded: &LoadedSettings) -> Result<(), SettingError> {
    let session = &loaded.settings.session;
    if session.absolute >= session.idle {
        return Ok(());
    }
    let name = loaded.name("session.absolute");
    let [absolute, idle] = [session.absolute, session.idle].map(DurationText);
    refuse(format!("{name} is `{absolute}`, less than `session.idle` (`{idle}`): make it at least as long"))
}

fn administrator(loaded: &LoadedSettings) -> Result<(), SettingError> {
    let admin = &loaded.settings.admin;
    let missing = match (&admin.username, &admin.password_file) {
        (Some(_), None) => ("admin.username", "password", "admin.password_file"),
        (None, Some(_)) => ("admin.password_file", "username", "admin.username"),
        _ => return Ok(()),
    };
    let (name, other) = (loaded.name(missing.0), variable(missing.2));
    refuse(format!("{name} is set without a {}: set {other} too", missing.1))
}

/// Secrets of sufficient length, each from one place, and no generated secret with data on a server.
fn secrets(loaded: &LoadedSettings) -> Result<(), SettingError> {
    let Settings { secret, secret_file, secret_previous, secret_previous_file, .. } = &loaded.settings;
    let Settings { password, password_files, database, redis, .. } = &loaded.settings;
    let secrets = [
        ("password.pepper", &password.pepper, &password_files.pepper),
        ("password.pepper_previous", &password.previous_pepper, &password_files.previous_pepper),
        ("secret", secret, secret_file),
        ("secret_previous", secret_previous, secret_previous_file),
    ];
    for (key, value, file) in secrets {
        let file_setting = SETTINGS.iter().find(|setting| setting.key.strip_suffix("_file") == Some(key));
        if let Some(file_setting) = file_setting.filter(|_| value.is_some() && file.is_some()) {
            let names = [key, file_setting.key].map(|key| loaded.name(key));
            return refuse(format!("{} are both set: remove one", names.join(" and ")));
        }
        if value.as_ref().is_some_and(|value| value.expose_secret().len() < MIN_SECRET_LENGTH) {
            return Err(loaded.invalid(key));
        }
    }
    let servers = [("database.url", database.url.is_some()), ("redis.url", redis.url.is_some())];
    match servers.into_iter().find(|(_, is_set)| *is_set && secret.is_none() && secret_file.is_none()) {
        None => Ok(()),
        Some((key, _)) => refuse(format!(
            "{} is not set, but {} is: set it to at least 32 characters, the same on every replica (for example the \
             output of `openssl rand -hex 32`)",
            variable("secret"),
            loaded.name(key)
        )),
    }
}

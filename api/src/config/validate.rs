//! What types cannot say: bounds, and settings that depend on each other.

use super::error::SettingError;
use super::table::{SETTINGS, Setting};
use super::{Loaded, SameSite, Settings};
use secrecy::ExposeSecret;
use tracing_subscriber::EnvFilter;

/// Least memory in KiB and passes over it that resist guessing alike (OWASP Password Storage).
const HASHING_FLOORS: [(u32, u32); 5] = [(47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5)];
/// Least length of a secret, in bytes.
const SECRET_LENGTH: usize = 32;

/// Refuses settings that would be unsafe or make no sense.
pub(super) fn validate(loaded: &Loaded) -> Result<(), SettingError> {
    bounds(loaded)?;
    words(loaded)?;
    hashing(loaded)?;
    secrets(loaded)?;
    cookies(loaded)?;
    let settings = &loaded.settings;
    if settings.session.absolute < settings.session.idle {
        let (name, absolute) = (loaded.name("session.absolute"), settings.session.absolute);
        let idle = settings.session.idle;
        return refuse(format!(
            "{name} is `{absolute}`, less than `session.idle` (`{idle}`): make it at least as long"
        ));
    }
    match (&settings.admin.username, &settings.admin.password_file) {
        (Some(_), None) => refuse(format!(
            "{} is set without a password: set `KEYWARD_ADMIN_PASSWORD_FILE` too",
            loaded.name("admin.username")
        )),
        (None, Some(_)) => refuse(format!(
            "{} is set without a name: set `KEYWARD_ADMIN_USERNAME` too",
            loaded.name("admin.password_file")
        )),
        _ => Ok(()),
    }
}

fn refuse(line: String) -> Result<(), SettingError> {
    Err(SettingError::new(line))
}

impl Loaded {
    /// How the operator knows a setting where it was set.
    fn name(&self, key: &'static str) -> String {
        Setting::named(key).map_or_else(|| key.to_owned(), |setting| self.origin(setting).name(setting))
    }

    /// Refuses a setting, showing its value unless that is a secret.
    fn not_accepted(&self, key: &'static str) -> SettingError {
        let Some(setting) = Setting::named(key) else { return SettingError::new(key) };
        let value = (setting.value)(&self.settings);
        let shown = (value != super::Shown::Secret).then(|| value.to_string());
        SettingError::not_accepted(setting, &self.origin(setting), shown.as_deref())
    }
}

/// Numbers, durations and sizes within the bounds of the table.
fn bounds(loaded: &Loaded) -> Result<(), SettingError> {
    let outside = SETTINGS.iter().find(|setting| !setting.accepts.admits(&(setting.value)(&loaded.settings)));
    outside.map_or(Ok(()), |setting| Err(loaded.not_accepted(setting.key)))
}

/// Texts and addresses.
fn words(loaded: &Loaded) -> Result<(), SettingError> {
    let Settings { service_name, token, database, redis, log, .. } = &loaded.settings;
    let has_length = |text: &str, max| (1..=max).contains(&text.chars().count()) && !text.contains(char::is_control);
    let begins = |url: &Option<secrecy::SecretString>, schemes: &[&str]| {
        url.as_ref().is_none_or(|url| schemes.iter().any(|scheme| url.expose_secret().starts_with(scheme)))
    };
    let checks = [
        ("service_name", has_length(service_name, 100)),
        ("token.issuer", has_length(&token.issuer, 255)),
        ("token.audience", has_length(&token.audience, 255)),
        ("database.url", begins(&database.url, &["postgres://", "postgresql://", "mysql://"])),
        ("redis.url", begins(&redis.url, &["redis://", "rediss://"])),
        ("log.filter", log.filter.as_ref().is_none_or(|filter| EnvFilter::try_new(filter).is_ok())),
    ];
    checks.into_iter().find(|(_, holds)| !holds).map_or(Ok(()), |(key, _)| Err(loaded.not_accepted(key)))
}

/// Hashing that is slow enough to guess against.
fn hashing(loaded: &Loaded) -> Result<(), SettingError> {
    let password = &loaded.settings.password;
    let (memory, iterations) = (password.memory, password.iterations);
    if HASHING_FLOORS.iter().any(|(floor, passes)| memory.kib >= *floor && iterations >= *passes) {
        return Ok(());
    }
    let name = if memory.kib < 19_456 { "password.memory" } else { "password.iterations" };
    let name = loaded.name(name);
    refuse(format!("{name} makes hashes too easy to guess (`{memory}` × {iterations}): give at least `19 MiB` × 2"))
}

/// Cookies that browsers take, and that nobody on the way can read.
fn cookies(loaded: &Loaded) -> Result<(), SettingError> {
    let Settings { cookie, listen, .. } = &loaded.settings;
    let is_name = |name: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        (1..=64).contains(&name.len()) && name.bytes().all(known)
    };
    let is_path =
        |path: &str| path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b';');
    let is_domain = |domain: &str| {
        domain.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte))
            && domain.contains('.')
            && !domain.starts_with('.')
    };
    let has_prefix = |prefix: &str| {
        let begins = |name: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        cookie.names().into_iter().any(begins)
    };
    // Browsers throw a cookie away that breaks what its name promises (RFC 6265bis, 4.1.3).
    let (is_host_bound, is_bound) = (has_prefix("__Host-"), has_prefix("__Host-") || has_prefix("__Secure-"));
    let checks = [
        ("cookie.access_name", is_name(&cookie.access_name)),
        ("cookie.refresh_name", is_name(&cookie.refresh_name) && cookie.refresh_name != cookie.access_name),
        ("cookie.path", is_path(&cookie.path) && (cookie.path == "/" || !is_host_bound)),
        ("cookie.domain", cookie.domain.as_deref().is_none_or(|domain| is_domain(domain) && !is_host_bound)),
    ];
    if let Some((key, _)) = checks.into_iter().find(|(_, holds)| !holds) {
        return Err(loaded.not_accepted(key));
    }
    let name = loaded.name("cookie.secure");
    match cookie.secure {
        true => Ok(()),
        false if !listen.ip().is_loopback() => refuse(format!(
            "{name} is `false`, but {listen} can be reached from elsewhere: put a proxy with TLS in front and leave it `true`"
        )),
        false if is_bound => refuse(format!(
            "{name} is `false`, which browsers do not take with names that begin with `__Host-` or `__Secure-`: set \
             `KEYWARD_COOKIE_ACCESS_NAME` and `KEYWARD_COOKIE_REFRESH_NAME` to other ones"
        )),
        false if cookie.same_site == SameSite::None => refuse(format!(
            "{name} is `false`, which browsers do not take with `cookie.same_site` = `none`: leave it `true`"
        )),
        false => Ok(()),
    }
}

/// No default secret where others may reach the data.
fn secrets(loaded: &Loaded) -> Result<(), SettingError> {
    let settings = &loaded.settings;
    let password = &settings.password;
    let secrets = [
        (&password.pepper, "password.pepper", password.pepper_file.is_some(), "password.pepper_file"),
        (
            &password.pepper_previous,
            "password.pepper_previous",
            password.pepper_previous_file.is_some(),
            "password.pepper_previous_file",
        ),
        (&settings.secret, "secret", settings.secret_file.is_some(), "secret_file"),
        (&settings.secret_previous, "secret_previous", settings.secret_previous_file.is_some(), "secret_previous_file"),
    ];
    for (secret, key, has_file, file_key) in secrets {
        if secret.is_some() && has_file {
            let (one, other) = (loaded.name(key), loaded.name(file_key));
            return refuse(format!("{one} and {other} are both set: take one away"));
        }
        if secret.as_ref().is_some_and(|secret| secret.expose_secret().len() < SECRET_LENGTH) {
            return Err(loaded.not_accepted(key));
        }
    }
    let given = settings.secret.is_some() || settings.secret_file.is_some();
    let outside = [("database.url", settings.database.url.is_some()), ("redis.url", settings.redis.url.is_some())];
    match outside.into_iter().find(|(_, set)| *set && !given) {
        None => Ok(()),
        Some((key, _)) => refuse(format!(
            "`KEYWARD_SECRET` is not set, but {} is: set it to at least 32 characters, the same on every replica \
             (for example from `openssl rand -hex 32`)",
            loaded.name(key)
        )),
    }
}

//! Every setting once: names, accepted values and description.

use super::setting::{Accepts, Setting};
use super::units::parse_kib;
use super::value::{SettingType as _, Value, names};
use super::{LogFormat, Mode, SameSite};
use service::keys::SigningAlgorithm;

const FILE: Accepts = Accepts::Text("the path of a file");
const NEW_SECRET: Accepts = Accepts::Secret("at least 32 characters, for example the output of `openssl rand -hex 32`");
const COOKIE_NAME: Accepts =
    Accepts::Text("up to 64 letters, digits, `-`, `_` and `.`, different from the name of the other cookie");
const PER_MINUTE: Accepts = Accepts::Number { min: 1, max: 1_000_000 };
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A setting by key, variable and place in `Settings`.
macro_rules! setting {
    ($key:literal, $variable:literal, $($field:ident).+) => {
        Setting::new(
            $key,
            $variable,
            |settings| settings.$($field).+.value(),
            |settings, text| super::value::SettingType::parse(text).map(|value| settings.$($field).+ = value),
        )
    };
}

/// The settings in the order of the documentation.
pub const SETTINGS: &[Setting] = &[
    setting!("listen", "KEYWARD_LISTEN", listen)
        .flag("--listen")
        .accepts(Accepts::Text("an address with a port, such as `127.0.0.1:8080`"))
        .describe("Address to listen on. HTTP without TLS: use a TLS proxy in front of any address but loopback."),
    setting!("trusted_proxies", "KEYWARD_TRUSTED_PROXIES", trusted_proxies)
        .accepts(Accepts::Text("addresses and networks separated by commas, such as `10.0.0.0/8, 2001:db8::7`"))
        .optional("none", "10.0.0.0/8, 2001:db8::7")
        .describe(
            "Reverse proxies whose `X-Forwarded-For` or `Forwarded` header names the client address for rate limits, \
             sessions and the audit log. The header is ignored on any other connection.",
        ),
    setting!("data_dir", "KEYWARD_DATA_DIR", data_dir)
        .flag("--data-dir")
        .accepts(Accepts::Text("the path of a folder"))
        .describe("Folder of the embedded database and the generated secret. Created on first start."),
    setting!("mode", "KEYWARD_MODE", mode)
        .accepts(Accepts::OneOf(names::<Mode>))
        .describe("`production` disables the playground and introspection unless they are set."),
    setting!("service_name", "KEYWARD_SERVICE_NAME", service_name)
        .accepts(Accepts::Text("1 to 100 characters without control characters"))
        .describe("Display name of the deployment."),
    setting!("signup_enabled", "KEYWARD_SIGNUP_ENABLED", signup_enabled)
        .accepts(Accepts::Boolean)
        .describe("Whether everyone can sign up."),
    setting!("max_page_size", "KEYWARD_MAX_PAGE_SIZE", max_page_size)
        .accepts(Accepts::Number { min: 10, max: 1_000 })
        .describe("Largest accepted `first` or `last`."),
    setting!("console", "KEYWARD_CONSOLE", console)
        .accepts(Accepts::Boolean)
        .describe("Whether the console, the pages for administrators and users, is served at `/`."),
    setting!("playground", "KEYWARD_PLAYGROUND", playground)
        .accepts(Accepts::Boolean)
        .optional("`true` in `development` mode", "true")
        .describe("Whether the playground is served at `/playground`."),
    setting!("introspection", "KEYWARD_INTROSPECTION", introspection)
        .accepts(Accepts::Boolean)
        .optional("`true` in `development` mode", "true")
        .describe("Whether GraphQL introspection is enabled."),
    setting!("secret", "KEYWARD_SECRET", secret)
        .accepts(NEW_SECRET)
        .optional("generated on first start, in the file `secret` in the data folder", "")
        .describe(
            "Encrypts the private signing keys in the database. Required with `database.url` or `redis.url`; the same \
             on every replica. If it is lost, all sessions are lost.",
        ),
    setting!("secret_file", "KEYWARD_SECRET_FILE", secret_file)
        .accepts(FILE)
        .optional("not set", "/run/secrets/keyward")
        .describe("File that holds the secret, as an alternative to `secret`."),
    setting!("secret_previous", "KEYWARD_SECRET_PREVIOUS", secret_previous)
        .accepts(Accepts::Secret("at least 32 characters: the secret before the replacement"))
        .optional("not set", "")
        .describe("Previous secret during a replacement. Keys encrypted with it are encrypted again at startup."),
    setting!("secret_previous_file", "KEYWARD_SECRET_PREVIOUS_FILE", secret_previous_file)
        .accepts(FILE)
        .optional("not set", "/run/secrets/keyward-previous")
        .describe("File that holds the previous secret, as an alternative to `secret_previous`."),
    setting!("connections.max", "KEYWARD_CONNECTIONS_MAX", connections.max)
        .accepts(Accepts::Number { min: 10, max: 1_000_000 })
        .describe(
            "Maximum number of open connections. Each needs a file descriptor. One more connection closes those that \
             have waited longest for their client.",
        ),
    setting!("connections.max_per_address", "KEYWARD_CONNECTIONS_MAX_PER_ADDRESS", connections.max_per_address)
        .accepts(Accepts::Number { min: 1, max: 1_000_000 })
        .describe(
            "Maximum number of open connections of one address (an IPv4 address or a /64 of IPv6). Does not apply to \
             `trusted_proxies`.",
        ),
    setting!("connections.idle_timeout", "KEYWARD_CONNECTIONS_IDLE_TIMEOUT", connections.idle_timeout)
        .accepts(Accepts::Duration { min: 1, max: HOUR })
        .describe(
            "Timeout between two requests of a connection. Longer than that of a proxy in front, which otherwise sends \
             requests on connections that are being closed.",
        ),
    setting!("connections.read_timeout", "KEYWARD_CONNECTIONS_READ_TIMEOUT", connections.read_timeout)
        .accepts(Accepts::Duration { min: 1, max: 10 * MINUTE })
        .describe("Timeout for reading the body of a request."),
    setting!("database.url", "KEYWARD_DATABASE_URL", database.url)
        .accepts(Accepts::Secret("a URL such as `postgres://user:password@host/keyward` or `mysql://…`"))
        .optional("an SQLite file in the data folder", "")
        .describe("PostgreSQL or MariaDB server to store the data on."),
    setting!("database.max_connections", "KEYWARD_DATABASE_MAX_CONNECTIONS", database.max_connections)
        .accepts(Accepts::Number { min: 2, max: 1_000 })
        .describe(
            "Maximum number of connections of requests to the database server. Each replica has four more of its own.",
        ),
    setting!("database.timeout", "KEYWARD_DATABASE_TIMEOUT", database.timeout)
        .accepts(Accepts::Duration { min: 1, max: MINUTE })
        .describe("Timeout for a connection to the database server."),
    setting!("redis.url", "KEYWARD_REDIS_URL", redis.url)
        .accepts(Accepts::Secret("a URL such as `redis://host:6379` or `rediss://…`"))
        .optional("revocations are kept in process", "")
        .describe("Redis server that carries revocations between replicas and counts rate limits for all of them."),
    setting!("password.min_length", "KEYWARD_PASSWORD_MIN_LENGTH", password.min_length)
        .accepts(Accepts::Number { min: 8, max: 64 })
        .describe("Minimum length of a password, in characters (NIST SP 800-63B-4 requires 15 for single-factor use)."),
    Setting::new(
        "password.memory",
        "KEYWARD_PASSWORD_MEMORY",
        |settings| Value::Size(settings.password.memory_kib),
        |settings, text| {
            settings.password.memory_kib = parse_kib(text)?;
            Some(())
        },
    )
    .accepts(Accepts::Size { min: 7, max: 4_096 })
    .describe(
        "Memory for one hash (Argon2id). With `password.iterations`, at least 46 MiB × 1, 19 MiB × 2, 12 MiB × 3, \
         9 MiB × 4 or 7 MiB × 5 (OWASP Password Storage).",
    ),
    setting!("password.iterations", "KEYWARD_PASSWORD_ITERATIONS", password.iterations)
        .accepts(Accepts::Number { min: 1, max: 64 })
        .describe("Passes over the memory. Stored hashes are upgraded at the next login."),
    setting!("password.threads", "KEYWARD_PASSWORD_THREADS", password.threads)
        .accepts(Accepts::Number { min: 1, max: 256 })
        .optional("one per core", "4")
        .describe("Number of hashing threads. Each holds `password.memory` permanently."),
    setting!("password.queue", "KEYWARD_PASSWORD_QUEUE", password.queue)
        .accepts(Accepts::Number { min: 1, max: 10_000 })
        .describe("Maximum length of the hashing queue. Attempts beyond it are refused at once."),
    setting!("password.blocklist", "KEYWARD_PASSWORD_BLOCKLIST", password_files.blocklist)
        .accepts(FILE)
        .optional("the embedded list of common passwords alone", "blocklist.txt")
        .describe(
            "File of additional passwords to refuse, such as leaked ones: UTF-8, one per line, at most 32 MiB. See \
             [passwords.md](passwords.md).",
        ),
    setting!("password.pepper", "KEYWARD_PASSWORD_PEPPER", password.pepper)
        .accepts(NEW_SECRET)
        .optional("not set", "")
        .describe(
            "Secret input of every password hash, kept outside the database; the same on every replica. If it is lost, \
             all passwords are lost. See [passwords.md](passwords.md).",
        ),
    setting!("password.pepper_file", "KEYWARD_PASSWORD_PEPPER_FILE", password_files.pepper)
        .accepts(FILE)
        .optional("not set", "/run/secrets/keyward-pepper")
        .describe("File that holds the pepper, as an alternative to `password.pepper`."),
    setting!("password.pepper_previous", "KEYWARD_PASSWORD_PEPPER_PREVIOUS", password.previous_pepper)
        .accepts(Accepts::Secret("at least 32 characters: another pepper"))
        .optional("not set", "")
        .describe(
            "Previous pepper during a replacement. Passwords hashed with it are verified, and hashed again at the next \
             login.",
        ),
    setting!("password.pepper_previous_file", "KEYWARD_PASSWORD_PEPPER_PREVIOUS_FILE", password_files.previous_pepper)
        .accepts(FILE)
        .optional("not set", "/run/secrets/keyward-pepper-previous")
        .describe("File that holds the previous pepper, as an alternative to `password.pepper_previous`."),
    setting!("token.issuer", "KEYWARD_TOKEN_ISSUER", token.issuer)
        .accepts(Accepts::Text("1 to 255 characters"))
        .describe("Claim `iss` of access tokens."),
    setting!("token.audience", "KEYWARD_TOKEN_AUDIENCE", token.audience)
        .accepts(Accepts::Text("1 to 255 characters"))
        .describe("Claim `aud` of access tokens."),
    setting!("token.algorithm", "KEYWARD_TOKEN_ALGORITHM", token.algorithm)
        .accepts(Accepts::OneOf(|| SigningAlgorithm::ALL.map(SigningAlgorithm::as_str).to_vec()))
        .describe(
            "Signature algorithm of access tokens; the same on every replica. Tokens signed with `HS256` cannot be \
             verified by other services. After a change, `serve` creates a new key, and previous keys verify for one \
             more hour.",
        ),
    setting!("token.access_lifetime", "KEYWARD_TOKEN_ACCESS_LIFETIME", token.access_lifetime)
        .accepts(Accepts::Duration { min: MINUTE, max: HOUR })
        .describe("Lifetime of an access token."),
    setting!("token.refresh_grace", "KEYWARD_TOKEN_REFRESH_GRACE", token.refresh_grace)
        .accepts(Accepts::Duration { min: 0, max: MINUTE })
        .describe(
            "Grace period of refresh token rotation: a token used twice within it, for example by two tabs, yields the \
             same new token.",
        ),
    setting!("session.idle", "KEYWARD_SESSION_IDLE", session.idle)
        .accepts(Accepts::Duration { min: MINUTE, max: 30 * DAY })
        .describe("Idle timeout of a session."),
    setting!("session.absolute", "KEYWARD_SESSION_ABSOLUTE", session.absolute)
        .accepts(Accepts::Duration { min: 5 * MINUTE, max: 365 * DAY })
        .describe("Absolute lifetime of a session. At least `session.idle`."),
    setting!("session.max_per_user", "KEYWARD_SESSION_MAX_PER_USER", session.max_per_user)
        .accepts(Accepts::Number { min: 1, max: 1_000 })
        .describe("Maximum number of live sessions per user. One more login ends the least recently used session."),
    setting!("cookie.access_name", "KEYWARD_COOKIE_ACCESS_NAME", cookie.access_name)
        .accepts(COOKIE_NAME)
        .describe("Name of the cookie with the access token."),
    setting!("cookie.refresh_name", "KEYWARD_COOKIE_REFRESH_NAME", cookie.refresh_name)
        .accepts(COOKIE_NAME)
        .describe("Name of the cookie with the refresh token."),
    setting!("cookie.max_age", "KEYWARD_COOKIE_MAX_AGE", cookie.max_age)
        .accepts(Accepts::Duration { min: MINUTE, max: 400 * DAY })
        .optional("the longest possible lifetime of the token", "30d")
        .describe("Upper bound of `Max-Age`."),
    setting!("cookie.same_site", "KEYWARD_COOKIE_SAME_SITE", cookie.same_site)
        .accepts(Accepts::OneOf(names::<SameSite>))
        .describe(
            "`SameSite` of the cookies; `none` is for `cors.origins` on another site. Defence in depth only: requests \
             with cookies always need the CSRF token and an allowed origin.",
        ),
    setting!("cookie.domain", "KEYWARD_COOKIE_DOMAIN", cookie.domain)
        .accepts(Accepts::Text("a domain such as `example.org`, with cookie names without `__Host-`"))
        .optional("this host alone", "example.org")
        .describe("`Domain` of the cookies. Every host below it receives them and can act for its users."),
    setting!("cookie.path", "KEYWARD_COOKIE_PATH", cookie.path)
        .accepts(Accepts::Text("`/`, or another path with cookie names without `__Host-`"))
        .describe("`Path` of the cookies."),
    setting!("cookie.secure", "KEYWARD_COOKIE_SECURE", cookie.secure).accepts(Accepts::Boolean).describe(
        "`Secure` of the cookies; also enables HSTS for one year. Chromium and Firefox accept such cookies from \
             `http://localhost` as well. `false` is accepted on a loopback address only, with cookie names without \
             `__Host-` and `__Secure-`.",
    ),
    setting!("cors.origins", "KEYWARD_CORS_ORIGINS", cors.origins)
        .accepts(Accepts::Text("origins separated by commas, such as `https://app.example.org`"))
        .optional("none", "https://app.example.org, https://admin.example.org")
        .describe("Other origins that may call the API and use its cookies. The same origin is always allowed."),
    setting!("limits.login_per_account", "KEYWARD_LIMITS_LOGIN_PER_ACCOUNT", limits.login_per_account)
        .accepts(PER_MINUTE)
        .describe(
            "Login attempts per minute and account; counted apart, reauthentication attempts per minute and session.",
        ),
    setting!("limits.login_per_address", "KEYWARD_LIMITS_LOGIN_PER_ADDRESS", limits.login_per_address)
        .accepts(PER_MINUTE)
        .describe("Login attempts per minute and client address; counted apart, reauthentication attempts."),
    setting!("limits.signup_per_address", "KEYWARD_LIMITS_SIGNUP_PER_ADDRESS", limits.signup_per_address)
        .accepts(PER_MINUTE)
        .describe("Sign-ups per minute and client address."),
    setting!("limits.refresh_per_session", "KEYWARD_LIMITS_REFRESH_PER_SESSION", limits.refresh_per_session)
        .accepts(PER_MINUTE)
        .describe("Token refreshes per minute and session."),
    setting!("limits.self_service_per_user", "KEYWARD_LIMITS_SELF_SERVICE_PER_USER", limits.self_service_per_user)
        .accepts(PER_MINUTE)
        .describe("Changes per minute and user of the own profile, active roles and session data."),
    setting!("limits.expensive_per_user", "KEYWARD_LIMITS_EXPENSIVE_PER_USER", limits.expensive_per_user)
        .accepts(PER_MINUTE)
        .describe("Exports and plans of the policy per minute and user."),
    setting!("retention.audit", "KEYWARD_RETENTION_AUDIT", retention.audit)
        .accepts(Accepts::Duration { min: 30 * DAY, max: 36_500 * DAY })
        .describe("Age at which entries of the audit log and revisions of the policy are deleted. Entries of sign-ups are kept."),
    setting!("retention.sessions", "KEYWARD_RETENTION_SESSIONS", retention.sessions)
        .accepts(Accepts::Duration { min: DAY, max: 3_650 * DAY })
        .describe("Time after its end at which a session is deleted, with its device and address."),
    setting!("retention.changes", "KEYWARD_RETENTION_CHANGES", retention.changes)
        .accepts(Accepts::Duration { min: HOUR, max: 365 * DAY })
        .describe(
            "Age at which entries of the change feed are deleted. A replica that was away for longer reads the whole \
             policy.",
        ),
    setting!("admin.username", "KEYWARD_ADMIN_USERNAME", admin.username)
        .accepts(Accepts::Text("a username"))
        .optional("not set", "root")
        .describe("First administrator, created by `serve` while there is none. Requires `admin.password_file`."),
    setting!("admin.password_file", "KEYWARD_ADMIN_PASSWORD_FILE", admin.password_file)
        .accepts(FILE)
        .optional("not set", "/run/secrets/keyward-admin")
        .describe("File with the password of the first administrator in its first line."),
    setting!("log.filter", "KEYWARD_LOG", log.filter)
        .flag("--log")
        .accepts(Accepts::Text("a level or a list such as `info,service=debug`"))
        .optional("`info` for `serve`, `warn` for other commands", "info,service=debug")
        .describe("Log level, or a list of levels by module."),
    setting!("log.format", "KEYWARD_LOG_FORMAT", log.format)
        .accepts(Accepts::OneOf(names::<LogFormat>))
        .describe("Format of the log, which is written to standard error."),
    setting!("shutdown.delay", "KEYWARD_SHUTDOWN_DELAY", shutdown.delay)
        .accepts(Accepts::Duration { min: 0, max: 5 * MINUTE })
        .describe("How long `/readyz` answers 503 before new connections are refused, for load balancers to react."),
    setting!("shutdown.grace", "KEYWARD_SHUTDOWN_GRACE", shutdown.grace)
        .accepts(Accepts::Duration { min: 1, max: 10 * MINUTE })
        .describe("Timeout for requests in flight at shutdown."),
];

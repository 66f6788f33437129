//! Every setting once: its name, its variable, its meaning and what it accepts.

use super::text::put;
use super::{LogFormat, Mode, SameSite, Settings, Shown, Size, Span};
use std::fmt;

/// A setting.
pub struct Setting {
    /// Name in `keyward.toml`, with its section.
    pub key: &'static str,
    /// Variable in the environment.
    pub variable: &'static str,
    /// Flag of the command line, where there is one.
    pub flag: Option<&'static str>,
    /// What it accepts.
    pub accepts: Accepts,
    /// What holds when it is not set, where [`Settings::default`] has no value to show.
    pub unset: &'static str,
    /// What it means, for people.
    pub meaning: &'static str,
    /// Its value.
    pub value: fn(&Settings) -> Shown,
    /// Gives it the value that a text stands for; `None` when it stands for none.
    pub(super) set: fn(&mut Settings, &str) -> Option<()>,
}

/// What a setting accepts.
#[derive(Clone, Copy, Debug)]
pub enum Accepts {
    /// In words, after "give".
    Words(&'static str),
    /// A whole number within bounds.
    Number(u64, u64),
    /// A duration within bounds, in seconds.
    Span(u64, u64),
    /// A size within bounds, in MiB.
    Size(u32, u32),
}

/// `true` or `false`.
const SWITCH: Accepts = Accepts::Words("`true` or `false`");
/// The path of a file.
const FILE: Accepts = Accepts::Words("the path of a file");
/// The name of a cookie.
const COOKIE_NAME: Accepts = Accepts::Words("up to 64 letters, digits, `-`, `_` and `.`, not the other cookie's name");
const DAY: u64 = 24 * 60 * 60;
const PER_MINUTE: Accepts = Accepts::Number(1, 1_000_000);

/// The settings in the order of the documentation.
pub const SETTINGS: &[Setting] = &[
    Setting {
        flag: Some("--listen"),
        ..setting("listen", "KEYWARD_LISTEN", |s| Shown::Text(s.listen.to_string()))
            .reads(|s, text| put(&mut s.listen, text)).takes(Accepts::Words("an address with a port, such as `127.0.0.1:8080`"))
            .means("Where to listen. Plain HTTP: put a proxy with TLS in front of anything but loopback.")
    },
    setting("trusted_proxies", "KEYWARD_TRUSTED_PROXIES", |s| {
        (!s.trusted_proxies.is_empty()).then(|| Shown::Text(s.trusted_proxies.to_string())).into()
    })
    .reads(|s, text| put(&mut s.trusted_proxies, text)).takes(Accepts::Words("addresses and networks such as `10.0.0.0/8, 2001:db8::7`, with commas between them"))
    .otherwise("none")
    .means(
        "Proxies in front, whose `X-Forwarded-For` or `Forwarded` tells the client's address for limits, sessions and \
         the audit log. Everybody else's is passed over.",
    ),
    Setting {
        flag: Some("--data-dir"),
        ..setting("data_dir", "KEYWARD_DATA_DIR", |s| s.data_dir.as_path().into())
            .reads(|s, text| put(&mut s.data_dir, text)).takes(Accepts::Words("the path of a folder"))
            .means("Folder of the embedded database and of the generated secret; made on first start.")
    },
    setting("mode", "KEYWARD_MODE", |s| {
        match s.mode {
            Mode::Development => "development",
            Mode::Production => "production",
        }
        .into()
    })
    .reads(|s, text| put(&mut s.mode, text)).takes(Accepts::Words("`development` or `production`"))
    .means("`production` turns the playground and introspection off unless they are set."),
    setting("service_name", "KEYWARD_SERVICE_NAME", |s| s.service_name.as_str().into())
        .reads(|s, text| put(&mut s.service_name, text)).takes(Accepts::Words("1 to 100 characters, none of them a control character"))
        .means("Display name of this deployment."),
    setting("signup_enabled", "KEYWARD_SIGNUP_ENABLED", |s| s.signup_enabled.into())
        .reads(|s, text| put(&mut s.signup_enabled, text)).takes(SWITCH)
        .means("May anyone create an account?"),
    setting("max_page_size", "KEYWARD_MAX_PAGE_SIZE", |s| s.max_page_size.into())
        .reads(|s, text| put(&mut s.max_page_size, text)).takes(Accepts::Number(10, 1_000))
        .means("Largest accepted `first` or `last`."),
    setting("playground", "KEYWARD_PLAYGROUND", |s| s.playground.into())
        .reads(|s, text| put(&mut s.playground, text)).takes(SWITCH)
        .otherwise("as `mode` says")
        .means("Serve the playground at `/playground`?"),
    setting("introspection", "KEYWARD_INTROSPECTION", |s| s.introspection.into())
        .reads(|s, text| put(&mut s.introspection, text)).takes(SWITCH)
        .otherwise("as `mode` says")
        .means("Answer introspection queries?"),
    setting("secret", "KEYWARD_SECRET", |s| s.secret.as_ref().into())
        .reads(|s, text| put(&mut s.secret, text)).takes(Accepts::Words("at least 32 characters, made for example by `openssl rand -hex 32`"))
        .otherwise("made on first start, in `secret` in the data folder")
        .means(
            "Seals the private keys in the database. Must be given with `database.url` or `redis.url`, the same on \
             every replica. Whoever loses it loses all sessions.",
        ),
    setting("secret_file", "KEYWARD_SECRET_FILE", |s| s.secret_file.as_deref().into())
        .reads(|s, text| put(&mut s.secret_file, text)).takes(FILE)
        .means("Reads the secret from a file instead, as containers like it."),
    setting("secret_previous", "KEYWARD_SECRET_PREVIOUS", |s| s.secret_previous.as_ref().into())
        .reads(|s, text| put(&mut s.secret_previous, text)).takes(Accepts::Words("at least 32 characters: what the secret was until now"))
        .means(
            "The secret before `secret`, while one takes the place of the other: keys that it sealed are opened, and \
             sealed anew at start.",
        ),
    setting("secret_previous_file", "KEYWARD_SECRET_PREVIOUS_FILE", |s| s.secret_previous_file.as_deref().into())
        .reads(|s, text| put(&mut s.secret_previous_file, text)).takes(FILE)
        .means("Reads the secret before `secret` from a file instead."),
    setting("database.url", "KEYWARD_DATABASE_URL", |s| s.database.url.as_ref().into())
        .reads(|s, text| put(&mut s.database.url, text)).takes(Accepts::Words("an address such as `postgres://user:password@host/keyward` or `mysql://…`"))
        .otherwise("an SQLite file in the data folder")
        .means("A PostgreSQL or MariaDB server to keep the data on."),
    setting("database.max_connections", "KEYWARD_DATABASE_MAX_CONNECTIONS", |s| s.database.max_connections.into())
        .reads(|s, text| put(&mut s.database.max_connections, text)).takes(Accepts::Number(2, 1_000))
        .means("Most connections held to a database server."),
    setting("database.timeout", "KEYWARD_DATABASE_TIMEOUT", |s| s.database.timeout.into())
        .reads(|s, text| put(&mut s.database.timeout, text)).takes(Accepts::Span(1, 60))
        .means("How long to wait for a connection to a database server."),
    setting("redis.url", "KEYWARD_REDIS_URL", |s| s.redis.url.as_ref().into())
        .reads(|s, text| put(&mut s.redis.url, text)).takes(Accepts::Words("an address such as `redis://host:6379` or `rediss://…`"))
        .otherwise("revocations are kept in process")
        .means(
            "A Redis server that carries revocations between replicas and counts the tries of `[limits]` for all of \
             them.",
        ),
    setting("password.min_length", "KEYWARD_PASSWORD_MIN_LENGTH", |s| s.password.min_length.into())
        .reads(|s, text| put(&mut s.password.min_length, text)).takes(Accepts::Number(8, 64))
        .means("Shortest accepted password, in characters (NIST SP 800-63B-4 asks for 15 where it is used alone)."),
    setting("password.memory", "KEYWARD_PASSWORD_MEMORY", |s| s.password.memory.into())
        .reads(|s, text| put(&mut s.password.memory, text)).takes(Accepts::Size(7, 4_096))
        .means(
            "Memory for one hash (Argon2id). With `password.iterations`, at least 46 MiB × 1, 19 MiB × 2, 12 MiB × 3, \
             9 MiB × 4 or 7 MiB × 5, as OWASP asks.",
        ),
    setting("password.iterations", "KEYWARD_PASSWORD_ITERATIONS", |s| s.password.iterations.into())
        .reads(|s, text| put(&mut s.password.iterations, text)).takes(Accepts::Number(1, 64))
        .means("Passes over that memory. Stored hashes are upgraded at the next sign-in."),
    setting("password.threads", "KEYWARD_PASSWORD_THREADS", |s| s.password.threads.into())
        .reads(|s, text| put(&mut s.password.threads, text)).takes(Accepts::Number(1, 256))
        .otherwise("one per core")
        .means("Threads that hash; each holds `password.memory` for good."),
    setting("password.queue", "KEYWARD_PASSWORD_QUEUE", |s| s.password.queue.into())
        .reads(|s, text| put(&mut s.password.queue, text)).takes(Accepts::Number(1, 10_000))
        .means("How many tries may wait for a thread; those beyond it are refused at once."),
    setting("password.blocklist", "KEYWARD_PASSWORD_BLOCKLIST", |s| s.password.blocklist.as_deref().into())
        .reads(|s, text| put(&mut s.password.blocklist, text)).takes(FILE)
        .otherwise("the embedded list of common passwords alone")
        .means(
            "File of passwords that nobody may choose, such as those known from leaks: UTF-8, one a line, at most \
             32 MiB. See [passwords.md](passwords.md).",
        ),
    setting("password.pepper", "KEYWARD_PASSWORD_PEPPER", |s| s.password.pepper.as_ref().into())
        .reads(|s, text| put(&mut s.password.pepper, text)).takes(Accepts::Words("at least 32 characters, made for example by `openssl rand -hex 32`"))
        .means(
            "Goes into the hash of every password, and is kept outside the database; the same on every replica. \
             Whoever loses it loses all passwords. See [passwords.md](passwords.md).",
        ),
    setting("password.pepper_file", "KEYWARD_PASSWORD_PEPPER_FILE", |s| s.password.pepper_file.as_deref().into())
        .reads(|s, text| put(&mut s.password.pepper_file, text)).takes(FILE)
        .means("Reads the pepper from a file instead."),
    setting("password.pepper_previous", "KEYWARD_PASSWORD_PEPPER_PREVIOUS", |s| {
        s.password.pepper_previous.as_ref().into()
    })
    .reads(|s, text| put(&mut s.password.pepper_previous, text)).takes(Accepts::Words("at least 32 characters: another pepper"))
    .means(
        "The pepper before `password.pepper`, while one takes the place of the other: passwords hashed with it are \
         verified, and hashed anew at the next sign-in.",
    ),
    setting("password.pepper_previous_file", "KEYWARD_PASSWORD_PEPPER_PREVIOUS_FILE", |s| {
        s.password.pepper_previous_file.as_deref().into()
    })
    .reads(|s, text| put(&mut s.password.pepper_previous_file, text)).takes(FILE)
    .means("Reads the pepper before `password.pepper` from a file instead."),
    setting("token.issuer", "KEYWARD_TOKEN_ISSUER", |s| s.token.issuer.as_str().into())
        .reads(|s, text| put(&mut s.token.issuer, text)).takes(Accepts::Words("1 to 255 characters"))
        .means("`iss` of access tokens."),
    setting("token.audience", "KEYWARD_TOKEN_AUDIENCE", |s| s.token.audience.as_str().into())
        .reads(|s, text| put(&mut s.token.audience, text)).takes(Accepts::Words("1 to 255 characters"))
        .means("`aud` of access tokens."),
    setting("token.algorithm", "KEYWARD_TOKEN_ALGORITHM", |s| s.token.algorithm.as_str().into())
        .reads(|s, text| put(&mut s.token.algorithm, text)).takes(Accepts::Words("`EdDSA`, `ES256`, `RS256` or `HS256`"))
        .means(
            "How access tokens are signed; the same on every replica. With `HS256` nobody else can verify them. When it \
             changes, `serve` makes a new key, and the keys before it verify for another hour.",
        ),
    setting("token.access_lifetime", "KEYWARD_TOKEN_ACCESS_LIFETIME", |s| s.token.access_lifetime.into())
        .reads(|s, text| put(&mut s.token.access_lifetime, text)).takes(Accepts::Span(60, 60 * 60))
        .means("How long an access token lives."),
    setting("token.refresh_grace", "KEYWARD_TOKEN_REFRESH_GRACE", |s| s.token.refresh_grace.into())
        .reads(|s, text| put(&mut s.token.refresh_grace, text)).takes(Accepts::Span(0, 60))
        .means("How long a refresh token that was already traded yields the same successor, for two tabs at once."),
    setting("session.idle", "KEYWARD_SESSION_IDLE", |s| s.session.idle.into())
        .reads(|s, text| put(&mut s.session.idle, text)).takes(Accepts::Span(60, 30 * DAY))
        .means("A session that is not used for so long ends."),
    setting("session.absolute", "KEYWARD_SESSION_ABSOLUTE", |s| s.session.absolute.into())
        .reads(|s, text| put(&mut s.session.absolute, text)).takes(Accepts::Span(5 * 60, 365 * DAY))
        .means("A session ends after so long in any case. Not shorter than `session.idle`."),
    setting("session.max_per_user", "KEYWARD_SESSION_MAX_PER_USER", |s| s.session.max_per_user.into())
        .reads(|s, text| put(&mut s.session.max_per_user, text)).takes(Accepts::Number(1, 1_000))
        .means(
            "How many live sessions a user may have. Whoever signs in once more ends the one that was not used for \
             longest.",
        ),
    setting("cookie.access_name", "KEYWARD_COOKIE_ACCESS_NAME", |s| s.cookie.access_name.as_str().into())
        .reads(|s, text| put(&mut s.cookie.access_name, text)).takes(COOKIE_NAME)
        .means("Name of the cookie with the access token."),
    setting("cookie.refresh_name", "KEYWARD_COOKIE_REFRESH_NAME", |s| s.cookie.refresh_name.as_str().into())
        .reads(|s, text| put(&mut s.cookie.refresh_name, text)).takes(COOKIE_NAME)
        .means("Name of the cookie with the refresh token; another one."),
    setting("cookie.max_age", "KEYWARD_COOKIE_MAX_AGE", |s| s.cookie.max_age.into())
        .reads(|s, text| put(&mut s.cookie.max_age, text)).takes(Accepts::Span(60, 400 * DAY))
        .otherwise("as long as the token in it may be good")
        .means("How long browsers keep cookies at most."),
    setting("cookie.same_site", "KEYWARD_COOKIE_SAME_SITE", |s| {
        match s.cookie.same_site {
            SameSite::Strict => "strict",
            SameSite::Lax => "lax",
            SameSite::None => "none",
        }
        .into()
    })
    .reads(|s, text| put(&mut s.cookie.same_site, text)).takes(Accepts::Words("`strict`, `lax` or `none`"))
    .means(
        "Whether cookies come along from pages of other sites; `none` is for `cors.origins` on another site. Depth \
         only: a cookie counts with the CSRF header and from a trusted page, or not at all.",
    ),
    setting("cookie.domain", "KEYWARD_COOKIE_DOMAIN", |s| s.cookie.domain.as_deref().into())
        .reads(|s, text| put(&mut s.cookie.domain, text)).takes(Accepts::Words("a domain such as `example.org`, and names without `__Host-`"))
        .otherwise("this host alone")
        .means("Domain whose hosts all get the cookies. Every one of them can then act for its users."),
    setting("cookie.path", "KEYWARD_COOKIE_PATH", |s| s.cookie.path.as_str().into())
        .reads(|s, text| put(&mut s.cookie.path, text)).takes(Accepts::Words("`/`, or with names without `__Host-` another path"))
        .means("Path below which browsers send the cookies."),
    setting("cookie.secure", "KEYWARD_COOKIE_SECURE", |s| s.cookie.secure.into()).reads(|s, text| put(&mut s.cookie.secure, text)).takes(SWITCH).means(
        "Are cookies for TLS only? Also has browsers come by TLS for a year (HSTS). Chromium and Firefox take such \
             cookies from `http://localhost` as well. `false` is accepted on a loopback address only, with names \
             without `__Host-` and `__Secure-`.",
    ),
    setting("cors.origins", "KEYWARD_CORS_ORIGINS", |s| {
        (!s.cors.origins.is_empty()).then(|| Shown::Text(s.cors.origins.to_string())).into()
    })
    .reads(|s, text| put(&mut s.cors.origins, text)).takes(Accepts::Words("origins such as `https://app.example.org`, with commas between them"))
    .otherwise("none")
    .means("Other origins whose pages may call the API and use its cookies. A page of this origin always may."),
    setting("limits.login_per_account", "KEYWARD_LIMITS_LOGIN_PER_ACCOUNT", |s| s.limits.login_per_account.into())
        .reads(|s, text| put(&mut s.limits.login_per_account, text)).takes(PER_MINUTE)
        .means("Sign-ins a minute, per account; and apart from them password confirmations a minute, per session."),
    setting("limits.login_per_address", "KEYWARD_LIMITS_LOGIN_PER_ADDRESS", |s| s.limits.login_per_address.into())
        .reads(|s, text| put(&mut s.limits.login_per_address, text)).takes(PER_MINUTE)
        .means("The same, per client address."),
    setting("limits.signup_per_address", "KEYWARD_LIMITS_SIGNUP_PER_ADDRESS", |s| s.limits.signup_per_address.into())
        .reads(|s, text| put(&mut s.limits.signup_per_address, text)).takes(PER_MINUTE)
        .means("New accounts a minute, per client address."),
    setting("limits.refresh_per_session", "KEYWARD_LIMITS_REFRESH_PER_SESSION", |s| {
        s.limits.refresh_per_session.into()
    })
    .reads(|s, text| put(&mut s.limits.refresh_per_session, text)).takes(PER_MINUTE)
    .means("Refreshes a minute, per session."),
    setting("admin.username", "KEYWARD_ADMIN_USERNAME", |s| s.admin.username.as_deref().into())
        .reads(|s, text| put(&mut s.admin.username, text)).takes(Accepts::Words("the name of the first administrator"))
        .means("First administrator, made by `serve` while there is none; needs `admin.password_file`."),
    setting("admin.password_file", "KEYWARD_ADMIN_PASSWORD_FILE", |s| s.admin.password_file.as_deref().into())
        .reads(|s, text| put(&mut s.admin.password_file, text)).takes(FILE)
        .means("File with that administrator's password in its first line."),
    Setting {
        flag: Some("--log"),
        ..setting("log.filter", "KEYWARD_LOG", |s| s.log.filter.as_deref().into())
            .reads(|s, text| put(&mut s.log.filter, text)).takes(Accepts::Words("a level or a list such as `info,service=debug`"))
            .otherwise("`info` for `serve`, `warn` for the other commands")
            .means("What is logged.")
    },
    setting("log.format", "KEYWARD_LOG_FORMAT", |s| {
        match s.log.format {
            LogFormat::Text => "text",
            LogFormat::Json => "json",
        }
        .into()
    })
    .reads(|s, text| put(&mut s.log.format, text)).takes(Accepts::Words("`text` or `json`"))
    .means("How it is written, on standard error."),
    setting("shutdown.delay", "KEYWARD_SHUTDOWN_DELAY", |s| s.shutdown.delay.into())
        .reads(|s, text| put(&mut s.shutdown.delay, text)).takes(Accepts::Span(0, 5 * 60))
        .means("How long `/readyz` answers 503 before new connections are refused, so that balancers notice."),
    setting("shutdown.grace", "KEYWARD_SHUTDOWN_GRACE", |s| s.shutdown.grace.into())
        .reads(|s, text| put(&mut s.shutdown.grace, text)).takes(Accepts::Span(1, 10 * 60))
        .means("How long requests in flight may take to finish."),
];

const fn setting(key: &'static str, variable: &'static str, value: fn(&Settings) -> Shown) -> Setting {
    let (flag, accepts, unset, meaning) = (None, Accepts::Words(""), "not set", "");
    Setting { key, variable, flag, accepts, unset, meaning, value, set: |_, _| None }
}

impl Setting {
    const fn reads(mut self, set: fn(&mut Settings, &str) -> Option<()>) -> Self {
        self.set = set;
        self
    }

    const fn takes(mut self, accepts: Accepts) -> Self {
        self.accepts = accepts;
        self
    }

    const fn otherwise(mut self, unset: &'static str) -> Self {
        self.unset = unset;
        self
    }

    const fn means(mut self, meaning: &'static str) -> Self {
        self.meaning = meaning;
        self
    }

    /// The setting of that name.
    #[must_use]
    pub fn named(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }
}

impl Accepts {
    /// Does a value lie within the bounds? What is only in words is judged elsewhere.
    #[must_use]
    pub fn admits(&self, value: &Shown) -> bool {
        match (self, value) {
            (Self::Number(min, max), Shown::Number(number)) => (min..=max).contains(&number),
            (Self::Span(min, max), Shown::Span(span)) => (Span::seconds(*min)..=Span::seconds(*max)).contains(span),
            (Self::Size(min, max), Shown::Size(size)) => (min * 1024..=max * 1024).contains(&size.kib),
            _ => true,
        }
    }
}

impl fmt::Display for Accepts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words(words) => f.write_str(words),
            Self::Number(min, max) => write!(f, "a whole number from {min} to {max}"),
            Self::Span(min, max) => {
                write!(f, "a duration from `{}` to `{}`", Span::seconds(*min), Span::seconds(*max))
            }
            Self::Size(min, max) => {
                write!(f, "a size from `{}` to `{}`", Size { kib: min * 1024 }, Size { kib: max * 1024 })
            }
        }
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Setting").field(&self.key).finish()
    }
}

//! The application under test, in process, serving HTTP on a loopback port.

use crate::{Actor, Client, FakeClock, TestDatabase};
use api::http::HttpSettings;
use api::startup;
use chrono::TimeDelta;
use secrecy::SecretString;
use service::auth::{NewAdministrator, create_administrator};
use service::{Clock as _, Config, Database, IdSource, RandomIds, Service};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::OnceCell;
use tokio::task::AbortHandle;

/// A running application; stops when dropped.
#[derive(Debug)]
pub struct App {
    /// Its clock, which stands until it is advanced.
    pub clock: Arc<FakeClock>,
    /// Its use cases, for tests without a GraphQL operation.
    pub service: Service,
    /// Its database, for direct access.
    pub database: Database,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    anonymous: Client,
    admin: OnceCell<Actor>,
    server: AbortHandle,
    // Dropped last.
    storage: Arc<TestDatabase>,
}

impl Drop for App {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// An application that has not started yet.
#[derive(Debug)]
pub struct AppBuilder {
    config: Config,
    http: HttpSettings,
    clock: Arc<FakeClock>,
    ids: Arc<dyn IdSource>,
    storage: Option<Arc<TestDatabase>>,
}

impl App {
    /// The application with settings for tests, on a new database of the chosen engine.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// The same, with custom settings.
    #[must_use]
    pub fn builder() -> AppBuilder {
        let mut config = Config {
            service_name: "Keyward".to_owned(),
            signup_enabled: true,
            max_page_size: 100,
            password: service::PasswordSettings::default(),
            token: service::TokenSettings::default(),
            session: service::SessionSettings::default(),
            limits: service::LimitSettings::default(),
            retention: service::RetentionSettings::default(),
            secret: SecretString::from("a secret of the tests, long enough"),
            previous_secret: None,
            redis_url: None,
        };
        // Hashing is tested elsewhere; here it only has to be fast.
        (config.password.memory_kib, config.password.iterations) = (8, 1);
        let many = 1_000_000;
        config.limits.login_per_account = many;
        config.limits.login_per_address = many;
        config.limits.signup_per_address = many;
        config.limits.refresh_per_session = many;
        config.limits.self_service_per_user = many;
        config.limits.expensive_per_user = many;
        let (cookie, origins, proxies, connections) = Default::default();
        let response_time = api::http::limits::RESPONSE_TIME;
        let http = HttpSettings {
            console: true,
            playground: true,
            introspection: true,
            cookie,
            origins,
            proxies,
            response_time,
            connections,
            setup_command: "keyward admin create NAME".into(),
        };
        AppBuilder { config, http, clock: Arc::new(FakeClock::new()), ids: Arc::new(RandomIds), storage: None }
    }

    /// Another replica: the same database, clock and secret, separate memory.
    pub async fn replica(&self) -> Self {
        self.replica_builder().start().await
    }

    /// Another replica, with custom settings.
    #[must_use]
    pub fn replica_builder(&self) -> AppBuilder {
        let mut builder = Self::builder();
        builder.config = self.service.config().clone();
        builder.clock = Arc::clone(&self.clock);
        builder.storage = Some(Arc::clone(&self.storage));
        builder
    }

    /// The same installation after a restart of the process.
    pub async fn restart(self) -> Self {
        self.server.abort();
        self.replica().await
    }

    /// An anonymous client.
    #[must_use]
    pub fn anonymous(&self) -> &Client {
        &self.anonymous
    }

    /// The administrator `root`, who has `superadmin`.
    ///
    /// # Panics
    /// When it cannot be created.
    pub async fn admin(&self) -> &Actor {
        self.admin
            .get_or_init(|| async {
                let new = NewAdministrator { username: "root".to_owned(), password: crate::PASSWORD.into() };
                match create_administrator(&self.service, &startup::operator(), new).await {
                    // It exists already on a replica.
                    Ok(_) | Err(service::Error::Refused(_)) => self.login("root").await,
                    Err(error) => panic!("no administrator: {error}"),
                }
            })
            .await
    }
}

impl AppBuilder {
    /// Changes settings of the service.
    #[must_use]
    pub fn config(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Changes settings of HTTP.
    #[must_use]
    pub fn http(mut self, change: impl FnOnce(&mut HttpSettings)) -> Self {
        change(&mut self.http);
        self
    }

    /// Gives it a clock of its own, which stands at another time.
    #[must_use]
    pub fn clock_ahead(mut self, by: TimeDelta) -> Self {
        let clock = FakeClock::at(self.clock.now());
        clock.advance(by);
        self.clock = Arc::new(clock);
        self
    }

    /// Replaces the source of identifiers.
    #[must_use]
    pub fn ids(mut self, ids: impl IdSource + 'static) -> Self {
        self.ids = Arc::new(ids);
        self
    }

    /// Replaces the database.
    #[must_use]
    pub fn on(mut self, storage: TestDatabase) -> Self {
        self.storage = Some(Arc::new(storage));
        self
    }

    /// Starts the application.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(self) -> App {
        crate::log::start();
        let storage = match self.storage {
            Some(storage) => storage,
            None => Arc::new(TestDatabase::create().await),
        };
        let database = Database::open(&storage.settings).await.expect("a database");
        migration::up(database.connection()).await.expect("migrated tables");
        let parts = startup::Parts {
            config: self.config,
            http: self.http,
            database: database.clone(),
            clock: self.clock.clone(),
            ids: self.ids,
        };
        let app = startup::App::start(parts).await.expect("an application");
        let service = app.service().clone();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let shutdown = api::config::ShutdownSettings::default();
        let server = tokio::spawn(async move { app.serve(listener, &shutdown, std::future::pending()).await });
        App {
            clock: self.clock,
            service,
            database,
            anonymous: Client::new(format!("{url}/graphql")),
            url,
            admin: OnceCell::new(),
            server: server.abort_handle(),
            storage,
        }
    }
}

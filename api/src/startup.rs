//! The wiring: settings → database, migrated → service → schema → routes. The only place that
//! migrates.

mod failure;
mod listener;
mod patience;

pub use failure::{describe, flat, one_line};

use crate::config::{self, Secrets, Settings};
use crate::graphql::schema::{self, Schemas};
use crate::http::assets::{Home, Playground};
use crate::http::graphql::GraphQl;
use crate::http::health::{Alive, Ready, Stopping};
use crate::http::jwks::Jwks;
use anyhow::{Result, anyhow};
use engine::RequestId;
use listener::Acceptor;
use poem::http::{HeaderValue, header};
use poem::{Endpoint, EndpointExt as _, Route, Server};
use service::{Actor, Clock, Context, Database, IdSource, RandomIds, RequestInfo, Service, SystemClock};
use std::fs::DirBuilder;
use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;

/// For a year, as browsers heed it over TLS only (RFC 6797).
const STRICT_TRANSPORT_SECURITY: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// What an application is made of; tests bring their own clock and chance.
#[derive(Debug)]
pub struct Parts {
    /// Settings of the use cases.
    pub config: service::Config,
    /// What HTTP shows.
    pub http: HttpSettings,
    /// An open database, migrated.
    pub database: Database,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub ids: Arc<dyn IdSource>,
}

/// What HTTP shows besides the API, and to whom.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Serve the playground?
    pub playground: bool,
    /// Answer introspection?
    pub introspection: bool,
    /// Cookies of sessions.
    pub cookie: config::Cookie,
    /// Origins whose pages are let in besides our own.
    pub origins: config::Origins,
    /// Proxies that tell whom they were called by.
    pub proxies: config::Proxies,
}

/// The application, ready to answer.
#[derive(Clone, Debug)]
pub struct App {
    service: Service,
    schemas: Arc<Schemas>,
    http: Arc<HttpSettings>,
    stopping: Stopping,
}

impl App {
    /// The application as the settings want it: opens and migrates the database, starts the service.
    ///
    /// # Errors
    /// One line with cause and remedy.
    pub async fn build(settings: &Settings) -> Result<Self> {
        let secrets = secrets(settings)?;
        let blocklist = config::read_blocklist(settings)?;
        let database = open_database(settings).await?;
        let parts = Parts {
            config: settings.service(secrets, blocklist),
            http: HttpSettings {
                playground: settings.has_playground(),
                introspection: settings.has_introspection(),
                cookie: settings.cookie.clone(),
                origins: settings.cors.origins.clone(),
                proxies: settings.trusted_proxies.clone(),
            },
            database,
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
        };
        Self::start(parts).await
    }

    /// The application made of these parts.
    ///
    /// # Errors
    /// One line with cause and remedy.
    pub async fn start(parts: Parts) -> Result<Self> {
        let Parts { config, http, database, clock, ids } = parts;
        let schemas = schema::build().map_err(|error| anyhow!("the schema is not guarded: {error}"))?;
        let (system_permissions, system_roles) = (schemas.system_permissions(), schemas.system_roles());
        let redis = config.redis_url.is_some();
        let service = Service::start(service::Parts { config, database, clock, ids, system_permissions, system_roles })
            .await
            .map_err(|error| failure::cannot_start(&error, redis))?;
        Ok(Self { service, schemas: Arc::new(schemas), http: Arc::new(http), stopping: Stopping::default() })
    }

    /// The use cases.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Every route of the service. Where cookies ask for TLS, browsers are told to come by TLS only.
    #[must_use]
    pub fn route(&self) -> impl Endpoint + use<> {
        let is_strict = self.http.cookie.secure;
        self.routes().around(move |routes, request| async move {
            let mut response = routes.get_response(request).await;
            if is_strict {
                response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY);
            }
            Ok(response)
        })
    }

    fn routes(&self) -> Route {
        let graphql = GraphQl::new(self.service.clone(), Arc::clone(&self.schemas), Arc::clone(&self.http));
        let ready = Ready { service: self.service.clone(), stopping: self.stopping.clone() };
        let jwks = Jwks { service: self.service.clone() };
        let route = Route::new().at("/graphql", graphql).at("/healthz", Alive).at("/readyz", ready);
        let route = route.at("/.well-known/jwks.json", jwks);
        if self.http.playground {
            route
                .at("/", Home::Playground)
                .at("/playground", Playground)
                .at("/playground/", Playground)
                .at("/playground/*file", Playground)
        } else {
            route.at("/", Home::Nothing)
        }
    }

    /// Answers on `listener` until `stop` ends; then says so on `/readyz`, after the delay takes no
    /// more connections, and gives requests in flight the grace to finish.
    ///
    /// # Errors
    /// [`io::Error`] when the listener is of no use.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: &config::Shutdown,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let stopping = self.stopping.clone();
        let stop = async move {
            stop.await;
            tracing::info!("stopping");
            stopping.begin();
            tokio::time::sleep(shutdown.delay.0).await;
        };
        let server = Server::new_with_acceptor(Acceptor::new(listener)?);
        server.run_with_graceful_shutdown(self.route(), stop, Some(shutdown.grace.0)).await?;
        if let Err(error) = self.service.flush().await {
            tracing::warn!(error = describe(&error).to_string(), "what gathered in memory was not written down");
        }
        Ok(())
    }
}

/// Opens the database and brings its tables up to date.
///
/// # Errors
/// One line with cause and remedy.
pub async fn open_database(settings: &Settings) -> Result<Database> {
    let database = connect(settings).await?;
    migration::up(database.connection()).await.map_err(|error| failure::migration(&error))?;
    Ok(database)
}

/// Brings the tables up to date and gives the names of the steps that were missing.
///
/// # Errors
/// One line with cause and remedy.
pub async fn migrate(settings: &Settings) -> Result<Vec<String>> {
    secrets(settings)?;
    let database = connect(settings).await?;
    let pending = migration::pending(database.connection()).await.map_err(|error| failure::migration(&error))?;
    migration::up(database.connection()).await.map_err(|error| failure::migration(&error))?;
    Ok(pending)
}

/// The operator at the command line.
#[must_use]
pub fn operator() -> Context {
    let id = RequestId::new(RandomIds.next(SystemClock.now()));
    Context::new(Actor::Operator, RequestInfo { id, ip_address: None, user_agent: None })
}

async fn connect(settings: &Settings) -> Result<Database> {
    Database::open(&settings.database()).await.map_err(|error| describe(&error))
}

/// The secrets, and the data folder that may hold one.
fn secrets(settings: &Settings) -> Result<Secrets> {
    if settings.database.url.is_none() {
        let mut folder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.recursive(true).create(&settings.data_dir).map_err(|error| {
            let path = settings.data_dir.display();
            anyhow!("cannot make the data folder {path}: {error}: name one with `KEYWARD_DATA_DIR` that this user may write to")
        })?;
    }
    config::ensure_secrets(settings)
}

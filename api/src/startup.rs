//! Startup: settings → migrated database → service → schema → routes. Nothing else runs migrations on start.

mod connections;
mod failure;
mod listener;
mod server;
mod timeout;

pub use failure::{describe, flat, one_line};

use crate::config::{self, Secrets, Settings, ShutdownSettings};
use crate::graphql::schema::{self, PublicSchema};
use crate::http::HttpSettings;
use crate::http::assets::ConsoleFiles;
use crate::http::graphql::GraphQl;
use crate::http::health::{Liveness, Readiness, ShutdownState};
use crate::http::jwks::Jwks;
use crate::http::message;
use crate::http::pages::{ApiOnly, Console, NotFound, Playground};
use crate::http::schema_file::SchemaFile;
use anyhow::{Result, anyhow};
use engine::RequestId;
use poem::http::{HeaderValue, header};
use poem::{Endpoint, EndpointExt as _, Route};
use server::Server;
use service::{Actor, Clock, Context, Database, IdSource, RandomIds, RequestInfo, Service, SystemClock};
use std::fs::DirBuilder;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// HSTS for one year; browsers ignore it without TLS (RFC 6797).
const STRICT_TRANSPORT_SECURITY: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

/// The parts of an application; tests replace the clock and the ids.
#[derive(Debug)]
pub struct Parts {
    /// Settings of the use cases.
    pub config: service::Config,
    /// Settings of the HTTP transport.
    pub http: HttpSettings,
    /// A migrated database.
    pub database: Database,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of ids.
    pub ids: Arc<dyn IdSource>,
}

/// The application, ready to serve requests.
#[derive(Clone, Debug)]
pub struct App {
    service: Service,
    schemas: Arc<PublicSchema>,
    http: Arc<HttpSettings>,
    shutdown: ShutdownState,
}

impl App {
    /// Builds the application from settings: opens and migrates the database, starts the service. Statements of requests
    /// take no longer than `statement_timeout`; commands of the operator have no limit.
    ///
    /// # Errors
    /// One line with cause and remedy.
    pub async fn build(settings: &Settings, statement_timeout: Option<Duration>) -> Result<Self> {
        let secrets = load_secrets(settings)?;
        let blocklist = config::read_blocklist(settings)?;
        let database = open_database(settings, statement_timeout).await?;
        let parts = Parts {
            config: settings.service(secrets, blocklist),
            http: settings.into(),
            database,
            clock: Arc::new(SystemClock),
            ids: Arc::new(RandomIds),
        };
        Self::start(parts).await
    }

    /// Starts the application from its parts.
    ///
    /// # Errors
    /// One line with cause and remedy.
    pub async fn start(parts: Parts) -> Result<Self> {
        let Parts { config, http, database, clock, ids } = parts;
        let schemas = schema::build().map_err(|error| anyhow!("the schema lacks a guard: {error}"))?;
        let schemas = schemas.with_introspection(http.introspection.into());
        let (system_permissions, system_roles) = (schemas.system_permissions(), schemas.system_roles());
        let redis = config.redis_url.is_some();
        let service = Service::start(service::Parts { config, database, clock, ids, system_permissions, system_roles })
            .await
            .map_err(|error| failure::cannot_start(&error, redis))?;
        Ok(Self { service, schemas: Arc::new(schemas), http: Arc::new(http), shutdown: ShutdownState::default() })
    }

    /// The service.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// All routes, behind the rules of HTTP for every request. With secure cookies, every response enables HSTS.
    #[must_use]
    pub fn route(&self) -> impl Endpoint + use<> {
        let is_strict = self.http.cookie.secure;
        self.routes().around(move |routes, request| async move {
            let mut response = match message::refuse(&request) {
                Some(refusal) => refusal,
                None => routes.get_response(request).await,
            };
            if is_strict {
                response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT_SECURITY);
            }
            Ok(response)
        })
    }

    fn routes(&self) -> Route {
        let graphql = GraphQl::new(self.service.clone(), Arc::clone(&self.schemas), Arc::clone(&self.http));
        let readiness = Readiness { service: self.service.clone(), shutdown: self.shutdown.clone() };
        let jwks = Jwks { service: self.service.clone() };
        let route = Route::new().at("/graphql", graphql).at("/healthz", Liveness).at("/readyz", readiness);
        let route = route.at("/.well-known/jwks.json", jwks);
        let route = match self.http.introspection {
            true => route.at("/schema.graphql", SchemaFile::new(&self.schemas)),
            false => route.at("/schema.graphql", NotFound),
        };
        self.pages(route)
    }

    /// The web pages. What is disabled has a route, so that the console does not take its path.
    fn pages(&self, route: Route) -> Route {
        let route = match self.http.playground {
            true => {
                route.at("/playground", Playground).at("/playground/", Playground).at("/playground/*file", Playground)
            }
            false => route.at("/playground", NotFound).at("/playground/", NotFound).at("/playground/*file", NotFound),
        };
        match self.http.console {
            true => route.at("/", Console::<ConsoleFiles>::default()).at("/*path", Console::<ConsoleFiles>::default()),
            false => route.at("/", ApiOnly),
        }
    }

    /// Serves requests on `listener` until `stop` completes. Then `/readyz` answers 503; after the delay no connections are
    /// accepted, and requests in flight may complete within the grace period.
    ///
    /// # Errors
    /// [`io::Error`] when the listener has no address.
    pub async fn serve(
        self,
        listener: TcpListener,
        settings: &ShutdownSettings,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let shutdown = self.shutdown.clone();
        let drained = async move {
            stop.await;
            tracing::info!("stopping");
            shutdown.begin();
            tokio::time::sleep(settings.delay).await;
        };
        let server = Server::new(self.route(), &self.http.connections, &self.http.proxies);
        let lists = tokio::spawn(self.service.keep_lists_ready());
        let served = server.run(listener, drained, settings.grace).await;
        lists.abort();
        served?;
        if let Err(error) = self.service.flush().await {
            tracing::warn!(
                error = describe(&error).to_string(),
                "cannot store session use and aggregated audit events"
            );
        }
        Ok(())
    }
}

/// Opens and migrates the database.
///
/// # Errors
/// One line with cause and remedy.
async fn open_database(settings: &Settings, statement_timeout: Option<Duration>) -> Result<Database> {
    let database = connect(settings, statement_timeout).await?;
    migration::up(database.background()).await.map_err(|error| failure::migration(&error))?;
    Ok(database)
}

/// Migrates the database and returns the names of the applied migrations.
///
/// # Errors
/// One line with cause and remedy.
pub async fn migrate(settings: &Settings) -> Result<Vec<String>> {
    load_secrets(settings)?;
    let database = connect(settings, None).await?;
    let pending = migration::pending(database.background()).await.map_err(|error| failure::migration(&error))?;
    migration::up(database.background()).await.map_err(|error| failure::migration(&error))?;
    Ok(pending)
}

/// Opens the database as it is, with the names of its pending migrations.
///
/// # Errors
/// One line with cause and remedy.
pub async fn inspect(settings: &Settings) -> Result<(Database, Vec<String>)> {
    let database = connect(settings, None).await?;
    let pending = migration::pending(database.background()).await.map_err(|error| failure::migration(&error))?;
    Ok((database, pending))
}

/// The context of the operator at the command line.
#[must_use]
pub fn operator() -> Context {
    let id = RequestId::new(RandomIds.next(SystemClock.now()));
    Context::new(Actor::Operator, RequestInfo { id, ip_address: None, user_agent: None })
}

async fn connect(settings: &Settings, statement_timeout: Option<Duration>) -> Result<Database> {
    Database::open(&settings.database(statement_timeout)).await.map_err(|error| describe(&error))
}

/// Loads the secrets, and creates the data folder that may hold one.
fn load_secrets(settings: &Settings) -> Result<Secrets> {
    if settings.database.url.is_none() {
        let mut folder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
        folder.recursive(true).create(&settings.data_dir).map_err(|error| {
            let path = settings.data_dir.display();
            anyhow!("cannot create the data folder {path}: {error}: set `KEYWARD_DATA_DIR` to a folder that this user may write to")
        })?;
    }
    config::load_secrets(settings)
}

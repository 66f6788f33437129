//! The service put together.

use crate::audit::{self, Attempts};
use crate::auth::{CsrfKey, Hasher, RateLimits, VerifiedTokens};
use crate::decisions::{Current, Follower, follow};
use crate::keys::{self, Keys};
use crate::sessions::{self, Denylist};
use crate::{
    Actor, Clock, Config, Context, Database, IdSource, RequestInfo, Result, assignments, auth, bootstrap, boxed,
};
use engine::{PermissionName, RequestId, RoleName};
use std::error::Error as _;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::AbortHandle;

/// How often what gathered in memory is written down.
const FLUSH_EVERY: Duration = Duration::from_secs(30);
/// After so many flushes what is long dead is deleted.
const FLUSHES_PER_SWEEP: u32 = 20;

/// The running service; clones share everything.
#[derive(Clone, Debug)]
pub struct Service {
    shared: Arc<Shared>,
    /// Kept by the clones that are handed out, not by the background work itself.
    background: Option<Arc<Background>>,
}

/// What the clones of a service share.
#[derive(Debug)]
pub struct Shared {
    pub(crate) config: Config,
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) current: Arc<Current>,
    pub(crate) denylist: Arc<Denylist>,
    pub(crate) hasher: Hasher,
    pub(crate) keys: Arc<Keys>,
    pub(crate) csrf: CsrfKey,
    pub(crate) limits: RateLimits,
    pub(crate) tokens: VerifiedTokens,
    pub(crate) attempts: Attempts,
}

impl Deref for Service {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

/// What a service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Settings.
    pub config: Config,
    /// An open database, migrated.
    pub database: Database,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub ids: Arc<dyn IdSource>,
    /// Permissions that the guards name, besides `rbac:escalate`.
    pub system_permissions: Vec<PermissionName>,
    /// Roles that the guards name.
    pub system_roles: Vec<RoleName>,
}

/// Tasks that nobody waits for; they end when this is dropped.
#[derive(Debug)]
struct Background(Vec<AbortHandle>);

impl Drop for Background {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

impl Service {
    /// Starts the service: bootstrap, policy, keys, hashing threads, denylist, background work.
    /// The background work stops when the last clone is dropped.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database or Redis cannot be read, a sealed key not opened, or
    /// the pepper of the passwords is not given.
    #[boxed]
    pub async fn start(parts: Parts) -> Result<Self> {
        let Parts { config, database, clock, ids, system_permissions, system_roles } = parts;
        let tokens = VerifiedTokens::new();
        let denylist = Arc::new(Denylist::start(&database, &clock, &config, tokens.sessions()).await?);
        let shared = Shared {
            current: Arc::new(Current::load(&database).await?),
            hasher: Hasher::start(&config.password),
            keys: Arc::new(Keys::load(&database, &config, Arc::clone(&clock), &*ids).await?),
            csrf: CsrfKey::derive(&config.secret),
            limits: RateLimits::new(&config, denylist.redis()),
            denylist,
            tokens,
            attempts: Attempts::default(),
            config,
            database,
            clock,
            ids,
        };
        let mut service = Self { shared: Arc::new(shared), background: None };
        auth::check_pepper(&service).await?;
        bootstrap::run(&service, &system_permissions, &system_roles).await?;
        let following = tokio::spawn(follow(service.follower()));
        let keys = keys::Follower { keys: Arc::clone(&service.keys), database: service.database.clone() };
        let keys = tokio::spawn(keys::follow(keys));
        let tending = tokio::spawn(tend(service.clone()));
        let tasks = [following, keys, tending].map(|task| task.abort_handle());
        service.background = Some(Arc::new(Background(tasks.into())));
        Ok(service)
    }

    fn follower(&self) -> Follower {
        Follower {
            current: Arc::clone(&self.current),
            database: self.database.clone(),
            clock: Arc::clone(&self.clock),
            announced: self.denylist.policy_wake(),
        }
    }

    /// The settings it runs with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Now, by its clock.
    #[must_use]
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.clock.now()
    }

    /// A fresh name for a request, for logs, audit events and answers.
    #[must_use]
    pub fn request_id(&self) -> RequestId {
        RequestId::new(self.ids.next(self.clock.now()))
    }

    /// The service itself, where it is the one who acts.
    pub(crate) fn as_system(&self) -> Context {
        let request = RequestInfo { id: self.request_id(), ip_address: None, user_agent: None };
        Context::new(Actor::System, request)
    }

    /// Can it answer? Asks the database and the denylist.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when one of them does not answer in time.
    #[boxed]
    pub async fn ready(&self) -> Result<()> {
        self.current.look(&self.database).await?;
        self.denylist.ready()
    }

    /// Writes down what gathered in memory: when sessions were last used, and how often refused
    /// attempts were repeated. To be called before the process ends.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database cannot be written.
    #[boxed]
    pub async fn flush(&self) -> Result<()> {
        sessions::flush_seen(self).await?;
        audit::flush(self).await
    }

    /// Tidies up: deletes sessions that are long dead and password resets that have run out, tells the audit log of assignments and direct
    /// grants that have run out, and deletes those that did so 30 days ago. The background work does
    /// this now and then; no decision waits for it.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database cannot be read or written.
    #[boxed]
    pub async fn sweep(&self) -> Result<()> {
        sessions::sweep(self).await?;
        auth::delete_dead_resets(self).await?;
        assignments::sweep(self).await
    }
}

/// Writes down what gathers in memory and what has run out, and now and then deletes what is long dead.
async fn tend(service: Service) {
    for round in 1_u32.. {
        tokio::time::sleep(FLUSH_EVERY).await;
        let mut outcome = service.flush().await;
        if outcome.is_ok() {
            outcome = assignments::note_ended(&service).await;
        }
        if outcome.is_ok() && round.is_multiple_of(FLUSHES_PER_SWEEP) {
            outcome = service.sweep().await;
        }
        if let Err(error) = outcome {
            tracing::warn!(
                cause = error.source().map(tracing::field::display),
                "background work failed, will try again"
            );
        }
    }
}

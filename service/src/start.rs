//! Startup of the service, and its background work.

use crate::audit::{self, Attempts};
use crate::auth::{CsrfKey, Hasher, RefreshKey, Setup, VerifiedTokens};
use crate::change::Queue;
use crate::decisions::{Current, PolicyFeed};
use crate::follower::{Follower, FollowerState};
use crate::freshness::{Feed as _, follow};
use crate::keys::KeyRing;
use crate::last_uses::{self, LastUses};
use crate::limits::RateLimits;
use crate::review::{Review, follow_changes};
use crate::sessions::{self, Denylist};
use crate::{
    Actor, Clock, Config, Context, Database, IdSource, RequestInfo, Result, assignments, auth, bootstrap, boxed,
    decisions, deletions, memory, revisions,
};
use chrono::{DateTime, Utc};
use engine::{PermissionName, RequestId, RoleName};
use std::error::Error as _;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

/// Time between two writes of what is buffered in memory.
const FLUSH_INTERVAL: Duration = Duration::from_secs(30);
/// Time between two deletions of expired data.
const SWEEP_INTERVAL: Duration = Duration::from_secs(10 * 60);

/// The running service. Clones share all state.
#[derive(Clone, Debug)]
pub struct Service {
    shared: Arc<Shared>,
    /// Held by the clones of callers, not by the background work itself.
    background: Option<Arc<Background>>,
    /// Time of what its use cases do; that of the clock when absent.
    time: Option<DateTime<Utc>>,
}

/// State that the clones of a service share.
#[derive(Debug)]
pub struct Shared {
    pub(crate) config: Config,
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) current: Arc<Current>,
    pub(crate) changes: Queue,
    pub(crate) denylist: Arc<Denylist>,
    pub(crate) hasher: Hasher,
    pub(crate) keys: Arc<KeyRing>,
    pub(crate) follower: Arc<FollowerState>,
    pub(crate) csrf: CsrfKey,
    pub(crate) refresh_key: RefreshKey,
    pub(crate) limits: RateLimits,
    pub(crate) setup: Setup,
    pub(crate) tokens: VerifiedTokens,
    pub(crate) attempts: Attempts,
    pub(crate) review: Review,
    pub(crate) last_uses: LastUses,
    /// Notified when a deletion may have left links behind.
    pub(crate) deleted: Notify,
}

impl Deref for Service {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

/// Parts that a service is started from.
#[derive(Debug)]
pub struct Parts {
    /// Configuration.
    pub config: Config,
    /// Open database, with all migrations applied.
    pub database: Database,
    /// Source of the time.
    pub clock: Arc<dyn Clock>,
    /// Source of identifiers.
    pub ids: Arc<dyn IdSource>,
    /// Permissions that guards require, besides `rbac:escalate`.
    pub system_permissions: Vec<PermissionName>,
    /// Roles that guards require.
    pub system_roles: Vec<RoleName>,
}

/// Background tasks. They are aborted when this is dropped.
#[derive(Debug)]
struct Background(Vec<AbortHandle>);

impl Drop for Background {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

impl Service {
    /// Starts the service: denylist, policy, keys, hashing queue, bootstrap, background work. The background work ends
    /// with the last clone.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database or Redis cannot be read, the secret does not open the signing
    /// keys, or the pepper of the stored passwords is not configured.
    #[boxed]
    pub async fn start(parts: Parts) -> Result<Self> {
        let Parts { config, database, clock, ids, system_permissions, system_roles } = parts;
        let tokens = VerifiedTokens::new();
        let denylist = Arc::new(Denylist::start(&database, &clock, &config, tokens.sessions()).await?);
        let current = Arc::new(Current::load(&database).await?);
        let shared = Shared {
            changes: Queue::new(&database, Arc::clone(&current), Arc::clone(&denylist)),
            current,
            hasher: Hasher::start(&config.password, &config.secret)?,
            keys: Arc::new(KeyRing::load(&database, &config, Arc::clone(&clock), &*ids).await?),
            follower: Arc::default(),
            csrf: CsrfKey::derive(&config.secret)?,
            refresh_key: RefreshKey::derive(&config.secret)?,
            limits: RateLimits::new(&config, denylist.redis())?,
            setup: Setup::default(),
            denylist,
            tokens,
            attempts: Attempts::default(),
            review: Review::default(),
            last_uses: LastUses::default(),
            deleted: Notify::new(),
            config,
            database,
            clock,
            ids,
        };
        let mut service = Self { shared: Arc::new(shared), background: None, time: None };
        auth::check_pepper(&service).await?;
        auth::count_hash_costs(&service).await?;
        bootstrap::run(&service, &system_permissions, &system_roles).await?;
        let policy = tokio::spawn(follow(service.policy_feed()));
        let mut follower = service.follower();
        // A failure shows in the readiness, and is retried.
        follower.read().await.ok();
        let follower = tokio::spawn(follow(follower));
        let maintenance = tokio::spawn(maintain(service.clone()));
        let deletions = tokio::spawn(deletions::follow(service.clone()));
        let cleaning = tokio::spawn(clean(service.clone()));
        let tasks = [policy, follower, maintenance, deletions, cleaning].map(|task| task.abort_handle());
        service.background = Some(Arc::new(Background(tasks.into())));
        Ok(service)
    }

    /// A clone that does not keep the background work going.
    pub(crate) fn for_background(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), background: None, time: None }
    }

    /// A clone whose use cases take place at `time`, for events of the past.
    pub(crate) fn at(&self, time: DateTime<Utc>) -> Self {
        Self { time: Some(time), ..self.clone() }
    }

    /// Builds the index of lists of users, and keeps it up to date. For a process that serves requests: without it, the first
    /// list builds the index.
    pub fn keep_lists_ready(&self) -> impl Future<Output = ()> + Send + use<> {
        follow_changes(self.for_background())
    }

    fn policy_feed(&self) -> PolicyFeed {
        PolicyFeed::new(Arc::clone(&self.current), self.database.clone())
    }

    fn follower(&self) -> Follower {
        Follower {
            current: Arc::clone(&self.current),
            denylist: Arc::clone(&self.denylist),
            keys: Arc::clone(&self.keys),
            database: self.database.clone(),
            clock: Arc::clone(&self.clock),
            state: Arc::clone(&self.follower),
            known_keys: None,
        }
    }

    /// Configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Current time.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.time.unwrap_or_else(|| self.clock.now())
    }

    /// Does work of a request: when it is dropped, its statements end, those of a commit that has begun excepted.
    pub fn interruptible<T>(&self, work: impl Future<Output = T>) -> impl Future<Output = T> {
        self.database.interruptible(work)
    }

    /// Number of queries of lists that may run at a time: each needs a connection, and a quarter is left for everything
    /// else.
    #[must_use]
    pub fn concurrent_lists(&self) -> usize {
        let connections = self.database.connections();
        usize::try_from(connections - (connections / 4).max(1)).unwrap_or(usize::MAX).max(1)
    }

    /// New request id, for logs, audit events and responses.
    #[must_use]
    pub fn request_id(&self) -> RequestId {
        RequestId::new(self.ids.next(self.clock.now()))
    }

    /// Context of the service itself as the actor.
    pub(crate) fn as_system(&self) -> Context {
        self.acting_as(Actor::System)
    }

    /// Context of an actor without a request of HTTP.
    pub(crate) fn acting_as(&self, actor: Actor) -> Context {
        Context::new(actor, RequestInfo { id: self.request_id(), ip_address: None, user_agent: None })
    }

    /// Writes what is buffered in memory: the uses of sessions and permissions, and the repetitions of refused attempts. To
    /// be called at shutdown.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database cannot be written.
    #[boxed]
    pub async fn flush(&self) -> Result<()> {
        sessions::flush_uses(self).await?;
        audit::flush(self).await?;
        last_uses::flush(self).await
    }

    /// Deletes the links of deleted objects and expired data: sealed and rotated refresh tokens, ended sessions, password resets, assignments, direct grants,
    /// entries of the change feed, revisions of the policy and audit entries.
    /// Expired assignments and grants are audited first. Counts the costs of password hashes. Part of the background work; no decision depends on it.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database cannot be read or written.
    #[boxed]
    pub async fn sweep(&self) -> Result<()> {
        deletions::remove_links(self).await?;
        sessions::flush_uses(self).await?;
        auth::erase_sealed_tokens(self).await?;
        auth::delete_rotated_tokens(self).await?;
        sessions::sweep(self).await?;
        auth::delete_expired_resets(self).await?;
        auth::count_hash_costs(self).await?;
        assignments::sweep(self).await?;
        decisions::delete_old_changes(self).await?;
        revisions::delete_old(self).await?;
        audit::delete_old(self).await
    }
}

/// Background work: flushes, audits expired assignments, and returns memory that requests no longer need.
async fn maintain(service: Service) {
    loop {
        let _ = tokio::time::timeout(FLUSH_INTERVAL, service.last_uses.crowded.notified()).await;
        memory::release().await;
        let mut outcome = service.flush().await;
        if outcome.is_ok() {
            outcome = assignments::record_expired(&service).await;
        }
        warn_of_failure(&outcome);
    }
}

/// Background work: deletes expired data. It may take long, and no flush waits for it.
async fn clean(service: Service) {
    loop {
        tokio::time::sleep(SWEEP_INTERVAL).await;
        warn_of_failure(&service.sweep().await);
    }
}

fn warn_of_failure(outcome: &Result<()>) {
    if let Err(error) = outcome {
        tracing::warn!(cause = error.source().map(tracing::field::display), "background work failed, retrying");
    }
}

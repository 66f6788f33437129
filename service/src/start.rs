//! The service put together.

use crate::auth::{Hasher, Keys, RateLimits, VerifiedTokens};
use crate::decisions::Current;
use crate::sessions::Denylist;
use crate::{Clock, Config, Database, IdSource, Result};
use engine::PermissionName;
use std::sync::Arc;

/// The running service; clones share everything.
#[derive(Clone, Debug)]
pub struct Service {
    pub(crate) config: Arc<Config>,
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) current: Arc<Current>,
    pub(crate) denylist: Arc<Denylist>,
    pub(crate) hasher: Arc<Hasher>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) limits: Arc<RateLimits>,
    pub(crate) tokens: Arc<VerifiedTokens>,
    pub(crate) attempts: Arc<crate::audit::Attempts>,
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
}

impl Service {
    /// Starts the service: bootstrap, policy, keys, hashing threads, denylist, background work.
    /// The background work stops when the last clone is dropped.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when the database or Redis cannot be read, or a sealed key not opened.
    pub async fn start(parts: Parts) -> Result<Self> {
        let _ = parts;
        todo!()
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

    /// Can it answer? Asks the database and the denylist.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when one of them does not answer in time.
    pub async fn ready(&self) -> Result<()> {
        todo!()
    }
}

//! Readiness: whether this replica answers decisions, and what works less well than it should.

use crate::{Result, Service, boxed};

/// A part that is impaired while decisions are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Degradation {
    /// Redis does not respond, or refuses what is used of it.
    Redis,
    /// The ended sessions in memory are stale, or too many.
    Sessions,
    /// The database did not respond to the last reading.
    Database,
    /// The clock of this machine differs from that of the database.
    Clock,
}

impl Degradation {
    /// Name of the part.
    #[must_use]
    pub const fn part(self) -> &'static str {
        match self {
            Self::Redis => "redis",
            Self::Sessions => "sessions",
            Self::Database => "database",
            Self::Clock => "clock",
        }
    }

    /// What it means for requests.
    #[must_use]
    pub const fn effect(self) -> &'static str {
        match self {
            Self::Redis => "revocations are read from the database, and rate limits are counted by each replica alone",
            Self::Sessions => "each request reads its session from the database",
            Self::Database => {
                "logins and changes are refused; decisions are refused unless it responds within two seconds"
            }
            Self::Clock => "it differs from that of the database by more than five seconds",
        }
    }
}

impl Service {
    /// What is impaired while decisions are answered. Reads the database only where the state in memory is stale, as a
    /// request does.
    ///
    /// # Errors
    /// [`crate::Error::Unavailable`] when decisions are refused: whether the state in memory is that of the database cannot
    /// be determined.
    #[boxed]
    pub async fn readiness(&self) -> Result<Vec<Degradation>> {
        self.ensure_fresh(None).await?;
        self.keys.ensure_fresh(&self.database).await?;
        let mut degraded = Vec::new();
        if !self.denylist.is_complete() {
            // Sessions are read then.
            self.current.read_revision(&self.database).await?;
            degraded.push(Degradation::Sessions);
        }
        if self.follower.is_lost() {
            degraded.push(Degradation::Database);
        }
        if self.follower.has_other_clock() {
            degraded.push(Degradation::Clock);
        }
        if self.denylist.has_lost_redis() {
            degraded.push(Degradation::Redis);
        }
        Ok(degraded)
    }
}

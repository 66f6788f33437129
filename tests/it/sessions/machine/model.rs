//! The naive model: users, their sessions, and the end of each.

use chrono::{DateTime, TimeDelta, Utc};

/// Grace period in which a rotated refresh token gives the same new token.
const GRACE: TimeDelta = TimeDelta::seconds(10);
const IDLE: TimeDelta = TimeDelta::minutes(30);
/// Age limit of a recent password confirmation.
const RECENT: TimeDelta = TimeDelta::minutes(10);
/// A use may be stored with a time this much too early.
const USE_PRECISION: TimeDelta = TimeDelta::minutes(1);
/// For this long after a session has expired, revoking it may still find it.
const EXPIRY_DELAY: TimeDelta = TimeDelta::minutes(5);

#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) id: String,
    /// Number of password changes.
    pub(super) password: usize,
    pub(super) is_suspended: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) person: usize,
    pub(super) id: String,
    pub(super) is_ended: bool,
    authenticated: DateTime<Utc>,
    /// The earliest end, unless it is revoked.
    surely: DateTime<Utc>,
    /// The latest end.
    perhaps: DateTime<Utc>,
    /// With the second at which each expires; the newest last.
    pub(super) access: Vec<(String, i64)>,
    /// With the time of each rotation; the newest last.
    pub(super) refresh: Vec<(String, Option<DateTime<Utc>>)>,
}

/// Result of a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rotation {
    NewToken,
    SameToken,
    Reused,
    Invalid,
}

impl Session {
    pub(super) fn new(person: usize, id: String, now: DateTime<Utc>) -> Self {
        let (surely, perhaps) = (now + IDLE, now + IDLE);
        Self { person, id, is_ended: false, authenticated: now, surely, perhaps, access: vec![], refresh: vec![] }
    }

    /// The session may or may not have expired: its last use need not be known everywhere.
    pub(super) fn is_uncertain(&self, now: DateTime<Utc>) -> bool {
        !self.is_ended && self.surely <= now && now < self.perhaps
    }

    /// Revoking it may or may not find it.
    pub(super) fn is_recently_expired(&self, now: DateTime<Utc>) -> bool {
        !self.is_ended && self.surely <= now && now < self.perhaps + EXPIRY_DELAY
    }

    pub(super) fn is_live(&self, now: DateTime<Utc>) -> bool {
        !self.is_ended && now < self.surely
    }

    /// Stored at once.
    pub(super) fn record_refresh(&mut self, now: DateTime<Utc>) {
        self.surely = self.surely.max(now + IDLE);
        self.perhaps = self.perhaps.max(now + IDLE);
    }

    pub(super) fn record_use(&mut self, now: DateTime<Utc>) {
        self.surely = self.surely.max(now + IDLE - USE_PRECISION);
        self.perhaps = self.perhaps.max(now + IDLE);
    }

    pub(super) fn record_password(&mut self, now: DateTime<Utc>) {
        self.authenticated = now;
    }

    pub(super) fn is_confirmed(&self, now: DateTime<Utc>) -> bool {
        now <= self.authenticated + RECENT
    }

    /// The reason why one of its access tokens is unusable.
    pub(super) fn rejection(&self, token: usize, now: DateTime<Utc>) -> Option<&'static str> {
        if self.access[token].1 <= now.timestamp() {
            return Some("EXPIRED");
        }
        (!self.is_live(now)).then_some("REVOKED")
    }

    pub(super) fn newest(&self) -> usize {
        self.access.len() - 1
    }

    pub(super) fn rotation(&self, token: usize, now: DateTime<Utc>) -> Rotation {
        match self.refresh[token].1 {
            _ if !self.is_live(now) => Rotation::Invalid,
            None => Rotation::NewToken,
            Some(traded) if now <= traded + GRACE => Rotation::SameToken,
            Some(_) => Rotation::Reused,
        }
    }
}

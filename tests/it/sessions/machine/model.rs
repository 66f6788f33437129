//! The naive model: who there is, which sessions they have, and when each ends.

use chrono::{DateTime, TimeDelta, Utc};

/// A token that was traded still yields the same successor for so long.
const GRACE: TimeDelta = TimeDelta::seconds(10);
const IDLE: TimeDelta = TimeDelta::minutes(30);
/// How long a password counts as just given.
const RECENT: TimeDelta = TimeDelta::minutes(10);
/// A use may be written this much too early.
const ROUGH: TimeDelta = TimeDelta::minutes(1);
/// For so long after a session has run out, ending it may still end something.
const UNWRITTEN: TimeDelta = TimeDelta::minutes(5);

#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) id: String,
    /// How often the password was changed.
    pub(super) password: usize,
    pub(super) is_suspended: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Session {
    pub(super) person: usize,
    pub(super) id: String,
    pub(super) is_ended: bool,
    authenticated: DateTime<Utc>,
    /// Until when it goes on in any case, unless it is ended.
    surely: DateTime<Utc>,
    /// Until when it may go on.
    perhaps: DateTime<Utc>,
    /// With the second in which each runs out; the newest last.
    pub(super) access: Vec<(String, i64)>,
    /// With when each was traded, for the next one; the newest last.
    pub(super) refresh: Vec<(String, Option<DateTime<Utc>>)>,
}

/// What becomes of a refresh token that is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trade {
    Successor,
    SameSuccessor,
    Reused,
    Invalid,
}

impl Session {
    pub(super) fn new(person: usize, id: String, now: DateTime<Utc>) -> Self {
        let (surely, perhaps) = (now + IDLE, now + IDLE);
        Self { person, id, is_ended: false, authenticated: now, surely, perhaps, access: vec![], refresh: vec![] }
    }

    /// Nobody can tell whether it has run out: its last use need not be known everywhere.
    pub(super) fn is_unsure(&self, now: DateTime<Utc>) -> bool {
        !self.is_ended && self.surely <= now && now < self.perhaps
    }

    /// Ending it may or may not end something.
    pub(super) fn is_about_to_be_forgotten(&self, now: DateTime<Utc>) -> bool {
        !self.is_ended && self.surely <= now && now < self.perhaps + UNWRITTEN
    }

    pub(super) fn is_live(&self, now: DateTime<Utc>) -> bool {
        !self.is_ended && now < self.surely
    }

    /// Written at once.
    pub(super) fn note_renewal(&mut self, now: DateTime<Utc>) {
        self.surely = self.surely.max(now + IDLE);
        self.perhaps = self.perhaps.max(now + IDLE);
    }

    pub(super) fn note_use(&mut self, now: DateTime<Utc>) {
        self.surely = self.surely.max(now + IDLE - ROUGH);
        self.perhaps = self.perhaps.max(now + IDLE);
    }

    pub(super) fn note_password(&mut self, now: DateTime<Utc>) {
        self.authenticated = now;
    }

    pub(super) fn is_confirmed(&self, now: DateTime<Utc>) -> bool {
        now <= self.authenticated + RECENT
    }

    /// The reason why one of its access tokens is of no use.
    pub(super) fn refuses(&self, token: usize, now: DateTime<Utc>) -> Option<&'static str> {
        if self.access[token].1 <= now.timestamp() {
            return Some("EXPIRED");
        }
        (!self.is_live(now)).then_some("REVOKED")
    }

    pub(super) fn newest(&self) -> usize {
        self.access.len() - 1
    }

    pub(super) fn trade(&self, token: usize, now: DateTime<Utc>) -> Trade {
        match self.refresh[token].1 {
            _ if !self.is_live(now) => Trade::Invalid,
            None => Trade::Successor,
            Some(traded) if now <= traded + GRACE => Trade::SameSuccessor,
            Some(_) => Trade::Reused,
        }
    }
}

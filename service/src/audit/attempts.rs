//! Aggregation of refused and failed attempts: within a minute the first is written, and its repetitions are counted,
//! so that clients can neither fill the disk nor block the writers.
//!
//! No flood hides other attempts (ASVS 16.3.1, 16.3.2). Attempts of authenticated callers, anonymous attempts on existing
//! accounts, and all other anonymous attempts have room of their own. Names that no account has are one group per client
//! network. What has no room is counted without names.

mod groups;

use super::AuditEvent;
use chrono::{DateTime, TimeDelta, Utc};
use groups::{AttemptGroup, Room};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Time within which repetitions are counted together.
const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// Attempts of the last minute, by group.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    open: Mutex<OpenGroups>,
}

/// Groups under keys that clients choose: their hash is random.
#[derive(Debug, Default)]
struct OpenGroups {
    groups: HashMap<AttemptGroup, CountedAttempts>,
    /// Number of groups by room.
    sizes: HashMap<Room, usize>,
    purged_at: Option<DateTime<Utc>>,
}

/// Attempts of one group.
#[derive(Debug)]
struct CountedAttempts {
    /// The attempt that was written.
    first: AuditEvent,
    /// Number of repetitions.
    repetitions: u64,
    /// Whether all repetitions had the target of the first.
    is_uniform: bool,
}

impl Attempts {
    /// Counts an attempt by a client of this network. Returns the events to write: none for a repetition, else the
    /// attempt, after the counts of the minute before.
    pub(crate) fn record(&self, event: AuditEvent, network: Option<IpAddr>) -> Vec<AuditEvent> {
        let mut open = self.lock();
        let group = AttemptGroup::of(&event, network);
        if let Some(counted) = open.groups.get_mut(&group)
            && !counted.is_over(event.at)
        {
            counted.repeat(&event);
            return Vec::new();
        }
        let mut written: Vec<_> = open.remove(&group).and_then(CountedAttempts::summary).into_iter().collect();
        if !open.has_space(&group) {
            written.extend(open.purge(event.at));
        }
        if open.has_space(&group) {
            open.insert(group, event.clone());
            written.push(event);
        } else if group.is_bounded_by_hashing() {
            // Each of these cost a password hash: they are written one by one, as logins that succeed are.
            written.push(event);
        } else {
            written.extend(open.record_unnamed(&group, &event));
        }
        written
    }

    /// Removes the groups whose minute is over at `now`. Returns the counts to write.
    pub(crate) fn take_finished(&self, now: DateTime<Utc>) -> Vec<AuditEvent> {
        self.lock().take_finished(now)
    }

    /// Number of groups.
    #[cfg(test)]
    fn len(&self) -> usize {
        self.lock().groups.len()
    }

    /// Nothing can panic under the lock.
    fn lock(&self) -> MutexGuard<'_, OpenGroups> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenGroups {
    fn has_space(&self, group: &AttemptGroup) -> bool {
        group.rooms().iter().all(|room| self.sizes.get(room).copied().unwrap_or_default() < room.capacity())
    }

    fn insert(&mut self, group: AttemptGroup, first: AuditEvent) {
        for room in group.rooms() {
            *self.sizes.entry(room).or_default() += 1;
        }
        self.groups.insert(group, CountedAttempts { first, repetitions: 0, is_uniform: true });
    }

    fn remove(&mut self, group: &AttemptGroup) -> Option<CountedAttempts> {
        let removed = self.groups.remove(group)?;
        for room in group.rooms() {
            if let Some(size) = self.sizes.get_mut(&room) {
                *size = size.saturating_sub(1);
                if *size == 0 {
                    self.sizes.remove(&room);
                }
            }
        }
        Some(removed)
    }

    /// Counts an attempt for which there is no room, in a group that names at most its actor.
    fn record_unnamed(&mut self, group: &AttemptGroup, event: &AuditEvent) -> Vec<AuditEvent> {
        let by_actor = group.of_actor().filter(|group| self.groups.contains_key(group) || self.has_space(group));
        let is_by_actor = by_actor.is_some();
        let group = by_actor.unwrap_or_else(|| group.of_action());
        if let Some(counted) = self.groups.get_mut(&group)
            && !counted.is_over(event.at)
        {
            counted.repetitions += 1;
            return Vec::new();
        }
        let before = self.remove(&group).and_then(CountedAttempts::summary);
        let event = groups::without_names(event, is_by_actor);
        self.insert(group, event.clone());
        before.into_iter().chain([event]).collect()
    }

    /// As [`Self::take_finished`], once a second: it visits every group.
    fn purge(&mut self, now: DateTime<Utc>) -> Vec<AuditEvent> {
        if self.purged_at.is_some_and(|at| at <= now && now < at + TimeDelta::seconds(1)) {
            return Vec::new();
        }
        self.purged_at = Some(now);
        self.take_finished(now)
    }

    fn take_finished(&mut self, now: DateTime<Utc>) -> Vec<AuditEvent> {
        let finished = self.groups.iter().filter(|(_, counted)| counted.is_over(now));
        let finished: Vec<_> = finished.map(|(group, _)| group.clone()).collect();
        finished.iter().filter_map(|group| self.remove(group)).filter_map(CountedAttempts::summary).collect()
    }
}

impl CountedAttempts {
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        now - self.first.at >= WINDOW
    }

    fn repeat(&mut self, event: &AuditEvent) {
        self.repetitions += 1;
        self.is_uniform &= event.target_label == self.first.target_label;
    }

    /// Event that counts the repetitions, if there were any. It names no target when they had several.
    fn summary(self) -> Option<AuditEvent> {
        let times = match self.repetitions {
            0 => return None,
            1 => "1 more time".to_owned(),
            more => format!("{more} more times"),
        };
        if self.is_uniform {
            let summary = format!("{} … and {times}", self.first.summary);
            return Some(AuditEvent { summary, ..self.first });
        }
        let summary = format!("{} attempted {} … {times}, on several names", self.first.actor_label, self.first.action);
        Some(AuditEvent { summary, target_label: None, ..self.first })
    }
}

#[cfg(test)]
mod tests;

//! Refused and failed attempts within a minute: the first is written, its repetitions are counted, so
//! that strangers can neither fill the disk nor serialise the writers.

use super::AuditEvent;
use crate::text::excerpt;
use chrono::{DateTime, TimeDelta, Utc};
use engine::UserId;
use rustc_hash::FxHashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// How long repetitions are counted as one.
const WINDOW: TimeDelta = TimeDelta::minutes(1);
/// Most kinds of attempt counted apart; beyond it those of one action are counted together.
const MAX_KINDS: usize = 1_024;
/// Characters of a label that tell attempts apart.
const LABEL: usize = 128;

/// Attempts of the last minute, by kind.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    kinds: Mutex<FxHashMap<Kind, Seen>>,
}

/// What makes attempts repetitions of each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kind {
    action: String,
    actor: Option<UserId>,
    target: Option<Uuid>,
    label: Option<String>,
    reason: Option<String>,
    address: Option<String>,
}

/// Attempts of one kind.
#[derive(Debug)]
struct Seen {
    /// The one that was written.
    first: AuditEvent,
    /// Those after it.
    more: u64,
}

impl Attempts {
    /// Takes an attempt; gives the entries to write now: none when it repeats one of the last
    /// minute, else itself, after the count of those before when their minute is over.
    pub(crate) fn note(&self, event: AuditEvent) -> Vec<AuditEvent> {
        let mut kinds = self.lock();
        let mut kind = Kind::of(&event);
        if kinds.len() >= MAX_KINDS && !kinds.contains_key(&kind) {
            kind = Kind::any(&event);
        }
        match kinds.get_mut(&kind) {
            Some(seen) if !seen.is_over(event.at) => {
                seen.more += 1;
                Vec::new()
            }
            _ => {
                let before = kinds.insert(kind, Seen { first: event.clone(), more: 0 });
                before.and_then(Seen::count).into_iter().chain([event]).collect()
            }
        }
    }

    /// Forgets the attempts whose minute is over at `now`; gives the counts to write.
    pub(crate) fn settle(&self, now: DateTime<Utc>) -> Vec<AuditEvent> {
        let mut kinds = self.lock();
        let over: Vec<Kind> =
            kinds.iter().filter(|(_, seen)| seen.is_over(now)).map(|(kind, _)| kind.clone()).collect();
        over.iter().filter_map(|kind| kinds.remove(kind)).filter_map(Seen::count).collect()
    }

    /// A panic elsewhere cannot leave a count half made.
    fn lock(&self) -> MutexGuard<'_, FxHashMap<Kind, Seen>> {
        self.kinds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kind {
    fn of(event: &AuditEvent) -> Self {
        Self {
            action: event.action.clone(),
            actor: event.actor,
            target: event.target_id,
            label: event.target_label.as_deref().map(|label| excerpt(label, LABEL)),
            reason: event.reason.clone(),
            address: event.ip_address.clone(),
        }
    }

    /// All attempts at one action, whoever makes them.
    fn any(event: &AuditEvent) -> Self {
        Self { action: event.action.clone(), actor: None, target: None, label: None, reason: None, address: None }
    }
}

impl Seen {
    fn is_over(&self, now: DateTime<Utc>) -> bool {
        now - self.first.at >= WINDOW
    }

    /// The entry for the repetitions, if there were any.
    fn count(self) -> Option<AuditEvent> {
        let times = match self.more {
            0 => return None,
            1 => "1 more time".to_owned(),
            more => format!("{more} more times"),
        };
        let summary = format!("{} … and {times}", self.first.summary);
        Some(AuditEvent { summary, ..self.first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Outcome;
    use engine::{AuditEventId, RequestId};

    fn attempt(label: &str, second: i64) -> AuditEvent {
        AuditEvent {
            id: AuditEventId::new(Uuid::nil()),
            at: DateTime::from_timestamp(second, 0).expect("a small number of seconds"),
            action: "session.login".to_owned(),
            outcome: Outcome::Failure,
            actor: None,
            actor_label: "anonymous".to_owned(),
            target_type: None,
            target_id: None,
            target_label: Some(label.to_owned()),
            summary: format!("anonymous tried session.login on {label}"),
            before: None,
            after: None,
            reason: Some("INVALID_CREDENTIALS".to_owned()),
            ip_address: None,
            user_agent: None,
            request: RequestId::new(Uuid::nil()),
        }
    }

    fn summaries(events: &[AuditEvent]) -> Vec<&str> {
        events.iter().map(|event| event.summary.as_str()).collect()
    }

    #[test]
    fn repetitions_within_a_minute_are_written_once_with_their_number() {
        let attempts = Attempts::default();
        assert_eq!(attempts.note(attempt("ana", 0)).len(), 1);
        for second in 1..4 {
            assert!(attempts.note(attempt("ana", second)).is_empty());
        }
        assert_eq!(attempts.note(attempt("bob", 4)).len(), 1);
        assert!(attempts.settle(attempt("", 59).at).is_empty());
        let settled = attempts.settle(attempt("", 64).at);
        assert_eq!(summaries(&settled), ["anonymous tried session.login on ana … and 3 more times"]);
        assert!(attempts.settle(attempt("", 999).at).is_empty());
    }

    #[test]
    fn the_next_minute_begins_with_the_count_of_the_last() {
        let attempts = Attempts::default();
        attempts.note(attempt("ana", 0));
        attempts.note(attempt("ana", 1));
        let written = attempts.note(attempt("ana", 60));
        assert_eq!(
            summaries(&written),
            ["anonymous tried session.login on ana … and 1 more time", "anonymous tried session.login on ana"]
        );
    }

    #[test]
    fn ever_new_names_are_written_a_bounded_number_of_times() {
        let attempts = Attempts::default();
        let written: usize = (0..10 * MAX_KINDS).map(|n| attempts.note(attempt(&n.to_string(), 0)).len()).sum();
        assert_eq!(written, MAX_KINDS + 1);
    }
}

//! Counts of repetitions, and floods.

use super::*;
use crate::audit::{Outcome, TargetType};
use engine::{AuditEventId, RequestId, UserId};
use uuid::Uuid;

fn attempt(label: &str, second: i64) -> AuditEvent {
    AuditEvent {
        id: AuditEventId::new(Uuid::nil()),
        at: DateTime::from_timestamp(second, 0).expect("a small number of seconds"),
        action: "session.login".to_owned(),
        outcome: Outcome::Failure,
        actor: None,
        actor_label: "anonymous".to_owned(),
        target_type: Some(TargetType::User.as_str().to_owned()),
        target_id: None,
        target_label: Some(label.to_owned()),
        summary: format!("anonymous attempted session.login on {label}"),
        before: None,
        after: None,
        reason: Some("INVALID_CREDENTIALS".to_owned()),
        ip_address: None,
        user_agent: None,
        impact: None,
        request: RequestId::new(Uuid::nil()),
    }
}

/// On an account that exists.
fn on_account(label: &str, number: u128, second: i64) -> AuditEvent {
    AuditEvent { target_id: Some(Uuid::from_u128(number)), ..attempt(label, second) }
}

/// A denied mutation of a user.
fn denial(actor: u128, field: &str) -> AuditEvent {
    AuditEvent {
        action: "access.deny".to_owned(),
        actor: Some(UserId::new(Uuid::from_u128(actor))),
        actor_label: format!("user{actor}"),
        target_type: Some(TargetType::Field.as_str().to_owned()),
        summary: format!("user{actor} was denied {field}"),
        ..attempt(field, 0)
    }
}

/// A /64 of its own for each number.
fn network(number: usize) -> Option<IpAddr> {
    let number = u128::try_from(number).expect("a number");
    Some(IpAddr::V6((0x2001_0db8_u128 << 96 | number << 64).into()))
}

fn summaries(events: &[AuditEvent]) -> Vec<&str> {
    events.iter().map(|event| event.summary.as_str()).collect()
}

fn later(second: i64) -> DateTime<Utc> {
    attempt("", second).at
}

#[test]
fn repetitions_within_a_minute_are_written_as_a_count() {
    let attempts = Attempts::default();
    assert_eq!(attempts.record(attempt("ana", 0), None).len(), 1);
    for second in 1..4 {
        assert!(attempts.record(attempt("ana", second), None).is_empty());
    }
    assert_eq!(attempts.record(on_account("bob", 2, 4), None).len(), 1);
    assert!(attempts.take_finished(later(59)).is_empty());
    let settled = attempts.take_finished(later(64));
    assert_eq!(summaries(&settled), ["anonymous attempted session.login on ana … and 3 more times"]);
    assert!(attempts.take_finished(later(999)).is_empty());
    assert_eq!(attempts.len(), 0);
}

#[test]
fn the_next_minute_begins_with_the_count_of_the_last() {
    let attempts = Attempts::default();
    attempts.record(on_account("ana", 1, 0), None);
    attempts.record(on_account("ana", 1, 1), None);
    let written = attempts.record(on_account("ana", 1, 60), None);
    assert_eq!(
        summaries(&written),
        ["anonymous attempted session.login on ana … and 1 more time", "anonymous attempted session.login on ana"]
    );
}

#[test]
fn names_that_nobody_has_are_one_group_per_network_and_their_count_names_none() {
    let attempts = Attempts::default();
    let written: usize = (0..1_024).map(|n| attempts.record(attempt(&format!("junk{n}"), 0), network(7)).len()).sum();
    assert_eq!((written, attempts.len()), (1, 1));
    assert_eq!(attempts.record(attempt("junk", 0), network(8)).len(), 1);
    let counts = attempts.take_finished(later(60));
    assert_eq!(summaries(&counts), ["anonymous attempted session.login … 1023 more times, on several names"]);
    assert_eq!(counts[0].target_label, None);
}

#[test]
fn no_flood_of_junk_names_hides_attempts_on_an_account_or_by_a_caller() {
    let attempts = Attempts::default();
    let written: usize = (0..10_000).map(|n| attempts.record(attempt(&format!("junk{n}"), 0), network(n)).len()).sum();
    // One for each group, and one for all that have no room.
    assert_eq!((written, attempts.len()), (2_049, 2_049));
    for n in 0..4 {
        let written = attempts.record(on_account("root", 1, 1), network(7));
        assert_eq!(written.len(), usize::from(n == 0));
    }
    let fields = ["roleCreate", "roleUpdate", "roleDelete", "userCreate", "userDelete", "userSuspend"];
    for field in fields {
        let written = attempts.record(denial(5, field), network(7));
        assert_eq!(summaries(&written), [format!("user5 was denied {field}")]);
    }
    let counts = attempts.take_finished(later(61));
    let named: Vec<_> = counts.iter().filter(|count| count.target_label.is_some()).collect();
    assert_eq!(named.len(), 1);
    assert_eq!(named[0].summary, "anonymous attempted session.login on root … and 3 more times");
    let unnamed: Vec<_> = counts.iter().filter(|count| count.summary.contains("only counted")).collect();
    let [unnamed] = unnamed.as_slice() else { panic!("{unnamed:?}") };
    assert!(unnamed.summary.ends_with("… and 7951 more times"), "{}", unnamed.summary);
    assert_eq!(
        (unnamed.actor, &unnamed.target_label, &unnamed.ip_address, &unnamed.reason),
        (None, &None, &None, &None)
    );
}

#[test]
fn attempts_on_accounts_beyond_the_room_are_written_one_by_one() {
    let attempts = Attempts::default();
    for n in 0..5_000 {
        let written = attempts.record(on_account(&format!("user{n}"), n, 0), network(7));
        assert_eq!(summaries(&written), [format!("anonymous attempted session.login on user{n}")]);
    }
    assert_eq!(attempts.len(), 2_048);
}

#[test]
fn a_caller_with_many_denials_leaves_room_for_others() {
    let attempts = Attempts::default();
    let of = |actor: u128, n: usize| attempts.record(denial(actor, &format!("field{n}")), None);
    let written: usize = (0..1_000).map(|n| of(1, n).len()).sum();
    // 32 groups, and one for all others of the action.
    assert_eq!((written, attempts.len()), (33, 33));
    assert_eq!(summaries(&of(2, 0)), ["user2 was denied field0"]);
    let counts = attempts.take_finished(later(60));
    let expected = "user1 attempted access.deny, like others of this minute that are only counted … and 967 more times";
    assert_eq!(summaries(&counts), [expected]);
    assert_eq!(counts[0].actor, denial(1, "").actor);
}

#[test]
fn attempts_of_many_callers_beyond_the_room_name_nobody() {
    let attempts = Attempts::default();
    for actor in 0..3_000 {
        let written = attempts.record(denial(actor, "roleCreate"), None);
        assert_eq!(written.len(), usize::from(actor <= 2_048), "{actor}");
        if actor == 2_048 {
            let expected = "several users attempted access.deny, like others of this minute that are only counted";
            assert_eq!(summaries(&written), [expected]);
            assert_eq!((written[0].actor, &written[0].target_label), (None, &None));
        }
    }
    assert_eq!(attempts.len(), 2_049);
    // Room of the next minute.
    let next = AuditEvent { at: later(61), ..denial(4_000, "roleCreate") };
    let written = attempts.record(next, None);
    assert_eq!(written.len(), 2, "{written:?}");
    assert!(written[0].summary.ends_with("… and 951 more times"), "{}", written[0].summary);
    assert_eq!(attempts.len(), 1);
}

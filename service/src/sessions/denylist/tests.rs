//! Tests of the denylist in memory.

use super::*;
use crate::SystemClock;
use crate::adapters::Event;
use uuid::Uuid;

fn shared() -> Shared {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Shared::new(&clock, Duration::from_secs(600), &Arc::default())
}

fn session(number: u128) -> SessionId {
    Uuid::from_u128(number).into()
}

#[test]
fn a_denied_session_is_ended_until_its_tokens_have_expired() {
    let shared = shared();
    shared.sql.confirm(shared.sql.start());
    let now = shared.clock.now();
    shared.insert([(session(1), now + shared.lifetime)]);
    assert_eq!(shared.check(session(1), now + TimeDelta::seconds(719)), RevocationStatus::Ended);
    assert_eq!(shared.check(session(1), now + TimeDelta::seconds(720)), RevocationStatus::Live);
    assert_eq!(shared.check(session(2), now), RevocationStatus::Live);
}

#[test]
fn without_the_database_only_ended_sessions_are_known() {
    let shared = shared();
    let now = shared.clock.now();
    shared.insert([(session(1), now + shared.lifetime)]);
    assert_eq!(shared.check(session(1), now), RevocationStatus::Ended);
    shared.redis.confirm(shared.redis.start());
    assert_eq!(shared.check(session(2), now), RevocationStatus::Unknown);
    shared.sql.confirm(shared.sql.start());
    assert_eq!(shared.check(session(2), now), RevocationStatus::Live);
}

#[test]
fn an_entry_is_extended_and_never_shortened() {
    let shared = shared();
    shared.sql.confirm(shared.sql.start());
    let now = shared.clock.now();
    for seconds in [100, 10, 200, 50] {
        shared.insert([(session(1), now + TimeDelta::seconds(seconds))]);
    }
    assert_eq!(shared.check(session(1), now + TimeDelta::seconds(199)), RevocationStatus::Ended);
}

#[test]
fn only_expired_entries_are_removed() {
    let shared = shared();
    let now = shared.clock.now();
    shared.insert([(session(1), now - TimeDelta::seconds(1)), (session(2), now + TimeDelta::hours(1))]);
    shared.purge();
    let entries = shared.entries.read().unwrap();
    assert_eq!(entries.keys().collect::<Vec<_>>(), [&session(2)]);
}

#[test]
fn beyond_its_capacity_the_denylist_is_incomplete_until_all_entries_have_room() {
    let shared = shared();
    let now = shared.clock.now();
    shared.insert((0..CAPACITY as u128).map(|number| (session(number), now)));
    let (denied, extra) = (session(1), session(u128::MAX));
    // A confirmation is good for a while only, and a million insertions take longer on a busy machine.
    shared.sql.confirm(shared.sql.start());
    assert_eq!(shared.check(session(u128::MAX - 1), now), RevocationStatus::Live, "at the capacity");
    shared.insert([(denied, now + shared.lifetime), (extra, now + shared.lifetime)]);
    assert_eq!(shared.len(), CAPACITY);
    assert!(shared.entries.read().unwrap().capacity() <= 1 << 20, "of 29 bytes each: the documented bound");
    assert_eq!(shared.check(denied, now), RevocationStatus::Ended, "an entry is extended");
    assert_eq!(shared.check(extra, now), RevocationStatus::Unknown);
    assert_eq!(shared.check(session(u128::MAX - 1), now), RevocationStatus::Unknown, "it may have been dropped, too");

    let reload = shared.begin_reload();
    shared.insert([(extra, now + shared.lifetime)]);
    shared.end_reload(reload);
    assert_eq!(shared.check(extra, now), RevocationStatus::Unknown, "still no room");

    shared.purge();
    assert_eq!(shared.len(), 1);
    assert!(shared.entries.read().unwrap().capacity() < 100, "the memory is returned");
    let reload = shared.begin_reload();
    shared.insert([(extra, now + shared.lifetime)]);
    shared.end_reload(reload);
    assert_eq!(shared.check(extra, now), RevocationStatus::Ended);
    assert_eq!(shared.check(session(u128::MAX - 1), now), RevocationStatus::Live);
}

#[test]
fn events_of_redis_are_applied() {
    let shared = shared();
    shared.redis.confirm(shared.redis.start());
    shared.apply(Event::Denied(session(1), Duration::from_secs(60)));
    assert_eq!(shared.check(session(1), shared.clock.now()), RevocationStatus::Ended);
    shared.apply(Event::Lost);
    assert!(shared.missed.load(Ordering::Acquire));
}

use super::*;
use crate::sessions::Session;
use engine::{AccountStatus, Assignment, RoleId, Validity};
use uuid::Uuid;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn stored() -> SessionRecord {
    SessionRecord {
        session: Session {
            id: Uuid::from_u128(1).into(),
            user: Uuid::from_u128(2).into(),
            device: String::new(),
            user_agent: None,
            ip_address: None,
            created_at: at(0),
            authenticated_at: at(0),
            last_seen_at: at(0),
            expires_at: at(1800),
            revoked_at: None,
            activation: Activation::Default,
            data: crate::sessions::SessionData::default(),
        },
        ends_at: at(4000),
        switches: 0,
        username: "ana".to_owned(),
        email: None,
        user_revision: 3,
    }
}

const IDLE: TimeDelta = TimeDelta::seconds(1800);

#[test]
fn a_session_ends_when_it_is_not_used() {
    let session = SessionCache::default().put(&stored());
    assert!(session.live_at(at(1799)));
    assert!(!session.live_at(at(1800)));
}

#[test]
fn use_moves_the_idle_timeout_and_never_the_absolute_lifetime() {
    let cache = SessionCache::default();
    let session = cache.put(&stored());
    cache.observe_use(&session, at(1700), IDLE);
    assert!(session.live_at(at(3499)) && !session.live_at(at(3500)));
    cache.observe_use(&session, at(3400), IDLE);
    assert!(session.live_at(at(3999)) && !session.live_at(at(4000)));
}

#[test]
fn use_is_written_at_most_once_a_minute() {
    let cache = SessionCache::default();
    let session = cache.put(&stored());
    let written = |now| {
        cache.observe_use(&session, at(now), IDLE);
        cache.take_used().len()
    };
    assert_eq!([written(10), written(59), written(60), written(61), written(119), written(120)], [0, 0, 1, 0, 0, 1]);
}

#[test]
fn uses_that_could_not_be_written_are_written_later() {
    let cache = SessionCache::default();
    let session = cache.put(&stored());
    cache.observe_use(&session, at(100), IDLE);
    let used = cache.take_used();
    cache.return_used(used);
    assert_eq!(cache.take_used().len(), 1);
    assert_eq!(cache.take_used().len(), 0);
}

fn switched(switches: i64, roles: &[u128]) -> SessionRecord {
    let roles = roles.iter().map(|&role| RoleId::new(Uuid::from_u128(role))).collect();
    let stored = stored();
    let session = Session { activation: Activation::Chosen(roles), ..stored.session };
    SessionRecord { session, switches, ..stored }
}

fn base() -> Arc<Subject> {
    Arc::new(Subject {
        user: Uuid::from_u128(2).into(),
        status: AccountStatus::Active,
        revision: 1,
        assignments: Vec::new(),
        grants: Vec::new(),
        activation: Activation::All,
    })
}

#[test]
fn the_subject_of_a_session_is_derived_once_for_each_change() {
    let (cache, one, two) = (SessionCache::default(), base(), base());
    let session = cache.put(&stored());
    let first = cache.subject(&session, &one);
    assert_eq!(first.activation, Activation::Default);
    assert!(Arc::ptr_eq(&first, &cache.subject(&session, &one)));
    let second = cache.subject(&session, &two);
    assert!(!Arc::ptr_eq(&first, &second) && Arc::ptr_eq(&second, &cache.subject(&session, &two)));
    cache.put(&switched(1, &[7]));
    let third = cache.subject(&session, &two);
    assert_eq!(third.activation, switched(1, &[7]).session.activation);
    assert!(Arc::ptr_eq(&third, &cache.subject(&session, &two)));
}

#[test]
fn a_dropped_subject_is_not_confused_with_one_at_the_same_address() {
    let cache = SessionCache::default();
    let session = cache.put(&stored());
    let mut gone = base();
    for revision in 1..100 {
        drop(gone);
        gone = Arc::new(Subject { revision, ..Subject::clone(&base()) });
        assert_eq!(cache.subject(&session, &gone).revision, revision);
    }
}

#[test]
fn active_roles_never_return_to_an_older_state() {
    let (cache, base) = (SessionCache::default(), base());
    let session = cache.put(&switched(2, &[2]));
    cache.put(&switched(1, &[1]));
    assert_eq!(cache.subject(&session, &base).activation, switched(2, &[2]).session.activation);
    cache.put(&switched(3, &[]));
    assert_eq!(cache.subject(&session, &base).activation, Activation::Chosen(Vec::new()));
}

#[test]
fn an_entry_is_outdated_once_a_later_change_of_roles_is_known() {
    let cache = SessionCache::default();
    let session = cache.put(&switched(2, &[2]));
    cache.observe_switches([(session.id, 1), (session.id, 2), (Uuid::from_u128(9).into(), 5)]);
    assert!(session.is_current());
    cache.observe_switches([(session.id, 4)]);
    assert!(!session.is_current());
    cache.put(&switched(3, &[]));
    assert!(!session.is_current());
    cache.put(&switched(4, &[4]));
    assert!(session.is_current());
}

#[test]
fn reading_a_session_again_keeps_its_uses_and_renews_the_names() {
    let cache = SessionCache::default();
    let session = cache.put(&stored());
    cache.observe_use(&session, at(1000), IDLE);
    assert!(session.is_older_than(4));
    let (username, email) = ("anna".to_owned(), Some("anna@example.com".to_owned()));
    let again = cache.put(&SessionRecord { username, email, user_revision: 4, ..stored() });
    assert!(Arc::ptr_eq(&session, &again));
    assert!(!again.is_older_than(4));
    assert_eq!(again.names(), ("anna".into(), Some("anna@example.com".into())));
    assert!(again.live_at(at(2700)));
    cache.remove(&[session.id]);
    assert!(cache.get(session.id).is_none());
}

#[test]
fn sessions_are_bounded_by_their_size_with_the_roles_of_their_users() {
    let assignment = Assignment {
        id: Uuid::nil().into(),
        role: Uuid::nil().into(),
        assigned_at: at(0),
        validity: Validity::default(),
    };
    let base = Arc::new(Subject { assignments: vec![assignment; 1_000], ..Subject::clone(&base()) });
    let size = ENTRY + size_of_val(base.assignments.as_slice());
    let cache = SessionCache::default();
    for number in 0..2 * CAPACITY / size {
        let id = Uuid::from_u128(number as u128).into();
        let session = cache.put(&SessionRecord { session: Session { id, ..stored().session }, ..stored() });
        let _ = cache.subject(&session, &base);
        assert!(cache.entries.weight() <= CAPACITY as u64, "{number}");
    }
    assert!(cache.entries.weight() > CAPACITY as u64 / 2 && cache.entries.len() <= CAPACITY / size);
}

#[test]
fn a_session_that_was_removed_is_not_added_again_with_its_subject() {
    let cache = SessionCache::default();
    let session = cache.put(&stored());
    cache.remove(&[session.id]);
    let _ = cache.subject(&session, &base());
    assert!(cache.get(session.id).is_none());
}

#[test]
fn the_sessions_whose_use_is_to_be_written_are_bounded() {
    let cache = SessionCache::default();
    let use_one = || {
        let session = Arc::new(CachedSession::new(&stored()));
        cache.observe_use(&session, at(100), IDLE);
        session
    };
    for _ in 0..MAX_WAITING {
        let _ = use_one();
    }
    let late = use_one();
    let used = cache.take_used();
    assert_eq!(used.len(), MAX_WAITING);
    cache.observe_use(&late, at(200), IDLE);
    cache.return_used(used);
    assert_eq!(cache.take_used().len(), MAX_WAITING, "one of them was used meanwhile, so that one has no room");
}

use super::*;
use crate::sessions::Session;
use engine::{AccountStatus, RoleId};
use uuid::Uuid;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn stored() -> StoredSession {
    StoredSession {
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
    let record = Records::default().put(&stored());
    assert!(record.live_at(at(1799)));
    assert!(!record.live_at(at(1800)));
}

#[test]
fn use_moves_the_idle_end_and_never_the_absolute_one() {
    let records = Records::default();
    let record = records.put(&stored());
    records.note_use(&record, at(1700), IDLE);
    assert!(record.live_at(at(3499)) && !record.live_at(at(3500)));
    records.note_use(&record, at(3400), IDLE);
    assert!(record.live_at(at(3999)) && !record.live_at(at(4000)));
}

#[test]
fn use_is_written_at_most_once_a_minute() {
    let records = Records::default();
    let record = records.put(&stored());
    let written = |now| {
        records.note_use(&record, at(now), IDLE);
        records.take_used().len()
    };
    assert_eq!([written(10), written(59), written(60), written(61), written(119), written(120)], [0, 0, 1, 0, 0, 1]);
}

#[test]
fn what_could_not_be_written_waits_for_the_next_time() {
    let records = Records::default();
    let record = records.put(&stored());
    records.note_use(&record, at(100), IDLE);
    let used = records.take_used();
    records.return_used(used);
    assert_eq!(records.take_used().len(), 1);
    assert_eq!(records.take_used().len(), 0);
}

fn switched(switches: i64, roles: &[u128]) -> StoredSession {
    let roles = roles.iter().map(|&role| RoleId::new(Uuid::from_u128(role))).collect();
    let stored = stored();
    let session = Session { activation: Activation::Chosen(roles), ..stored.session };
    StoredSession { session, switches, ..stored }
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
fn what_a_session_holds_is_worked_out_once_for_each_change() {
    let (records, one, two) = (Records::default(), base(), base());
    let record = records.put(&stored());
    let first = record.subject(&one);
    assert_eq!(first.activation, Activation::Default);
    assert!(Arc::ptr_eq(&first, &record.subject(&one)));
    let second = record.subject(&two);
    assert!(!Arc::ptr_eq(&first, &second) && Arc::ptr_eq(&second, &record.subject(&two)));
    records.put(&switched(1, &[7]));
    let third = record.subject(&two);
    assert_eq!(third.activation, switched(1, &[7]).session.activation);
    assert!(Arc::ptr_eq(&third, &record.subject(&two)));
}

#[test]
fn a_subject_that_is_gone_is_not_taken_for_one_at_the_same_place() {
    let record = Records::default().put(&stored());
    let mut gone = base();
    for revision in 1..100 {
        drop(gone);
        gone = Arc::new(Subject { revision, ..Subject::clone(&base()) });
        assert_eq!(record.subject(&gone).revision, revision);
    }
}

#[test]
fn active_roles_never_go_back_to_an_older_choice() {
    let (records, base) = (Records::default(), base());
    let record = records.put(&switched(2, &[2]));
    records.put(&switched(1, &[1]));
    assert_eq!(record.subject(&base).activation, switched(2, &[2]).session.activation);
    records.put(&switched(3, &[]));
    assert_eq!(record.subject(&base).activation, Activation::Chosen(Vec::new()));
}

#[test]
fn a_record_is_read_again_once_a_switch_is_heard_of_that_it_does_not_know() {
    let records = Records::default();
    let record = records.put(&switched(2, &[2]));
    records.hear([(record.id, 1), (record.id, 2), (Uuid::from_u128(9).into(), 5)]);
    assert!(record.is_current());
    records.hear([(record.id, 4)]);
    assert!(!record.is_current());
    records.put(&switched(3, &[]));
    assert!(!record.is_current());
    records.put(&switched(4, &[4]));
    assert!(record.is_current());
}

#[test]
fn reading_a_session_again_keeps_its_uses_and_renews_the_names() {
    let records = Records::default();
    let record = records.put(&stored());
    records.note_use(&record, at(1000), IDLE);
    assert!(record.is_older_than(4));
    let (username, email) = ("anna".to_owned(), Some("anna@example.com".to_owned()));
    let again = records.put(&StoredSession { username, email, user_revision: 4, ..stored() });
    assert!(Arc::ptr_eq(&record, &again));
    assert!(!again.is_older_than(4));
    assert_eq!(again.names(), ("anna".into(), Some("anna@example.com".into())));
    assert!(again.live_at(at(2700)));
    records.forget(&[record.id]);
    assert!(records.get(record.id).is_none());
}

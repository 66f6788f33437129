//! The recorder by itself.

use super::day::start_of;
use super::recorder::{LastUses, MAX_PENDING};
use super::seen::{Fingerprint, Seen};
use super::*;
use chrono::{DateTime, TimeDelta, Utc};
use engine::{
    Activation, Facts, PermissionFacts, PermissionName, Policy, PolicyChanges, RoleFacts, RoleId, RoleName, Subject,
    UserId,
};
use std::sync::Arc;
use uuid::Uuid;

const NAMES: [&str; 2] = ["desk:use", "invoice:read"];

fn policy() -> Arc<Policy> {
    let permissions = NAMES.iter().zip(1..).map(|(name, number)| {
        PermissionFacts::new(Uuid::from_u128(number).into(), PermissionName::parse(name).expect("a name"))
    });
    let facts = Facts { revision: 1, permissions: permissions.collect(), ..Facts::default() };
    Arc::new(Policy::build(facts).expect("a policy"))
}

fn subject(number: u128) -> Arc<Subject> {
    Arc::new(Subject::new(UserId::new(Uuid::from_u128(number))))
}

fn noon() -> DateTime<Utc> {
    start_of(20_000) + TimeDelta::hours(12)
}

fn use_it(uses: &LastUses, subject: &Arc<Subject>, policy: &Arc<Policy>, permission: &str, at: DateTime<Utc>) {
    uses.record(subject, policy, permission, at, || Arc::clone(subject));
}

/// Number of uses that wait, which are taken away.
fn waiting(uses: &LastUses) -> usize {
    uses.take().0.len()
}

#[test]
fn a_day_begins_at_midnight_in_utc() {
    let midnight = start_of(20_000);
    assert_eq!(midnight.to_rfc3339(), "2024-10-04T00:00:00+00:00");
    assert_eq!(day_of(midnight), 20_000);
    assert_eq!(day_of(midnight - TimeDelta::milliseconds(1)), 19_999);
    assert_eq!(day_of(midnight + TimeDelta::days(1) - TimeDelta::milliseconds(1)), 20_000);
    assert_eq!(day_of(DateTime::UNIX_EPOCH - TimeDelta::seconds(1)), -1);
}

#[test]
fn a_use_is_kept_once_a_day_for_each_user_and_permission() {
    let (uses, policy, ana, ben) = (LastUses::default(), policy(), subject(1), subject(2));
    for _ in 0..3 {
        use_it(&uses, &ana, &policy, NAMES[0], noon());
        use_it(&uses, &ana, &policy, NAMES[1], noon() + TimeDelta::hours(3));
        use_it(&uses, &ben, &policy, NAMES[0], noon());
    }
    assert_eq!(waiting(&uses), 3);
    use_it(&uses, &ana, &policy, NAMES[0], noon() + TimeDelta::hours(11));
    assert_eq!(waiting(&uses), 0);
    use_it(&uses, &ana, &policy, NAMES[0], noon() + TimeDelta::hours(12));
    assert_eq!(waiting(&uses), 1, "the next day");
}

#[test]
fn a_permission_that_is_not_registered_is_not_kept() {
    let (uses, policy, ana) = (LastUses::default(), policy(), subject(1));
    use_it(&uses, &ana, &policy, "no:such", noon());
    assert_eq!(waiting(&uses), 0);
}

#[test]
fn a_use_is_kept_again_when_it_may_concern_other_roles() {
    let (uses, first, ana) = (LastUses::default(), policy(), subject(1));
    use_it(&uses, &ana, &first, NAMES[0], noon());
    assert_eq!(waiting(&uses), 1);
    // Another user changed.
    use_it(&uses, &ana, &Arc::new(first.at_revision(2)), NAMES[0], noon());
    assert_eq!(waiting(&uses), 0);

    let clerk = RoleFacts::new(RoleId::new(Uuid::from_u128(7)), RoleName::parse("clerk").expect("a name"));
    let changed = Facts { revision: 3, roles: vec![clerk], ..Facts::default() };
    let changes = PolicyChanges { changed, ..PolicyChanges::default() };
    let second = Arc::new(first.update(changes).expect("a policy"));
    use_it(&uses, &ana, &second, NAMES[0], noon());
    assert_eq!(waiting(&uses), 1, "the model changed");

    let reassigned = Arc::new(Subject { revision: 4, ..Subject::clone(&ana) });
    use_it(&uses, &reassigned, &second, NAMES[0], noon());
    assert_eq!(waiting(&uses), 1, "the user changed");
    let choice = Activation::Chosen(vec![RoleId::new(Uuid::from_u128(7))]);
    use_it(&uses, &Arc::new(reassigned.with_activation(choice)), &second, NAMES[0], noon());
    use_it(&uses, &Arc::new(reassigned.with_activation(Activation::Chosen(Vec::new()))), &second, NAMES[0], noon());
    use_it(&uses, &Arc::new(reassigned.with_activation(Activation::Default)), &second, NAMES[0], noon());
    assert_eq!(waiting(&uses), 3, "other roles are active");
    use_it(&uses, &reassigned, &second, NAMES[0], noon());
    assert_eq!(waiting(&uses), 0);
}

#[test]
fn a_use_without_room_is_kept_when_it_is_repeated() {
    let (uses, policy) = (LastUses::default(), policy());
    let subjects: Vec<_> = (0..=MAX_PENDING as u128).map(subject).collect();
    for subject in &subjects {
        use_it(&uses, subject, &policy, NAMES[0], noon());
    }
    let (kept, dropped) = uses.take();
    assert_eq!((kept.len(), dropped), (MAX_PENDING, 1));
    let last = subjects.last().expect("many");
    use_it(&uses, last, &policy, NAMES[0], noon());
    assert_eq!(waiting(&uses), 1);
}

#[test]
fn uses_that_cannot_be_written_are_kept_or_recorded_again() {
    let (uses, policy, ana) = (LastUses::default(), policy(), subject(0));
    use_it(&uses, &ana, &policy, NAMES[0], noon());
    let (failed, _) = uses.take();
    uses.put_back(failed);
    assert_eq!(waiting(&uses), 1);

    use_it(&uses, &ana, &policy, NAMES[1], noon());
    let (failed, _) = uses.take();
    for number in 1..=MAX_PENDING as u128 {
        use_it(&uses, &subject(number), &policy, NAMES[0], noon());
    }
    uses.put_back(failed);
    let (kept, _) = uses.take();
    assert_eq!(kept.len(), MAX_PENDING);
    use_it(&uses, &ana, &policy, NAMES[1], noon());
    assert_eq!(waiting(&uses), 1, "what had no room is not taken for recorded");
}

#[test]
fn what_was_seen_is_remembered_until_it_is_displaced() {
    let seen = Seen::with_room_for(64);
    // Of one bucket, by their lowest bits.
    let fingerprints: Vec<_> = (1..=9).map(|number: u64| Fingerprint::of(number << 32)).collect();
    for (at, &fingerprint) in fingerprints.iter().enumerate() {
        assert!(!seen.contains(fingerprint));
        seen.insert(fingerprint);
        assert!(seen.contains(fingerprint));
        let remembered = fingerprints.iter().filter(|&&fingerprint| seen.contains(fingerprint)).count();
        assert_eq!(remembered, (at + 1).min(8));
    }
    seen.insert(Fingerprint::of(0));
    assert!(seen.contains(Fingerprint::of(0)) && !seen.contains(Fingerprint::of(2)));
    seen.clear();
    assert!(!fingerprints.iter().any(|&fingerprint| seen.contains(fingerprint)));
}

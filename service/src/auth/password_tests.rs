//! Hashing: round trips, tampering, upgrades and the bounded queue.

use super::*;

fn settings() -> PasswordSettings {
    PasswordSettings {
        min_length: 15,
        memory_kib: 64,
        iterations: 1,
        threads: Some(1),
        queue: 4,
        ..PasswordSettings::default()
    }
}

fn start(settings: &PasswordSettings) -> Result<Hasher> {
    Hasher::start(settings, &"a secret of the tests".into())
}

fn password(text: &str) -> Password {
    Password::parse(&text.into()).unwrap()
}

async fn compare(hasher: &Hasher, text: &str, hash: &str) -> PasswordMatch {
    hasher.verify(password(text), hash.to_owned()).await.unwrap()
}

#[tokio::test]
async fn a_password_matches_its_own_hash_and_no_other() {
    let hasher = start(&settings()).unwrap();
    let hash = hasher.hash(password("correct horse battery staple")).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
    assert_eq!(compare(&hasher, "correct horse battery staple", &hash).await, PasswordMatch::Match);
    for other in ["", "correct horse battery stapl", "Correct horse battery staple", "correct horse battery staple "] {
        assert_eq!(compare(&hasher, other, &hash).await, PasswordMatch::Mismatch, "`{other}`");
    }
    assert_ne!(hash, hasher.hash(password("correct horse battery staple")).await.unwrap(), "salts differ");
}

#[tokio::test]
async fn a_long_password_counts_to_its_last_character() {
    let hasher = start(&settings()).unwrap();
    let long = "x".repeat(MAX_LEN);
    let hash = hasher.hash(password(&long)).await.unwrap();
    assert_eq!(compare(&hasher, &long, &hash).await, PasswordMatch::Match);
    assert_eq!(compare(&hasher, &long[1..], &hash).await, PasswordMatch::Mismatch);
    assert!(Password::parse(&"x".repeat(MAX_LEN + 1).into()).is_none());
}

#[tokio::test]
async fn the_same_text_typed_on_two_machines_is_the_same_password() {
    let hasher = start(&settings()).unwrap();
    let hash = hasher.hash(password("caf\u{e9} au lait, s'il vous pla\u{ee}t")).await.unwrap();
    assert_eq!(compare(&hasher, "cafe\u{301} au lait, s'il vous plai\u{302}t", &hash).await, PasswordMatch::Match);
}

#[tokio::test]
async fn a_damaged_hash_is_an_error_and_a_changed_one_matches_nothing() {
    let hasher = start(&settings()).unwrap();
    let hash = hasher.hash(password("secret")).await.unwrap();
    let changed = [hash.replace("m=64", "m=72"), hash.replace("t=1", "t=2"), hash.replace("p=1", "p=2")];
    for changed in changed {
        assert_eq!(compare(&hasher, "secret", &changed).await, PasswordMatch::Mismatch, "{changed}");
    }
    let damaged = [
        String::new(),
        "secret".to_owned(),
        hash.replace("argon2id", "argon2i"),
        hash.replace("v=19", "v=16"),
        hash.replace("m=64", "m=4294967295"),
        hash.rsplit_once('$').unwrap().0.to_owned(),
    ];
    for damaged in damaged {
        let answer = hasher.verify(password("secret"), damaged.clone()).await;
        assert!(matches!(answer, Err(Error::Internal(_))), "{damaged}: {answer:?}");
    }
}

#[tokio::test]
async fn a_hash_with_other_parameters_is_outdated() {
    let old = start(&settings()).unwrap();
    let hash = old.hash(password("secret")).await.unwrap();
    let new = start(&PasswordSettings { iterations: 2, ..settings() }).unwrap();
    assert_eq!(compare(&new, "secret", &hash).await, PasswordMatch::OutdatedMatch);
    assert_eq!(compare(&new, "wrong", &hash).await, PasswordMatch::Mismatch);
    let hash = new.hash(password("secret")).await.unwrap();
    assert_eq!(compare(&new, "secret", &hash).await, PasswordMatch::Match);
    assert_eq!(compare(&old, "secret", &hash).await, PasswordMatch::OutdatedMatch);
}

#[tokio::test]
async fn a_stand_in_matches_nothing() {
    let hasher = start(&settings()).unwrap();
    for (name, text) in [("ana", "secret"), ("", ""), ("nobody", "nobody")] {
        assert_eq!(compare(&hasher, text, &hasher.stand_in(name)).await, PasswordMatch::Mismatch);
    }
}

/// A hasher without threads, so that its queue stays as it is.
fn idle(capacity: usize) -> Hasher {
    Hasher {
        queue: Arc::new(Queue::default()),
        capacity,
        stand_ins: StandIns::new(PasswordHashing::new(&settings()).unwrap().parameters(), &"secret".into()).unwrap(),
        peppers: Peppers::default(),
        work: Arc::default(),
    }
}

#[test]
fn f9_a_full_queue_refuses_at_once_and_makes_room_when_requesters_leave() {
    let hasher = idle(2);
    let ask = || {
        let (reply, answer) = oneshot::channel();
        (hasher.enqueue(Job::Hash { password: password("secret"), reply }), answer)
    };
    let (first, first_answer) = ask();
    let (second, _second_answer) = ask();
    assert!(first.is_ok() && second.is_ok());
    assert!(matches!(ask().0, Err(Error::Unavailable(_))));
    drop(first_answer);
    assert!(ask().0.is_ok());
}

#[test]
fn f9_work_of_cancelled_requests_is_never_begun() {
    let hasher = idle(2);
    let (reply, answer) = oneshot::channel();
    hasher.enqueue(Job::Hash { password: password("secret"), reply }).unwrap();
    drop(answer);
    hasher.queue.lock().closed = true;
    assert!(hasher.queue.next().is_none());
}

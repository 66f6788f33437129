//! Hashing: round trips, tampering, upgrades and the bounded queue.

use super::*;

fn settings() -> PasswordSettings {
    PasswordSettings {
        min_length: 15,
        memory_kib: 64,
        iterations: 1,
        threads: 1,
        queue: 4,
        ..PasswordSettings::default()
    }
}

fn password(text: &str) -> Password {
    Password::given(&text.into()).unwrap()
}

async fn verdict(hasher: &Hasher, text: &str, hash: &str) -> Verdict {
    hasher.verify(password(text), Some(hash.to_owned())).await.unwrap()
}

#[tokio::test]
async fn a_password_matches_its_own_hash_and_no_other() {
    let hasher = Hasher::start(&settings());
    let hash = hasher.hash(password("correct horse battery staple")).await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
    assert_eq!(verdict(&hasher, "correct horse battery staple", &hash).await, Verdict::Right);
    for other in ["", "correct horse battery stapl", "Correct horse battery staple", "correct horse battery staple "] {
        assert_eq!(verdict(&hasher, other, &hash).await, Verdict::Wrong, "`{other}`");
    }
    assert_ne!(hash, hasher.hash(password("correct horse battery staple")).await.unwrap(), "salts differ");
}

#[tokio::test]
async fn a_long_password_counts_to_its_last_character() {
    let hasher = Hasher::start(&settings());
    let long = "x".repeat(MAX_LEN);
    let hash = hasher.hash(password(&long)).await.unwrap();
    assert_eq!(verdict(&hasher, &long, &hash).await, Verdict::Right);
    assert_eq!(verdict(&hasher, &long[1..], &hash).await, Verdict::Wrong);
    assert!(Password::given(&"x".repeat(MAX_LEN + 1).into()).is_none());
}

#[tokio::test]
async fn the_same_text_typed_on_two_machines_is_the_same_password() {
    let hasher = Hasher::start(&settings());
    let hash = hasher.hash(password("caf\u{e9} au lait, s'il vous pla\u{ee}t")).await.unwrap();
    assert_eq!(verdict(&hasher, "cafe\u{301} au lait, s'il vous plai\u{302}t", &hash).await, Verdict::Right);
}

#[tokio::test]
async fn a_damaged_hash_is_an_error_and_a_changed_one_matches_nothing() {
    let hasher = Hasher::start(&settings());
    let hash = hasher.hash(password("secret")).await.unwrap();
    let changed = [hash.replace("m=64", "m=72"), hash.replace("t=1", "t=2"), hash.replace("p=1", "p=2")];
    for changed in changed {
        assert_eq!(verdict(&hasher, "secret", &changed).await, Verdict::Wrong, "{changed}");
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
        let answer = hasher.verify(password("secret"), Some(damaged.clone())).await;
        assert!(matches!(answer, Err(Error::Internal(_))), "{damaged}: {answer:?}");
    }
}

#[tokio::test]
async fn a_hash_with_other_parameters_is_outdated() {
    let old = Hasher::start(&settings());
    let hash = old.hash(password("secret")).await.unwrap();
    let new = Hasher::start(&PasswordSettings { iterations: 2, ..settings() });
    assert_eq!(verdict(&new, "secret", &hash).await, Verdict::RightButOutdated);
    assert_eq!(verdict(&new, "wrong", &hash).await, Verdict::Wrong);
    let hash = new.hash(password("secret")).await.unwrap();
    assert_eq!(verdict(&new, "secret", &hash).await, Verdict::Right);
    assert_eq!(verdict(&old, "secret", &hash).await, Verdict::RightButOutdated);
}

#[tokio::test]
async fn an_account_without_a_password_matches_nothing() {
    let hasher = Hasher::start(&settings());
    assert_eq!(hasher.verify(password(""), None).await.unwrap(), Verdict::Wrong);
    assert_eq!(hasher.verify(password("secret"), None).await.unwrap(), Verdict::Wrong);
}

/// A hasher without threads, so that its queue stays as it is.
fn idle(capacity: usize) -> Hasher {
    Hasher {
        queue: Arc::new(Queue::default()),
        capacity,
        dummy: String::new(),
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
fn f9_work_that_nobody_waits_for_is_never_begun() {
    let hasher = idle(2);
    let (reply, answer) = oneshot::channel();
    hasher.enqueue(Job::Hash { password: password("secret"), reply }).unwrap();
    drop(answer);
    hasher.queue.lock().closed = true;
    assert!(hasher.queue.next().is_none());
}

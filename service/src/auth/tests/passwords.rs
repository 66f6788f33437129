//! Password changes, upgrades of hashes, and the commands of the operator.

use super::*;
use crate::store;
use std::sync::atomic::Ordering;

const NEW: &str = "staple battery horse correct";

async fn change(service: &Process, signed_in: &IssuedTokens, current: &str, new: &str) -> crate::Result<()> {
    let ctx = service.by(&signed_in.caller);
    change_password(service, &ctx, current.into(), new.into()).await.map(drop)
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions_and_the_old_password() {
    let service = Installation::new().await.start().await;
    let (this, other) = (service.sign_up("ana").await, service.login("ana", PASSWORD).await.unwrap());
    change(&service, &this, PASSWORD, NEW).await.unwrap();
    service.authenticate(&this).await.unwrap();
    service.refresh(&this).await.unwrap();
    assert_eq!(reason(service.authenticate(&other).await), UnauthenticatedReason::Revoked);
    assert_eq!(refused(service.refresh(&other).await), [RefusalCode::RefreshTokenInvalid]);
    assert_eq!(refused(service.login("ana", PASSWORD).await), [RefusalCode::InvalidCredentials]);
    service.login("ana", NEW).await.unwrap();
}

#[tokio::test]
async fn a_login_with_a_password_that_is_being_replaced_is_refused() {
    let service = Installation::new().await.start().await;
    let this = service.sign_up("ana").await;
    let found = store::users::account(service.database.connection(), this.caller.user).await.unwrap().unwrap();
    change(&service, &this, PASSWORD, NEW).await.unwrap();
    let late = login::open(&service, &service.anonymous(), &found, None).await;
    assert_eq!(refused(late), [RefusalCode::InvalidCredentials]);
}

#[tokio::test]
async fn parallel_logins_that_upgrade_a_hash_all_succeed() {
    let installation = Installation::new().await;
    let service = installation.start().await;
    service.sign_up("ana").await;
    let raised = service.restart_with(&installation, |config| config.password.iterations = 2).await;
    let (one, two) = tokio::join!(raised.login("ana", PASSWORD), raised.login("ana", PASSWORD));
    assert_eq!((one.is_ok(), two.is_ok()), (true, true));
}

#[tokio::test]
async fn a_wrong_current_or_weak_new_password_changes_nothing() {
    let service = Installation::new().await.start().await;
    let (this, other) = (service.sign_up("ana").await, service.login("ana", PASSWORD).await.unwrap());
    let refusals = [
        (("wrong", NEW), RefusalCode::InvalidCredentials),
        (("", NEW), RefusalCode::InvalidCredentials),
        ((PASSWORD, "short"), RefusalCode::WeakPassword),
        ((PASSWORD, ""), RefusalCode::Required),
        ((PASSWORD, "ana ana ana ana 1"), RefusalCode::WeakPassword),
    ];
    for ((current, new), code) in refusals {
        assert_eq!(refused(change(&service, &this, current, new).await), [code], "`{current}` `{new}`");
    }
    service.authenticate(&other).await.unwrap();
    service.login("ana", PASSWORD).await.unwrap();
}

/// Cost of one attempt, in blocks of memory filled.
async fn work<T>(service: &Process, attempt: impl Future<Output = crate::Result<T>>) -> usize {
    let before = service.hasher.work.load(Ordering::SeqCst);
    assert!(attempt.await.is_err());
    service.hasher.work.load(Ordering::SeqCst) - before
}

#[tokio::test]
async fn a16_wrong_passwords_and_unknown_deleted_or_suspended_accounts_cost_the_same_work() {
    let cost = |config: &mut crate::Config| (config.password.memory_kib, config.password.iterations) = (128, 2);
    let service = Installation::new().await.start_with(cost).await;
    service.sign_up("ana").await;
    let (suspended, deleted) =
        (service.sign_up("suspended").await.caller.user, service.sign_up("deleted").await.caller.user);
    crate::users::suspend(&service, &service.operator(), Some(suspended), None).await.unwrap();
    crate::users::delete(&service, &service.operator(), Some(deleted)).await.unwrap();
    let silent = crate::users::NewUser { username: "silent".to_owned(), ..Default::default() };
    crate::users::create(&service, &service.operator(), silent).await.unwrap();
    for name in ["ana", "nobody", "nobody@example.com", "deleted", "suspended", "silent"] {
        assert_eq!(work(&service, service.login(name, "wrong")).await, 128 * 2, "`{name}`");
    }
    assert_eq!(
        work(&service, service.login("suspended", PASSWORD)).await,
        128 * 2,
        "the right one, of a suspended account"
    );
    // No account has such a password or name: no work, for every account.
    for (name, password) in [("ana", "x".repeat(100_000)), ("nobody", "x".repeat(100_000)), ("ana", String::new())] {
        assert_eq!(work(&service, service.login(name, &password)).await, 0, "`{name}`");
    }
    for name in ["", "two words", &"x".repeat(1_000)] {
        assert_eq!(work(&service, service.login(name, PASSWORD)).await, 0, "`{name}`");
    }
}

#[tokio::test]
async fn a16_while_hashes_have_several_costs_unknown_names_have_them_in_the_same_proportion() {
    let installation = Installation::new().await;
    let service = installation.start_with(|config| config.password.memory_kib = 16).await;
    let users: Vec<String> = (0..8).map(|number| format!("user{number}")).collect();
    for name in &users {
        service.sign_up(name).await;
    }
    let raise = |config: &mut crate::Config| (config.password.memory_kib, config.password.iterations) = (16, 3);
    let raised = service.restart_with(&installation, raise).await;
    let costs = async |service: &Process| {
        let mut costs = Vec::new();
        for number in 0..200 {
            costs.push(work(service, service.login(&format!("nobody{number}"), "wrong")).await);
        }
        costs
    };
    // Every stored hash has the old cost: so have all stand-ins.
    assert_eq!(work(&raised, raised.login("user0", "wrong")).await, 16);
    assert_eq!(costs(&raised).await, [16; 200]);

    for name in users.iter().take(4) {
        raised.login(name, PASSWORD).await.unwrap();
    }
    raised.sweep().await.unwrap();
    let half = costs(&raised).await;
    let high = half.iter().filter(|cost| **cost == 16 * 3).count();
    assert_eq!(high + half.iter().filter(|cost| **cost == 16).count(), 200);
    assert!((60..=140).contains(&high), "{high}");
    let restarted = raised.restart_with(&installation, raise).await;
    assert_eq!(costs(&restarted).await, half, "the cost of a name stays the same");

    for name in users.iter().skip(4) {
        restarted.login(name, PASSWORD).await.unwrap();
    }
    restarted.sweep().await.unwrap();
    assert_eq!(costs(&restarted).await, [16 * 3; 200]);
}

#[tokio::test]
async fn an_account_at_its_limit_costs_the_same_work_and_its_password_is_not_looked_at() {
    let limit = |config: &mut crate::Config| {
        (config.password.memory_kib, config.password.iterations) = (16, 1);
        config.limits.login_per_account = 1;
    };
    let installation = Installation::new().await;
    let service = installation.start_with(limit).await;
    service.sign_up_with("ana", Some("ana@example.com")).await.unwrap();
    let raised = service.restart_with(&installation, |config| {
        limit(config);
        config.password.iterations = 4;
    });
    let raised = raised.await;
    assert_eq!(work(&raised, raised.login("ana", "wrong")).await, 16);
    assert_eq!(work(&raised, raised.login("ana@example.com", PASSWORD)).await, 16, "nor is its hash upgraded");
    assert_eq!(work(&raised, raised.login("ana@example.com", PASSWORD)).await, 0);
}

#[tokio::test]
async fn a12_an_attempt_beyond_the_limit_costs_no_work() {
    let service = Installation::new().await.start_with(|config| config.limits.login_per_account = 1).await;
    let ana = service.sign_up("ana").await;
    for name in ["ana", "nobody"] {
        assert!(work(&service, service.login(name, "wrong")).await > 0);
        assert_eq!(work(&service, service.login(name, PASSWORD)).await, 0, "`{name}`");
    }
    assert!(work(&service, change(&service, &ana, "wrong", NEW)).await > 0);
    assert_eq!(work(&service, change(&service, &ana, PASSWORD, NEW)).await, 0);
}

#[tokio::test]
async fn attempts_to_confirm_the_password_are_counted_for_each_session() {
    let service = Installation::new().await.start_with(|config| config.limits.login_per_account = 2).await;
    let (ana, other) = (service.sign_up("ana").await, service.login("ana", PASSWORD).await.unwrap());
    for _ in 0..2 {
        refused(change(&service, &ana, "wrong", NEW).await);
    }
    let limited = change(&service, &ana, PASSWORD, NEW).await;
    assert!(matches!(limited, Err(Error::RateLimited { .. })));
    service.login("ana", PASSWORD).await.expect("logins are counted apart");
    change(&service, &other, PASSWORD, NEW).await.expect("so is another session");
}

#[tokio::test]
async fn a_login_after_the_cost_was_raised_upgrades_the_hash() {
    let installation = Installation::new().await;
    let service = installation.start().await;
    let user = service.sign_up("ana").await.caller.user;
    let raised = service.restart_with(&installation, |config| config.password.iterations = 2).await;
    let hash = async || store::users::account(raised.database.connection(), user).await.unwrap().unwrap().password_hash;
    assert!(hash().await.unwrap().contains(",t=1,"));
    raised.login("ana", PASSWORD).await.unwrap();
    let upgraded = hash().await.unwrap();
    assert!(upgraded.contains(",t=2,"), "{upgraded}");
    raised.login("ana", PASSWORD).await.unwrap();
    assert_eq!(hash().await.unwrap(), upgraded);
}

#[tokio::test]
async fn the_operator_creates_the_first_administrator_and_recovers_a_locked_out_one() {
    let service = Installation::new().await.start().await;
    assert!(!has_administrator(&service).await.unwrap());
    let new = |name: &str, password: &str| NewAdministrator { username: name.to_owned(), password: password.into() };
    let ctx = service.operator();
    let weak = create_administrator(&service, &ctx, new("root", "admin")).await;
    assert_eq!(refused(weak), [RefusalCode::WeakPassword]);
    let root = create_administrator(&service, &ctx, new("root", PASSWORD)).await.unwrap();
    assert!(has_administrator(&service).await.unwrap());
    let session = service.login("root", PASSWORD).await.unwrap();
    assert!(session.caller.holds("user:read", service.now()));
    assert_eq!(refused(create_administrator(&service, &ctx, new("ROOT", PASSWORD)).await), [RefusalCode::Taken]);

    assert_eq!(refused(recover_administrator(&service, &ctx, new("nobody", NEW)).await), [RefusalCode::NotFound]);
    assert_eq!(refused(recover_administrator(&service, &ctx, new("root", "x")).await), [RefusalCode::WeakPassword]);
    let recovered = recover_administrator(&service, &ctx, new("Root", NEW)).await.unwrap();
    assert_eq!(recovered.id, root.id);
    assert_eq!(reason(service.authenticate(&session).await), UnauthenticatedReason::Revoked);
    service.login("root", NEW).await.unwrap();
}

#[tokio::test]
async fn the_operator_can_make_a_suspended_user_an_administrator() {
    let service = Installation::new().await.start().await;
    let ana = service.sign_up("ana").await.caller.user;
    crate::users::suspend(&service, &service.operator(), Some(ana), None).await.unwrap();
    let new = NewAdministrator { username: "ana".to_owned(), password: NEW.into() };
    recover_administrator(&service, &service.operator(), new).await.unwrap();
    let session = service.login("ana", NEW).await.unwrap();
    assert!(session.caller.holds("user:read", service.now()));
    assert!(has_administrator(&service).await.unwrap());
}

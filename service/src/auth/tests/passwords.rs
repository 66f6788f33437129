//! Changing passwords, raising their cost, and what the operator does with them.

use super::*;
use std::sync::atomic::Ordering;

const NEW: &str = "staple battery horse correct";

async fn change(service: &Served, signed_in: &SignedIn, (current, new): (&str, &str)) -> crate::Result<()> {
    let ctx = service.by(&signed_in.caller);
    change_password(service, &ctx, current.into(), new.into()).await.map(drop)
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions_and_the_old_password() {
    let service = Installation::new().await.start().await;
    let (this, other) = (service.sign_up("ana").await, service.login("ana", PASSWORD).await.unwrap());
    change(&service, &this, (PASSWORD, NEW)).await.unwrap();
    service.authenticate(&this).await.unwrap();
    service.refresh(&this).await.unwrap();
    assert_eq!(reason(service.authenticate(&other).await), UnauthenticatedReason::Revoked);
    assert_eq!(refused(service.refresh(&other).await), [RefusalCode::RefreshTokenInvalid]);
    assert_eq!(refused(service.login("ana", PASSWORD).await), [RefusalCode::InvalidCredentials]);
    service.login("ana", NEW).await.unwrap();
}

#[tokio::test]
async fn whoever_gave_the_old_password_just_before_it_was_replaced_is_not_let_in() {
    let service = Installation::new().await.start().await;
    let this = service.sign_up("ana").await;
    let found = store::account(service.database.connection(), this.caller.user).await.unwrap().unwrap();
    change(&service, &this, (PASSWORD, NEW)).await.unwrap();
    let late = login::open(&service, &service.stranger(), &found, None).await;
    assert_eq!(refused(late), [RefusalCode::InvalidCredentials]);
}

#[tokio::test]
async fn sign_ins_that_upgrade_a_hash_at_once_all_succeed() {
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
    for (texts, code) in refusals {
        assert_eq!(refused(change(&service, &this, texts).await), [code], "{texts:?}");
    }
    service.authenticate(&other).await.unwrap();
    service.login("ana", PASSWORD).await.unwrap();
}

/// What one try costs, in blocks of memory filled.
async fn work<T>(service: &Served, attempt: impl Future<Output = crate::Result<T>>) -> usize {
    let before = service.hasher.work.load(Ordering::SeqCst);
    assert!(attempt.await.is_err());
    service.hasher.work.load(Ordering::SeqCst) - before
}

#[tokio::test]
async fn a16_wrong_passwords_unknown_names_and_accounts_that_are_gone_or_barred_cost_the_same_work() {
    let cost = |config: &mut crate::Config| (config.password.memory_kib, config.password.iterations) = (128, 2);
    let service = Installation::new().await.start_with(cost).await;
    service.sign_up("ana").await;
    let (barred, gone) = (service.sign_up("barred").await.caller.user, service.sign_up("gone").await.caller.user);
    crate::users::suspend(&service, &service.operator(), barred, None).await.unwrap();
    crate::users::delete(&service, &service.operator(), gone).await.unwrap();
    let silent = crate::users::NewUser { username: "silent".to_owned(), ..Default::default() };
    crate::users::create(&service, &service.operator(), silent).await.unwrap();
    for name in ["ana", "nobody", "nobody@example.com", "gone", "barred", "silent", "", "two words"] {
        assert_eq!(work(&service, service.login(name, "wrong")).await, 128 * 2, "`{name}`");
    }
    assert_eq!(work(&service, service.login("barred", PASSWORD)).await, 128 * 2, "the right one, of a barred account");
    // Too long for any account: no work, whoever it is for.
    for name in ["ana", "nobody"] {
        assert_eq!(work(&service, service.login(name, &"x".repeat(100_000))).await, 0, "`{name}`");
    }
}

#[tokio::test]
async fn a12_whoever_has_to_wait_costs_no_work() {
    let service = Installation::new().await.start_with(|config| config.limits.login_per_account = 1).await;
    let ana = service.sign_up("ana").await;
    for name in ["ana", "nobody"] {
        assert!(work(&service, service.login(name, "wrong")).await > 0);
        assert_eq!(work(&service, service.login(name, PASSWORD)).await, 0, "`{name}`");
    }
    assert!(work(&service, change(&service, &ana, ("wrong", NEW))).await > 0);
    assert_eq!(work(&service, change(&service, &ana, (PASSWORD, NEW))).await, 0);
}

#[tokio::test]
async fn confirming_the_current_password_has_tries_of_its_own_in_each_session() {
    let service = Installation::new().await.start_with(|config| config.limits.login_per_account = 2).await;
    let (ana, other) = (service.sign_up("ana").await, service.login("ana", PASSWORD).await.unwrap());
    for _ in 0..2 {
        refused(change(&service, &ana, ("wrong", NEW)).await);
    }
    let limited = change(&service, &ana, (PASSWORD, NEW)).await;
    assert!(matches!(limited, Err(Error::RateLimited { .. })));
    service.login("ana", PASSWORD).await.expect("signing in is counted apart");
    change(&service, &other, (PASSWORD, NEW)).await.expect("so is another session");
}

#[tokio::test]
async fn a_sign_in_after_the_cost_was_raised_upgrades_the_hash() {
    let installation = Installation::new().await;
    let service = installation.start().await;
    let user = service.sign_up("ana").await.caller.user;
    let raised = service.restart_with(&installation, |config| config.password.iterations = 2).await;
    let hash = async || store::account(raised.database.connection(), user).await.unwrap().unwrap().password_hash;
    assert!(hash().await.unwrap().contains(",t=1,"));
    raised.login("ana", PASSWORD).await.unwrap();
    let upgraded = hash().await.unwrap();
    assert!(upgraded.contains(",t=2,"), "{upgraded}");
    raised.login("ana", PASSWORD).await.unwrap();
    assert_eq!(hash().await.unwrap(), upgraded);
}

#[tokio::test]
async fn the_operator_makes_the_first_administrator_and_mends_a_lock_out() {
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
    let mended = recover_administrator(&service, &ctx, new("Root", NEW)).await.unwrap();
    assert_eq!(mended.id, root.id);
    assert_eq!(reason(service.authenticate(&session).await), UnauthenticatedReason::Revoked);
    service.login("root", NEW).await.unwrap();
}

#[tokio::test]
async fn anybody_can_be_made_an_administrator_by_the_operator_even_when_suspended() {
    let service = Installation::new().await.start().await;
    let ana = service.sign_up("ana").await.caller.user;
    crate::users::suspend(&service, &service.operator(), ana, None).await.unwrap();
    let new = NewAdministrator { username: "ana".to_owned(), password: NEW.into() };
    recover_administrator(&service, &service.operator(), new).await.unwrap();
    let session = service.login("ana", NEW).await.unwrap();
    assert!(session.caller.holds("user:read", service.now()));
    assert!(has_administrator(&service).await.unwrap());
}

//! Sign-up, login and logout on a real database, with a clock that the tests set.

mod installation;
mod passwords;
mod refreshing;
mod revocation;

use super::*;
use crate::assignments::Replacement;
use crate::{Error, RefusalCode, UnauthenticatedReason};
use chrono::TimeDelta;
use installation::{Installation, PASSWORD, Process};

fn refused<T: std::fmt::Debug>(result: crate::Result<T>) -> Vec<RefusalCode> {
    match result {
        Err(Error::Refused(refusals)) => refusals.into_iter().map(|refusal| refusal.code).collect(),
        other => panic!("no refusal: {other:?}"),
    }
}

fn reason<T: std::fmt::Debug>(result: crate::Result<T>) -> UnauthenticatedReason {
    match result {
        Err(Error::Unauthenticated(reason)) => reason,
        other => panic!("not unauthenticated: {other:?}"),
    }
}

#[tokio::test]
async fn a_new_user_is_logged_in_with_the_default_role() {
    let service = Installation::new().await.start().await;
    let signed_in = service.sign_up("Ana").await;
    assert_eq!(&*signed_in.caller.username, "Ana");
    let policy = service.policy();
    let roles = policy.active_role_closure(&signed_in.caller.subject, service.now());
    assert_eq!(roles, [policy.role_named("user").unwrap().id]);

    let caller = service.authenticate(&signed_in).await.unwrap();
    assert_eq!((caller.user, caller.session), (signed_in.caller.user, signed_in.caller.session));
    assert!(!caller.token_stale);
}

#[tokio::test]
async fn a_user_logs_in_by_username_or_address_in_any_case() {
    let service = Installation::new().await.start().await;
    let ana = service.sign_up_with("Ana", Some("Ana@Example.com")).await.unwrap();
    for name in ["ana", "ANA", " Ana ", "ana@example.com", "ANA@EXAMPLE.COM"] {
        let again = service.login(name, PASSWORD).await.unwrap();
        assert_eq!(again.caller.user, ana.caller.user, "{name}");
        assert_ne!(again.caller.session, ana.caller.session);
    }
}

#[tokio::test]
async fn a_login_name_is_taken_once_as_username_or_address() {
    let service = Installation::new().await.start().await;
    service.sign_up_with("ana", Some("ana@example.com")).await.unwrap();
    let taken = [("ANA", None), ("bob", Some("ANA@example.com")), ("Ana@Example.com", None)];
    for (name, email) in taken {
        assert_eq!(refused(service.sign_up_with(name, email).await), [RefusalCode::Taken], "{name}");
    }
}

#[tokio::test]
async fn a_sign_up_is_refused_with_all_its_errors_at_once() {
    let service = Installation::new().await.start().await;
    let new = SignUp {
        username: String::new(),
        password: "short".into(),
        email: Some("nobody".to_owned()),
        display_name: Some(" ".to_owned()),
    };
    let Err(Error::Refused(refusals)) = sign_up(&service, &service.anonymous(), new).await else { panic!("refused") };
    let reported: Vec<_> = refusals.iter().map(|refusal| (refusal.code, refusal.path.join("."))).collect();
    let expected = [
        (RefusalCode::Required, "username"),
        (RefusalCode::Invalid, "email"),
        (RefusalCode::Required, "displayName"),
        (RefusalCode::WeakPassword, "password"),
    ];
    assert_eq!(reported, expected.map(|(code, path)| (code, path.to_owned())));
}

#[tokio::test]
async fn sign_up_can_be_disabled() {
    let service = Installation::new().await.start_with(|config| config.signup_enabled = false).await;
    assert_eq!(refused(service.sign_up_with("ana", None).await), [RefusalCode::SignupDisabled]);
}

#[tokio::test]
async fn wrong_passwords_and_unknown_accounts_get_the_same_answer() {
    let service = Installation::new().await.start().await;
    let suspended = service.sign_up("bob").await.caller.user;
    service.sign_up("ana").await;
    crate::users::suspend(&service, &service.operator(), Some(suspended), None).await.unwrap();
    let long = "x".repeat(100_000);
    let wrong = [("ana", "wrong"), ("nobody", PASSWORD), ("bob", "wrong"), ("", ""), ("ana", &long), ("a\0b", "\0")];
    let answers = wrong.map(async |(name, password)| {
        let error = service.login(name, password).await.unwrap_err();
        format!("{error:?}")
    });
    let mut reported = std::collections::BTreeSet::new();
    for answer in answers {
        reported.insert(answer.await);
    }
    assert_eq!(reported.len(), 1, "{reported:?}");
    assert!(reported.first().unwrap().contains("InvalidCredentials"));
    assert_eq!(refused(service.login("bob", PASSWORD).await), [RefusalCode::AccountNotActive]);
}

#[tokio::test]
async fn a_warm_request_runs_no_sql() {
    let service = Installation::new().await.start().await;
    let signed_in = service.sign_up("ana").await;
    service.authenticate(&signed_in).await.unwrap();
    let before = service.database.statements();
    for _ in 0..10 {
        service.clock.advance(TimeDelta::seconds(1));
        service.authenticate(&signed_in).await.unwrap();
    }
    assert_eq!(service.database.statements(), before);
}

#[tokio::test]
async fn an_access_token_expires() {
    let service = Installation::new().await.start().await;
    let signed_in = service.sign_up("ana").await;
    service.clock.set(signed_in.expires_at - TimeDelta::milliseconds(1));
    service.authenticate(&signed_in).await.unwrap();
    service.clock.set(signed_in.expires_at);
    assert_eq!(reason(service.authenticate(&signed_in).await), UnauthenticatedReason::Expired);
    assert_eq!(reason(authenticate(&service, "x.y.z").await), UnauthenticatedReason::Invalid);
}

#[tokio::test]
async fn a_session_ends_at_its_idle_timeout_and_each_use_moves_it() {
    let long = |config: &mut crate::Config| config.token.access_lifetime = std::time::Duration::from_secs(7200);
    let installation = Installation::new().await;
    let service = installation.start_with(long).await;
    let (used, unused) = (service.sign_up("ana").await, service.sign_up("bob").await);
    for _ in 0..4 {
        service.clock.advance(TimeDelta::minutes(20));
        service.authenticate(&used).await.unwrap();
    }
    assert_eq!(reason(service.authenticate(&unused).await), UnauthenticatedReason::Revoked);
    crate::sessions::flush_uses(&service).await.unwrap();
    service.clock.advance(TimeDelta::minutes(20));
    let restarted = service.restart_with(&installation, long).await;
    restarted.authenticate(&used).await.unwrap();
    assert_eq!(refused(restarted.refresh(&unused).await), [RefusalCode::RefreshTokenInvalid]);
}

#[tokio::test]
async fn a_change_of_rights_makes_the_claims_stale_and_takes_effect_at_once() {
    let service = Installation::new().await.start().await;
    let signed_in = service.sign_up("ana").await;
    assert!(!service.authenticate(&signed_in).await.unwrap().holds("user:read", service.now()));
    let superadmin = service.policy().superadmin().unwrap();
    let (user, terms) = (signed_in.caller.user, crate::assignments::Terms::default());
    crate::assignments::assign_roles(
        &service,
        &service.operator(),
        Some(user),
        vec![Some(superadmin)],
        terms,
        Replacement::default(),
    )
    .await
    .unwrap();
    let caller = service.authenticate(&signed_in).await.unwrap();
    assert!(caller.token_stale && caller.holds("user:read", service.now()));
    let fresh = service.refresh(&signed_in).await.unwrap();
    assert!(!service.authenticate(&fresh).await.unwrap().token_stale);
}

#[tokio::test]
async fn attempts_are_limited_per_account_and_per_address() {
    let limit = |config: &mut crate::Config| {
        config.limits.login_per_account = 3;
        config.limits.login_per_address = 8;
    };
    let service = Installation::new().await.start_with(limit).await;
    let ana = service.sign_up("ana").await;
    let limited = |result: crate::Result<IssuedTokens>| matches!(result, Err(Error::RateLimited { .. }));
    for _ in 0..3 {
        assert_eq!(refused(service.login("ana", "wrong").await), [RefusalCode::InvalidCredentials]);
    }
    assert!(limited(service.login("ANA", PASSWORD).await), "the account, in any case");
    service.authenticate(&ana).await.expect("sessions go on");
    let fourth_to_eighth = ["b", "c", "d", "e"];
    for name in fourth_to_eighth {
        assert!(!limited(service.login(name, "wrong").await), "{name}");
    }
    assert!(limited(service.login("carol", "wrong").await), "the address");
    service.clock.advance(TimeDelta::minutes(1));
    service.login("ana", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn attempts_that_end_in_an_outage_are_refunded_for_the_account_and_for_the_address() {
    let limit = |config: &mut crate::Config| {
        config.limits.login_per_account = 2;
        config.limits.login_per_address = 3;
        config.limits.refresh_per_session = 2;
    };
    let service = Installation::new().await.start_with(limit).await;
    let ana = service.sign_up("ana").await;
    let ctx = service.by(&ana.caller);
    service.database.close().await.unwrap();
    let unavailable = |error: Error| matches!(error, Error::Unavailable(_));
    for attempt in 0..5 {
        assert!(unavailable(service.login("ana", PASSWORD).await.unwrap_err()), "login {attempt}");
        let confirmed = reauthenticate(&service, &ctx, PASSWORD.into()).await;
        assert!(unavailable(confirmed.unwrap_err()), "reauthentication {attempt}");
        let changed = change_password(&service, &ctx, PASSWORD.into(), "staple battery horse correct".into()).await;
        assert!(unavailable(changed.unwrap_err()), "password change {attempt}");
        assert!(unavailable(service.refresh(&ana).await.unwrap_err()), "refresh {attempt}");
    }
}

#[tokio::test]
async fn two_processes_that_start_at_once_accept_each_others_tokens() {
    let installation = Installation::new().await;
    let (one, two) = tokio::join!(installation.start(), installation.start());
    let (ana, bob) = (one.sign_up("ana").await, two.sign_up("bob").await);
    for service in [&one, &two] {
        for signed_in in [&ana, &bob] {
            service.authenticate(signed_in).await.unwrap();
        }
    }
}

#[tokio::test]
async fn another_secret_is_refused_at_startup_with_one_line() {
    let installation = Installation::new().await;
    drop(installation.start().await);
    let error = installation.try_start(|config| config.secret = "another secret altogether".into()).await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.starts_with("the secret does not open the stored signing keys"), "{cause}");
}

//! Rotation of refresh tokens, the grace period, and reuse detection.

use super::*;
use secrecy::ExposeSecret;

fn token(signed_in: &IssuedTokens) -> &str {
    signed_in.refresh_token.as_ref().unwrap().expose_secret()
}

#[tokio::test]
async fn a_refresh_gives_a_new_pair_for_the_same_session() {
    let service = Installation::new().await.start().await;
    let first = service.sign_up("ana").await;
    service.clock.advance(TimeDelta::minutes(9));
    let second = service.refresh(&first).await.unwrap();
    assert_eq!(second.caller.session, first.caller.session);
    assert_eq!(second.caller.authenticated_at, first.caller.authenticated_at);
    assert_ne!(token(&second), token(&first));
    service.clock.advance(TimeDelta::minutes(5));
    service.authenticate(&second).await.unwrap();
    assert_eq!(reason(service.authenticate(&first).await), UnauthenticatedReason::Expired);
}

#[tokio::test]
async fn two_tabs_get_the_same_token_within_the_grace_period() {
    let service = Installation::new().await.start().await;
    let first = service.sign_up("ana").await;
    let second = service.refresh(&first).await.unwrap();
    service.clock.advance(TimeDelta::seconds(10));
    let again = service.refresh(&first).await.unwrap();
    assert_eq!(token(&again), token(&second));
    service.authenticate(&again).await.unwrap();
    let third = service.refresh(&second).await.unwrap();
    assert_eq!(token(&service.refresh(&again).await.unwrap()), token(&third));
}

#[tokio::test]
async fn twenty_parallel_refreshes_on_two_replicas_get_the_same_token() {
    let installation = Installation::new().await;
    let (one, two) = (installation.start().await, installation.start().await);
    let first = one.sign_up("ana").await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..20 {
        let service = crate::Service::clone(if n % 2 == 0 { &one } else { &two });
        let (ctx, token) = (one.anonymous(), first.refresh_token.clone().unwrap());
        tasks.spawn(async move { refresh(&service, &ctx, token).await });
    }
    let results = tasks.join_all().await;
    let tokens: std::collections::BTreeSet<_> =
        results.iter().map(|result| token(result.as_ref().unwrap()).to_owned()).collect();
    assert_eq!(tokens.len(), 1);
    two.refresh(results[0].as_ref().unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_token_reused_after_the_grace_period_ends_its_session_and_no_other() {
    let service = Installation::new().await.start().await;
    let (first, other) = (service.sign_up("ana").await, service.login("ana", PASSWORD).await.unwrap());
    let second = service.refresh(&first).await.unwrap();
    service.clock.advance(TimeDelta::seconds(11));
    assert_eq!(refused(service.refresh(&first).await), [RefusalCode::RefreshTokenReused]);
    assert_eq!(reason(service.authenticate(&second).await), UnauthenticatedReason::Revoked);
    assert_eq!(refused(service.refresh(&second).await), [RefusalCode::RefreshTokenInvalid]);
    assert_eq!(refused(service.refresh(&first).await), [RefusalCode::RefreshTokenInvalid]);
    service.authenticate(&other).await.unwrap();
    service.refresh(&other).await.unwrap();
}

#[tokio::test]
async fn after_the_erasure_of_sealed_tokens_the_latest_token_still_works() {
    let service = Installation::new().await.start().await;
    let first = service.sign_up("ana").await;
    let second = service.refresh(&first).await.unwrap();
    service.clock.advance(TimeDelta::seconds(11));
    service.sweep().await.unwrap();
    service.refresh(&second).await.unwrap();
    assert_eq!(refused(service.refresh(&first).await), [RefusalCode::RefreshTokenReused]);
}

#[tokio::test]
async fn a_refresh_moves_the_idle_timeout_and_never_the_absolute_lifetime() {
    let days = |config: &mut crate::Config| config.session.absolute = std::time::Duration::from_secs(2 * 60 * 60);
    let service = Installation::new().await.start_with(days).await;
    let mut current = service.sign_up("ana").await;
    for _ in 0..5 {
        service.clock.advance(TimeDelta::minutes(20));
        current = service.refresh(&current).await.unwrap();
    }
    service.clock.advance(TimeDelta::minutes(20));
    assert_eq!(refused(service.refresh(&current).await), [RefusalCode::RefreshTokenInvalid]);
    assert_eq!(refused(service.refresh(&current).await), [RefusalCode::RefreshTokenInvalid]);
}

#[tokio::test]
async fn an_idle_session_cannot_be_refreshed() {
    let service = Installation::new().await.start().await;
    let signed_in = service.sign_up("ana").await;
    service.clock.advance(TimeDelta::minutes(30));
    assert_eq!(refused(service.refresh(&signed_in).await), [RefusalCode::RefreshTokenInvalid]);
}

#[tokio::test]
async fn a_suspended_user_cannot_refresh() {
    let service = Installation::new().await.start().await;
    let signed_in = service.sign_up("ana").await;
    crate::users::suspend(&service, &service.operator(), Some(signed_in.caller.user), None).await.unwrap();
    assert_eq!(refused(service.refresh(&signed_in).await), [RefusalCode::RefreshTokenInvalid]);
    assert_eq!(reason(service.authenticate(&signed_in).await), UnauthenticatedReason::Revoked);
    crate::users::reactivate(&service, &service.operator(), Some(signed_in.caller.user)).await.unwrap();
    assert_eq!(refused(service.refresh(&signed_in).await), [RefusalCode::RefreshTokenInvalid]);
}

#[tokio::test]
async fn a_text_that_is_not_a_refresh_token_is_refused() {
    let service = Installation::new().await.start().await;
    let signed_in = service.sign_up("ana").await;
    let unknown = format!("kwr_{}", "A".repeat(86));
    for text in ["", "kwr_", &unknown, signed_in.access_token.expose_secret(), &"x".repeat(2_000_000)] {
        let answer = refresh(&service, &service.anonymous(), text.into()).await;
        assert_eq!(refused(answer), [RefusalCode::RefreshTokenInvalid]);
    }
    let answer = authenticate(&service, token(&signed_in)).await;
    assert_eq!(reason(answer), UnauthenticatedReason::Invalid, "a refresh token is no access token");
}

#[tokio::test]
async fn refreshes_are_limited_per_session() {
    let service = Installation::new().await.start_with(|config| config.limits.refresh_per_session = 2).await;
    let (ana, bob) = (service.sign_up("ana").await, service.sign_up("bob").await);
    let second = service.refresh(&ana).await.unwrap();
    let third = service.refresh(&second).await.unwrap();
    assert!(matches!(service.refresh(&third).await, Err(Error::RateLimited { .. })));
    service.refresh(&bob).await.unwrap();
    service.clock.advance(TimeDelta::minutes(1));
    service.refresh(&third).await.unwrap();
}

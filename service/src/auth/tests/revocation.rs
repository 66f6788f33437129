//! Ended sessions are refused: here at once, on other replicas within seconds, and after a restart.

use super::*;
use crate::{audit, sessions, users};
use secrecy::SecretString;

async fn is_refused(service: &Process, signed_in: &IssuedTokens) {
    assert_eq!(reason(service.authenticate(signed_in).await), UnauthenticatedReason::Revoked);
    assert_eq!(refused(service.refresh(signed_in).await), [RefusalCode::RefreshTokenInvalid]);
}

/// Waits until the session is refused.
async fn is_refused_soon(service: &Process, signed_in: &IssuedTokens) {
    let trying = async {
        while service.authenticate(signed_in).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(2), trying).await.expect("refused on the other replica");
    is_refused(service, signed_in).await;
}

#[tokio::test]
async fn a_logged_out_session_is_refused_at_once_and_after_a_restart() {
    let installation = Installation::new().await;
    let service = installation.start().await;
    let (ana, other) = (service.sign_up("ana").await, service.login("ana", PASSWORD).await.unwrap());
    service.authenticate(&ana).await.unwrap();
    assert_eq!(service.logout(&ana, LogoutScope::ThisSession).await.unwrap(), 1);
    is_refused(&service, &ana).await;
    service.authenticate(&other).await.unwrap();
    assert_eq!(service.logout(&ana, LogoutScope::ThisSession).await.unwrap(), 0, "a second time ends nothing");
    let restarted = service.restart_with(&installation, |_| ()).await;
    is_refused(&restarted, &ana).await;
    restarted.authenticate(&other).await.unwrap();
}

#[tokio::test]
async fn a_session_ended_on_one_replica_is_refused_on_the_other() {
    let installation = Installation::new().await;
    let (one, two) = (installation.start().await, installation.start().await);
    let ana = one.sign_up("ana").await;
    two.authenticate(&ana).await.unwrap();
    one.logout(&ana, LogoutScope::ThisSession).await.unwrap();
    is_refused_soon(&two, &ana).await;
}

#[tokio::test]
async fn logging_out_everywhere_ends_every_session_of_that_user() {
    let service = Installation::new().await.start().await;
    let bob = service.sign_up("bob").await;
    let mut sessions = vec![service.sign_up("ana").await];
    for _ in 0..3 {
        sessions.push(service.login("ana", PASSWORD).await.unwrap());
    }
    assert_eq!(service.logout(&sessions[1], LogoutScope::Everywhere).await.unwrap(), 4);
    for session in &sessions {
        is_refused(&service, session).await;
    }
    service.authenticate(&bob).await.unwrap();
    let again = service.login("ana", PASSWORD).await.unwrap();
    service.authenticate(&again).await.expect("a login at the same time is a new session");
    assert_eq!(
        service.logout(&sessions[0], LogoutScope::Everywhere).await.unwrap(),
        0,
        "an ended session ends no others"
    );
    service.authenticate(&again).await.unwrap();
}

#[tokio::test]
async fn an_expired_access_token_logs_out_and_a_forged_one_does_not() {
    let service = Installation::new().await.start().await;
    let ana = service.sign_up("ana").await;
    let elsewhere = Installation::new().await.start().await;
    let forged = elsewhere.sign_up("ana").await;
    assert_eq!(service.logout(&forged, LogoutScope::Everywhere).await.unwrap(), 0);
    service.clock.advance(TimeDelta::minutes(11));
    assert_eq!(service.logout(&ana, LogoutScope::ThisSession).await.unwrap(), 1);
    assert_eq!(refused(service.refresh(&ana).await), [RefusalCode::RefreshTokenInvalid]);
}

#[tokio::test]
async fn a_refresh_token_alone_logs_out_and_an_invalid_one_does_nothing() {
    let service = Installation::new().await.start().await;
    let ana = service.sign_up("ana").await;
    for text in ["", "x", "kwr_x", "a.b.c"] {
        let text = || Some(SecretString::from(text));
        let presented = SessionTokens { access_token: text(), refresh_token: text() };
        assert_eq!(logout(&service, &service.anonymous(), presented, LogoutScope::ThisSession).await.unwrap(), 0);
    }
    assert_eq!(
        logout(&service, &service.anonymous(), SessionTokens::default(), LogoutScope::ThisSession).await.unwrap(),
        0
    );
    service.authenticate(&ana).await.unwrap();
    let presented = SessionTokens { access_token: None, refresh_token: ana.refresh_token.clone() };
    assert_eq!(logout(&service, &service.anonymous(), presented, LogoutScope::ThisSession).await.unwrap(), 1);
    is_refused(&service, &ana).await;
}

#[tokio::test]
async fn sessions_are_ended_one_by_one_or_all_but_the_present_one() {
    let service = Installation::new().await.start().await;
    let one = service.sign_up("ana").await;
    let two = service.login("ana", PASSWORD).await.unwrap();
    let three = service.login("ana", PASSWORD).await.unwrap();
    let ctx = service.by(&one.caller);
    let ended = sessions::revoke(&service, &ctx, Some(two.caller.session)).await.unwrap();
    assert!(ended.revoked_at.is_some());
    is_refused(&service, &two).await;
    sessions::revoke(&service, &ctx, Some(two.caller.session)).await.expect("ending an ended one succeeds");
    let ended = sessions::revoke_others(&service, &ctx).await.unwrap();
    assert_eq!(ended.iter().map(|session| session.id).collect::<Vec<_>>(), [three.caller.session]);
    is_refused(&service, &three).await;
    service.authenticate(&one).await.unwrap();
    let unknown = service.ids.next(service.now());
    assert_eq!(refused(sessions::revoke(&service, &ctx, Some(unknown.into())).await), [RefusalCode::NotFound]);
    assert_eq!(refused(sessions::revoke_all_of(&service, &ctx, Some(unknown.into())).await), [RefusalCode::NotFound]);
    let ended = sessions::revoke_all_of(&service, &ctx, Some(one.caller.user)).await.unwrap();
    assert_eq!(ended.len(), 1);
    is_refused(&service, &one).await;
}

#[tokio::test]
async fn live_sessions_are_listed_most_recently_used_first() {
    let service = Installation::new().await.start().await;
    let one = service.sign_up("ana").await;
    service.clock.advance(TimeDelta::minutes(2));
    let two = service.login("ana", PASSWORD).await.unwrap();
    service.clock.advance(TimeDelta::minutes(2));
    let bob = service.sign_up("bob").await;
    let list = async |filter: sessions::SessionFilter| -> Vec<_> {
        let arguments = crate::page::PageArguments { first: Some(2), ..Default::default() };
        let filters = [filter];
        let pages = sessions::pages(&service, &filters, &arguments.parse(100).unwrap()).await.unwrap();
        let [page] = pages.try_into().unwrap();
        assert_eq!(sessions::counts(&service, &filters).await.unwrap()[0] > 2, page.has_next);
        page.items.into_iter().map(|(_, session)| session.id).collect()
    };
    let of_ana = sessions::SessionFilter { user: Some(Some(one.caller.user)), ..Default::default() };
    assert_eq!(list(of_ana.clone()).await, [two.caller.session, one.caller.session]);
    assert_eq!(list(sessions::SessionFilter::default()).await, [bob.caller.session, two.caller.session]);
    service.authenticate(&one).await.unwrap();
    sessions::flush_uses(&service).await.unwrap();
    assert_eq!(list(of_ana.clone()).await, [one.caller.session, two.caller.session]);
    let nowhere = sessions::SessionFilter { ip_address: Some("' OR 1=1".to_owned()), ..Default::default() };
    assert!(list(nowhere).await.is_empty());
    let here = sessions::SessionFilter { ip_address: Some("::ffff:192.0.2.7".to_owned()), ..of_ana.clone() };
    assert_eq!(list(here).await.len(), 2);
    service.logout(&one, LogoutScope::ThisSession).await.unwrap();
    assert_eq!(list(of_ana).await, [two.caller.session]);
    let session = sessions::by_ids(&service, &[one.caller.session]).await.unwrap().remove(&one.caller.session).unwrap();
    assert_eq!((session.device.as_str(), session.ip_address.as_deref()), ("curl", Some("192.0.2.7")));
    assert!(session.revoked_at.is_some());
}

#[tokio::test]
async fn sessions_that_ended_long_ago_are_deleted_and_live_ones_kept() {
    let service = Installation::new().await.start().await;
    let (dead, ended) = (service.sign_up("ana").await, service.sign_up("bob").await);
    service.logout(&ended, LogoutScope::ThisSession).await.unwrap();
    service.clock.advance(TimeDelta::days(30) + TimeDelta::hours(1));
    let live = service.login("ana", PASSWORD).await.unwrap();
    service.sweep().await.unwrap();
    let ids = [dead.caller.session, ended.caller.session, live.caller.session];
    let left = sessions::by_ids(&service, &ids).await.unwrap();
    assert_eq!(left.keys().collect::<Vec<_>>(), [&live.caller.session]);
}

#[tokio::test]
async fn suspending_a_user_ends_live_sessions_and_leaves_expired_ones_as_they_are() {
    let idle = std::time::Duration::from_secs(8 * 60);
    let service = Installation::new().await.start_with(|config| config.session.idle = idle).await;
    let expired = service.sign_up("ana").await;
    service.clock.advance(TimeDelta::hours(1));
    let used = service.login("ana", PASSWORD).await.unwrap();
    // Recent use that the row does not show yet.
    service.clock.advance(TimeDelta::minutes(7));
    service.authenticate(&used).await.unwrap();
    service.clock.advance(TimeDelta::minutes(2));
    let recent = service.login("ana", PASSWORD).await.unwrap();

    users::suspend(&service, &service.operator(), Some(used.caller.user), None).await.unwrap();

    let ids = [&expired, &used, &recent].map(|signed_in| signed_in.caller.session);
    let stored = sessions::by_ids(&service, &ids).await.unwrap();
    assert_eq!(ids.map(|id| stored[&id].revoked_at.is_some()), [false, true, true]);
    is_refused(&service, &used).await;
    is_refused(&service, &recent).await;
    let suspension = audit::AuditFilter { actions: Some(vec!["user.suspend".to_owned()]), ..Default::default() };
    let request = crate::page::PageArguments::default().parse(100).unwrap();
    let newest_first = crate::page::Direction::Descending;
    let pages = audit::pages(&service, &[suspension], newest_first, &request).await.unwrap();
    let (_, entry) = &pages[0].items[0];
    assert_eq!(entry.after.as_ref().unwrap()["endedSessions"], 2);
}

//! Concurrent activation of roles.

use super::{activate, deactivate, logged_in, view};
use futures_util::future::join_all;
use tests::App;

#[tokio::test]
async fn no_concurrent_activation_is_lost() {
    let app = App::start().await;
    let mut roles = Vec::new();
    let mut user = app.user("ana");
    for number in 0..4 {
        let name = format!("role{number}");
        roles.push(app.role(&name).create().await);
        user = user.with_role(&name);
    }
    user.create().await;
    let other = app.replica().await;
    let ana = logged_in(&app, &[]).await;
    let elsewhere = other.anonymous().with_token(ana.token());
    let switches = roles.iter().enumerate().map(|(number, role)| {
        let client = if number % 2 == 0 { &ana } else { &elsewhere };
        async { activate(client, &[role]).await }
    });
    for acted in join_all(switches).await {
        let _ = acted.done();
    }
    let _ = activate(&ana, &[&roles[0]]).await.done();
    assert_eq!(view(&ana).await.active.len(), 4);
    let switches = roles.iter().map(|role| async { deactivate(&ana, &[role]).await });
    for acted in join_all(switches).await {
        let _ = acted.done();
    }
    assert!(view(&ana).await.active.is_empty());
}

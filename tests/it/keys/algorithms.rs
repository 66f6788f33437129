//! Signing algorithms.

use super::{keys, kid, revoke, rotate};
use crate::identity::{decode, whoami};
use chrono::TimeDelta;
use serde_json::json;
use service::keys::{SigningAlgorithm, adopt_algorithm};
use tests::App;

#[tokio::test]
async fn every_algorithm_signs_rotates_and_revokes() {
    for algorithm in SigningAlgorithm::ALL {
        let app = App::builder().config(|config| config.token.algorithm = algorithm).start().await;
        let other = app.replica().await;
        let root = &app.admin().await.clone();
        assert_eq!(decode(root.token()).0["alg"], algorithm.as_str());
        let old = keys(root).await.remove(0);
        assert_eq!(old["algorithm"], algorithm.as_str());
        let _ = rotate(root, 60).await;
        let late = app.login("root").await;
        for who in [root, &late] {
            assert_eq!((whoami(who).await, whoami(&who.at(&other)).await), ("root".to_owned(), "root".to_owned()));
        }
        let _ = revoke(&late, &old).await;
        assert_eq!((whoami(root).await, whoami(&late).await), ("EXPIRED".to_owned(), "root".to_owned()), "{algorithm}");
        let app = app.restart().await;
        assert_eq!(
            (whoami(&root.at(&app)).await, whoami(&late.at(&app)).await),
            ("EXPIRED".to_owned(), "root".to_owned())
        );
    }
}

#[tokio::test]
async fn another_algorithm_creates_a_key_and_the_old_one_still_verifies() {
    let app = App::start().await;
    let ana = app.user("ana").create().await;
    let other = app.replica_builder().config(|config| config.token.algorithm = SigningAlgorithm::Es256).start().await;
    // A start alone changes nothing: the command line may not know the settings of the server.
    assert_eq!(kid(other.login("ana").await.token()), kid(ana.token()));
    let adopted = adopt_algorithm(&other.service).await.expect("a rotation").expect("a new key");
    assert_eq!(adopted.algorithm, "ES256");
    assert!(adopt_algorithm(&other.service).await.expect("an answer").is_none(), "once");
    for app in [&app, &other] {
        let late = other.login("ana").await;
        assert_eq!(decode(late.token()).0["alg"], "ES256");
        assert_eq!((whoami(&late.at(app)).await, whoami(&ana.at(app)).await), ("ana".to_owned(), "ana".to_owned()));
    }
    let root = other.admin().await;
    let found: Vec<_> = keys(root).await.iter().map(|key| json!([key["algorithm"], key["status"]])).collect();
    assert_eq!(found, [json!(["ES256", "ACTIVE"]), json!(["EdDSA", "RETIRING"])]);
    app.clock.advance(TimeDelta::minutes(60));
    assert_eq!(whoami(&ana).await, "EXPIRED");
}

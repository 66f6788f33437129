//! Private keys at rest: encrypted with a replaceable secret, and deleted once they no longer sign.

use super::{kid, revoke, rotate};
use crate::identity::whoami;
use entity::signing_key;
use sea_orm::EntityTrait;
use service::keys::SigningAlgorithm;
use tests::App;

const OLD: &str = "a secret of the tests, long enough";
const NEW: &str = "another secret of the tests, just as long";

async fn sealed(app: &App) -> Vec<(String, Vec<u8>)> {
    let rows = signing_key::Entity::find().all(app.database.connection()).await.expect("keys");
    rows.into_iter().map(|row| (row.kid, row.sealed_private)).collect()
}

#[tokio::test]
async fn the_secret_is_replaced_with_the_previous_one_configured() {
    for algorithm in [SigningAlgorithm::EdDsa, SigningAlgorithm::Hs256] {
        let app = App::builder().config(|config| config.token.algorithm = algorithm).start().await;
        let ana = app.user("ana").create().await;
        let before = sealed(&app).await;
        let during = app
            .replica_builder()
            .config(|config| {
                config.secret = NEW.into();
                config.previous_secret = Some(OLD.into());
            })
            .start()
            .await;
        let after = sealed(&during).await;
        assert!(before[0].0 == after[0].0 && before[0].1 != after[0].1, "the same key, sealed again");
        assert_eq!(whoami(&ana.at(&during)).await, "ana");
        assert_eq!(kid(during.login("ana").await.token()), kid(ana.token()));
        // A replica without the new secret continues.
        assert_eq!((whoami(&ana).await, whoami(&*app.login("ana").await).await), ("ana".to_owned(), "ana".to_owned()));

        let alone = during.replica_builder().config(|config| config.previous_secret = None).start().await;
        assert_eq!(whoami(&ana.at(&alone)).await, "ana");
        assert_eq!(kid(alone.login("ana").await.token()), kid(ana.token()));
        assert_eq!(sealed(&alone).await, after, "and nothing is left to seal");
    }
}

#[tokio::test]
async fn replicas_with_both_secrets_in_either_order_accept_each_other_s_keys() {
    let app = App::start().await;
    let both = |one: &'static str, other: &'static str| {
        app.replica_builder().config(move |config| {
            config.secret = one.into();
            config.previous_secret = Some(other.into());
        })
    };
    let (old_first, new_first) = (both(OLD, NEW).start().await, both(NEW, OLD).start().await);
    let root = new_first.admin().await;
    let _ = rotate(root, 60).await;
    let late = new_first.login("root").await;
    assert_eq!(whoami(&late.at(&old_first)).await, "root");
    assert_eq!(kid(old_first.login("root").await.token()), kid(late.token()));
}

#[tokio::test]
async fn a_key_that_no_longer_signs_has_no_private_key() {
    let app = App::start().await;
    let root = app.admin().await;
    let old = super::keys(root).await.remove(0);
    let new = rotate(root, 60).await;
    let is_sealed = |rows: Vec<(String, Vec<u8>)>, key: &serde_json::Value| {
        rows.into_iter().find(|(kid, _)| key["kid"] == kid.as_str()).is_some_and(|(_, sealed)| !sealed.is_empty())
    };
    assert!(!is_sealed(sealed(&app).await, &old) && is_sealed(sealed(&app).await, &new));
    let _ = revoke(&*app.login("root").await, &new).await;
    assert!(!is_sealed(sealed(&app).await, &new));
}

#[tokio::test]
async fn no_private_key_is_stored_in_plain_text() {
    let app = App::start().await;
    let rows = signing_key::Entity::find().all(app.database.connection()).await.expect("keys");
    let row = &rows[0];
    assert!(!row.public_jwk.contains("\"d\""));
    // PKCS #8 begins alike for every Ed25519 key.
    let begins = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];
    assert!(!row.sealed_private.windows(begins.len()).any(|window| window == begins));
}

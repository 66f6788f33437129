//! Reading keys: all of them for administrators, the public keys for everyone.

use super::model::SigningKey;
use super::store;
use crate::{Error, Result, Service, boxed};
use engine::SigningKeyId;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

/// Public keys whose tokens are accepted, as a JWK set (RFC 7517).
#[derive(Clone, Debug)]
pub struct JwkSet {
    /// The set as JSON.
    pub json: String,
    /// Entity tag: equal for equal sets.
    pub tag: String,
}

/// All keys, also retired and revoked ones, newest first.
///
/// # Errors
/// [`Error::Unavailable`] when they cannot be read.
#[boxed]
pub async fn list(service: &Service) -> Result<Vec<SigningKey>> {
    store::all(service.database.connection(), service.now()).await
}

/// Keys by id. Unknown ids are left out.
///
/// # Errors
/// [`Error::Unavailable`] when they cannot be read.
#[boxed]
pub async fn by_ids(service: &Service, ids: &[SigningKeyId]) -> Result<FxHashMap<SigningKeyId, SigningKey>> {
    let found = store::by_ids(service.database.connection(), ids, service.now()).await?;
    Ok(found.into_iter().map(|key| (key.id, key)).collect())
}

/// The published keys, from memory. Keys without a public key are left out.
///
/// # Errors
/// [`Error::Internal`] when a stored key is not a JWK.
pub fn published(service: &Service) -> Result<JwkSet> {
    let set = service.keys.set();
    let (mut keys, mut kids) = (Vec::new(), Vec::new());
    for key in set.published(service.now()) {
        let kid = key.kid.as_str();
        let mut jwk: Map<String, Value> =
            serde_json::from_str(&key.public_jwk).map_err(|error| Error::Internal(error.into()))?;
        jwk.insert("kid".to_owned(), json!(kid));
        jwk.insert("use".to_owned(), json!("sig"));
        keys.push(Value::Object(jwk));
        kids.push(kid);
    }
    // The id of a key is the hash of its public key.
    Ok(JwkSet { json: json!({ "keys": keys }).to_string(), tag: kids.join(".") })
}

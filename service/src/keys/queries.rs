//! Reading keys: all of them for administrators, the public halves for everyone.

use super::model::SigningKey;
use super::store;
use crate::{Error, Result, Service, boxed};
use engine::SigningKeyId;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value, json};

/// The public halves of the keys whose tokens are good, as a JWK set (RFC 7517).
#[derive(Clone, Debug)]
pub struct Published {
    /// The set, in JSON.
    pub json: String,
    /// Names its contents: the same tag, the same set.
    pub tag: String,
}

/// All keys that there ever were, newest first.
///
/// # Errors
/// [`Error::Unavailable`] when they cannot be read.
#[boxed]
pub async fn list(service: &Service) -> Result<Vec<SigningKey>> {
    store::all(service.database.connection(), service.now()).await
}

/// Keys by id; those that do not exist are left out.
///
/// # Errors
/// [`Error::Unavailable`] when they cannot be read.
#[boxed]
pub async fn by_ids(service: &Service, ids: &[SigningKeyId]) -> Result<FxHashMap<SigningKeyId, SigningKey>> {
    let found = store::by_ids(service.database.connection(), ids, service.now()).await?;
    Ok(found.into_iter().map(|key| (key.id, key)).collect())
}

/// What others verify tokens with, from memory. Keys without a public half are not in it.
///
/// # Errors
/// [`Error::Internal`] when a stored key is no JWK.
pub fn published(service: &Service) -> Result<Published> {
    let set = service.keys.set();
    let (mut keys, mut kids) = (Vec::new(), Vec::new());
    for (kid, jwk) in set.public(service.now()) {
        let mut jwk: Map<String, Value> = serde_json::from_str(jwk).map_err(|error| Error::Internal(error.into()))?;
        jwk.insert("kid".to_owned(), json!(kid));
        jwk.insert("use".to_owned(), json!("sig"));
        keys.push(Value::Object(jwk));
        kids.push(kid);
    }
    // A key's id is the hash of what is published of it.
    Ok(Published { json: json!({ "keys": keys }).to_string(), tag: kids.join(".") })
}

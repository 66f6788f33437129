//! Tokens of every shape, signed with a trusted key.

use crate::identity::encode;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::TimeDelta;
use entity::signing_key;
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use service::IdSource as _;
use tests::{Actor, App};

/// A holder of a private key.
pub(super) struct Forger {
    pair: Ed25519KeyPair,
    /// The id of the key.
    pub kid: String,
}

impl Forger {
    /// With an unknown key.
    pub(super) fn untrusted() -> Self {
        Self { pair: Ed25519KeyPair::generate().expect("a key"), kid: "untrusted".to_owned() }
    }

    /// With a trusted key.
    pub(super) async fn trusted_by(app: &App) -> Self {
        let forger = Self { kid: "trusted".to_owned(), ..Self::untrusted() };
        let now = app.service.now();
        let row = signing_key::Model {
            id: service::RandomIds.next(now),
            kid: forger.kid.clone(),
            algorithm: "EdDSA".to_owned(),
            status: signing_key::Status::Retiring,
            sealed_private: Vec::new(),
            public_jwk: forger.jwk().to_string(),
            created_at: now,
            retires_at: Some(now + TimeDelta::days(1)),
        };
        let insert = signing_key::Entity::insert(row.into_active_model());
        insert.exec_without_returning(app.database.connection()).await.expect("a key");
        forger
    }

    /// The public key.
    pub(super) fn jwk(&self) -> Value {
        let x = BASE64.encode(self.pair.public_key().as_ref());
        json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "alg": "EdDSA" })
    }

    /// The header as the service writes it.
    pub(super) fn header(&self) -> Value {
        json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": self.kid })
    }

    /// A token with this header and these claims, signed.
    pub(super) fn sign(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", encode(header), encode(claims));
        format!("{message}.{}", BASE64.encode(self.pair.sign(message.as_bytes())))
    }

    /// The token of a user with one claim replaced or removed, and a valid signature.
    pub(super) fn with_claim(&self, who: &Actor, claim: &str, value: Option<Value>) -> String {
        let (_, mut claims) = crate::identity::decode(who.token());
        let claims_of = claims.as_object_mut().expect("claims");
        match value {
            Some(value) => drop(claims_of.insert(claim.to_owned(), value)),
            None => drop(claims_of.remove(claim)),
        }
        self.sign(&self.header(), &claims)
    }

    /// The token of a user with one header member replaced or removed, and a valid signature.
    pub(super) fn with_header(&self, who: &Actor, member: &str, value: Option<Value>) -> String {
        let mut header = self.header();
        let members = header.as_object_mut().expect("a header");
        match value {
            Some(value) => drop(members.insert(member.to_owned(), value)),
            None => drop(members.remove(member)),
        }
        self.sign(&header, &crate::identity::decode(who.token()).1)
    }
}

//! Key pairs: creation, signing and verification. A key has one algorithm.

use crate::crypto::{SigningAlgorithm, random};
use crate::{Error, Result};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use std::fmt;
use zeroize::Zeroizing;

/// 112 bits of security (NIST SP 800-57). Larger keys take several times as long to generate and to sign with: too long
/// for a request on a busy machine.
const RSA_SIZE: KeySize = KeySize::Rsa2048;
/// Length of the PKCS #8 header before the PKCS #1 key, for keys of 2048 bits and more.
const RSA_HEADER: usize = 26;
/// Length of the hash (RFC 7518, 3.2).
const SECRET_LEN: usize = 32;

/// Generated key.
#[derive(Debug)]
pub(crate) struct NewKey {
    /// Thumbprint (RFC 7638).
    pub(crate) kid: String,
    /// Private key, to be sealed: PKCS #8, PKCS #1 for RSA, the bare secret for HMAC.
    pub(crate) private: Zeroizing<Vec<u8>>,
    /// Public key as a JWK (RFC 7517), in JSON; empty for a symmetric key.
    pub(crate) public_jwk: String,
}

/// Private key that signs.
pub(crate) struct Signer {
    key: EncodingKey,
    algorithm: Algorithm,
    kid: String,
}

/// Public key or secret that verifies signatures.
#[derive(Debug)]
pub(crate) struct Verifier {
    key: DecodingKey,
    validation: Validation,
}

/// Generates a key. RSA is slow: not on threads that serve requests.
pub(crate) fn generate(algorithm: SigningAlgorithm) -> Result<NewKey> {
    let private = private_key(algorithm)?;
    let key = encoding_key(algorithm, &private);
    let jwk = Jwk::from_encoding_key(&key, jws_algorithm(algorithm)).map_err(internal)?;
    // Also of a secret: 256 random bits cannot be guessed from their hash.
    let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(internal)?;
    let public_jwk = match algorithm {
        SigningAlgorithm::Hs256 => String::new(),
        _ => serde_json::to_string(&jwk).map_err(|error| Error::Internal(error.into()))?,
    };
    Ok(NewKey { kid, private, public_jwk })
}

fn private_key(algorithm: SigningAlgorithm) -> Result<Zeroizing<Vec<u8>>> {
    let failed = |_| Error::Internal("the key cannot be generated".into());
    let bytes = match algorithm {
        // Version 1 of PKCS #8, without the public key, is what `EncodingKey` takes.
        SigningAlgorithm::EdDsa => {
            Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8v1()).map_err(failed)?.as_ref().to_vec()
        }
        SigningAlgorithm::Es256 => {
            let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
            pair.map_err(failed)?.as_ref().to_vec()
        }
        SigningAlgorithm::Rs256 => {
            let der = RsaKeyPair::generate(RSA_SIZE).and_then(|pair| pair.as_der()).map_err(failed)?;
            // With a header of another length the key cannot be read below.
            der.as_ref().get(RSA_HEADER..).unwrap_or_default().to_vec()
        }
        SigningAlgorithm::Hs256 => random::<SECRET_LEN>()?.to_vec(),
    };
    Ok(Zeroizing::new(bytes))
}

fn encoding_key(algorithm: SigningAlgorithm, private: &[u8]) -> EncodingKey {
    match algorithm {
        SigningAlgorithm::EdDsa => EncodingKey::from_ed_der(private),
        SigningAlgorithm::Es256 => EncodingKey::from_ec_der(private),
        SigningAlgorithm::Rs256 => EncodingKey::from_rsa_der(private),
        SigningAlgorithm::Hs256 => EncodingKey::from_secret(private),
    }
}

fn jws_algorithm(algorithm: SigningAlgorithm) -> Algorithm {
    match algorithm {
        SigningAlgorithm::EdDsa => Algorithm::EdDSA,
        SigningAlgorithm::Es256 => Algorithm::ES256,
        SigningAlgorithm::Rs256 => Algorithm::RS256,
        SigningAlgorithm::Hs256 => Algorithm::HS256,
    }
}

impl Signer {
    /// Reads a private key in the form of [`NewKey::private`].
    pub(crate) fn open(algorithm: SigningAlgorithm, kid: &str, private: &[u8]) -> Self {
        Self { key: encoding_key(algorithm, private), algorithm: jws_algorithm(algorithm), kid: kid.to_owned() }
    }

    /// Thumbprint (RFC 7638).
    pub(crate) fn kid(&self) -> &str {
        &self.kid
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn key(&self) -> &EncodingKey {
        &self.key
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl Verifier {
    /// Reads a public key in the form of [`NewKey::public_jwk`].
    pub(crate) fn of_public(algorithm: SigningAlgorithm, json: &str) -> Result<Self> {
        let jwk: Jwk = serde_json::from_str(json).map_err(|error| Error::Internal(error.into()))?;
        Ok(Self::new(algorithm, DecodingKey::from_jwk(&jwk).map_err(internal)?))
    }

    /// Reads the secret of a symmetric key.
    pub(crate) fn of_secret(secret: &[u8]) -> Self {
        Self::new(SigningAlgorithm::Hs256, DecodingKey::from_secret(secret))
    }

    fn new(algorithm: SigningAlgorithm, key: DecodingKey) -> Self {
        let mut validation = Validation::new(jws_algorithm(algorithm));
        // Claims are checked against the service's clock, by types that accept only the right JSON.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        Self { key, validation }
    }

    pub(crate) fn key(&self) -> &DecodingKey {
        &self.key
    }

    /// Accepts the algorithm of the key only.
    pub(crate) fn validation(&self) -> &Validation {
        &self.validation
    }
}

fn internal(error: jsonwebtoken::errors::Error) -> Error {
    Error::Internal(error.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_generates_different_keys_that_can_be_read() {
        for algorithm in SigningAlgorithm::ALL {
            let [one, other] = [0, 1].map(|_| generate(algorithm).unwrap());
            assert_ne!(one.kid, other.kid);
            assert_eq!(one.kid.len(), 43, "the hash has 256 bits");
            assert_eq!(one.public_jwk.is_empty(), algorithm.is_symmetric());
            if !algorithm.is_symmetric() {
                Verifier::of_public(algorithm, &one.public_jwk).unwrap();
            }
        }
    }

    #[test]
    fn a_public_key_contains_nothing_private() {
        let members = |algorithm| {
            let jwk: serde_json::Value = serde_json::from_str(&generate(algorithm).unwrap().public_jwk).unwrap();
            jwk.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(members(SigningAlgorithm::EdDsa), "alg crv kty x");
        assert_eq!(members(SigningAlgorithm::Es256), "alg crv kty x y");
        assert_eq!(members(SigningAlgorithm::Rs256), "alg e kty n");
    }

    #[test]
    fn an_rsa_key_has_2048_bits() {
        use base64::Engine as _;
        let jwk: serde_json::Value =
            serde_json::from_str(&generate(SigningAlgorithm::Rs256).unwrap().public_jwk).unwrap();
        let modulus = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
        assert_eq!(modulus.len() * 8, 2048);
    }
}

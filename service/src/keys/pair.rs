//! Making keys, and opening them again: one key, one algorithm.
//!
//! `generate(algorithm) -> Result<NewKey>`; `Signer::open(algorithm, private)`;
//! `Verifier::of_public(algorithm, jwk)`, `Verifier::of_secret(secret)`.

use super::SigningAlgorithm;
use crate::auth::seal::random;
use crate::{Error, Result};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use std::fmt;
use zeroize::Zeroizing;

/// 112 bits of security (NIST SP 800-57), and made within a request also on a machine that is busy; larger
/// ones take several times as long to make and to sign with.
const RSA_SIZE: KeySize = KeySize::Rsa2048;
/// What PKCS #8 puts before the PKCS #1 key that it wraps; of this length for keys of 2048 bits and more.
const RSA_WRAPPING: usize = 26;
/// As long as the hash (RFC 7518, 3.2).
const SECRET_LEN: usize = 32;

/// A key just made.
#[derive(Debug)]
pub(crate) struct NewKey {
    /// RFC 7638 thumbprint.
    pub(crate) kid: String,
    /// The private half, to be sealed: PKCS #8, PKCS #1 for RSA, the bare secret for HMAC.
    pub(crate) private: Zeroizing<Vec<u8>>,
    /// The public half as a JWK (RFC 7517), in JSON; empty when there is none.
    pub(crate) public_jwk: String,
}

/// A key that signs.
pub(crate) struct Signer {
    key: EncodingKey,
    algorithm: Algorithm,
    kid: String,
}

/// What checks signatures of one key.
#[derive(Debug)]
pub(crate) struct Verifier {
    key: DecodingKey,
    validation: Validation,
}

/// Makes a key. RSA takes its time: not for threads that answer requests.
pub(crate) fn generate(algorithm: SigningAlgorithm) -> Result<NewKey> {
    let private = private_half(algorithm)?;
    let key = encoding_key(algorithm, &private);
    let jwk = Jwk::from_encoding_key(&key, of_tokens(algorithm)).map_err(internal)?;
    // Of a secret too: nobody guesses 256 random bits by their hash.
    let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(internal)?;
    let public_jwk = match algorithm {
        SigningAlgorithm::Hs256 => String::new(),
        _ => serde_json::to_string(&jwk).map_err(|error| Error::Internal(error.into()))?,
    };
    Ok(NewKey { kid, private, public_jwk })
}

fn private_half(algorithm: SigningAlgorithm) -> Result<Zeroizing<Vec<u8>>> {
    let failed = |_| Error::Internal("no key could be generated".into());
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
            // Had it another length, the key could not be read below.
            der.as_ref().get(RSA_WRAPPING..).unwrap_or_default().to_vec()
        }
        SigningAlgorithm::Hs256 => random::<SECRET_LEN>().to_vec(),
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

fn of_tokens(algorithm: SigningAlgorithm) -> Algorithm {
    match algorithm {
        SigningAlgorithm::EdDsa => Algorithm::EdDSA,
        SigningAlgorithm::Es256 => Algorithm::ES256,
        SigningAlgorithm::Rs256 => Algorithm::RS256,
        SigningAlgorithm::Hs256 => Algorithm::HS256,
    }
}

impl Signer {
    /// Takes a private half as [`generate`] gave it, with its key id.
    pub(crate) fn open(algorithm: SigningAlgorithm, kid: &str, private: &[u8]) -> Self {
        Self { key: encoding_key(algorithm, private), algorithm: of_tokens(algorithm), kid: kid.to_owned() }
    }

    /// RFC 7638 thumbprint.
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
    /// Takes a public half as [`NewKey::public_jwk`] has it.
    pub(crate) fn of_public(algorithm: SigningAlgorithm, json: &str) -> Result<Self> {
        let jwk: Jwk = serde_json::from_str(json).map_err(|error| Error::Internal(error.into()))?;
        Ok(Self::new(algorithm, DecodingKey::from_jwk(&jwk).map_err(internal)?))
    }

    /// Takes the secret of a key without a public half.
    pub(crate) fn of_secret(secret: &[u8]) -> Self {
        Self::new(SigningAlgorithm::Hs256, DecodingKey::from_secret(secret))
    }

    fn new(algorithm: SigningAlgorithm, key: DecodingKey) -> Self {
        let mut validation = Validation::new(of_tokens(algorithm));
        // Claims are checked by the service's clock and types that take nothing but the right JSON.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        Self { key, validation }
    }

    pub(crate) fn key(&self) -> &DecodingKey {
        &self.key
    }

    /// Takes the one algorithm of the key and no other.
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
    fn every_algorithm_makes_keys_that_differ_and_are_read_back() {
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
    fn a_public_half_holds_nothing_private() {
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

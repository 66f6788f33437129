//! Cryptography that several modules share: derived keys, sealing at rest, random numbers, hashes and opaque tokens.

mod algorithm;
mod opaque;
mod sealer;
mod sealing;

pub use algorithm::SigningAlgorithm;

pub(crate) use opaque::{generate_token, is_token};
pub(crate) use sealer::{SealedUnder, Sealer};
pub(crate) use sealing::{SealingKey, derive, random, sha256};

/// SHA-256 of a token. No salt is needed, since tokens are random.
pub(crate) type TokenHash = [u8; 32];

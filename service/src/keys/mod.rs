//! Keys that sign access tokens: creation, publication, rotation and revocation.
//!
//! `pair` creates keys and implements their algorithms; `set` holds the keys as they were read; `ring` holds the
//! current set in memory. The format of tokens is that of `auth/token.rs`.

mod commands;
mod model;
mod pair;
mod queries;
mod ring;
mod set;

use crate::store::keys as store;

pub use crate::crypto::SigningAlgorithm;
pub use commands::{adopt_algorithm, revoke, rotate};
pub use model::{DEFAULT_GRACE, KeyStatus, MAX_GRACE, SigningKey};
pub use queries::{JwkSet, by_ids, list, published};
pub use ring::KeyRing;

pub(crate) use pair::Signer;
pub(crate) use set::{KeySet, KeyTrust, VerificationKey};

#[cfg(test)]
pub(crate) use pair::{Verifier, generate};

//! Keys that sign access tokens: made, published, rotated and revoked.
//!
//! `pair` makes keys and knows their algorithms; `set` is the keys as they were read; `ring` holds the
//! present set in memory and follows what other replicas do; `sealing` keeps the private halves. What a
//! token looks like is `auth/token.rs`'s business.

mod commands;
mod model;
mod pair;
mod queries;
mod ring;
mod sealing;
mod set;
mod store;

pub use commands::{adopt_algorithm, revoke, rotate};
pub use model::{DEFAULT_GRACE, KeyStatus, MAX_GRACE, SigningAlgorithm, SigningKey};
pub use queries::{Published, by_ids, list, published};
pub use ring::Keys;

pub(crate) use pair::{Signer, Verifier};
pub(crate) use ring::{Follower, follow};
pub(crate) use set::{KeySet, Trust};

#[cfg(test)]
pub(crate) use pair::generate;

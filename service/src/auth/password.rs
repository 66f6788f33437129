//! Passwords: what is accepted, and the threads that hash.

/// A fixed set of hashing threads with a bounded queue.
#[derive(Debug, Default)]
pub struct Hasher {}

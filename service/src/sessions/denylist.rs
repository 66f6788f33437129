//! Ended sessions whose access tokens have not run out yet, in memory on every replica.

/// The live entries: a check is a hash lookup.
#[derive(Debug, Default)]
pub struct Denylist {}

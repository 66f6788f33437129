//! Rate limits, counted before any hashing.

/// Counters per bucket and account, address or session.
#[derive(Debug, Default)]
pub struct RateLimits {}

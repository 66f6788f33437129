//! The limit on the size of one response.

use super::error::ErrorCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Most values that one response may hold: about 200 MB while it is built.
const MAX_VALUES: i64 = 1_000_000;

/// Values that a response may still hold, shared by all fields that build it.
#[derive(Clone, Debug)]
pub(crate) struct ResponseBudget(Arc<AtomicI64>);

impl Default for ResponseBudget {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(MAX_VALUES)))
    }
}

impl ResponseBudget {
    /// Reserves values of a response.
    ///
    /// # Errors
    /// `OPERATION_TOO_COMPLEX`
    pub(super) fn reserve(&self, values: usize) -> async_graphql::Result<()> {
        let values = i64::try_from(values).unwrap_or(MAX_VALUES).min(MAX_VALUES);
        // An exceeded budget is not reduced further: the counter cannot overflow.
        let is_reserved = !self.is_exceeded() && self.0.fetch_sub(values, Ordering::AcqRel) >= values;
        if is_reserved { Ok(()) } else { Err(Self::exceeded()) }
    }

    /// Whether more was reserved than the limit allows.
    pub(super) fn is_exceeded(&self) -> bool {
        self.0.load(Ordering::Acquire) < 0
    }

    /// The error of a response beyond the limit.
    pub(super) fn exceeded() -> async_graphql::Error {
        ErrorCode::TooComplex.error("the response would be too large: request fewer objects")
    }
}

//! Operations that are ready for execution.

use crate::graphql::document::{BoundOperation, CookieUse, Document};
use async_graphql::parser::types::OperationType;
use std::sync::Arc;

/// An operation of a valid document, within the limits and with coerced variables.
#[derive(Debug)]
pub struct PreparedOperation {
    pub(super) operation: BoundOperation,
    /// The document with its source text, unless it came from the cache.
    pub(super) uncached: Option<UncachedDocument>,
}

#[derive(Debug)]
pub(super) struct UncachedDocument {
    pub(super) source: String,
    pub(super) document: Arc<Document>,
}

impl PreparedOperation {
    /// Query, mutation or subscription.
    #[must_use]
    pub fn kind(&self) -> OperationType {
        self.operation.kind()
    }

    /// Whether an argument is `@sensitive`.
    #[must_use]
    pub fn carries_secrets(&self) -> bool {
        self.operation.carries_secrets()
    }

    /// Whether a list of the database is read.
    #[must_use]
    pub fn reads_lists(&self) -> bool {
        self.operation.reads_lists()
    }

    /// What the operation uses a cookie credential for.
    #[must_use]
    pub fn cookie_use(&self) -> CookieUse {
        self.operation.cookie_use()
    }

    /// Whether the operation requests delivery of tokens by cookie.
    #[must_use]
    pub fn wants_cookies(&self) -> bool {
        self.operation.wants_cookies()
    }
}

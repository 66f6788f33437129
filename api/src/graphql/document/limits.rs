//! Limits of documents.

use super::super::error::ErrorCode;
use async_graphql::{Pos, ServerError};

/// Limits of a document, checked before execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentLimits {
    /// Bytes of source text.
    pub bytes: usize,
    /// Tokens, counted before parsing, which takes up to two microseconds for each.
    pub tokens: usize,
    /// Depth of nested brackets, counted before parsing, which is recursive.
    pub brackets: usize,
    /// Operations and fragments.
    pub definitions: usize,
    /// Variables of one operation.
    pub variables: usize,
    /// Fields, spreads and inline fragments, fragments expanded.
    pub selections: u64,
    /// Levels of fields. The standard introspection query has 15.
    pub depth: u32,
    /// Levels of fields, spreads and inline fragments.
    pub nesting: u32,
    /// Aliases, fragments expanded.
    pub aliases: u64,
    /// Directives, fragments expanded.
    pub directives: u64,
    /// Values in arguments, those of a variable at every use: each is copied before execution, which takes tens of
    /// milliseconds for this many.
    pub values: u64,
    /// Expected values in the response.
    pub nodes: u64,
    /// Errors in one response.
    pub errors: usize,
    /// Characters of the message of one error.
    pub message: usize,
}

impl Default for DocumentLimits {
    fn default() -> Self {
        Self {
            bytes: 64 * 1024,
            tokens: 8_000,
            brackets: 64,
            definitions: 100,
            variables: 100,
            selections: 2_000,
            depth: 15,
            nesting: 30,
            aliases: 50,
            directives: 50,
            values: 250_000,
            nodes: 100_000,
            errors: 10,
            message: 300,
        }
    }
}

/// Items of a page without `first` and `last`.
pub(super) const PAGE: u64 = service::page::DEFAULT_PAGE_SIZE as u64;
/// Most items of a page in any configuration.
pub(super) const LARGEST_PAGE: u64 = 1_000;
/// Assumed items of a list without pages.
pub(super) const LIST: u64 = 10;

/// The error of a document that exceeds a limit.
pub(super) fn too_complex(limit: impl std::fmt::Display, unit: &str, at: Option<Pos>) -> ServerError {
    let error = ErrorCode::TooComplex.error(format!("the document is too complex: at most {limit} {unit}"));
    match at {
        Some(at) => error.into_server_error(at),
        None => ServerError { extensions: error.extensions, ..ServerError::new(error.message, None) },
    }
}

/// A request error without a location.
pub(super) fn request_error(code: ErrorCode, message: impl Into<String>) -> ServerError {
    let error = code.error(message);
    ServerError { extensions: error.extensions, ..ServerError::new(error.message, None) }
}

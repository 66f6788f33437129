//! How much a document may ask for.

use super::super::error::Code;
use async_graphql::{Pos, ServerError};

/// Limits of a document, checked before anything runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentLimits {
    /// Bytes of text.
    pub bytes: usize,
    /// Names, numbers, texts and signs of the text, counted before it is parsed. Parsing takes up to two
    /// microseconds for each.
    pub tokens: usize,
    /// Brackets of any kind open at once, counted before parsing, which would step into all of them.
    pub brackets: usize,
    /// Operations and fragments defined.
    pub definitions: usize,
    /// Variables of one operation.
    pub variables: usize,
    /// Fields, spreads and inline fragments after all fragments are put in place.
    pub selections: u64,
    /// Levels of fields. The standard introspection query has 15.
    pub depth: u32,
    /// Levels of fields, spreads and inline fragments together.
    pub nesting: u32,
    /// Aliases after all fragments are put in place.
    pub aliases: u64,
    /// Directives after all fragments are put in place.
    pub directives: u64,
    /// Values in arguments, where a variable counts wherever it is used: all of them are copied before
    /// anything runs, which takes some tens of milliseconds for as many as this.
    pub values: u64,
    /// Values in the answer, as far as that can be told beforehand.
    pub nodes: u64,
    /// Errors reported in one answer.
    pub errors: usize,
    /// Characters of one error's message.
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

/// Items on a page when the document does not say.
pub(super) const PAGE: u64 = service::page::DEFAULT_PAGE_SIZE as u64;
/// Items that the largest page may have.
pub(super) const LARGEST_PAGE: u64 = 1_000;
/// Items of a list that is not paged.
pub(super) const LIST: u64 = 10;

/// The refusal of a document that goes beyond a limit.
pub(super) fn too_complex(most: impl std::fmt::Display, of_what: &str, at: Option<Pos>) -> ServerError {
    let error = Code::TooComplex.error(format!("the document asks for too much: at most {most} {of_what}"));
    match at {
        Some(at) => error.into_server_error(at),
        None => ServerError { extensions: error.extensions, ..ServerError::new(error.message, None) },
    }
}

/// A request error with a code and no place.
pub(in crate::graphql) fn request_error(code: Code, message: impl Into<String>) -> ServerError {
    let error = code.error(message);
    ServerError { extensions: error.extensions, ..ServerError::new(error.message, None) }
}

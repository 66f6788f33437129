//! The final form of a response: every error has a stable code; number and length of errors are limited.

use super::context::GraphqlRequest;
use super::document::DocumentLimits;
use super::error::ErrorCode;
use async_graphql::{Error, PathSegment, Response, ServerError, Value};
use std::cmp::Ordering;

/// An error without a location in the document.
pub(crate) fn without_location(error: Error) -> ServerError {
    ServerError { extensions: error.extensions, source: error.source, ..ServerError::new(error.message, None) }
}

/// Whether nothing was executed: the response then has no `data` (GraphQL over HTTP, 6.4).
#[must_use]
pub fn is_request_error(response: &Response) -> bool {
    !response.errors.is_empty() && response.errors.iter().all(|error| error.path.is_empty())
}

/// Sorts and limits the errors of a response, and gives each a code; adds the extension `tokenStale`.
pub(super) fn finish(mut response: Response, request: &GraphqlRequest, limits: &DocumentLimits) -> Response {
    response.errors.sort_by(in_document_order);
    response.errors.truncate(limits.errors);
    for error in &mut response.errors {
        set_code(error);
        truncate_message(error, limits);
        if code_of(error) == Some(ErrorCode::Internal.as_str()) {
            let extensions = error.extensions.get_or_insert_default();
            extensions.set("requestId", request.id().uuid().to_string());
        }
    }
    if request.caller().is_some_and(|caller| caller.token_stale) {
        response.extensions.insert("tokenStale".to_owned(), Value::Boolean(true));
    }
    response
}

/// Order of the fields in the document, then of the items in lists. Fields are resolved concurrently, so the errors occur in
/// any order: without this one, it would be left to chance which errors are beyond the limit.
fn in_document_order(a: &ServerError, b: &ServerError) -> Ordering {
    let items = |error: &ServerError| -> Vec<(usize, String)> {
        let segments = error.path.iter().map(|segment| match segment {
            PathSegment::Index(index) => (*index, String::new()),
            PathSegment::Field(name) => (0, name.clone()),
        });
        segments.collect()
    };
    a.locations.cmp(&b.locations).then_with(|| items(a).cmp(&items(b)))
}

/// Truncates a message that quotes the request.
pub(super) fn truncate_message(error: &mut ServerError, limits: &DocumentLimits) {
    if let Some((end, _)) = error.message.char_indices().nth(limits.message) {
        error.message.truncate(end);
        error.message.push('…');
    }
}

/// Gives a code to an error of async-graphql. An error with a source that bypassed `error::to_graphql` is a bug of this
/// service: its message is logged and not sent.
fn set_code(error: &mut ServerError) {
    if code_of(error).is_some() {
        return;
    }
    let code = if error.source.is_some() {
        tracing::error!(cause = %error.message, "a resolver returned an error without a code");
        "internal error".clone_into(&mut error.message);
        ErrorCode::Internal
    } else if error.path.is_empty() {
        ErrorCode::ValidationFailed
    } else {
        // An argument that its scalar rejects.
        ErrorCode::BadUserInput
    };
    error.extensions.get_or_insert_default().set("code", code.as_str());
}

fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

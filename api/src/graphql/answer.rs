//! What leaves the house: every error with a stable code, few of them, and none of them long.

use super::document::DocumentLimits;
use super::error::Code;
use async_graphql::{Error, Response, ServerError, Value};
use service::Context;

/// An error that has no place in the document.
pub(super) fn nowhere(error: Error) -> ServerError {
    ServerError { extensions: error.extensions, source: error.source, ..ServerError::new(error.message, None) }
}

/// Did nothing run? Then the answer has no `data` at all (GraphQL over HTTP).
#[must_use]
pub fn is_request_error(response: &Response) -> bool {
    !response.errors.is_empty() && response.errors.iter().all(|error| error.path.is_empty())
}

/// Brings an answer into the form of the contract.
pub(super) fn finish(mut response: Response, context: &Context, limits: &DocumentLimits) -> Response {
    response.errors.truncate(limits.errors);
    for error in &mut response.errors {
        codify(error);
        shorten(error, limits);
        if code_of(error) == Some(Code::Internal.as_str()) {
            let extensions = error.extensions.get_or_insert_default();
            extensions.set("requestId", context.request.id.uuid().to_string());
        }
    }
    if context.caller().is_some_and(|caller| caller.token_stale) {
        response.extensions.insert("tokenStale".to_owned(), Value::Boolean(true));
    }
    response
}

/// Cuts a message that repeats what the client sent.
pub(super) fn shorten(error: &mut ServerError, limits: &DocumentLimits) {
    if let Some((end, _)) = error.message.char_indices().nth(limits.message) {
        error.message.truncate(end);
        error.message.push('…');
    }
}

/// Gives a code to the errors that async-graphql makes. An error with a cause that did not go
/// through `error::to_graphql` is a mistake of ours, and its text stays inside.
fn codify(error: &mut ServerError) {
    if code_of(error).is_some() {
        return;
    }
    let code = if error.source.is_some() {
        tracing::error!(cause = %error.message, "a resolver let an error through");
        "something went wrong inside the service".clone_into(&mut error.message);
        Code::Internal
    } else if error.path.is_empty() {
        Code::ValidationFailed
    } else {
        // An argument that its type refuses.
        Code::BadUserInput
    };
    error.extensions.get_or_insert_default().set("code", code.as_str());
}

fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

//! What may be asked, and how: documents, their limits, and HTTP around them.

mod errors;
mod floods;
mod http;
mod introspection;
mod limits;

//! Sessions and their revocation.

mod mutation;
mod query;
mod types;

pub use mutation::{SessionMutation, SessionPayload, SessionsPayload};
pub use query::{SessionFilter, SessionQuery};
pub use types::{Session, SessionConnection, SessionEdge};

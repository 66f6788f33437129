//! Sessions: signed-in devices, and how they are ended.

mod mutation;
mod query;
mod types;

pub use mutation::{SessionMutation, SessionPayload, SessionsPayload};
pub use query::{SessionFilter, SessionQuery};
pub use types::{Session, SessionConnection, SessionEdge};

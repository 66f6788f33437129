//! Adapters to external services.

mod redis;

pub(crate) use redis::{Event, Redis};

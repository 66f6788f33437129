//! Foreign things, one adapter each.

mod redis;

pub(crate) use redis::{Event, Redis};

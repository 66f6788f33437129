//! Foreign things, one adapter each.

pub(crate) mod redis;

//! Foreign things, one adapter each.

mod redis;

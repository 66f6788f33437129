//! Keys that sign access tokens.

/// The signing keys in use.
#[derive(Debug, Default)]
pub struct Keys {}

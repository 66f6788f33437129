//! Stored sessions.

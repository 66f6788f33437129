//! Stored users.

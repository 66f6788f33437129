//! Stored permissions.

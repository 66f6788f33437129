//! Stored roles.

//! Stored assignments.

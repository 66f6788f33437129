//! The `keyward` binary as a library: HTTP, configuration, GraphQL, command line and startup.
//!
//! A resolver parses its input, calls one function of `service` and wraps the result. This crate has no SQL, no access
//! decisions, and no password or token logic. The published schema states the guard of each field, and `graphql/guard/`
//! enforces it in one place.

pub mod cli;
pub mod config;
pub mod graphql;
pub mod http;
pub mod startup;

//! Transport, configuration, the GraphQL vocabulary, directives, the command line and the wiring:
//! the `keyward` binary.
//!
//! A resolver parses its input, calls one function of `service` and wraps the result. There is no
//! SQL here, no decision about roles, no password or token logic. What a caller may reach is said by
//! the published schema and enforced in one place, `graphql/guard/`.

pub mod cli;
pub mod config;
pub mod graphql;
pub mod http;
pub mod startup;

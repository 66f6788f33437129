//! Documents: their limits, their errors, and GraphQL over HTTP.

mod amplification;
mod bodies;
mod corpus;
mod errors;
mod http;
mod introspection;
mod limits;
mod messages;
mod strict;

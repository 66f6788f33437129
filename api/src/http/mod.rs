//! HTTP: the GraphQL endpoint, the JSON Web Key Set, health checks and the playground's files.

pub mod assets;
pub mod graphql;
pub mod health;
pub mod jwks;
pub mod limits;

pub(crate) mod client_address;
pub(crate) mod message;

mod authenticate;
mod body;
mod cookies;
mod cors;
mod csrf;
mod json;
mod media;
mod parameters;
mod settings;
mod turns;

pub use settings::HttpSettings;

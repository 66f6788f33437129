//! HTTP: the GraphQL endpoint, the JSON Web Key Set, health checks, the schema and the web pages.

pub mod assets;
pub mod graphql;
pub mod health;
pub mod jwks;
pub mod limits;
pub mod pages;
pub mod schema_file;

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

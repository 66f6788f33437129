//! HTTP: our own GraphQL endpoint, the published keys, health, and the pages.

pub mod assets;
pub mod graphql;
pub mod health;
pub mod jwks;
pub mod limits;

mod address;
mod authenticate;
mod cookies;
mod cors;
mod csrf;
mod media;
mod parameters;

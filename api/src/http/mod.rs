//! HTTP: our own GraphQL endpoint, health, and the pages.

pub mod assets;
pub mod graphql;
pub mod health;
pub mod limits;

mod authenticate;
mod cookies;
mod cors;
mod csrf;
mod media;
mod parameters;

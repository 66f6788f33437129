//! The GraphQL vocabulary: one folder per noun, the guards, and the documents' costs.

pub mod connection;
pub mod context;
pub mod entity;
pub mod error;
pub mod guard;
pub mod id;
pub mod loaders;
pub mod scalars;

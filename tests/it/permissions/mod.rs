//! Permissions: registering, describing, deleting and listing.

mod create;
mod delete;
mod list;
mod matrix;
mod update;

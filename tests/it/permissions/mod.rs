//! Permissions: registering, describing, deleting and listing them.

mod create;
mod delete;
mod list;
mod update;

//! The test harness: an application with a database, database and Redis servers, and clients with users and roles.
//!
//! ```ignore
//! let app = App::start().await;
//! app.role("clerk").granting("invoice:read").create().await;
//! let ana = app.user("ana").with_role("clerk").create().await;
//! assert_eq!(ana.ask("{ can(permission: \"invoice:read\") }").await.data()["can"], true);
//! ```

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

mod actors;
mod app;
mod binary;
mod client;
mod clock;
mod database;
mod list;
mod log;
mod mutation;
pub mod servers;
mod wait;

pub use actors::{Actor, PASSWORD, RoleBuilder, UserBuilder};
pub use app::{App, AppBuilder};
pub use binary::{Keyward, data_file};
pub use client::{Client, Response};
pub use clock::FakeClock;
pub use database::{Engine, TestDatabase};
pub use list::List;
pub use mutation::{MutationResult, input};
pub use wait::{PROMISED, eventually, permanently};

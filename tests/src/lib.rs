//! The harness: a real application on a database of its own, real servers, and people to ask with.
//!
//! ```ignore
//! let app = App::start().await;
//! app.role("clerk").granting("invoice:read").create().await;
//! let ana = app.user("ana").with_role("clerk").create().await;
//! assert_eq!(ana.ask("{ can(permission: \"invoice:read\") }").await.data()["can"], true);
//! ```

mod actors;
mod acts;
mod app;
mod binary;
mod client;
mod clock;
mod database;
mod patience;
pub mod servers;
mod walk;

pub use actors::{Actor, PASSWORD, RoleBuilder, UserBuilder};
pub use acts::{Acted, input};
pub use app::{App, AppBuilder};
pub use binary::{Keyward, data_file};
pub use client::{Answer, Client};
pub use clock::FakeClock;
pub use database::{Engine, TestDatabase};
pub use patience::{PROMISED, eventually, for_good};
pub use walk::List;

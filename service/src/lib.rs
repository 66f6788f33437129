//! The use cases of Keyward: authorization, transactions, audit and announcements around the pure rules of `engine`.
//!
//! Every function takes the [`Service`] and, for requests, the [`Context`] with the actor. A feature is a folder with
//! `model`, `queries` and `commands`; its SQL is in `store`. Every write that can alter a decision goes through
//! `change.rs`. HTTP and GraphQL are unknown here, and so are environment variables.
//!
//! Start with `change.rs` and `decisions/`, then one feature, for example `roles/`.
//!
//! # Order of modules
//!
//! A module imports only from modules before it, which a test checks. The items exported by this crate root may be used
//! everywhere; `store` and `page` may also name the types of later modules.
//!
//! ```text
//! error clock ids text memory progress context crypto blocklist config database freshness
//! page store adapters limits batch deletions review impact audit decisions last_uses sessions revisions change
//! permissions users roles assignments constraints keys follower auth
//! explanations access access_report import policy_document policies bootstrap demo status start readiness
//! ```

pub mod access;
pub mod access_report;
pub mod assignments;
pub mod audit;
pub mod auth;
pub mod bootstrap;
pub mod constraints;
pub mod decisions;
pub mod demo;
pub mod explanations;
pub mod impact;
pub mod import;
pub mod keys;
pub mod last_uses;
pub mod memory;
pub mod page;
pub mod permissions;
pub mod policies;
pub mod policy_document;
pub mod revisions;
pub mod roles;
pub mod sessions;
pub mod status;
pub mod users;

mod adapters;
mod batch;
mod blocklist;
mod change;
mod clock;
mod config;
mod context;
mod crypto;
mod database;
mod deletions;
mod error;
mod follower;
mod freshness;
mod ids;
mod limits;
mod progress;
mod readiness;
mod review;
mod start;
mod store;
mod text;

pub use change::Changed;
pub use clock::{Clock, SystemClock};
pub use config::{Config, LimitSettings, PasswordSettings, RetentionSettings, SessionSettings, TokenSettings};
pub use context::{Actor, Caller, Context, Guard, Intent, RequestInfo};
pub use database::{Database, DatabaseSettings, ServerSettings};
pub use error::{Busy, Error, Refusal, RefusalCode, RefusalDetail, Result, Separation, UnauthenticatedReason};
pub use ids::{IdSource, RandomIds, Requested, parse_typeid, typeid};
pub use progress::{Progress, Written};
pub use readiness::Degradation;
pub use start::{Parts, Service};

/// Boxes the future of an async function: it is compiled once, not again in every caller, and callers hold a pointer
/// instead of its state. For use cases and rare branches, not for what every request runs.
pub(crate) use async_recursion::async_recursion as boxed;

//! The use cases of Keyward, in terms of finished parameter structs: authorise, transact, ask the
//! engine, store, audit, announce.
//!
//! Every function takes the [`Service`] and, where someone asks, the [`Context`] that says who. Each
//! feature is a folder with `model` (what it speaks of), `queries`, `commands` and `store` (the only
//! file of a feature that speaks SeaORM). Whatever can alter a decision goes through one door,
//! `change.rs`. Role-based rules are the engine's; words of HTTP and GraphQL are `api`'s; environment
//! variables are unknown here.
//!
//! Start with `change.rs` and `decisions/`, then one feature, for example `roles/`.

pub mod assignments;
pub mod audit;
pub mod auth;
pub mod bootstrap;
pub mod constraints;
pub mod decisions;
pub mod import;
pub mod keys;
pub mod page;
pub mod permissions;
pub mod roles;
pub mod sessions;
pub mod users;

mod adapters;
mod batch;
mod change;
mod clock;
mod config;
mod context;
mod database;
mod error;
mod ids;
mod start;
mod text;

pub use clock::{Clock, SystemClock};
pub use config::{Config, LimitSettings, PasswordSettings, SessionSettings, TokenSettings};
pub use context::{Actor, Caller, Context, Guard, RequestInfo};
pub use database::{Database, DatabaseSettings};
pub use error::{Error, Refusal, RefusalCode, RefusalDetail, Result, Separation, UnauthenticatedReason};
pub use ids::{IdSource, RandomIds, parse_typeid, typeid};
pub use start::{Parts, Service};

/// Puts the future of an async function behind a box. It is compiled here, once, and not again wherever it
/// is awaited; and whoever awaits it holds a pointer, not room for all that it may come to. For every use
/// case and for what a request seldom comes to, not for what each request runs through.
pub(crate) use async_recursion::async_recursion as boxed;

//! The shapes of Keyward's tables, one file per table, and nothing else.
//!
//! A room for SeaORM: `Model`s, relations and database enums. Rules, queries and wire formats live
//! elsewhere; only `service`'s `store.rs` files (and the tests) read this crate. The tables
//! themselves are made by `migration`, which never imports this crate, so that history stays
//! frozen while these shapes move on.
//!
//! Every identifier is a UUIDv7 and every instant is UTC, cut to milliseconds by the service.

pub mod audit_event;
pub mod audit_subject;
pub mod login_name;
pub mod password_reset;
pub mod permission;
pub mod policy_change;
pub mod policy_state;
pub mod refresh_token;
pub mod role;
pub mod role_inheritance;
pub mod role_permission;
pub mod session;
pub mod session_role;
pub mod signing_key;
pub mod sod_constraint;
pub mod sod_constraint_role;
pub mod user;
pub mod user_permission;
pub mod user_role;

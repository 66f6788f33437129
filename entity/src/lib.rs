//! The tables of Keyward as SeaORM entities, one file per table: models, relations and database enums.
//!
//! Only `service/src/store` and tests use this crate. The tables are created by `migration`, which does not import it, so
//! that released migrations stay as they are when an entity changes.
//!
//! Identifiers are UUIDs of version 7. Timestamps are UTC, truncated to milliseconds by the service.

pub mod audit_event;
pub mod audit_subject;
pub mod deletion;
pub mod demo_object;
pub mod last_use;
pub mod login_name;
pub mod password_reset;
pub mod permission;
pub mod policy_change;
pub mod policy_revision;
pub mod policy_revision_part;
pub mod policy_state;
pub mod refresh_token;
pub mod role;
pub mod role_inheritance;
pub mod role_pattern;
pub mod role_permission;
pub mod session;
pub mod session_change;
pub mod session_role;
pub mod signing_key;
pub mod sod_constraint;
pub mod sod_constraint_permission;
pub mod sod_constraint_role;
pub mod user;
pub mod user_permission;
pub mod user_role;

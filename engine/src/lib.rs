//! What role-based access control *means*: names, closure, decision, explanation and the rules of
//! changing a policy, after ANSI INCITS 359 (NIST RBAC), with direct grants to users and
//! time-bounded assignments as extensions.
//!
//! [`Facts`] → [`Policy::build`] → [`Policy::check`], [`Policy::explain`] and the review functions.
//! Everything that can be wrong is found while a policy is built; a check on a built policy cannot
//! fail: whatever is unknown is a denial with a reason, never an error, never an allow.
//!
//! A policy comes in two parts, so that memory does not grow with the number of users: the
//! [`Policy`] (roles, permissions, hierarchy, closures as bit sets) is held whole; a [`Subject`]
//! (one user's assignments, direct grants and status, with their times) is loaded when needed.
//!
//! This crate never knows databases, futures, clocks, randomness, logging or wire formats. Start
//! with `facts.rs`, then `policy.rs` and `check.rs`; separation of duty is in `constraints.rs` and
//! `activation.rs`, the rules of changing a policy in `administration.rs`.

mod activation;
mod administration;
pub mod case;
mod check;
mod constraints;
mod error;
mod explain;
mod facts;
mod hierarchy;
mod id;
mod index;
mod permission;
mod policy;
mod review;
#[cfg(test)]
mod sample;

pub use activation::ActivationError;
pub use administration::{Authority, Change, ESCALATE, LastingHolders, Permit, Violation, keeps_apart, keeps_holders};
pub use check::{Decision, Reason};
pub use constraints::Conflict;
pub use error::PolicyError;
pub use explain::{Explanation, Path, PathKind, Paths, Remedies};
pub use facts::{
    AccountStatus, Activation, Assignment, Constraint, ConstraintKind, DirectGrant, Facts, PermissionFacts, RoleFacts,
    Subject, Validity, ValidityState,
};
pub use id::{
    AssignmentId, AuditEventId, ConstraintId, PermissionId, RequestId, RoleId, SessionId, SigningKeyId, UserId,
};
pub use permission::{NameError, PermissionName, RoleName};
pub use policy::Policy;
pub use review::{PermissionSet, RolePermission};

/// The built-in role that holds every registered permission by rule.
pub const SUPERADMIN: &str = "superadmin";

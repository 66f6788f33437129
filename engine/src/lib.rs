//! Role-based access control without I/O: the model of ANSI INCITS 359 (NIST RBAC), with direct grants to users and
//! assignments limited in time as extensions.
//!
//! [`Facts`] → [`Policy::build`] → [`Policy::check`], [`Policy::explain`] and the review functions. Errors are found when
//! a policy is built. A check cannot fail: what is unknown is denied, with a reason.
//!
//! A model has two parts, so that memory does not grow with the number of users. The [`Policy`] (roles, permissions,
//! hierarchy, closures as bit sets) is held whole, and [changed](Policy::update) in proportion to what changes. A [`Subject`] (one user's assignments, direct grants and status) is
//! loaded when needed.
//!
//! The crate has no database, futures, clock, randomness, logging or wire format. Start with `facts.rs`, `subject.rs`,
//! `policy.rs` and `check.rs`. Separation of duty is in `constraints.rs` and `activation.rs`, the rules of changing a policy are in
//! `administration.rs`.
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use engine::{
//!     Assignment, Facts, PermissionFacts, PermissionName, Policy, Reason, RoleFacts, RoleName, Subject, Validity,
//! };
//! use uuid::Uuid;
//!
//! // `manager` inherits from `clerk`, which is granted `invoice:read`.
//! let read = PermissionFacts::new(Uuid::from_u128(1).into(), PermissionName::parse("invoice:read")?);
//! let mut clerk = RoleFacts::new(Uuid::from_u128(2).into(), RoleName::parse("clerk")?);
//! let mut manager = RoleFacts::new(Uuid::from_u128(3).into(), RoleName::parse("manager")?);
//! clerk.grants.push(read.id);
//! manager.inherits_from.push(clerk.id);
//!
//! // Ana is a manager for one hour.
//! let noon = DateTime::UNIX_EPOCH;
//! let one = noon + TimeDelta::hours(1);
//! let mut ana = Subject::new(Uuid::from_u128(4).into());
//! ana.assignments.push(Assignment {
//!     id: Uuid::from_u128(5).into(),
//!     role: manager.id,
//!     assigned_at: noon,
//!     validity: Validity { from: None, until: Some(one) },
//! });
//!
//! let policy = Policy::build(Facts { roles: vec![clerk, manager], permissions: vec![read], ..Facts::default() })?;
//! assert_eq!(policy.check(&ana, "invoice:read", noon).reason, Reason::GrantedByRole);
//! assert_eq!(policy.check(&ana, "invoice:read", one).reason, Reason::GrantExpired);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A change of a policy is a [`Proposal`]. The [`Authority`] of the actor permits it or returns a [`Violation`].
//!
//! ```
//! use chrono::DateTime;
//! use engine::{Facts, Policy, Proposal, RoleFacts, RoleName, SUPERADMIN, Violation};
//! use uuid::Uuid;
//!
//! let superadmin = RoleFacts {
//!     is_system: true,
//!     ..RoleFacts::new(Uuid::from_u128(1).into(), RoleName::parse(SUPERADMIN)?)
//! };
//! let id = superadmin.id;
//! let policy = Policy::build(Facts { roles: vec![superadmin], ..Facts::default() })?;
//!
//! let operator = policy.operator(DateTime::UNIX_EPOCH);
//! assert!(operator.permit(Proposal::DescribeRole(id)).is_ok());
//! assert_eq!(operator.permit(Proposal::DeleteRole(id)).unwrap_err(), Violation::Immutable);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![warn(missing_docs)]

mod activation;
mod administration;
pub mod case;
mod check;
mod constraints;
mod cycles;
mod error;
mod explain;
mod facts;
mod grants;
mod hierarchy;
mod id;
mod pattern;
mod permission;
mod policy;
mod review;
#[cfg(test)]
mod sample;
mod shared;
mod subject;
mod table;
mod validity;

pub use activation::ActivationError;
pub use administration::{
    Authority, ESCALATE, PermanentHolders, Permit, PermitKind, Proposal, Violation, check_default_roles,
    check_lock_out, check_separation,
};
pub use check::{Decision, Reason};
pub use constraints::Conflict;
pub use cycles::{ClosedCycle, Inheritance};
pub use error::PolicyError;
pub use explain::{Cure, CureKind, Cures, Explanation, Path, PathKind, Paths, Remedies};
pub use facts::{Constraint, ConstraintKind, Facts, PermissionFacts, RoleFacts};
pub use id::{
    AssignmentId, AuditEventId, ConstraintId, PermissionId, RequestId, RevisionId, RoleId, SessionId, SigningKeyId,
    UserId,
};
pub use pattern::{PatternError, PermissionPattern};
pub use permission::{NameError, PermissionName, RoleName};
pub use policy::{KnownRole, Policy, PolicyChanges};
pub use review::{PermissionSet, RolePattern, RolePermission};
pub use subject::{AccountStatus, Activation, Assignment, DirectGrant, Subject};
pub use validity::{Validity, ValidityState};

/// Name of the built-in role that holds every registered permission by rule.
pub const SUPERADMIN: &str = "superadmin";

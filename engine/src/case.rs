//! Models by name, and checks against them: the case files of the corpus and of `keyward policy check`. Names may be any
//! text. Reading a file format is up to the caller.

mod names;
mod relations;

pub use relations::{PatternGrant, RoleGrant, RoleInheritance, SodSet, UserGrant, UserRole};

use crate::{Conflict, PatternError, PermissionName, Policy, PolicyError, Subject};
use chrono::{DateTime, Utc};
use names::ModelNames;
use rustc_hash::FxHashMap;

/// Users, roles, permissions and the relations between them, by name. Names may be listed more than once. Nothing is
/// built in, whatever its name.
///
/// ```
/// use engine::case::{Model, RoleGrant, UserRole};
///
/// let model = Model {
///     users: vec!["ana".to_owned()],
///     roles: vec!["clerk".to_owned()],
///     permissions: vec!["invoice:read".to_owned()],
///     user_roles: vec![UserRole { user: "ana".to_owned(), role: "clerk".to_owned() }],
///     role_permissions: vec![RoleGrant { role: "clerk".to_owned(), permission: "invoice:read".to_owned() }],
///     ..Model::default()
/// };
/// let world = model.build()?;
/// assert!(world.allows("ana", "invoice:read"));
/// assert!(!world.allows("ben", "invoice:read"));
/// # Ok::<(), engine::case::ModelError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Model {
    /// Users.
    pub users: Vec<String>,
    /// Roles, compared exactly.
    pub roles: Vec<String>,
    /// Permissions.
    pub permissions: Vec<String>,
    /// Role assignments, the oldest first.
    pub user_roles: Vec<UserRole>,
    /// Permissions granted to roles.
    pub role_permissions: Vec<RoleGrant>,
    /// Patterns granted to roles. They match permissions whose names are valid names of the service.
    pub role_patterns: Vec<PatternGrant>,
    /// Immediate inheritance.
    pub role_hierarchy: Vec<RoleInheritance>,
    /// Direct grants.
    pub user_permissions: Vec<UserGrant>,
    /// Static separation of duty.
    pub ssd: Vec<SodSet>,
    /// Dynamic separation of duty.
    pub dsd: Vec<SodSet>,
}

/// Contradiction in a model: no series of administrative commands leads to it.
///
/// ```
/// use engine::case::{Model, ModelError, UserRole};
///
/// let assignment = UserRole { user: "ana".to_owned(), role: "clerk".to_owned() };
/// let model = Model { users: vec!["ana".to_owned()], user_roles: vec![assignment], ..Model::default() };
/// let unlisted = ModelError::Unlisted { kind: "role", name: "clerk".to_owned() };
/// assert_eq!(model.build().unwrap_err(), unlisted);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// A relation or a set uses a name that is not listed.
    #[error("{kind} `{name}` is used but not listed")]
    Unlisted {
        /// `user`, `role` or `permission`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// The role hierarchy has a cycle; the first role is repeated at the end.
    #[error("the role hierarchy has a cycle: {}", .0.join(" > "))]
    Cycle(Vec<String>),
    /// A text granted as a pattern is none.
    #[error("pattern `{pattern}` of role `{role}`: {error}")]
    Pattern {
        /// The role.
        role: String,
        /// The text.
        pattern: String,
        /// What is wrong with it.
        error: PatternError,
    },
    /// A set has roles as well as permissions.
    #[error("set `{0}` has both roles and permissions")]
    Mixed(String),
    /// The cardinality of a set is below 2 or above the number of its roles or permissions.
    #[error("the cardinality of set `{0}` is not between 2 and the number of its roles or permissions")]
    Cardinality(String),
    /// One role violates a set by itself, through its grants or inheritance.
    #[error("role `{role}` violates set `{set}` by itself")]
    ViolatedByOneRole {
        /// The role.
        role: String,
        /// The set.
        set: String,
    },
    /// A user has roles or permissions that conflict.
    #[error("user `{user}` violates set `{set}`")]
    BrokenByUser {
        /// The user.
        user: String,
        /// The set.
        set: String,
    },
    /// Another contradiction.
    #[error(transparent)]
    Policy(PolicyError),
}

/// A consistent model, ready to be checked.
///
/// ```
/// use engine::case::{Model, UserGrant, ConsistentModel};
///
/// let model = Model {
///     users: vec!["ana".to_owned()],
///     permissions: vec!["invoice:read".to_owned()],
///     user_permissions: vec![UserGrant { user: "ana".to_owned(), permission: "invoice:read".to_owned() }],
///     ..Model::default()
/// };
/// let world: ConsistentModel = model.build()?;
/// assert!(world.allows("ana", "invoice:read"));
/// # Ok::<(), engine::case::ModelError>(())
/// ```
#[derive(Debug)]
pub struct ConsistentModel {
    policy: Policy,
    subjects: FxHashMap<String, Subject>,
    permissions: FxHashMap<String, PermissionName>,
}

/// Time of all checks; everything in a model is permanent.
const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

impl Model {
    /// Builds the policy and the subjects.
    ///
    /// # Errors
    /// [`ModelError`] when the model contradicts itself.
    pub fn build(&self) -> Result<ConsistentModel, ModelError> {
        let names = ModelNames::new(self);
        let policy = Policy::build(names.facts(self)?).map_err(|error| names.error(error))?;
        let subjects = names.subjects(self)?;
        for (&user, subject) in names.users.names.iter().zip(&subjects) {
            // Direct grants are active in every session.
            let of_sessions = policy.session_conflicts(subject, NOW);
            let broken = policy.static_conflicts(subject, NOW).into_iter().chain(of_sessions);
            if let Some(Conflict { constraint, .. }) = broken.into_iter().next() {
                return Err(ModelError::BrokenByUser { user: user.into(), set: names.set(constraint) });
            }
        }
        Ok(ConsistentModel {
            policy,
            subjects: names.users.names.iter().map(|&user| user.to_owned()).zip(subjects).collect(),
            permissions: names.permission_names().map(|(name, known)| (name.to_owned(), known)).collect(),
        })
    }
}

impl ConsistentModel {
    /// Whether the user holds the permission in a session that chose no roles (INCITS 359: CheckAccess). Unknown names
    /// are denied.
    #[must_use]
    pub fn allows(&self, user: &str, permission: &str) -> bool {
        let known = self.subjects.get(user).zip(self.permissions.get(permission));
        known.is_some_and(|(subject, permission)| self.policy.check(subject, permission.as_str(), NOW).allowed)
    }
}

#[cfg(test)]
mod tests;

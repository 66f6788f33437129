//! Models by name, and checks against them: the case files of the corpus and of `keyward policy check`. Names may be any
//! text. Reading a file format is up to the caller.

mod names;

use crate::{Conflict, PermissionName, Policy, PolicyError, Subject};
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
    /// Immediate inheritance.
    pub role_hierarchy: Vec<RoleInheritance>,
    /// Direct grants.
    pub user_permissions: Vec<UserGrant>,
    /// Static separation of duty.
    pub ssd: Vec<RoleSet>,
    /// Dynamic separation of duty.
    pub dsd: Vec<RoleSet>,
}

/// A role assigned to a user.
///
/// ```
/// use engine::case::UserRole;
///
/// let assignment = UserRole { user: "ana".to_owned(), role: "clerk".to_owned() };
/// assert_eq!(assignment.role, "clerk");
/// ```
#[derive(Clone, Debug)]
pub struct UserRole {
    /// Name of the user.
    pub user: String,
    /// Name of the role.
    pub role: String,
}

impl From<(String, String)> for UserRole {
    fn from((user, role): (String, String)) -> Self {
        Self { user, role }
    }
}

/// A permission granted to a role.
///
/// ```
/// use engine::case::RoleGrant;
///
/// let grant = RoleGrant { role: "clerk".to_owned(), permission: "invoice:read".to_owned() };
/// assert_eq!(grant.permission, "invoice:read");
/// ```
#[derive(Clone, Debug)]
pub struct RoleGrant {
    /// Name of the role.
    pub role: String,
    /// Name of the permission.
    pub permission: String,
}

impl From<(String, String)> for RoleGrant {
    fn from((role, permission): (String, String)) -> Self {
        Self { role, permission }
    }
}

/// Immediate inheritance between two roles.
///
/// ```
/// use engine::case::{Model, RoleInheritance};
///
/// let cycle = Model {
///     roles: vec!["clerk".to_owned()],
///     role_hierarchy: vec![RoleInheritance { senior: "clerk".to_owned(), junior: "clerk".to_owned() }],
///     ..Model::default()
/// };
/// assert!(cycle.build().is_err());
/// ```
#[derive(Clone, Debug)]
pub struct RoleInheritance {
    /// Name of the role that inherits.
    pub senior: String,
    /// Name of the role that it inherits from.
    pub junior: String,
}

impl From<(String, String)> for RoleInheritance {
    fn from((senior, junior): (String, String)) -> Self {
        Self { senior, junior }
    }
}

/// A permission granted to a user directly.
///
/// ```
/// use engine::case::UserGrant;
///
/// let grant = UserGrant { user: "ana".to_owned(), permission: "invoice:read".to_owned() };
/// assert_eq!(grant.user, "ana");
/// ```
#[derive(Clone, Debug)]
pub struct UserGrant {
    /// Name of the user.
    pub user: String,
    /// Name of the permission.
    pub permission: String,
}

impl From<(String, String)> for UserGrant {
    fn from((user, permission): (String, String)) -> Self {
        Self { user, permission }
    }
}

/// A separation-of-duty role set.
///
/// ```
/// use engine::case::RoleSet;
///
/// let books =
///     RoleSet { name: "books".to_owned(), roles: vec!["clerk".to_owned(), "auditor".to_owned()], cardinality: 2 };
/// assert!(books.cardinality <= books.roles.len());
/// ```
#[derive(Clone, Debug)]
pub struct RoleSet {
    /// Name; not necessarily unique.
    pub name: String,
    /// Roles.
    pub roles: Vec<String>,
    /// Number of these roles at which the constraint is violated.
    pub cardinality: usize,
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
    /// The cardinality of a set is below 2 or above the number of its roles.
    #[error("the cardinality of set `{0}` is not between 2 and the number of its roles")]
    Cardinality(String),
    /// One role violates a set by itself, through inheritance.
    #[error("role `{role}` violates set `{set}` by itself")]
    ViolatedByOneRole {
        /// The role.
        role: String,
        /// The set.
        set: String,
    },
    /// A user is authorized for roles that conflict.
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
            if let Some(Conflict { constraint, .. }) = policy.static_conflicts(subject, NOW).into_iter().next() {
                return Err(ModelError::BrokenByUser { user: user.into(), set: names.set(constraint) });
            }
        }
        let permissions = names.permissions.names.iter().enumerate();
        Ok(ConsistentModel {
            policy,
            subjects: names.users.names.iter().map(|&user| user.to_owned()).zip(subjects).collect(),
            permissions: permissions
                .map(|(position, &name)| (name.to_owned(), PermissionName::numbered(position)))
                .collect(),
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

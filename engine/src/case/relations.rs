//! Relations and sets of a model, by name.

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

/// A pattern of permissions granted to a role.
///
/// ```
/// use engine::case::{Model, PatternGrant, UserRole};
///
/// let model = Model {
///     users: vec!["ana".to_owned()],
///     roles: vec!["clerk".to_owned()],
///     permissions: vec!["invoice:read".to_owned()],
///     user_roles: vec![UserRole { user: "ana".to_owned(), role: "clerk".to_owned() }],
///     role_patterns: vec![PatternGrant { role: "clerk".to_owned(), pattern: "*:read".to_owned() }],
///     ..Model::default()
/// };
/// assert!(model.build()?.allows("ana", "invoice:read"));
/// # Ok::<(), engine::case::ModelError>(())
/// ```
#[derive(Clone, Debug)]
pub struct PatternGrant {
    /// Name of the role.
    pub role: String,
    /// The pattern.
    pub pattern: String,
}

impl From<(String, String)> for PatternGrant {
    fn from((role, pattern): (String, String)) -> Self {
        Self { role, pattern }
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

/// A separation-of-duty set of roles, or of permissions.
///
/// ```
/// use engine::case::SodSet;
///
/// let roles = vec!["clerk".to_owned(), "auditor".to_owned()];
/// let books = SodSet { name: "books".to_owned(), roles, permissions: Vec::new(), cardinality: 2 };
/// assert!(books.cardinality <= books.roles.len());
/// ```
#[derive(Clone, Debug)]
pub struct SodSet {
    /// Name; not necessarily unique.
    pub name: String,
    /// Roles; empty for a set of permissions.
    pub roles: Vec<String>,
    /// Permissions; empty for a set of roles.
    pub permissions: Vec<String>,
    /// Number of these at which the constraint is violated.
    pub cardinality: usize,
}

//! Documents to import.

mod outcome;
mod problems;

pub use outcome::{ImportOutcome, LeftAsIs, MatchedUser, NewName, NewNames, Progress, Report, Summary};
pub use problems::{Place, Problem, Problems};

use crate::assignments::Terms;
use engine::UserId;
use std::sync::Arc;

/// A name in a document. Rows share the names that they have in common: a document has few names and very many rows.
pub type SharedName = Arc<str>;

/// Roles, permissions, assignments, grants and inheritance to add. Nothing is removed or changed: existing roles and
/// permissions keep their descriptions, existing assignments and grants keep their terms. Existing names are matched
/// exactly.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Roles and their attributes.
    pub roles: Vec<ImportRow<RoleEntry>>,
    /// Permissions and their descriptions.
    pub permissions: Vec<ImportRow<PermissionEntry>>,
    /// Assignments, by username.
    pub user_roles: Vec<ImportRow<AssignmentEntry>>,
    /// Grants to roles.
    pub role_permissions: Vec<ImportRow<RoleGrantEntry>>,
    /// Immediate inheritance.
    pub role_hierarchy: Vec<ImportRow<InheritanceEntry>>,
    /// Direct grants, by username.
    pub user_permissions: Vec<ImportRow<GrantEntry>>,
    /// Rows that could not be read. With any of these the document is rejected; they are reported with all other
    /// problems.
    pub unreadable: Problems,
    /// What the document may do.
    pub rules: Rules,
}

/// What a document may do.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Names of the built-in roles, default roles and system permissions that the document may name.
    pub built_in: Vec<String>,
    /// Kinds of names that must exist already.
    pub existing_only: Vec<NameKind>,
    /// Which existing users may be given roles and permissions.
    pub existing_users: ExistingUsers,
    /// Whether the document is applied.
    pub mode: ImportMode,
    /// Reason for the audit log and for assignments and grants without one of their own; at most 1,000 characters.
    pub reason: Option<String>,
}

/// Kinds of names in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// Usernames.
    Users,
    /// Names of roles.
    Roles,
    /// Names of permissions.
    Permissions,
}

/// The existing users who may be given roles and permissions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ExistingUsers {
    /// All of them.
    #[default]
    All,
    /// Those who did not sign up by themselves, and these.
    NotSelfRegisteredOr(Vec<UserId>),
    /// None of them.
    Nobody,
}

/// What becomes of a document without problems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ImportMode {
    /// It is applied.
    #[default]
    Apply,
    /// It is written and checked, and then rolled back.
    DryRun,
}

/// A role and its attributes, for a new role. An existing role must have the same flags and keeps its description.
#[derive(Clone, Debug, Default)]
pub struct RoleEntry {
    /// Name of the role.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Whether the role is assigned to every new account; no when absent.
    pub is_default: Option<bool>,
    /// Whether the role is inactive at login until it is activated; no when absent.
    pub requires_activation: Option<bool>,
}

/// A permission and its description. An existing permission keeps its own.
#[derive(Clone, Debug, Default)]
pub struct PermissionEntry {
    /// Name of the permission.
    pub name: String,
    /// Description.
    pub description: Option<String>,
}

/// A role assigned to a user.
#[derive(Clone, Debug)]
pub struct AssignmentEntry {
    /// Username.
    pub user: SharedName,
    /// Name of the role.
    pub role: SharedName,
    /// Terms, where the row has any.
    pub terms: Option<Arc<Terms>>,
}

/// A permission granted to a user directly.
#[derive(Clone, Debug)]
pub struct GrantEntry {
    /// Username.
    pub user: SharedName,
    /// Name of the permission.
    pub permission: SharedName,
    /// Terms, where the row has any.
    pub terms: Option<Arc<Terms>>,
}

/// A permission granted to a role.
#[derive(Clone, Debug)]
pub struct RoleGrantEntry {
    /// Name of the role.
    pub role: SharedName,
    /// Name of the permission.
    pub permission: SharedName,
}

/// Immediate inheritance between two roles.
#[derive(Clone, Debug)]
pub struct InheritanceEntry {
    /// Name of the role that inherits.
    pub senior: SharedName,
    /// Name of the role that it inherits from.
    pub junior: SharedName,
}

impl From<(String, String)> for AssignmentEntry {
    fn from((user, role): (String, String)) -> Self {
        Self { user: user.into(), role: role.into(), terms: None }
    }
}

impl From<(String, String)> for GrantEntry {
    fn from((user, permission): (String, String)) -> Self {
        Self { user: user.into(), permission: permission.into(), terms: None }
    }
}

impl From<(String, String)> for RoleGrantEntry {
    fn from((role, permission): (String, String)) -> Self {
        Self { role: role.into(), permission: permission.into() }
    }
}

impl From<(String, String)> for InheritanceEntry {
    fn from((senior, junior): (String, String)) -> Self {
        Self { senior: senior.into(), junior: junior.into() }
    }
}

/// A row of a file.
#[derive(Clone, Debug)]
pub struct ImportRow<T> {
    /// Position of the file, from 0.
    pub file: usize,
    /// Line, from 1.
    pub line: u64,
    /// Content.
    pub value: T,
}

impl<T> ImportRow<T> {
    /// Where the row is.
    pub(super) fn place(&self) -> Place {
        Place { file: self.file, line: self.line }
    }
}

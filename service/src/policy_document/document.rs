//! A policy document as it was written.

use super::problem::{Located, Problem, Problems};
use super::{Format, Limits, node, read};
use crate::assignments::Terms;
use engine::{ConstraintKind, PermissionName, PermissionPattern, RoleName};

/// A parsed document. What it says is sorted by name; what it does not say is `None`, and [`Mode`] decides what that
/// means. Names of the document are well-formed and each is there once; whether they exist is found by a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Permissions.
    pub permissions: Option<Vec<PermissionEntry>>,
    /// Roles with their grants and inheritance.
    pub roles: Option<Vec<RoleEntry>>,
    /// Separation-of-duty constraints.
    pub constraints: Option<Vec<ConstraintEntry>>,
    /// Users with their roles and direct grants.
    pub assignments: Option<Vec<UserEntry>>,
}

/// What a document means for things that it does not mention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// They stay as they are. A list that is mentioned becomes exactly what the document says.
    #[default]
    Merge,
    /// They are deleted, built-in ones excepted, and attributes that are not mentioned get their defaults.
    Replace,
}

/// A description: the outer `None` does not mention it, the inner one removes it.
pub type DescriptionEntry = Option<Option<String>>;

/// A permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionEntry {
    /// Name.
    pub name: Located<PermissionName>,
    /// What the permission allows.
    pub description: DescriptionEntry,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleEntry {
    /// Name.
    pub name: Located<RoleName>,
    /// Purpose.
    pub description: DescriptionEntry,
    /// Whether every new account is assigned the role.
    pub is_default: Option<bool>,
    /// Whether the role is inactive at login until it is activated.
    pub requires_activation: Option<bool>,
    /// Permissions granted to the role.
    pub permissions: Option<Vec<Located<PermissionName>>>,
    /// Patterns of permissions granted to the role.
    pub patterns: Option<Vec<Located<PermissionPattern>>>,
    /// Roles that it inherits from.
    pub inherits: Option<Vec<Located<RoleName>>>,
}

/// A separation-of-duty constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstraintEntry {
    /// Name.
    pub name: Located<String>,
    /// Risk that the constraint prevents.
    pub description: DescriptionEntry,
    /// Whether users (static) or sessions (dynamic) are restricted.
    pub kind: Option<ConstraintKind>,
    /// Number of the roles or permissions that are forbidden together; at least 2.
    pub limit: Option<Located<usize>>,
    /// Conflicting roles; at least two. They replace permissions.
    pub roles: Option<Vec<Located<RoleName>>>,
    /// Conflicting permissions; at least two. They replace roles.
    pub permissions: Option<Vec<Located<PermissionName>>>,
}

/// A user with roles and direct grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserEntry {
    /// Username.
    pub username: Located<String>,
    /// Assigned roles.
    pub roles: Option<Vec<LinkEntry<RoleName>>>,
    /// Permissions granted directly.
    pub permissions: Option<Vec<LinkEntry<PermissionName>>>,
}

/// A role or a permission of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkEntry<N> {
    /// Name of the role or the permission.
    pub name: Located<N>,
    /// Terms.
    pub terms: Terms,
}

impl Document {
    /// Parses a text.
    ///
    /// # Errors
    /// All problems of the text with their places; when its syntax is wrong, those up to there.
    pub fn parse(text: &str, format: Format, limits: Limits) -> Result<Self, Vec<Problem>> {
        let mut problems = Problems::default();
        let tree = node::parse(text, format, limits, &mut problems);
        let document = tree.map(|tree| read::document(tree, &mut problems));
        match document {
            Some(document) if problems.is_empty() => Ok(document),
            _ => Err(problems.into_first()),
        }
    }

    /// Usernames that the document mentions.
    pub fn usernames(&self) -> impl Iterator<Item = &str> {
        self.assignments.iter().flatten().map(|user| user.username.value.as_str())
    }
}

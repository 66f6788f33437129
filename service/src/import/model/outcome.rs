//! Results of an import.

use super::{Document, Problems};
use crate::impact::Impact;
use chrono::{DateTime, Utc};
use engine::UserId;

/// Numbers of records created by an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Users.
    pub users: usize,
    /// Roles.
    pub roles: usize,
    /// Permissions.
    pub permissions: usize,
    /// Assignments.
    pub user_roles: usize,
    /// Grants to roles.
    pub role_permissions: usize,
    /// Inheritances.
    pub role_hierarchy: usize,
    /// Direct grants.
    pub user_permissions: usize,
}

impl Summary {
    /// Number of all records.
    pub(crate) fn total(&self) -> usize {
        let objects = self.users + self.roles + self.permissions;
        objects + self.user_roles + self.role_permissions + self.role_hierarchy + self.user_permissions
    }
}

/// What an import does.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Numbers of new records.
    pub summary: Summary,
    /// New users.
    pub new_users: NewNames,
    /// New roles.
    pub new_roles: NewNames,
    /// New permissions.
    pub new_permissions: NewNames,
    /// Existing users who are given something, in the order in which the document first does so.
    pub matched: Vec<MatchedUser>,
    /// Existing records that differ from the document.
    pub left: LeftAsIs,
}

/// New names of one kind.
#[derive(Clone, Debug, Default)]
pub struct NewNames {
    /// Those that resemble existing names, then others in the order of the document; at most 1,000.
    pub listed: Vec<NewName>,
    /// The number of all new names.
    pub total: usize,
}

/// A new name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewName {
    /// The name.
    pub name: String,
    /// An existing name of the same kind that is one edit away, or differs in case only.
    pub similar_to: Option<String>,
}

/// An existing user who gets roles or permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedUser {
    /// The user.
    pub user: UserId,
    /// Username.
    pub username: String,
    /// Time of the sign-up; `None` when the account was created by somebody else.
    pub signed_up_at: Option<DateTime<Utc>>,
}

/// Numbers of existing records that differ from the document and are left as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftAsIs {
    /// Roles and permissions with another description.
    pub descriptions: usize,
    /// Assignments and direct grants with a period, where the document has none.
    pub periods: usize,
}

impl Report {
    /// The existing users who are given something and signed up by themselves.
    pub fn self_registered(&self) -> impl Iterator<Item = &MatchedUser> {
        self.matched.iter().filter(|user| user.signed_up_at.is_some())
    }
}

/// Progress of an import.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// The document has no problems, and nothing is written yet.
    Planned(&'a Report),
    /// Records are being written.
    Written {
        /// Kind of records, for example `role permissions`.
        step: &'static str,
        /// Number of records written.
        done: usize,
        /// Number of records to write.
        total: usize,
    },
}

/// Result of an import.
#[derive(Clone, Debug)]
pub enum ImportOutcome {
    /// The document was applied.
    Applied(Box<Report>),
    /// The document would be applied without [`ImportMode::DryRun`](super::ImportMode::DryRun).
    Applicable {
        /// What it would do.
        report: Box<Report>,
        /// What that would do to users.
        impact: Impact,
    },
    /// Nothing was applied, because of these problems.
    Rejected(Problems),
    /// Nothing was applied, because users who signed up by themselves would be given something and are not among those of
    /// [`ExistingUsers::NotSelfRegisteredOr`](super::ExistingUsers::NotSelfRegisteredOr).
    Unconfirmed {
        /// What the import would do.
        report: Box<Report>,
        /// The document, to apply it after all.
        document: Box<Document>,
    },
}

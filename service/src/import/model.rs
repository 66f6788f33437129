//! What is imported, and how that goes.

/// What is to be there; what is not mentioned stays. What is there already stays as it is, also an
/// assignment or a grant that somebody gave an end, and the description of a role.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Roles with their descriptions.
    pub roles: Vec<Row<(String, Option<String>)>>,
    /// Roles assigned to users: username, role.
    pub user_roles: Vec<Row<(String, String)>>,
    /// Permissions granted to roles: role, permission.
    pub role_permissions: Vec<Row<(String, String)>>,
    /// Inheritance: senior, junior.
    pub role_hierarchy: Vec<Row<(String, String)>>,
    /// Permissions granted to users directly: username, permission.
    pub user_permissions: Vec<Row<(String, String)>>,
    /// Rows that could not be read: with any of these the document is rejected, and they are told
    /// with whatever else is wrong.
    pub unreadable: Vec<Problem>,
}

/// A value and where it was read.
#[derive(Clone, Debug)]
pub struct Row<T> {
    /// Which of the files, from 0 in the order given.
    pub file: usize,
    /// Line, from 1.
    pub line: u64,
    /// The value.
    pub value: T,
}

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which of the files.
    pub file: usize,
    /// Line.
    pub line: u64,
    /// What is wrong.
    pub message: String,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Users created.
    pub users: usize,
    /// Roles created.
    pub roles: usize,
    /// Permissions created.
    pub permissions: usize,
    /// Assignments made.
    pub user_roles: usize,
    /// Grants to roles made.
    pub role_permissions: usize,
    /// Inheritances made.
    pub role_hierarchy: usize,
    /// Direct grants made.
    pub user_permissions: usize,
}

/// How far an import is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// What is being written, for example `role permissions`.
    pub step: &'static str,
    /// Rows of it that are done.
    pub done: usize,
    /// Rows of it in all.
    pub total: usize,
}

/// How an import ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// All of it was applied.
    Applied(Summary),
    /// None of it was applied, because of these, in the order of files and lines.
    Rejected(Vec<Problem>),
}

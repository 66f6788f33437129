//! The command line of `keyward import`.

use super::read::Reader;
use anyhow::Result;
use clap::{Args, ValueEnum};
use service::import::{Document, ExistingUsers, ImportMode, NameKind, Rules};
use std::path::{Path, PathBuf};

const DETAILS: &str = "\
Each file is CSV (RFC 4180) in UTF-8 with a header line, optionally compressed with gzip. Columns are found by name:
  --roles             role; optional: description, is_default, requires_activation (true or false)
  --permissions       permission; optional: description
  --user-roles        user, role; optional: valid_from, expires_at (RFC 3339), reason
  --role-permissions  role, permission
  --role-hierarchy    senior, junior (the senior role inherits the permissions of the junior role)
  --user-permissions  user, permission; optional: valid_from, expires_at, reason

New users, roles and permissions are created, and listed afterwards; users without a password and without the default
role. Existing ones are matched by exact name and keep their attributes. The import is applied completely or, if anything
is wrong, not at all; the first 100 problems are printed with their lines.

Examples:
  keyward import --user-roles user_roles.csv.gz --role-permissions role_permissions.csv.gz --dry-run
  keyward import --user-roles leave.csv --existing-only all --reason \"cover for July\"";

#[derive(Args, Debug)]
#[command(after_help = DETAILS)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    rules: RuleFlags,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
struct Files {
    /// Roles, with their descriptions and flags
    #[arg(long, value_name = "FILE")]
    roles: Vec<PathBuf>,
    /// Permissions, with their descriptions
    #[arg(long, value_name = "FILE")]
    permissions: Vec<PathBuf>,
    /// Roles assigned to users
    #[arg(long, value_name = "FILE")]
    user_roles: Vec<PathBuf>,
    /// Permissions granted to roles
    #[arg(long, value_name = "FILE")]
    role_permissions: Vec<PathBuf>,
    /// Inheritance between roles
    #[arg(long, value_name = "FILE")]
    role_hierarchy: Vec<PathBuf>,
    /// Permissions granted to users directly
    #[arg(long, value_name = "FILE")]
    user_permissions: Vec<PathBuf>,
}

#[derive(Args, Debug)]
struct RuleFlags {
    /// Check everything and print what would be imported, without writing anything
    #[arg(long)]
    dry_run: bool,
    /// Refuse names that do not exist yet
    #[arg(long, value_name = "KINDS", value_enum, value_delimiter = ',')]
    existing_only: Vec<Kind>,
    /// Refuse to give roles or permissions to users who exist already
    #[arg(long)]
    only_new_users: bool,
    /// Agree to give roles and permissions to users who signed up by themselves
    #[arg(long, conflicts_with = "only_new_users")]
    yes: bool,
    /// Built-in roles, default roles and system permissions that the files may name
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    built_in: Vec<String>,
    /// Columns without a meaning to pass over
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    ignore_columns: Vec<String>,
    /// Reason for the audit log, and for assignments and direct grants without one
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// Kinds of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Users,
    Roles,
    Permissions,
    All,
}

/// The content of all files, and their paths in the order in which the document counts them.
pub(super) struct ImportFiles<'a> {
    pub(super) document: Document,
    pub(super) paths: Vec<&'a Path>,
}

impl Arguments {
    /// Whether nothing is to be written.
    pub(super) fn is_dry_run(&self) -> bool {
        self.rules.dry_run
    }

    /// Reads all files.
    ///
    /// # Errors
    /// One line when a file cannot be read.
    pub(super) fn read(&self) -> Result<ImportFiles<'_>> {
        let mut document = Document { rules: self.rules.rules(), ..Document::default() };
        let mut reader = Reader::new(&self.rules.ignore_columns);
        for path in &self.files.roles {
            append(&mut document.roles, reader.roles(path)?);
        }
        for path in &self.files.permissions {
            append(&mut document.permissions, reader.permissions(path)?);
        }
        for path in &self.files.user_roles {
            append(&mut document.user_roles, reader.user_roles(path)?);
        }
        for path in &self.files.role_permissions {
            append(&mut document.role_permissions, reader.role_permissions(path)?);
        }
        for path in &self.files.role_hierarchy {
            append(&mut document.role_hierarchy, reader.role_hierarchy(path)?);
        }
        for path in &self.files.user_permissions {
            append(&mut document.user_permissions, reader.user_permissions(path)?);
        }
        document.unreadable = reader.problems;
        Ok(ImportFiles { document, paths: reader.files })
    }
}

/// Adds the rows of a file. Those of the first are not copied: there may be millions.
fn append<T>(rows: &mut Vec<T>, mut more: Vec<T>) {
    match rows.is_empty() {
        true => *rows = more,
        false => rows.append(&mut more),
    }
}

impl RuleFlags {
    fn rules(&self) -> Rules {
        let existing_users = match (self.only_new_users, self.yes) {
            (true, _) => ExistingUsers::Nobody,
            (false, true) => ExistingUsers::All,
            (false, false) => ExistingUsers::NotSelfRegisteredOr(Vec::new()),
        };
        Rules {
            built_in: self.built_in.clone(),
            existing_only: self.existing_only.iter().flat_map(|kind| kind.names()).copied().collect(),
            existing_users,
            mode: if self.dry_run { ImportMode::DryRun } else { ImportMode::Apply },
            reason: self.reason.clone(),
        }
    }
}

impl Kind {
    fn names(self) -> &'static [NameKind] {
        match self {
            Self::Users => &[NameKind::Users],
            Self::Roles => &[NameKind::Roles],
            Self::Permissions => &[NameKind::Permissions],
            Self::All => &[NameKind::Users, NameKind::Roles, NameKind::Permissions],
        }
    }
}

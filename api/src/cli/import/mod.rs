//! `keyward import`

mod progress;
mod read;

use super::output::{self, grouped};
use crate::config::Settings;
use crate::startup::{self, App, describe};
use anyhow::Result;
use clap::Args;
use progress::Reporter;
use service::import::{Document, Outcome, Problem, Summary, apply};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const DETAILS: &str = "\
Each file is CSV in UTF-8 with a header line, plain or gzip'd; columns are found by name, others are passed over:
  --roles             role, and optionally description
  --user-roles        user, role
  --role-permissions  role, permission
  --role-hierarchy    senior, junior (the senior role has everything the junior role has)
  --user-permissions  user, permission

Users, roles and permissions that are new are created, users without a password and without roles of their own.
What is there already stays as it is. All of it is applied or, if anything is wrong, none of it.

Example:
  keyward import --user-roles user_roles.csv.gz --role-permissions role_permissions.csv.gz";

/// Most problems that are printed.
const MAX_PROBLEMS: usize = 100;

#[derive(Args, Debug)]
#[command(after_help = DETAILS)]
#[group(required = true, multiple = true)]
pub(super) struct Arguments {
    /// Roles, with their descriptions
    #[arg(long, value_name = "FILE")]
    roles: Vec<PathBuf>,
    /// Roles assigned to users
    #[arg(long, value_name = "FILE")]
    user_roles: Vec<PathBuf>,
    /// Permissions granted to roles
    #[arg(long, value_name = "FILE")]
    role_permissions: Vec<PathBuf>,
    /// Roles that inherit from roles
    #[arg(long, value_name = "FILE")]
    role_hierarchy: Vec<PathBuf>,
    /// Permissions granted to users directly
    #[arg(long, value_name = "FILE")]
    user_permissions: Vec<PathBuf>,
}

/// Reads the files, applies them and prints what that did, or everything that is wrong with them.
pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode> {
    let (document, files) = arguments.read()?;
    let app = App::build(settings).await?;
    let reporter = Reporter::new();
    let outcome = apply(app.service(), &startup::operator(), document, &|step| reporter.show(step)).await;
    reporter.finish();
    match outcome.map_err(|error| describe(&error))? {
        Outcome::Rejected(problems) => Ok(reject(&files, &problems)),
        Outcome::Applied(summary) => {
            output::print(in_words(&summary))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

impl Arguments {
    /// The document, and the files in the order in which it counts them.
    fn read(&self) -> Result<(Document, Vec<&Path>)> {
        let mut document = Document::default();
        let mut reader = read::Reader::default();
        for path in &self.roles {
            document.roles.extend(reader.described(path, "role", "description")?);
        }
        for path in &self.user_roles {
            document.user_roles.extend(reader.pairs(path, ["user", "role"])?);
        }
        for path in &self.role_permissions {
            document.role_permissions.extend(reader.pairs(path, ["role", "permission"])?);
        }
        for path in &self.role_hierarchy {
            document.role_hierarchy.extend(reader.pairs(path, ["senior", "junior"])?);
        }
        for path in &self.user_permissions {
            document.user_permissions.extend(reader.pairs(path, ["user", "permission"])?);
        }
        document.unreadable = reader.problems;
        Ok((document, reader.files))
    }
}

/// Prints what is wrong, as compilers do.
fn reject(files: &[&Path], problems: &[Problem]) -> ExitCode {
    for Problem { file, line, message } in problems.iter().take(MAX_PROBLEMS) {
        let path = files.get(*file).map_or_else(String::new, |path| path.display().to_string());
        eprintln!("{path}:{line}: {}", startup::flat(message));
    }
    if problems.len() > MAX_PROBLEMS {
        eprintln!("… and {} more", grouped(problems.len() - MAX_PROBLEMS));
    }
    let count = grouped(problems.len());
    let noun = if problems.len() == 1 { "problem" } else { "problems" };
    eprintln!("error: nothing was imported because of {count} {noun}: mend the files and run this again");
    ExitCode::FAILURE
}

fn in_words(summary: &Summary) -> String {
    let Summary { users, roles, permissions, user_roles, role_permissions, role_hierarchy, user_permissions } =
        *summary;
    let counts = [
        (users, "users"),
        (roles, "roles"),
        (permissions, "permissions"),
        (user_roles, "roles of users"),
        (role_permissions, "permissions of roles"),
        (role_hierarchy, "inheritances"),
        (user_permissions, "permissions of users"),
    ];
    let new: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| format!("{} {noun}", grouped(*count)))
        .collect();
    if new.is_empty() {
        return "nothing to do: everything is there already".to_owned();
    }
    format!("imported {}", new.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_names_only_what_is_new() {
        let summary = Summary { users: 3485, role_permissions: 91_184, ..Summary::default() };
        assert_eq!(in_words(&summary), "imported 3,485 users, 91,184 permissions of roles");
        assert_eq!(in_words(&Summary::default()), "nothing to do: everything is there already");
    }
}

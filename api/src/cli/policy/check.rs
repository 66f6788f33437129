//! `keyward policy check`

use super::case::{Case, Check};
use super::lines::{Line, Lines};
use crate::cli::output::{self, grouped};
use crate::startup::flat;
use anyhow::{Context, Result, anyhow};
use clap::Args;
use engine::case::{ConsistentModel, Model};
use std::fmt::{self, Display};
use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const DETAILS: &str = r#"One JSON object per line: a model, and checks with their expected decisions:

  {"model": {"users": ["ana"], "roles": ["boss", "clerk"], "permissions": ["pay"],
             "user_roles": [["ana", "boss"]], "role_permissions": [["clerk", "pay"]],
             "role_hierarchy": [["boss", "clerk"]]},
   "checks": [{"user": "ana", "permission": "pay", "expect": true}]}

(in one line; wrapped here). Names are any text. Keys of a model, empty when omitted:
  users, roles, permissions   names
  user_roles                  [user, role]
  role_permissions            [role, permission]
  role_hierarchy              [senior, junior]: the senior role inherits the permissions of the junior role
  user_permissions            [user, permission]: granted directly
  ssd, dsd                    {"name": …, "roles": […], "cardinality": n}: no user (ssd), or no session (dsd), has n of
                              these roles

Each check is decided for a session with the default active roles. An unknown user or permission is denied. An invalid
model is a mismatch: a cycle of roles, a separation-of-duty set that a user or a role violates, a name that is not
listed. To expect it, write "refused": "<the printed reason>". Nothing is stored, and no installation is needed.

Prints every mismatch with its line, then their number. The exit code is 0 without mismatches, and 1 with mismatches or
when a file cannot be read.

Example:
  keyward policy check cases.jsonl more-cases.jsonl"#;

#[derive(Args, Debug)]
#[command(after_help = DETAILS)]
pub(in crate::cli) struct Arguments {
    /// Files of cases; `-` for standard input
    #[arg(required = true, value_name = "FILE.jsonl")]
    files: Vec<PathBuf>,
}

/// Counts of the cases so far.
#[derive(Debug, Default)]
struct Tally {
    models: usize,
    checks: usize,
    mismatches: usize,
}

/// Runs the checks of each file and prints the mismatches.
pub(super) fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut tally = Tally::default();
    for path in &arguments.files {
        check(path, &mut tally)?;
    }
    output::print(&tally)?;
    Ok(if tally.mismatches == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn check(path: &Path, tally: &mut Tally) -> Result<()> {
    let is_stdin = path == Path::new("-");
    let shown = if is_stdin { "standard input".to_owned() } else { path.display().to_string() };
    let input: Box<dyn BufRead> = match is_stdin {
        true => Box::new(stdin().lock()),
        false => Box::new(BufReader::new(File::open(path).with_context(|| format!("cannot open {shown}"))?)),
    };
    let mut lines = Lines::new(input);
    loop {
        let Some(Line { number, text }) = lines.next().with_context(|| format!("cannot read {shown}"))? else {
            return Ok(());
        };
        let case = Case::parse(text).map_err(|fault| anyhow!("{shown}:{number}: {fault}"))?;
        for mismatch in tally.run(case) {
            output::print(format_args!("{shown}:{number}: {mismatch}"))?;
        }
    }
}

impl Tally {
    /// Runs the checks of a case, counts them and returns the mismatches.
    fn run(&mut self, Case { model, checks, refused }: Case) -> Vec<String> {
        self.models += 1;
        let mismatches = match (Model::from(model).build(), refused) {
            (Ok(world), None) => {
                self.checks += checks.len();
                checks.iter().filter_map(|check| mismatch(&world, check)).collect()
            }
            (Ok(_), Some(_)) => vec!["the model was expected to be refused, and is not".to_owned()],
            (Err(fault), refused) => {
                let reason = fault.to_string();
                let expected = refused.as_ref().map(|refused| format!(" (expected: {})", flat(refused)));
                let is_expected = refused.is_some_and(|refused| refused == reason);
                let mismatch = || format!("the model is refused: {}{}", flat(&reason), expected.unwrap_or_default());
                Vec::from_iter((!is_expected).then(mismatch))
            }
        };
        self.mismatches += mismatches.len();
        mismatches
    }
}

/// The mismatch of a check, if any.
fn mismatch(world: &ConsistentModel, Check { user, permission, expect }: &Check) -> Option<String> {
    let got = world.allows(user, permission);
    // Quoted and escaped, so that names cannot hold terminal escape sequences.
    (got != *expect).then(|| format!("user {user:?}, permission {permission:?}: expected {expect}, got {got}"))
}

impl Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { models, checks, mismatches } = *self;
        let noun = if mismatches == 1 { "mismatch" } else { "mismatches" };
        write!(f, "{} {noun} (models: {}, checks: {})", grouped(mismatches), grouped(models), grouped(checks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(line: &str) -> (Vec<String>, String) {
        let mut tally = Tally::default();
        let mismatches = tally.run(Case::parse(line.as_bytes()).expect("a case"));
        (mismatches, tally.to_string())
    }

    #[test]
    fn decisions_are_compared_one_by_one() {
        let line = r#"{"model": {"users": ["a\u001b"], "permissions": ["p"], "user_permissions": [["a\u001b", "p"]]},
            "checks": [{"user": "a\u001b", "permission": "p", "expect": true},
                       {"user": "a\u001b", "permission": "p", "expect": false},
                       {"user": "nobody", "permission": "nothing", "expect": true}]}"#;
        let lines = [
            r#"user "a\u{1b}", permission "p": expected false, got true"#,
            r#"user "nobody", permission "nothing": expected true, got false"#,
        ];
        assert_eq!(judged(line), (lines.map(str::to_owned).to_vec(), "2 mismatches (models: 1, checks: 3)".to_owned()));
    }

    #[test]
    fn a_refusal_is_a_mismatch_unless_it_is_the_one_expected() {
        let cycle =
            |rest: &str| judged(&format!(r#"{{"model": {{"roles": ["a"], "role_hierarchy": [["a", "a"]]}}{rest}}}"#)).0;
        let reason = "the role hierarchy has a cycle: a > a";
        assert_eq!(cycle(""), [format!("the model is refused: {reason}")]);
        assert_eq!(cycle(&format!(r#", "refused": "{reason}""#)), [""; 0]);
        let other = cycle(r#", "refused": "another""#);
        assert_eq!(other, [format!("the model is refused: {reason} (expected: another)")]);
        let fine = judged(r#"{"model": {}, "refused": "why"}"#);
        assert_eq!(fine.0, ["the model was expected to be refused, and is not"]);
        assert_eq!(fine.1, "1 mismatch (models: 1, checks: 0)");
    }
}

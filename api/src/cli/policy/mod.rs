//! `keyward policy check`

mod case;
mod lines;

use super::output::{self, grouped};
use crate::startup::flat;
use anyhow::{Context, Result, anyhow};
use case::{Case, Check};
use clap::Subcommand;
use engine::case::{Model, World};
use lines::Lines;
use std::fmt::{self, Display};
use std::fs::File;
use std::io::{BufRead, BufReader, stdin};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const DETAILS: &str = r#"One JSON object a line: a model, and questions with the answers expected of it:

  {"model": {"users": ["ana"], "roles": ["boss", "clerk"], "permissions": ["pay"],
             "user_roles": [["ana", "boss"]], "role_permissions": [["clerk", "pay"]],
             "role_hierarchy": [["boss", "clerk"]]},
   "checks": [{"user": "ana", "permission": "pay", "expect": true}]}

(in one line; it is broken here to be read). Names are any text. What is left out of a model is empty; it may hold:
  users, roles, permissions   names
  user_roles                  [user, role]
  role_permissions            [role, permission]
  role_hierarchy              [senior, junior]: the senior role has everything that the junior one has
  user_permissions            [user, permission]: granted directly
  ssd, dsd                    {"name": …, "roles": […], "cardinality": n}: no user (ssd), or no session (dsd), has n of
                              these roles

Each check is answered as for a session opened without a choice of roles. A user or permission that the model lacks
is answered false. A model that could not come about is a mismatch: roles that inherit from each other, a set that a
user or a single role breaks, a name that is not listed. Where that is what is expected, say so with
"refused": "<the reason as it is printed>". Nothing is stored, and no installation is needed.

Every mismatch is printed with its line, then how many there are. Ends with 0 when there is none, and with 1 when
there are some or a file cannot be read.

Example:
  keyward policy check cases.jsonl more-cases.jsonl"#;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Ask questions of models in files, and compare the answers with those expected
    #[command(after_help = DETAILS)]
    Check {
        /// Files of cases; `-` for standard input
        #[arg(required = true, value_name = "FILE.jsonl")]
        files: Vec<PathBuf>,
    },
}

/// What came of the cases so far.
#[derive(Debug, Default)]
struct Tally {
    models: usize,
    checks: usize,
    mismatches: usize,
}

/// Answers the questions of each file, and prints what came out otherwise than expected.
pub(super) fn run(command: &Command) -> Result<ExitCode> {
    let Command::Check { files } = command;
    let mut tally = Tally::default();
    for path in files {
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
        let Some((number, line)) = lines.next().with_context(|| format!("cannot read {shown}"))? else { return Ok(()) };
        let case = Case::parse(line).map_err(|fault| anyhow!("{shown}:{number}: {fault}"))?;
        for mismatch in tally.judge(case) {
            output::print(format_args!("{shown}:{number}: {mismatch}"))?;
        }
    }
}

impl Tally {
    /// Asks a case's questions, counts, and says what came out otherwise than expected.
    fn judge(&mut self, Case { model, checks, refused }: Case) -> Vec<String> {
        self.models += 1;
        let mismatches = match (Model::from(model).build(), refused) {
            (Ok(world), None) => {
                self.checks += checks.len();
                checks.iter().filter_map(|check| wrong(&world, check)).collect()
            }
            (Ok(_), Some(_)) => vec!["the model was expected to be refused, and is not".to_owned()],
            (Err(fault), refused) => {
                let told = fault.to_string();
                let expected = refused.as_ref().map(|refused| format!(" (expected: {})", flat(refused)));
                let is_expected = refused.is_some_and(|refused| refused == told);
                let mismatch = || format!("the model is refused: {}{}", flat(&told), expected.unwrap_or_default());
                Vec::from_iter((!is_expected).then(mismatch))
            }
        };
        self.mismatches += mismatches.len();
        mismatches
    }
}

/// What is wrong with the answer to a question, if anything.
fn wrong(world: &World, Check { user, permission, expect }: &Check) -> Option<String> {
    let got = world.allows(user, permission);
    // Quoted as in the file, so that no name moves a cursor or looks like another.
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
        let mismatches = tally.judge(Case::parse(line.as_bytes()).expect("a case"));
        (mismatches, tally.to_string())
    }

    #[test]
    fn answers_are_compared_one_by_one() {
        let line = r#"{"model": {"users": ["a\u001b"], "permissions": ["p"], "user_permissions": [["a\u001b", "p"]]},
            "checks": [{"user": "a\u001b", "permission": "p", "expect": true},
                       {"user": "a\u001b", "permission": "p", "expect": false},
                       {"user": "nobody", "permission": "nothing", "expect": true}]}"#;
        let told = [
            r#"user "a\u{1b}", permission "p": expected false, got true"#,
            r#"user "nobody", permission "nothing": expected true, got false"#,
        ];
        assert_eq!(judged(line), (told.map(str::to_owned).to_vec(), "2 mismatches (models: 1, checks: 3)".to_owned()));
    }

    #[test]
    fn a_refusal_is_a_mismatch_unless_it_is_the_one_expected() {
        let circle =
            |rest: &str| judged(&format!(r#"{{"model": {{"roles": ["a"], "role_hierarchy": [["a", "a"]]}}{rest}}}"#)).0;
        let reason = "roles inherit from each other in a circle: a > a";
        assert_eq!(circle(""), [format!("the model is refused: {reason}")]);
        assert_eq!(circle(&format!(r#", "refused": "{reason}""#)), [""; 0]);
        let other = circle(r#", "refused": "another""#);
        assert_eq!(other, [format!("the model is refused: {reason} (expected: another)")]);
        let fine = judged(r#"{"model": {}, "refused": "why"}"#);
        assert_eq!(fine.0, ["the model was expected to be refused, and is not"]);
        assert_eq!(fine.1, "1 mismatch (models: 1, checks: 0)");
    }
}

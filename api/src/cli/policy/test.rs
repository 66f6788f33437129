//! `keyward policy test`

use super::source::{FormatFlag, Source, is_stdin};
use crate::cli::output::{self, counted, grouped};
use crate::config::Settings;
use crate::graphql::schema;
use crate::startup::describe;
use anyhow::{Result, anyhow, bail};
use clap::Args;
use service::policy_document::{Assertions, Document, Failure, Limits, Problem, Snapshot};
use service::{Clock as _, SystemClock};
use std::path::PathBuf;
use std::process::ExitCode;

const DETAILS: &str = "\
One assertion a line; `#` begins a comment:

  alice can invoice:read
  bob cannot invoice:approve
  alice holds clerk
  bob does not hold \"Head of IT\"
  role clerk can invoice:read
  role clerk cannot invoice:approve
  no one can invoice:destroy
  no one holds both payer and controller

The assertions are about the current policy and its users or, with `--document`, about a document by itself, with the users
of its `assignments`; that needs no installation. A name that does not exist fails its assertion.

Prints each assertion that fails with its place, then their number. The exit code is 0 when all hold, and 1 when one fails
or a file cannot be read.

Examples:
  keyward policy test assertions.txt
  keyward policy test assertions.txt --document policy.yaml";

#[derive(Args, Debug)]
#[command(after_help = DETAILS)]
pub(in crate::cli) struct Arguments {
    /// Files of assertions; `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Test this document, and not the current policy
    #[arg(long, value_name = "FILE")]
    document: Option<PathBuf>,
    /// Format of the document [default: json for *.json, else yaml]
    #[arg(long, value_enum, requires = "document")]
    format: Option<FormatFlag>,
}

impl Arguments {
    /// Whether the assertions are about the policy of an installation.
    pub(super) fn is_live(&self) -> bool {
        self.document.is_none()
    }

    /// Standard input can be read once only.
    fn check_inputs(&self) -> Result<()> {
        match self.files.iter().chain(&self.document).filter(|path| is_stdin(path)).count() {
            0 | 1 => Ok(()),
            _ => bail!("`-` is there twice: standard input can be read once only"),
        }
    }
}

/// Checks assertions and prints those that fail.
pub(super) async fn run(settings: Option<&Settings>, arguments: &Arguments) -> Result<ExitCode> {
    arguments.check_inputs()?;
    let sources: Vec<Source> = arguments.files.iter().map(|path| Source::read(path)).collect::<Result<_>>()?;
    let Some(files) = parse(&sources) else { return Ok(ExitCode::FAILURE) };
    let holdings = match (&arguments.document, settings) {
        (Some(path), _) => {
            let source = Source::read(path)?;
            match of_document(&source, FormatFlag::of(arguments.format, Some(path)), &files)? {
                Ok(holdings) => holdings,
                Err(problems) => return Ok(refuse(&[(&source, problems)])),
            }
        }
        (None, Some(settings)) => {
            let app = super::open(settings).await?;
            service::policies::holdings(app.service(), &files).await.map_err(|error| describe(&error))?
        }
        (None, None) => bail!("the settings are not loaded"),
    };
    let (mut total, mut failed) = (0, 0);
    for (source, assertions) in sources.iter().zip(&files) {
        total += assertions.all.len();
        for Failure { at, message } in assertions.check(&holdings) {
            failed += 1;
            output::print(source.at(Some(at), &message))?;
        }
    }
    let count = counted(failed, "assertion fails", "assertions fail");
    output::print(format_args!("{count} (of {})", grouped(total)))?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Parses all files; `None` with their problems printed.
fn parse(sources: &[Source]) -> Option<Vec<Assertions>> {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for source in sources {
        match Assertions::parse(&source.text) {
            Ok(assertions) => files.push(assertions),
            Err(found) => problems.push((source, found)),
        }
    }
    if problems.is_empty() {
        return Some(files);
    }
    refuse(&problems);
    None
}

/// A document as a policy with users.
///
/// # Errors
/// One line when assertions are about users and the document is not; the inner ones are those of the document.
fn of_document(
    source: &Source,
    format: service::policy_document::Format,
    assertions: &[Assertions],
) -> Result<std::result::Result<Snapshot, Vec<Problem>>> {
    let schemas = schema::build().map_err(|error| anyhow!("the schema lacks a guard: {error}"))?;
    let document = match Document::parse(&source.text, format, Limits::FILE) {
        Ok(document) => document,
        Err(problems) => return Ok(Err(problems)),
    };
    let concern_users = |file: &Assertions| file.concern_everyone() || file.usernames().next().is_some();
    if document.assignments.is_none() && assertions.iter().any(concern_users) {
        bail!(
            "{} has no `assignments`, which assertions about users need: export it with `--assignments`, or test roles only",
            source.name
        );
    }
    Ok(Snapshot::of_document(&document, &schemas.system_permissions(), SystemClock.now()))
}

/// Prints problems on standard error.
fn refuse(problems: &[(&Source, Vec<Problem>)]) -> ExitCode {
    let mut count = 0;
    for (source, problems) in problems {
        count += problems.len();
        problems.iter().for_each(|problem| eprintln!("{}", source.at(problem.at, &problem.message)));
    }
    let count = counted(count, "problem", "problems");
    eprintln!("error: nothing was tested because of {count}: correct the files and test them again");
    ExitCode::FAILURE
}

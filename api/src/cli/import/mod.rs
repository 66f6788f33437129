//! `keyward import`

mod arguments;
mod columns;
mod fields;
mod progress;
mod read;
mod records;
#[cfg(test)]
mod sample;
mod summary;
mod unpack;

pub(super) use arguments::Arguments;

use super::consent;
use super::output::{self, counted, grouped};
use crate::config::Settings;
use crate::startup::{self, App, describe};
use anyhow::{Result, bail};
use arguments::ImportFiles;
use progress::Reporter;
use service::import::{Document, ExistingUsers, ImportOutcome, Problem, Problems, Progress, Report, apply};
use std::path::Path;
use std::process::ExitCode;

/// The names in a file do not tell who signed up with them: anyone who guesses a name in a file before the import can.
const QUESTION: &str = "Give it to users who signed up by themselves?";

/// Reads and applies the files, and prints a summary or the problems.
pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode> {
    let ImportFiles { document, paths } = arguments.read()?;
    if let Some(folder) = output::new_database_folder(settings) {
        if arguments.is_dry_run() {
            bail!(
                "there is no database in {folder}, and a dry run makes none: run `keyward migrate` first, or name another folder with `--data-dir`"
            );
        }
        output::announce_database(&folder);
    }
    let app = App::build(settings, None).await?;
    match import(&app, document).await? {
        ImportOutcome::Rejected(problems) => Ok(report_problems(&paths, problems)),
        ImportOutcome::Unconfirmed { report, .. } => {
            let users = counted(report.self_registered().count(), "user", "users");
            bail!(
                "nothing was imported: {users} who signed up would be given roles or permissions: agree with `--yes`, or leave \
                 them out of the files"
            )
        }
        ImportOutcome::Applied(report) => print(&summary::counts("imported", &report.summary), &report),
        ImportOutcome::Applicable { report, impact } => {
            let code = print(&summary::counts("would import", &report.summary), &report)?;
            output::print(summary::impact(&impact))?;
            Ok(code)
        }
    }
}

/// Applies a document. Asks before it gives anything to users who signed up by themselves, and again when there are more
/// of them once the answer is there.
async fn import(app: &App, mut document: Document) -> Result<ImportOutcome> {
    let reporter = Reporter::new();
    let show = |progress: Progress<'_>| match progress {
        Progress::Planned(report) => print_matched(report),
        Progress::Written { step, done, total } => reporter.show(step, done, total),
    };
    loop {
        let outcome = apply(app.service(), &startup::operator(), document, &show).await;
        reporter.finish();
        match outcome.map_err(|error| describe(&error))? {
            ImportOutcome::Unconfirmed { report, document: asked } => {
                print_matched(&report);
                if consent::ask(QUESTION)? != Some(true) {
                    return Ok(ImportOutcome::Unconfirmed { report, document: asked });
                }
                document = *asked;
                let confirmed = report.self_registered().map(|user| user.user).collect();
                document.rules.existing_users = ExistingUsers::NotSelfRegisteredOr(confirmed);
            }
            done => return Ok(done),
        }
    }
}

fn print_matched(report: &Report) {
    summary::matched(report).iter().for_each(|block| eprintln!("{block}"));
}

fn print(counts: &str, report: &Report) -> Result<ExitCode> {
    output::print(counts)?;
    summary::details(report).iter().try_for_each(output::print)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints problems as `file:line: message`.
fn report_problems(paths: &[&Path], problems: Problems) -> ExitCode {
    let total = problems.total();
    let first = problems.into_first();
    for Problem { file, line, message } in &first {
        let path = paths.get(*file).map_or_else(String::new, |path| path.display().to_string());
        eprintln!("{path}:{line}: {}", startup::flat(message));
    }
    if total > first.len() {
        eprintln!("… and {} more", grouped(total - first.len()));
    }
    let noun = if total == 1 { "problem" } else { "problems" };
    let count = grouped(total);
    eprintln!("error: nothing was imported because of {count} {noun}: correct the files and run the import again");
    ExitCode::FAILURE
}

//! `keyward policy plan`

use super::document::{DocumentArguments, NamedDocument};
use super::report::{self, Names};
use crate::cli::output;
use crate::config::Settings;
use crate::startup::{self, describe};
use anyhow::Result;
use clap::Args;
use std::process::ExitCode;

/// Exit code of a plan with changes.
const CHANGES: u8 = 2;

const DETAILS: &str = "\
Nothing is changed. The hash of the plan makes `keyward policy apply --plan-hash` apply exactly what was shown.

Exit codes:
  0  nothing would change
  1  the document cannot be applied, or the command failed; all problems are on standard error
  2  there are changes; also, with an empty standard output, an invalid command line

Examples:
  keyward policy plan policy.yaml --mode replace
  keyward policy plan policy.yaml --json | jq -r .hash";

#[derive(Args, Debug)]
#[command(after_help = DETAILS)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    document: DocumentArguments,
    /// Print the plan as JSON, with its blockers
    #[arg(long)]
    json: bool,
}

/// Prints what the document would change.
pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode> {
    let NamedDocument { source, input } = arguments.document.read()?;
    let app = super::open(settings).await?;
    let plan = service::policies::plan(app.service(), &startup::operator(), input).await;
    let plan = plan.map_err(|error| describe(&error))?;
    let names = Names::read(app.service(), &plan.impact).await?;
    if arguments.json {
        output::print(serde_json::to_string_pretty(&report::json(&plan, &names))?)?;
    } else if plan.is_empty() || !plan.changes.is_empty() {
        output::print(report::words(&plan, &names))?;
    }
    if !plan.is_applicable() {
        return Ok(report::refuse(&source, &plan.blockers, "the document cannot be applied"));
    }
    Ok(if plan.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(CHANGES) })
}

//! `keyward policy export`

use super::source::{FormatFlag, is_stdin};
use crate::cli::output;
use crate::config::Settings;
use crate::startup::describe;
use anyhow::{Context, Result};
use clap::Args;
use service::policies::{Assignments, Export};
use std::path::PathBuf;
use std::process::ExitCode;

const DETAILS: &str = "\
The text is canonical: the same policy has the same text. `keyward policy plan` with it finds nothing to change.

Examples:
  keyward policy export --output policy.yaml
  keyward policy export --assignments --format json | jq .assignments";

#[derive(Args, Debug)]
#[command(after_help = DETAILS)]
pub(in crate::cli) struct Arguments {
    /// Format of the document [default: json for an output *.json, else yaml]
    #[arg(long, value_enum)]
    format: Option<FormatFlag>,
    /// Include the roles and direct grants of users
    #[arg(long)]
    assignments: bool,
    /// File to write, in place of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Prints the policy, or writes it to a file.
pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode> {
    let app = super::open(settings).await?;
    let output = arguments.output.as_deref().filter(|path| !is_stdin(path));
    let format = FormatFlag::of(arguments.format, output);
    let assignments = if arguments.assignments { Assignments::Included } else { Assignments::LeftOut };
    let exported = service::policies::export(app.service(), &crate::startup::operator(), format, assignments).await;
    let Export { content, revision } = exported.map_err(|error| describe(&error))?;
    match output {
        None => output::print(content.trim_end())?,
        Some(path) => {
            let name = path.display();
            std::fs::write(path, content).with_context(|| format!("cannot write {name}"))?;
            eprintln!("wrote {name}: the policy at revision {revision}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

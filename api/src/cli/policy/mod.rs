//! `keyward policy`

mod apply;
mod case;
mod check;
mod document;
mod export;
mod lines;
mod plan;
mod report;
mod source;
mod test;

use super::output;
use crate::config::{LoadedSettings, Settings};
use crate::startup::App;
use anyhow::{Result, anyhow, bail};
use clap::Subcommand;
use std::process::ExitCode;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print the policy as a document
    Export(export::Arguments),
    /// Print what a document would change, and for whom
    Plan(plan::Arguments),
    /// Change the policy as a document says
    Apply(apply::Arguments),
    /// Check assertions about who can do what
    Test(test::Arguments),
    /// Print the JSON Schema of documents
    Schema,
    /// Compare the decisions of models in files with the expected ones
    Check(check::Arguments),
}

impl Command {
    /// Whether it concerns an installation, and not files only.
    pub(super) fn needs_settings(&self) -> bool {
        match self {
            Self::Export(_) | Self::Plan(_) | Self::Apply(_) => true,
            Self::Test(arguments) => arguments.is_live(),
            Self::Schema | Self::Check(_) => false,
        }
    }
}

/// Runs a command. Those that need settings have them.
pub(super) async fn run(command: &Command, loaded: Option<&LoadedSettings>) -> Result<ExitCode> {
    let settings = || loaded.map(|loaded| &loaded.settings).ok_or_else(|| anyhow!("the settings are not loaded"));
    match command {
        Command::Export(arguments) => export::run(settings()?, arguments).await,
        Command::Plan(arguments) => plan::run(settings()?, arguments).await,
        Command::Apply(arguments) => apply::run(settings()?, arguments).await,
        Command::Test(arguments) => test::run(loaded.map(|loaded| &loaded.settings), arguments).await,
        Command::Schema => {
            output::print(service::policy_document::SCHEMA.trim_end())?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Check(arguments) => check::run(arguments),
    }
}

/// Opens an installation that exists already.
async fn open(settings: &Settings) -> Result<App> {
    if let Some(folder) = output::new_database_folder(settings) {
        bail!("there is no database in {folder}: `--data-dir` names another folder");
    }
    App::build(settings, None).await
}

//! `keyward migrate`

use super::output;
use crate::config::Settings;
use crate::startup;
use anyhow::Result;
use std::process::ExitCode;

/// Migrates the database and prints the applied migrations.
pub(super) async fn run(settings: &Settings) -> Result<ExitCode> {
    let applied = startup::migrate(settings).await?;
    if applied.is_empty() {
        output::print("nothing to do: the database is up to date")?;
    }
    for migration in applied {
        output::print(format_args!("applied {migration}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

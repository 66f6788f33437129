//! `keyward status`

use super::output::{self, grouped};
use crate::config::Settings;
use crate::startup;
use anyhow::{Result, bail};
use service::status::{TableSize, table_sizes};
use std::process::ExitCode;

/// Prints the version, the database, the state of its schema and the size of each table. It changes nothing.
pub(super) async fn run(settings: &Settings) -> Result<ExitCode> {
    if let Some(folder) = output::new_database_folder(settings) {
        bail!("there is no database in {folder}: `--data-dir` names another folder");
    }
    let (database, pending) = startup::inspect(settings).await?;
    let place = match settings.database.url {
        None => settings.database_file().display().to_string(),
        Some(_) => "the server of `database.url`".to_owned(),
    };
    let schema = match pending.as_slice() {
        [] => "up to date".to_owned(),
        pending => format!("{} migrations pending: run `keyward migrate`", pending.len()),
    };
    output::print(format_args!("version   {}", env!("CARGO_PKG_VERSION")))?;
    output::print(format_args!("database  {place}"))?;
    output::print(format_args!("schema    {schema}\n"))?;
    output::print(format_args!("{:<24}{:>16}{:>20}", "table", "rows", "bytes"))?;
    let tables = table_sizes(&database).await.map_err(|error| startup::describe(&error))?;
    for TableSize { name, rows, bytes } in tables {
        output::print(format_args!("{name:<24}{:>16}{:>20}", number(rows), number(bytes)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn number(number: u64) -> String {
    grouped(usize::try_from(number).unwrap_or(usize::MAX))
}

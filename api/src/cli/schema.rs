//! `keyward schema`

use super::output;
use crate::graphql::schema;
use anyhow::{Result, anyhow};
use std::process::ExitCode;

/// Prints the published schema.
pub(super) fn run() -> Result<ExitCode> {
    let schemas = schema::build().map_err(|error| anyhow!("the schema lacks a guard: {error}"))?;
    output::print(schemas.sdl().trim_end())?;
    Ok(ExitCode::SUCCESS)
}

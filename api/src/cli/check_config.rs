//! `keyward check-config`

use super::output;
use crate::config::table::SETTINGS;
use crate::config::{LoadedSettings, Source, Value};
use anyhow::Result;
use std::process::ExitCode;

/// Prints every setting with its value and source. Invalid settings were refused before.
pub(super) fn run(loaded: &LoadedSettings) -> Result<ExitCode> {
    let width = SETTINGS.iter().map(|setting| setting.key.len()).max().unwrap_or_default();
    for setting in SETTINGS {
        let value = match (setting.value)(&loaded.settings) {
            Value::Unset => format!("({})", setting.unset),
            value => value.to_string(),
        };
        let source = match loaded.source(setting) {
            Source::Default => "default".to_owned(),
            Source::File(path) => path.display().to_string(),
            Source::Environment => setting.variable.to_owned(),
            Source::CommandLine => setting.flag.unwrap_or(setting.key).to_owned(),
        };
        output::print(format_args!("{:width$} = {value}  [{source}]", setting.key))?;
    }
    Ok(ExitCode::SUCCESS)
}

//! `keyward check-config`

use super::output;
use crate::config::table::SETTINGS;
use crate::config::{Loaded, Origin, Shown};
use anyhow::Result;
use std::process::ExitCode;

/// Prints every setting with its value and where that came from. Settings that are wrong were
/// refused before.
pub(super) fn run(loaded: &Loaded) -> Result<ExitCode> {
    let width = SETTINGS.iter().map(|setting| setting.key.len()).max().unwrap_or_default();
    for setting in SETTINGS {
        let value = match (setting.value)(&loaded.settings) {
            Shown::Unset => format!("({})", setting.unset),
            value => value.to_string(),
        };
        let origin = match loaded.origin(setting) {
            Origin::Default => "default".to_owned(),
            Origin::File(path) => path.display().to_string(),
            Origin::Environment => setting.variable.to_owned(),
            Origin::CommandLine => setting.flag.unwrap_or(setting.key).to_owned(),
        };
        output::print(format_args!("{:width$} = {value}  [{origin}]", setting.key))?;
    }
    Ok(ExitCode::SUCCESS)
}

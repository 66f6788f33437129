//! The configuration file.

use super::environment::CONFIG_FILE;
use super::error::SettingError;
use super::setting::Setting;
use super::table::SETTINGS;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Looked for in the working directory.
const DEFAULT_FILE: &str = "keyward.toml";

/// A configuration file and its values by key. The text is `None` for a value that has no text form, such as a list.
pub(super) struct ConfigFile {
    pub(super) path: PathBuf,
    pub(super) values: Vec<(&'static str, Option<String>)>,
}

/// Reads the named file, or `keyward.toml` where it exists.
///
/// # Errors
/// When the file cannot be read, is not TOML, or names an unknown setting.
pub(super) fn read(named: Option<&Path>, directory: &Path) -> Result<Option<ConfigFile>, SettingError> {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let shown = path.display();
    let text = match std::fs::read_to_string(directory.join(path)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => return Ok(None),
        Err(error) => {
            let remedy = format!("check `--config` or `{CONFIG_FILE}`, and the permissions of the file");
            return Err(SettingError::new(format!("cannot read the configuration file {shown}: {error}: {remedy}")));
        }
    };
    let table = text.parse().map_err(|error: toml::de::Error| {
        let cause = without_excerpt(&error.to_string());
        SettingError::new(format!("the configuration file {shown} is not valid TOML: {cause}"))
    })?;
    let values = values(path, table)?;
    Ok(Some(ConfigFile { path: path.to_owned(), values }))
}

/// Position and cause of a TOML error, without the excerpt of the file, which could hold a secret.
fn without_excerpt(error: &str) -> String {
    let lines = error.lines().map(str::trim).filter(|line| !line.is_empty() && !line.contains('|'));
    lines.collect::<Vec<_>>().join(": ")
}

fn values(path: &Path, table: Table) -> Result<Vec<(&'static str, Option<String>)>, SettingError> {
    let mut values = Vec::new();
    let mut take = |key: &str, value: &Value| match Setting::named(key) {
        Some(setting) => {
            values.push((setting.key, text_form(value)));
            Ok(())
        }
        None => Err(SettingError::unknown(key, &path.display().to_string(), |setting| setting.key)),
    };
    for (key, value) in table {
        match value {
            Value::Table(section) if is_section(&key) => {
                section.iter().try_for_each(|(name, value)| take(&format!("{key}.{name}"), value))?;
            }
            _ if is_section(&key) => {
                let shown = path.display();
                let line = format!("`{key}` in {shown} is a section: write its settings below a line `[{key}]`");
                return Err(SettingError::new(line));
            }
            value => take(&key, &value)?,
        }
    }
    Ok(values)
}

fn is_section(key: &str) -> bool {
    SETTINGS.iter().any(|setting| !setting.section().is_empty() && setting.section() == key)
}

/// The text that [`Setting::set`] parses; `None` for a value without one, such as a list.
pub(super) fn text_form(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Boolean(value) => Some(value.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
    }
}

//! Laying defaults, file, environment and flags over each other, and remembering what came from where.

use super::environment::{CONFIG_FILE, Environment};
use super::error::SettingError;
use super::table::{SETTINGS, Setting};
use super::{Settings, validate};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use toml::{Table, Value};

/// Looked for in the working directory.
const DEFAULT_FILE: &str = "keyward.toml";

/// What the command line sets.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// The settings file.
    pub config_file: Option<PathBuf>,
    /// Settings by key.
    pub values: Vec<(&'static str, String)>,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Not set anywhere.
    Default,
    /// The settings file.
    File(PathBuf),
    /// A variable.
    Environment,
    /// A flag.
    CommandLine,
}

/// Settings with their origins.
#[derive(Debug)]
pub struct Loaded {
    /// The settings, validated.
    pub settings: Settings,
    origins: BTreeMap<&'static str, Origin>,
}

/// Reads the settings of this process.
///
/// # Errors
/// One line that names the setting at fault, its source and the remedy.
pub fn load(flags: &Flags) -> Result<Loaded, SettingError> {
    load_from(flags, std::env::vars_os(), Path::new(""))
}

/// Reads settings as they would be with these variables and this working directory.
///
/// # Errors
/// As [`load`].
pub fn load_from(
    flags: &Flags,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    directory: &Path,
) -> Result<Loaded, SettingError> {
    let environment = Environment::read(variables)?;
    let named = flags.config_file.clone().or_else(|| environment.config_file.as_ref().map(PathBuf::from));
    let mut given = BTreeMap::new();
    if let Some((path, values)) = read_file(named.as_deref(), directory)? {
        given = from_file(&path, values)?;
    }
    for (origin, values) in [(Origin::Environment, environment.values), (Origin::CommandLine, flags.values.clone())] {
        given.extend(values.into_iter().map(|(key, text)| (key, Given { text: Some(text), origin: origin.clone() })));
    }
    let mut settings = Settings::default();
    for (setting, Given { text, origin }) in
        SETTINGS.iter().filter_map(|setting| Some((setting, given.get(setting.key)?)))
    {
        let is_set = text.as_deref().and_then(|text| (setting.set)(&mut settings, text)).is_some();
        if !is_set {
            let shown = text.as_deref().filter(|_| !is_secret(setting));
            return Err(SettingError::not_accepted(setting, origin, shown));
        }
    }
    let origins = given.into_iter().map(|(key, given)| (key, given.origin)).collect();
    let loaded = Loaded { settings, origins };
    validate::validate(&loaded)?;
    Ok(loaded)
}

/// What one source says of a setting.
struct Given {
    /// `None` where there is something that no setting can be, such as a list.
    text: Option<String>,
    origin: Origin,
}

impl Loaded {
    /// Where the value of a setting came from.
    #[must_use]
    pub fn origin(&self, setting: &Setting) -> Origin {
        self.origins.get(setting.key).cloned().unwrap_or(Origin::Default)
    }
}

impl Origin {
    /// How the operator knows the setting there.
    #[must_use]
    pub fn name(&self, setting: &Setting) -> String {
        match self {
            Self::File(path) => format!("`{}` in {}", setting.key, path.display()),
            Self::CommandLine => format!("`{}`", setting.flag.unwrap_or(setting.key)),
            Self::Environment | Self::Default => format!("`{}`", setting.variable),
        }
    }
}

/// Reads the settings file: the one that was named, or `keyward.toml` where it exists.
fn read_file(named: Option<&Path>, directory: &Path) -> Result<Option<(PathBuf, Table)>, SettingError> {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let shown = path.display();
    let text = match std::fs::read_to_string(directory.join(path)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => return Ok(None),
        Err(error) => {
            let remedy = format!("check `--config` or `{CONFIG_FILE}`, and that this user may read the file");
            return Err(SettingError::new(format!("cannot read the settings file {shown}: {error}: {remedy}")));
        }
    };
    let values = text.parse().map_err(|error: toml::de::Error| {
        let what = condensed(&error.to_string());
        SettingError::new(format!("the settings file {shown} is not TOML: {what}"))
    })?;
    Ok(Some((path.to_owned(), values)))
}

/// Where and what, without the picture of the line between them.
fn condensed(error: &str) -> String {
    let picture = |line: &&str| line.contains('|');
    error
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .filter(|line| !picture(line))
        .collect::<Vec<_>>()
        .join(": ")
}

/// The settings that the file at `path` sets, those in sections by `section.name`.
fn from_file(path: &Path, values: Table) -> Result<BTreeMap<&'static str, Given>, SettingError> {
    let mut given = BTreeMap::new();
    let mut take = |key: &str, value: &Value| match Setting::named(key) {
        Some(setting) => {
            given.insert(setting.key, Given { text: literal(value), origin: Origin::File(path.to_owned()) });
            Ok(())
        }
        None => Err(SettingError::unknown(&path.display().to_string(), key, |setting| setting.key)),
    };
    for (key, value) in values {
        match value {
            Value::Table(section) if is_section(&key) => {
                section.iter().try_for_each(|(name, value)| take(&format!("{key}.{name}"), value))?;
            }
            _ if is_section(&key) => {
                return Err(SettingError::new(format!(
                    "`{key}` in the settings file is a section: write `[{key}]` above its settings"
                )));
            }
            value => take(&key, &value)?,
        }
    }
    Ok(given)
}

fn is_section(key: &str) -> bool {
    SETTINGS.iter().any(|setting| setting.key.split_once('.').is_some_and(|(section, _)| section == key))
}

/// May the value not be shown?
fn is_secret(setting: &Setting) -> bool {
    let secrets =
        ["secret", "secret_previous", "password.pepper", "password.pepper_previous", "database.url", "redis.url"];
    secrets.contains(&setting.key)
}

fn literal(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Boolean(on) => Some(on.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Datetime(_) | Value::Array(_) | Value::Table(_) => None,
    }
}

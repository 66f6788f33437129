//! Laying defaults, file, environment and flags over each other, and remembering what came from where.

use super::environment::{CONFIG_FILE, Environment};
use super::error::SettingError;
use super::table::Setting;
use super::{Settings, validate};
use figment::error::Kind;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Looked for in the working directory.
const DEFAULT_FILE: &str = "keyward.toml";
const ENVIRONMENT: &str = "environment";
const COMMAND_LINE: &str = "command line";

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
    figment: Figment,
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
    let mut figment = Figment::new();
    if let Some((path, values)) = read_file(named.as_deref(), directory)? {
        figment = figment.merge(Layer { metadata: Metadata::from("file", path.as_path()), values });
    }
    let layer = |name, values: &[(&str, String)]| Layer { metadata: Metadata::named(name), values: nested(values) };
    figment = figment.merge(layer(ENVIRONMENT, &environment.values)).merge(layer(COMMAND_LINE, &flags.values));

    let settings = figment.extract_lossy().map_err(|error| explain(&figment, error))?;
    let loaded = Loaded { settings, figment };
    validate::validate(&loaded)?;
    Ok(loaded)
}

impl Loaded {
    /// Where the value of a setting came from.
    #[must_use]
    pub fn origin(&self, setting: &Setting) -> Origin {
        origin(&self.figment, setting.key)
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

/// One source of values.
struct Layer {
    metadata: Metadata,
    values: Dict,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        self.metadata.clone()
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

/// Reads the settings file: the one that was named, or `keyward.toml` where it exists.
fn read_file(named: Option<&Path>, directory: &Path) -> Result<Option<(PathBuf, Dict)>, SettingError> {
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
    let values = Toml::from_str(&text).map_err(|error| {
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

/// Puts `section.name` keys into their sections.
fn nested(values: &[(&str, String)]) -> Dict {
    let mut dict = Dict::new();
    for (key, value) in values {
        let value = Value::from(value.as_str());
        match key.split_once('.') {
            None => {
                dict.insert((*key).to_owned(), value);
            }
            Some((section, name)) => {
                let section = dict.entry(section.to_owned()).or_insert_with(|| Value::from(Dict::new()));
                if let Value::Dict(_, section) = section {
                    section.insert(name.to_owned(), value);
                }
            }
        }
    }
    dict
}

fn origin(figment: &Figment, key: &str) -> Origin {
    let Some(metadata) = figment.find_metadata(key) else { return Origin::Default };
    match (metadata.source.as_ref().and_then(figment::Source::file_path), metadata.name.as_ref()) {
        (Some(path), _) => Origin::File(path.to_owned()),
        (None, COMMAND_LINE) => Origin::CommandLine,
        (None, _) => Origin::Environment,
    }
}

/// One line for a value of the wrong type or a key that is no setting.
fn explain(figment: &Figment, error: figment::Error) -> SettingError {
    let Some(error) = error.into_iter().next() else { return SettingError::new("the settings cannot be read") };
    let key = error.path.join(".");
    if let Kind::UnknownField(..) = &error.kind {
        let file = error.metadata.as_ref().and_then(|m| m.source.as_ref()).and_then(figment::Source::file_path);
        let place = file.map_or_else(|| "the settings file".to_owned(), |file| file.display().to_string());
        return SettingError::unknown(&place, &key, |setting| setting.key);
    }
    let Some(setting) = Setting::named(&key) else {
        return SettingError::new(format!(
            "`{key}` in the settings file is a section: write `[{key}]` above its settings"
        ));
    };
    let value = figment.find_value(&key).ok().filter(|_| !is_secret(setting)).and_then(|value| literal(&value));
    SettingError::not_accepted(setting, &origin(figment, &key), value.as_deref())
}

/// May the value not be shown?
fn is_secret(setting: &Setting) -> bool {
    let secrets =
        ["secret", "secret_previous", "password.pepper", "password.pepper_previous", "database.url", "redis.url"];
    secrets.contains(&setting.key)
}

fn literal(value: &Value) -> Option<String> {
    match value {
        Value::String(_, text) => Some(text.clone()),
        Value::Bool(_, on) => Some(on.to_string()),
        Value::Num(_, number) => number
            .to_i128()
            .map(|n| n.to_string())
            .or_else(|| number.to_u128().map(|n| n.to_string()))
            .or_else(|| number.to_f64().map(|n| n.to_string())),
        Value::Char(..) | Value::Empty(..) | Value::Dict(..) | Value::Array(..) => None,
    }
}

//! Loading settings: defaults, file, environment and flags, each over the one before, with the source of each value.

use super::environment::Environment;
use super::error::SettingError;
use super::file::{self, ConfigFile};
use super::setting::Setting;
use super::table::SETTINGS;
use super::{Settings, validate};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Settings of the command line.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// The configuration file.
    pub config_file: Option<PathBuf>,
    /// Values by key.
    pub values: Vec<(&'static str, String)>,
}

/// The source of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Not set anywhere.
    Default,
    /// The configuration file.
    File(PathBuf),
    /// An environment variable.
    Environment,
    /// A command line flag.
    CommandLine,
}

/// Settings with their sources.
#[derive(Debug)]
pub struct LoadedSettings {
    /// The settings, validated.
    pub settings: Settings,
    sources: BTreeMap<&'static str, Source>,
}

/// Loads the settings of this process.
///
/// # Errors
/// [`SettingError`], in one line: the setting, its source and the remedy.
pub fn load(flags: &Flags) -> Result<LoadedSettings, SettingError> {
    load_from(flags, std::env::vars_os(), Path::new(""))
}

/// Loads settings from these environment variables and this working directory.
///
/// # Errors
/// As [`load`].
pub fn load_from(
    flags: &Flags,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    directory: &Path,
) -> Result<LoadedSettings, SettingError> {
    let environment = Environment::read(variables)?;
    let named = flags.config_file.clone().or_else(|| environment.config_file.as_ref().map(PathBuf::from));
    let mut values = BTreeMap::new();
    if let Some(ConfigFile { path, values: in_file }) = file::read(named.as_deref(), directory)? {
        let source = Source::File(path);
        values.extend(in_file.into_iter().map(|(key, text)| (key, SourcedText { text, source: source.clone() })));
    }
    for (source, set) in [(Source::Environment, environment.values), (Source::CommandLine, flags.values.clone())] {
        values.extend(set.into_iter().map(|(key, text)| {
            let (text, source) = (Some(text), source.clone());
            (key, SourcedText { text, source })
        }));
    }
    let mut settings = Settings::default();
    for setting in SETTINGS {
        let Some(SourcedText { text, source }) = values.get(setting.key) else { continue };
        let is_set = text.as_deref().and_then(|text| (setting.set)(&mut settings, text)).is_some();
        if !is_set {
            let shown = text.as_deref().filter(|_| !setting.is_secret());
            return Err(SettingError::invalid_value(setting, source, shown));
        }
    }
    let sources = values.into_iter().map(|(key, value)| (key, value.source)).collect();
    let loaded = LoadedSettings { settings, sources };
    validate::validate(&loaded)?;
    Ok(loaded)
}

/// A value before it is parsed.
struct SourcedText {
    /// `None` for a TOML value that has no text form, such as a list.
    text: Option<String>,
    source: Source,
}

impl LoadedSettings {
    /// The source of a setting's value.
    #[must_use]
    pub fn source(&self, setting: &Setting) -> Source {
        self.sources.get(setting.key).cloned().unwrap_or(Source::Default)
    }
}

impl Source {
    /// The name of a setting in this source, in backticks.
    #[must_use]
    pub fn name_of(&self, setting: &Setting) -> String {
        match self {
            Self::File(path) => format!("`{}` in {}", setting.key, path.display()),
            Self::CommandLine => format!("`{}`", setting.flag.unwrap_or(setting.key)),
            Self::Environment | Self::Default => format!("`{}`", setting.variable),
        }
    }
}

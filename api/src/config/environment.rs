//! The `KEYWARD_*` environment variables.

use super::error::SettingError;
use super::table::SETTINGS;
use std::ffi::OsString;

/// Names the configuration file; not itself a setting.
pub(super) const CONFIG_FILE: &str = "KEYWARD_CONFIG";
const PREFIX: &str = "KEYWARD_";
/// Prefix of variables for the project's own tests, without [`PREFIX`].
const TESTS: &str = "TEST_";

/// Settings in the environment.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// The configuration file.
    pub(super) config_file: Option<String>,
    /// Values by key.
    pub(super) values: Vec<(&'static str, String)>,
}

impl Environment {
    /// Selects Keyward's variables; an empty one counts as not set.
    ///
    /// # Errors
    /// A variable with Keyward's prefix that is not a setting: most likely a misspelling.
    pub(super) fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, SettingError> {
        let mut environment = Self::default();
        for (name, value) in variables {
            let Some((name, suffix)) = name.to_str().and_then(|name| Some((name, name.strip_prefix(PREFIX)?))) else {
                continue;
            };
            let value = value.into_string().map_err(|_| {
                SettingError::new(format!("the environment variable `{name}` is not UTF-8: set it to UTF-8 text"))
            })?;
            if value.is_empty() || suffix.starts_with(TESTS) || is_service_link(suffix, &value) {
                continue;
            }
            if name == CONFIG_FILE {
                environment.config_file = Some(value);
                continue;
            }
            let setting = SETTINGS.iter().find(|setting| setting.variable == name);
            let setting = setting.ok_or_else(|| SettingError::unknown(name, "the environment", |s| s.variable))?;
            environment.values.push((setting.key, value));
        }
        Ok(environment)
    }
}

/// Kubernetes sets `KEYWARD_SERVICE_HOST`, `KEYWARD_PORT=tcp://…` and the like in every container when a service is
/// called `keyward`.
fn is_service_link(suffix: &str, value: &str) -> bool {
    suffix == "SERVICE_HOST"
        || suffix.starts_with("SERVICE_PORT")
        || (suffix == "PORT" && value.contains("://"))
        || suffix.strip_prefix("PORT_").is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit()))
}

//! The `KEYWARD_*` variables.

use super::error::SettingError;
use super::table::SETTINGS;
use std::ffi::OsString;

/// Names the settings file; not itself a setting.
pub(super) const CONFIG_FILE: &str = "KEYWARD_CONFIG";
const PREFIX: &str = "KEYWARD_";
/// For the project's own tests.
const TESTS: &str = "KEYWARD_TEST_";

/// What the environment says.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// The settings file.
    pub(super) config_file: Option<String>,
    /// Settings by key.
    pub(super) values: Vec<(&'static str, String)>,
}

impl Environment {
    /// Picks our variables out of all; an empty one counts as not set.
    ///
    /// # Errors
    /// A variable with our prefix that is no setting: most likely a typing mistake.
    pub(super) fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, SettingError> {
        let mut environment = Self::default();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
            let value = value.into_string().map_err(|_| SettingError::new(format!("`{name}` is not UTF-8")))?;
            if value.is_empty() || name.starts_with(TESTS) || is_service_link(name, &value) {
                continue;
            }
            if name == CONFIG_FILE {
                environment.config_file = Some(value);
                continue;
            }
            let setting = SETTINGS.iter().find(|setting| setting.variable == name);
            let setting = setting.ok_or_else(|| SettingError::unknown("the environment", name, |s| s.variable))?;
            environment.values.push((setting.key, value));
        }
        Ok(environment)
    }
}

/// Kubernetes puts the address of a service called `keyward` into every container beside it, as
/// `KEYWARD_SERVICE_HOST`, `KEYWARD_PORT=tcp://…` and the like.
fn is_service_link(name: &str, value: &str) -> bool {
    let rest = &name[PREFIX.len()..];
    rest == "SERVICE_HOST"
        || rest.starts_with("SERVICE_PORT")
        || (rest == "PORT" && value.contains("://"))
        || rest.strip_prefix("PORT_").is_some_and(|port| port.starts_with(|c: char| c.is_ascii_digit()))
}

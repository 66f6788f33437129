//! `docs/configuration.md`, generated from the table.

use super::table::SETTINGS;
use super::{Setting, Settings, Value};
use std::fmt::Write as _;

const INTRODUCTION: &str = "\
# Configuration

<!-- Generated from the table of settings in `api/src/config/table.rs`; run scripts/update to renew it. -->

No setting is required: `keyward` runs on an embedded database with safe defaults. Values are taken from these sources,
each over the one before:

1. the defaults below;
2. `keyward.toml` in the working directory, or the file named by `--config` or `KEYWARD_CONFIG`;
3. `KEYWARD_*` environment variables;
4. command line flags.

[`keyward.example.toml`](../keyward.example.toml) is a file with every setting, commented out. `keyward check-config` prints the
values in force and their sources, without secrets. An invalid value, an unknown name in `keyward.toml` and an unknown
`KEYWARD_*` variable are errors. An empty variable counts as not set. The variables that Kubernetes sets for a service called
`keyward` (`KEYWARD_SERVICE_HOST`, `KEYWARD_PORT=tcp://…` and the like) and those that begin with `KEYWARD_TEST_` are ignored.

Durations are written as `250ms`, `30s`, `10m`, `12h` or `30d`, sizes as `19 MiB`. In the file, a setting such as
`session.idle` is written in its section:

```toml
listen = \"0.0.0.0:8080\"
mode = \"production\"

[session]
idle = \"15m\"
```
";

/// The documentation of all settings, in Markdown.
#[must_use]
pub fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut section = None;
    let defaults = Settings::default();
    for setting in SETTINGS {
        if section != Some(setting.section()) {
            let title = match setting.section() {
                "" => "General".to_owned(),
                section => format!("`[{section}]`"),
            };
            let _ = writeln!(page, "\n## {title}\n\n| Setting | Default | Accepts | Description |\n|---|---|---|---|");
            section = Some(setting.section());
        }
        let _ = writeln!(page, "{}", row(setting, &defaults));
    }
    page
}

fn row(setting: &Setting, defaults: &Settings) -> String {
    let default = match (setting.value)(defaults) {
        Value::Unset => setting.unset.to_owned(),
        value => format!("`{value}`"),
    };
    let flag = setting.flag.map_or_else(String::new, |flag| format!(", `{flag}`"));
    let Setting { key, variable, accepts, description, .. } = setting;
    format!("| `{key}`<br>`{variable}`{flag} | {default} | {accepts} | {description} |")
}

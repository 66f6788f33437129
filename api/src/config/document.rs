//! `docs/configuration.md`, written from the table.

use super::table::{SETTINGS, Setting};
use super::{Settings, Shown};
use std::fmt::Write as _;

const INTRODUCTION: &str = "\
# Configuration

<!-- Written from the table of settings in `api/src/config/table.rs`; a test compares. To renew it:
     UPDATE_DOCS=1 cargo test -p api configuration -->

Nothing needs to be set: `keyward` runs on an embedded database with safe defaults. What is set is taken, the later
over the earlier, from

1. the defaults below;
2. `keyward.toml` in the working directory, or the file named by `--config` or `KEYWARD_CONFIG`;
3. `KEYWARD_*` variables of the environment;
4. flags of the command line.

`keyward check-config` prints what holds and where it came from, without secrets. A value that is not accepted, a name in
`keyward.toml` that is no setting and a `KEYWARD_*` variable that is none are errors. An empty variable counts as not set.
The variables that Kubernetes makes for a service called `keyward` (`KEYWARD_SERVICE_HOST`, `KEYWARD_PORT=tcp://…` and the
like) and those that begin with `KEYWARD_TEST_` are passed over.

Durations are written as `250ms`, `30s`, `10m`, `12h` or `30d`, sizes as `19 MiB`. In the file, a setting such as
`session.idle` stands in its section:

```toml
listen = \"0.0.0.0:8080\"
mode = \"production\"

[session]
idle = \"15m\"
```
";

/// The documentation of all settings, in Markdown.
#[must_use]
pub fn markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut section = None;
    let defaults = Settings::default();
    for setting in SETTINGS {
        let name = setting.key.split_once('.').map_or("", |(section, _)| section);
        if section != Some(name) {
            let title = if name.is_empty() { "General".to_owned() } else { format!("`[{name}]`") };
            let _ = writeln!(page, "\n## {title}\n\n| Setting | Default | Accepts | Meaning |\n|---|---|---|---|");
            section = Some(name);
        }
        let _ = writeln!(page, "{}", row(setting, &defaults));
    }
    page
}

fn row(setting: &Setting, defaults: &Settings) -> String {
    let default = match (setting.value)(defaults) {
        Shown::Unset => setting.unset.to_owned(),
        value => format!("`{value}`"),
    };
    let flag = setting.flag.map_or_else(String::new, |flag| format!(", `{flag}`"));
    let Setting { key, variable, accepts, meaning, .. } = setting;
    format!("| `{key}`<br>`{variable}`{flag} | {default} | {accepts} | {meaning} |")
}

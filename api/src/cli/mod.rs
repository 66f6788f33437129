//! The command line. Results are written to standard output, everything else to standard error.

mod admin;
mod check_config;
mod consent;
mod import;
mod keys;
mod migrate;
mod output;
mod policy;
mod schema;
mod serve;
mod status;

use crate::config::{self, Flags, LoadedSettings, LogFormat};
use anyhow::{Result, bail};
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  keyward                            serve on http://127.0.0.1:8080, data in ./keyward-data
  keyward admin create ana           create the first administrator; prompts for a password
  keyward import --user-roles staff.csv.gz --role-permissions grants.csv.gz
  keyward schema > schema.graphql    the API, with the guard of each field
  keyward policy export > policy.yaml
  keyward policy plan policy.yaml    what a changed document would do, and to whom

Settings are read from keyward.toml, KEYWARD_* variables and flags; `keyward check-config` prints them.

Exit codes:
  0  success
  1  refused or failed; one line on standard error says what is wrong and what to do
  2  invalid command line; for `policy plan` also: there are changes";

/// Role-based access control with a GraphQL API.
#[derive(Debug, Parser)]
#[command(name = "keyward", version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    settings: SettingFlags,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Settings")]
struct SettingFlags {
    /// Configuration file [default: keyward.toml, where it exists]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the embedded database [default: ./keyward-data]
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Log level such as `info`, or a list such as `info,service=debug`
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve requests (the default command)
    Serve(serve::Arguments),
    /// Migrate the database; `serve` does so at startup
    Migrate,
    /// Import users, roles, permissions, assignments and grants from CSV files
    Import(import::Arguments),
    /// Create or recover administrators
    #[command(subcommand)]
    Admin(admin::Command),
    /// The policy as code: export, plan, apply and test documents
    #[command(subcommand)]
    Policy(policy::Command),
    /// List, rotate or revoke the keys of access tokens
    #[command(subcommand)]
    Keys(keys::Command),
    /// Print the version, the state of the database and the size of each table
    Status,
    /// Print the GraphQL schema with its guards, or types for its clients
    Schema(schema::Arguments),
    /// Check the settings and print their values and sources, without secrets
    CheckConfig,
}

/// A command with the settings it needs.
#[derive(Debug)]
pub struct Job {
    command: Command,
    settings: Option<LoadedSettings>,
}

impl Cli {
    /// Parses the command line; on `--help` or an error, prints and exits.
    #[must_use]
    pub fn read() -> Self {
        Self::parse()
    }

    /// Loads the settings, where the command needs them.
    ///
    /// # Errors
    /// One line with the setting and the remedy.
    pub fn prepare(self) -> Result<Job> {
        let command = self.command.unwrap_or(Command::Serve(serve::Arguments::default()));
        let settings = match command {
            Command::Schema(ref arguments) if !arguments.reads_database() => None,
            Command::Policy(ref command) if !command.needs_settings() => None,
            _ => Some(config::load(&self.settings.into())?),
        };
        Ok(Job { command, settings })
    }
}

impl From<SettingFlags> for Flags {
    fn from(flags: SettingFlags) -> Self {
        let values = [
            ("data_dir", flags.data_dir.map(|path| path.display().to_string())),
            ("listen", flags.listen.map(|address| address.to_string())),
            ("log.filter", flags.log),
        ];
        let values = values.into_iter().filter_map(|(key, value)| Some((key, value?))).collect();
        Self { config_file: flags.config, values }
    }
}

impl Job {
    /// The log filter.
    #[must_use]
    pub fn log_filter(&self) -> &str {
        let default = match self.command {
            Command::Serve(_) => "info,poem=warn",
            _ => "warn",
        };
        self.settings.as_ref().and_then(|loaded| loaded.settings.log.filter.as_deref()).unwrap_or(default)
    }

    /// The log format.
    #[must_use]
    pub fn log_format(&self) -> LogFormat {
        self.settings.as_ref().map_or(LogFormat::Text, |loaded| loaded.settings.log.format)
    }

    /// Runs the command on a new runtime. It is not generic, so that it is compiled once, with the library.
    ///
    /// # Errors
    /// One line with cause and remedy.
    pub fn run(self) -> Result<ExitCode> {
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.execute())
    }

    /// Announces a new database, which in a wrong working folder looks like success. `import` does so itself, once its files
    /// are read.
    fn announce_database(&self) {
        if let (Command::Admin(_) | Command::Keys(_) | Command::Migrate, Some(loaded)) = (&self.command, &self.settings)
            && let Some(folder) = output::new_database_folder(&loaded.settings)
        {
            output::announce_database(&folder);
        }
    }

    async fn execute(self) -> Result<ExitCode> {
        self.announce_database();
        match (self.command, &self.settings) {
            (Command::Policy(command), loaded) => policy::run(&command, loaded.as_ref()).await,
            (Command::Schema(arguments), loaded) => {
                schema::run(&arguments, loaded.as_ref().map(|loaded| &loaded.settings)).await
            }
            (_, None) => bail!("the settings are missing"),
            (Command::Serve(arguments), Some(loaded)) => serve::run(&loaded.settings, &arguments).await,
            (Command::Migrate, Some(loaded)) => migrate::run(&loaded.settings).await,
            (Command::Import(arguments), Some(loaded)) => import::run(&loaded.settings, &arguments).await,
            (Command::Admin(command), Some(loaded)) => admin::run(&loaded.settings, &command).await,
            (Command::Keys(command), Some(loaded)) => keys::run(&loaded.settings, command).await,
            (Command::Status, Some(loaded)) => status::run(&loaded.settings).await,
            (Command::CheckConfig, Some(loaded)) => check_config::run(loaded),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_are_those_of_the_table() {
        let command = Cli::command();
        let flags = command.get_arguments().filter_map(|argument| argument.get_long()).map(|flag| format!("--{flag}"));
        let flags: Vec<_> =
            flags.filter(|flag| !["--config", "--help", "--version"].contains(&flag.as_str())).collect();
        let mut settings: Vec<_> = config::table::SETTINGS.iter().filter_map(|setting| setting.flag).collect();
        settings.sort_by_key(|flag| flags.iter().position(|known| known == flag));
        assert_eq!(flags, settings);
    }

    #[test]
    fn no_command_means_serve() {
        let cli = Cli::try_parse_from(["keyward", "--listen", "0.0.0.0:80"]).expect("it is a command line");
        assert!(cli.command.is_none());
        let flags = Flags::from(cli.settings);
        assert_eq!(flags.values, [("listen", "0.0.0.0:80".to_owned())]);
    }

    #[test]
    fn settings_may_follow_the_command() {
        let cli = Cli::try_parse_from(["keyward", "serve", "--data-dir", "elsewhere"]).expect("it is a command line");
        assert_eq!(Flags::from(cli.settings).values, [("data_dir", "elsewhere".to_owned())]);
    }

    #[test]
    fn import_requires_a_file() {
        let error = Cli::try_parse_from(["keyward", "import"]).expect_err("nothing to import");
        assert_eq!(error.exit_code(), 2);
    }
}

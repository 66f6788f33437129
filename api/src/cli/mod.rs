//! The command line. Results go to standard output, everything else to standard error.

mod admin;
mod check_config;
mod import;
mod keys;
mod migrate;
mod output;
mod policy;
mod schema;
mod serve;

use crate::config::{self, Flags, Loaded, LogFormat};
use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  keyward                            serve on http://127.0.0.1:8080, data in ./keyward-data
  keyward admin create ana           make the first administrator; asks for a password
  keyward import --user-roles staff.csv.gz --role-permissions rights.csv.gz
  keyward schema > schema.graphql    the API, with the rule that guards each field
  keyward policy check cases.jsonl   compare answers of the engine with those that you expect

Settings come from keyward.toml, KEYWARD_* variables and flags; `keyward check-config` shows them.

Exit codes:
  0  done
  1  refused or failed; one line on standard error says why and what to do
  2  the command line itself is wrong";

/// Users, roles and permissions for your applications, behind one GraphQL API.
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
    /// Read settings from this file [default: keyward.toml, where it exists]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Keep the embedded database here [default: ./keyward-data]
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// Listen here [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    listen: Option<SocketAddr>,
    /// Log this: a level such as `info`, or `info,service=debug`
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests until told to stop (what `keyward` alone does)
    Serve,
    /// Bring the tables of the database up to date; `serve` does so by itself
    Migrate,
    /// Load users, roles, permissions and their links from CSV files
    Import(import::Arguments),
    /// Make or mend administrators
    #[command(subcommand)]
    Admin(admin::Command),
    /// Try models of users, roles and permissions from files
    #[command(subcommand)]
    Policy(policy::Command),
    /// Show, replace or revoke the keys that sign access tokens
    #[command(subcommand)]
    Keys(keys::Command),
    /// Print the schema of the API, with its guards
    Schema,
    /// Check the settings and print what holds, without secrets
    CheckConfig,
}

/// A command with the settings it needs.
#[derive(Debug)]
pub struct Job {
    command: Command,
    settings: Option<Loaded>,
}

impl Cli {
    /// Reads the command line; prints help or what is wrong with it, and exits, where that is due.
    #[must_use]
    pub fn read() -> Self {
        Self::parse()
    }

    /// Reads the settings that the command needs.
    ///
    /// # Errors
    /// One line that names the setting at fault.
    pub fn prepare(self) -> Result<Job> {
        let command = self.command.unwrap_or(Command::Serve);
        let settings = match command {
            Command::Schema | Command::Policy(_) => None,
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
    /// What is logged, and how.
    #[must_use]
    pub fn log(&self) -> (String, LogFormat) {
        let default = match self.command {
            Command::Serve => "info,poem=warn",
            _ => "warn",
        };
        let Some(Loaded { settings, .. }) = &self.settings else { return (default.to_owned(), LogFormat::Text) };
        (settings.log.filter.clone().unwrap_or_else(|| default.to_owned()), settings.log.format)
    }

    /// Does it, on a runtime of its own. All of it is compiled here, with this library: what it waits for
    /// would otherwise be compiled once more for the binary.
    ///
    /// # Errors
    /// One line with cause and remedy.
    pub fn run(self) -> Result<ExitCode> {
        tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(self.work())
    }

    async fn work(self) -> Result<ExitCode> {
        match (self.command, &self.settings) {
            (Command::Policy(command), _) => policy::run(&command),
            (Command::Schema, _) | (_, None) => schema::run(),
            (Command::Serve, Some(loaded)) => serve::run(&loaded.settings).await,
            (Command::Migrate, Some(loaded)) => migrate::run(&loaded.settings).await,
            (Command::Import(arguments), Some(loaded)) => import::run(&loaded.settings, &arguments).await,
            (Command::Admin(command), Some(loaded)) => admin::run(&loaded.settings, &command).await,
            (Command::Keys(command), Some(loaded)) => keys::run(&loaded.settings, command).await,
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
    fn import_without_a_file_is_a_wrong_command_line() {
        let error = Cli::try_parse_from(["keyward", "import"]).expect_err("nothing to import");
        assert_eq!(error.exit_code(), 2);
    }
}

//! `keyward admin create | recover`

use super::output;
use crate::config::Settings;
use crate::startup::{self, App, describe};
use anyhow::{Context, Result, anyhow, bail};
use clap::Subcommand;
use secrecy::{ExposeSecret as _, SecretString};
use service::RefusalCode;
use service::auth::{NewAdministrator, create_administrator, recover_administrator};
use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

const EXAMPLES: &str = "\
The command prompts for the password at a terminal. Otherwise the password is the first line of standard input:
  keyward admin create ana < password.txt";

/// Longest line of standard input, in bytes; longer than any password.
const MAX_LINE: u64 = 64 * 1024;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Create a user with all permissions (the role `superadmin`)
    #[command(after_help = EXAMPLES)]
    Create {
        /// Username
        name: String,
    },
    /// End a lock-out: set a user's password, assign the role `superadmin` and reactivate the account
    #[command(after_help = EXAMPLES)]
    Recover {
        /// Username
        name: String,
    },
}

/// Creates or recovers an administrator and prints the result.
pub(super) async fn run(settings: &Settings, command: &Command) -> Result<ExitCode> {
    let (Command::Create { name } | Command::Recover { name }) = command;
    let new = NewAdministrator { username: name.clone(), password: read_password()? };
    let app = App::build(settings, None).await?;
    let (service, ctx) = (app.service(), startup::operator());
    let done = match command {
        Command::Create { .. } => create_administrator(service, &ctx, new).await,
        Command::Recover { .. } => recover_administrator(service, &ctx, new).await,
    };
    let username = done.map_err(|error| explain(command, &error))?.username;
    output::print(match command {
        Command::Create { .. } => format!("created the administrator `{username}`"),
        Command::Recover { .. } => {
            format!("`{username}` is an administrator with the new password; all previous sessions are revoked")
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The failure, with the other command where it helps.
fn explain(command: &Command, error: &service::Error) -> anyhow::Error {
    let service::Error::Refused(refusals) = error else { return describe(error) };
    let has_code = |code| refusals.iter().any(|refusal| refusal.code == code);
    let line = describe(error);
    match command {
        Command::Create { name } if has_code(RefusalCode::Taken) => {
            anyhow!("{line}: choose another username, or run `keyward admin recover {name}`")
        }
        Command::Recover { .. } if has_code(RefusalCode::NotFound) => {
            anyhow!("{line}: to create one, run `keyward admin create`")
        }
        _ => line,
    }
}

fn read_password() -> Result<SecretString> {
    if !std::io::stdin().is_terminal() {
        return first_line(std::io::stdin().lock());
    }
    let prompt =
        |prompt| rpassword::prompt_password(prompt).context("cannot read the password").map(SecretString::from);
    let (password, repeated) = (prompt("Password: ")?, prompt("Repeat the password: ")?);
    if password.expose_secret() != repeated.expose_secret() {
        bail!("the passwords differ: nothing was changed, run the command again");
    }
    Ok(password)
}

fn first_line(input: impl BufRead) -> Result<SecretString> {
    let mut line = String::new();
    input.take(MAX_LINE).read_line(&mut line).context("cannot read the password from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("standard input has no password: write it in the first line, or run the command at a terminal");
    }
    Ok(SecretString::from(password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_the_first_line_with_its_blanks() {
        for text in [" pass word \n", " pass word \r\nmore\n", " pass word "] {
            assert_eq!(first_line(text.as_bytes()).expect("there is a line").expose_secret(), " pass word ");
        }
    }

    #[test]
    fn no_input_is_no_password() {
        for text in ["", "\n", "\r\npassword\n"] {
            let error = first_line(text.as_bytes()).expect_err("there is none");
            assert!(error.to_string().starts_with("standard input has no password"), "{error}");
        }
        assert!(first_line([0xff, 0xfe, b'\n'].as_slice()).is_err());
    }
}

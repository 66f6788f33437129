//! `keyward admin create | recover`

use super::output;
use crate::config::Settings;
use crate::startup::{self, App, describe};
use anyhow::{Context, Result, anyhow, bail};
use clap::Subcommand;
use secrecy::SecretString;
use service::RefusalCode;
use service::auth::{NewAdministrator, create_administrator, recover_administrator};
use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

const EXAMPLES: &str = "\
The password is asked for at a terminal; elsewhere it is the first line of standard input:
  keyward admin create ana < password.txt";

/// Longest line that is read from standard input, in bytes; longer than any password.
const MAX_LINE: u64 = 64 * 1024;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a user who may do everything (the role `superadmin`)
    #[command(after_help = EXAMPLES)]
    Create {
        /// Name to sign in with
        name: String,
    },
    /// Mend a lock-out: give a user a new password and the role `superadmin`, and make the account active
    #[command(after_help = EXAMPLES)]
    Recover {
        /// Name to sign in with
        name: String,
    },
}

/// Makes or mends an administrator and prints what was done.
pub(super) async fn run(settings: &Settings, command: &Command) -> Result<ExitCode> {
    let (Command::Create { name } | Command::Recover { name }) = command;
    let new = NewAdministrator { username: name.clone(), password: ask_password()? };
    let app = App::build(settings).await?;
    let (service, ctx) = (app.service(), startup::operator());
    let done = match command {
        Command::Create { .. } => create_administrator(service, &ctx, new).await,
        Command::Recover { .. } => recover_administrator(service, &ctx, new).await,
    };
    let username = done.map_err(|error| explain(command, &error))?.username;
    output::print(match command {
        Command::Create { .. } => format!("made the administrator `{username}`"),
        Command::Recover { .. } => {
            format!("`{username}` is an administrator with the new password; all earlier sessions have ended")
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Why it was not done, and what to do where the other command helps.
fn explain(command: &Command, error: &service::Error) -> anyhow::Error {
    let service::Error::Refused(refusals) = error else { return describe(error) };
    let is_refused_with = |code| refusals.iter().any(|refusal| refusal.code == code);
    let line = describe(error);
    match command {
        Command::Create { name } if is_refused_with(RefusalCode::Taken) => {
            anyhow!("{line}: choose another, or make `{name}` an administrator with `keyward admin recover`")
        }
        Command::Recover { .. } if is_refused_with(RefusalCode::NotFound) => {
            anyhow!("{line}: to make a new one, run `keyward admin create`")
        }
        _ => line,
    }
}

fn ask_password() -> Result<SecretString> {
    if !std::io::stdin().is_terminal() {
        return first_line(std::io::stdin().lock());
    }
    let ask =
        |prompt| rpassword::prompt_password(prompt).context("cannot ask for the password").map(SecretString::from);
    let (password, again) = (ask("Password: ")?, ask("The same again: ")?);
    let same = secrecy::ExposeSecret::expose_secret(&password) == secrecy::ExposeSecret::expose_secret(&again);
    if !same {
        bail!("the passwords differ: nothing was done, try again");
    }
    Ok(password)
}

fn first_line(input: impl BufRead) -> Result<SecretString> {
    let mut line = String::new();
    input.take(MAX_LINE).read_line(&mut line).context("cannot read the password from standard input")?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("standard input has no password: give it in the first line, or run this at a terminal");
    }
    Ok(SecretString::from(password))
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

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

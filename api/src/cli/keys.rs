//! `keyward keys list | rotate | revoke`

use super::output;
use crate::config::{Settings, Span};
use crate::startup::{self, App, describe};
use anyhow::{Result, anyhow, bail};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Subcommand;
use service::Service;
use service::keys::{self, KeyStatus, MAX_GRACE, SigningKey};
use std::process::ExitCode;

const EXAMPLES: &str = "\
A running server takes the change up within half a second, and so does every replica.

Examples:
  keyward keys list
  keyward keys rotate                      sign with a new key; tokens in use stay good
  keyward keys revoke KID --reason \"found in a log\"";

#[derive(Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub(super) enum Command {
    /// Show the keys that sign access tokens, newest first, and what each is used for
    List,
    /// Sign with a new key from now on; the old one still verifies until the grace ends
    #[command(after_help = EXAMPLES)]
    Rotate {
        /// How long the old key still verifies: at least as long as access tokens live, or clients have to
        /// refresh early
        #[arg(long, value_name = "DURATION", default_value = "60m", value_parser = grace)]
        grace: Span,
    },
    /// Distrust a leaked key at once: tokens it signed stop working, and clients have to refresh
    #[command(after_help = EXAMPLES)]
    Revoke {
        /// Its id, as `keyward keys list` shows it, or the first characters of that
        #[arg(allow_hyphen_values = true)]
        kid: String,
        /// Why, for the audit log
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

fn grace(text: &str) -> Result<Span, String> {
    let span = Span::parse(text).ok_or("write a duration such as `90m` or `2h`")?;
    let fits = TimeDelta::from_std(span.0).is_ok_and(|grace| grace <= MAX_GRACE);
    if fits { Ok(span) } else { Err(format!("a grace lasts at most {} days", MAX_GRACE.num_days())) }
}

/// Does it, and prints what was done.
pub(super) async fn run(settings: &Settings, command: Command) -> Result<ExitCode> {
    let app = App::build(settings).await?;
    let (service, ctx) = (app.service(), startup::operator());
    let text = match command {
        Command::List => table(&list(service).await?),
        Command::Rotate { grace } => {
            let grace = TimeDelta::from_std(grace.0)?;
            let new = keys::rotate(service, &ctx, grace).await.map_err(|error| describe(&error))?;
            format!("{} signs from now on ({})", new.kid, new.algorithm)
        }
        Command::Revoke { kid, reason } => {
            let key = find(list(service).await?, &kid)?;
            let key = keys::revoke(service, &ctx, key.id, reason).await.map_err(|error| describe(&error))?;
            let signs = list(service).await?.into_iter().find(|key| key.status == KeyStatus::Active);
            let signs = signs.map_or_else(String::new, |key| format!("; {} signs", key.kid));
            format!("{} is revoked, and what it signed is refused{signs}", key.kid)
        }
    };
    output::print(text)?;
    Ok(ExitCode::SUCCESS)
}

async fn list(service: &Service) -> Result<Vec<SigningKey>> {
    keys::list(service).await.map_err(|error| describe(&error))
}

/// The key whose id this is, or begins with it.
fn find(keys: Vec<SigningKey>, kid: &str) -> Result<SigningKey> {
    let mut found = keys.into_iter().filter(|key| !kid.is_empty() && key.kid.starts_with(kid));
    match (found.next(), found.next()) {
        (Some(key), None) => Ok(key),
        (None, _) => Err(anyhow!("there is no key `{kid}`: see `keyward keys list`")),
        (Some(_), Some(_)) => bail!("several keys begin with `{kid}`: give more of it"),
    }
}

fn table(keys: &[SigningKey]) -> String {
    let mut lines = vec![format!("{:43}  {:9}  {:8}  {:20}  {}", "KID", "ALGORITHM", "STATUS", "MADE", "RETIRES")];
    lines.extend(keys.iter().map(|key| {
        let retires = key.retires_at.map_or_else(String::new, written);
        let (status, made) = (key.status.as_str(), written(key.created_at));
        format!("{:43}  {:9}  {status:8}  {made:20}  {retires}", key.kid, key.algorithm).trim_end().to_owned()
    }));
    lines.join("\n")
}

fn written(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn key(kid: &str) -> SigningKey {
        let made = DateTime::from_timestamp(1_900_000_000, 0).expect("a time");
        SigningKey {
            id: Uuid::from_u128(1).into(),
            kid: kid.to_owned(),
            algorithm: "EdDSA".to_owned(),
            status: KeyStatus::Active,
            created_at: made,
            retires_at: None,
        }
    }

    #[test]
    fn a_key_is_found_by_the_start_of_its_id() {
        let keys = || vec![key("abc"), key("abd"), key("-x")];
        assert_eq!(find(keys(), "abc").expect("the key").kid, "abc");
        assert_eq!(find(keys(), "-").expect("the key").kid, "-x");
        for (kid, line) in [("ab", "several keys"), ("z", "there is no key"), ("", "there is no key")] {
            assert!(find(keys(), kid).expect_err(kid).to_string().starts_with(line));
        }
    }

    #[test]
    fn keys_are_shown_one_a_line() {
        let text = table(&[key("abc")]);
        let lines: Vec<_> = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(lines, ["KID ALGORITHM STATUS MADE RETIRES", "abc EdDSA ACTIVE 2030-03-17T17:46:40Z"]);
    }

    #[test]
    fn a_grace_is_a_duration_of_at_most_thirty_days() {
        assert_eq!(grace("30d"), Ok(Span::seconds(30 * 24 * 60 * 60)));
        assert_eq!(grace("0m"), Ok(Span::seconds(0)));
        assert!(grace("721h").is_err() && grace("60").is_err() && grace("").is_err());
    }
}

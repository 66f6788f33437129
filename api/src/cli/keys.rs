//! `keyward keys list | rotate | revoke`

use super::output;
use crate::config::{Settings, parse_duration};
use crate::startup::{self, App, describe};
use anyhow::{Result, anyhow, bail};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Subcommand;
use service::Service;
use service::keys::{self, KeyStatus, MAX_GRACE, SigningKey};
use std::process::ExitCode;
use std::time::Duration;

const EXAMPLES: &str = "\
Running servers apply the change within half a second, on every replica.

Examples:
  keyward keys list
  keyward keys rotate                      sign with a new key; existing tokens stay valid
  keyward keys revoke KID --reason \"found in a log\"";

#[derive(Debug, Subcommand)]
#[command(after_help = EXAMPLES)]
pub(super) enum Command {
    /// List the keys of access tokens, newest first, with their status
    List,
    /// Sign with a new key; the old one verifies until the end of the grace period
    #[command(after_help = EXAMPLES)]
    Rotate {
        /// Grace period of the old key: at least the lifetime of access tokens, or clients have to refresh early
        #[arg(long, value_name = "DURATION", default_value = "60m", value_parser = parse_grace)]
        grace: Duration,
    },
    /// Revoke a leaked key at once: its tokens are refused, and clients have to refresh
    #[command(after_help = EXAMPLES)]
    Revoke {
        /// Key id of `keyward keys list`, or a unique prefix of it
        #[arg(allow_hyphen_values = true)]
        kid: String,
        /// Reason, for the audit log
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

fn parse_grace(text: &str) -> Result<Duration, String> {
    let grace = parse_duration(text).ok_or("use a duration such as `90m` or `2h`")?;
    let is_valid = TimeDelta::from_std(grace).is_ok_and(|grace| grace <= MAX_GRACE);
    if is_valid { Ok(grace) } else { Err(format!("use at most {} days", MAX_GRACE.num_days())) }
}

/// Runs the command and prints the result.
pub(super) async fn run(settings: &Settings, command: Command) -> Result<ExitCode> {
    let app = App::build(settings, None).await?;
    let (service, ctx) = (app.service(), startup::operator());
    let text = match command {
        Command::List => table(&list(service).await?),
        Command::Rotate { grace } => {
            let grace = TimeDelta::from_std(grace)?;
            let new = keys::rotate(service, &ctx, grace).await.map_err(|error| describe(&error))?;
            format!("{} signs from now on ({})", new.kid, new.algorithm)
        }
        Command::Revoke { kid, reason } => {
            let key = find(list(service).await?, &kid)?;
            let key = keys::revoke(service, &ctx, Some(key.id), reason).await.map_err(|error| describe(&error))?;
            let signs = list(service).await?.into_iter().find(|key| key.status == KeyStatus::Active);
            let signs = signs.map_or_else(String::new, |key| format!("; {} signs", key.kid));
            format!("{} is revoked, and its tokens are refused{signs}", key.kid)
        }
    };
    output::print(text)?;
    Ok(ExitCode::SUCCESS)
}

async fn list(service: &Service) -> Result<Vec<SigningKey>> {
    keys::list(service).await.map_err(|error| describe(&error))
}

/// The key with this id or prefix.
fn find(keys: Vec<SigningKey>, kid: &str) -> Result<SigningKey> {
    let mut found = keys.into_iter().filter(|key| !kid.is_empty() && key.kid.starts_with(kid));
    match (found.next(), found.next()) {
        (Some(key), None) => Ok(key),
        (None, _) => Err(anyhow!("unknown key `{kid}`: see `keyward keys list`")),
        (Some(_), Some(_)) => bail!("several keys begin with `{kid}`: use a longer prefix"),
    }
}

fn table(keys: &[SigningKey]) -> String {
    let mut lines = vec![format!("{:43}  {:9}  {:8}  {:20}  {}", "KID", "ALGORITHM", "STATUS", "CREATED", "RETIRES")];
    lines.extend(keys.iter().map(|key| {
        let retires = key.retires_at.map_or_else(String::new, timestamp);
        let (status, created) = (key.status.as_str(), timestamp(key.created_at));
        format!("{:43}  {:9}  {status:8}  {created:20}  {retires}", key.kid, key.algorithm).trim_end().to_owned()
    }));
    lines.join("\n")
}

fn timestamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn key(kid: &str) -> SigningKey {
        let created = DateTime::from_timestamp(1_900_000_000, 0).expect("a time");
        SigningKey {
            id: Uuid::from_u128(1).into(),
            kid: kid.to_owned(),
            algorithm: "EdDSA".to_owned(),
            status: KeyStatus::Active,
            created_at: created,
            retires_at: None,
        }
    }

    #[test]
    fn a_key_is_found_by_a_prefix_of_its_id() {
        let keys = || vec![key("abc"), key("abd"), key("-x")];
        assert_eq!(find(keys(), "abc").expect("the key").kid, "abc");
        assert_eq!(find(keys(), "-").expect("the key").kid, "-x");
        for (kid, line) in [("ab", "several keys"), ("z", "unknown key"), ("", "unknown key")] {
            assert!(find(keys(), kid).expect_err(kid).to_string().starts_with(line));
        }
    }

    #[test]
    fn keys_are_listed_one_per_line() {
        let text = table(&[key("abc")]);
        let lines: Vec<_> = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(lines, ["KID ALGORITHM STATUS CREATED RETIRES", "abc EdDSA ACTIVE 2030-03-17T17:46:40Z"]);
    }

    #[test]
    fn a_grace_is_a_duration_of_at_most_thirty_days() {
        assert_eq!(parse_grace("30d"), Ok(Duration::from_secs(30 * 24 * 60 * 60)));
        assert_eq!(parse_grace("0m"), Ok(Duration::ZERO));
        assert!(parse_grace("721h").is_err() && parse_grace("60").is_err() && parse_grace("").is_err());
    }
}

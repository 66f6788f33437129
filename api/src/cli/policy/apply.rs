//! `keyward policy apply`

use super::document::{DocumentArguments, NamedDocument};
use super::report::{self, Names};
use crate::cli::consent;
use crate::cli::output::{self, counted};
use crate::config::Settings;
use crate::startup::{self, App, describe};
use anyhow::{Result, bail};
use clap::Args;
use service::Error;
use service::policies::{Applied, Approval, PolicyPlan};
use std::process::ExitCode;

const DETAILS: &str = "\
The plan is printed and then applied in one transaction, with the authority of the operator. At a terminal, the command asks
before; elsewhere it needs `--yes` or `--plan-hash`. With the hash of a plan that was reviewed, nothing else is applied: when
the policy or the document has changed since, the command is refused.

Exit codes:
  0  applied, or there was nothing to change
  1  nothing was changed; all problems are on standard error
  2  invalid command line

Examples:
  keyward policy apply policy.yaml --mode replace
  keyward policy apply policy.yaml --plan-hash \"$(keyward policy plan policy.yaml --json | jq -r .hash)\"";

#[derive(Args, Debug)]
#[command(after_help = DETAILS)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    document: DocumentArguments,
    /// Apply only the plan with this hash
    #[arg(long, value_name = "HASH")]
    plan_hash: Option<String>,
    /// Agree to the plan, whatever it is
    #[arg(long, conflicts_with = "plan_hash")]
    yes: bool,
    /// Reason, recorded in the audit log: at most 1,000 characters
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// Applies a document.
pub(super) async fn run(settings: &Settings, arguments: &Arguments) -> Result<ExitCode> {
    let NamedDocument { source, input } = arguments.document.read()?;
    let app = super::open(settings).await?;
    let (service, ctx) = (app.service(), startup::operator());
    let plan = service::policies::plan(service, &ctx, input.clone()).await.map_err(|error| describe(&error))?;
    if !plan.is_applicable() {
        return Ok(report::refuse(&source, &plan.blockers, NOTHING));
    }
    // The plan with another hash is refused, and the refusal is in the audit log. It is not shown as if it were applied.
    if arguments.plan_hash.as_ref().is_none_or(|hash| *hash == plan.hash) {
        if plan.is_empty() {
            output::print(report::NO_CHANGES)?;
            return Ok(ExitCode::SUCCESS);
        }
        confirm(&app, arguments, &plan).await?;
    }
    let hash = arguments.plan_hash.clone().unwrap_or(plan.hash);
    let approval = Approval { plan_hash: hash, reason: arguments.reason.clone() };
    match service::policies::apply(service, &ctx, input, approval).await {
        Ok(Applied { plan, revision }) => {
            let changes = counted(plan.changes.len(), "change", "changes");
            output::print(format_args!("applied {changes}: the policy has revision {revision}"))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(Error::Refused(refusals)) => Ok(report::refuse(&source, &refusals, NOTHING)),
        Err(error) => Err(describe(&error)),
    }
}

const NOTHING: &str = "nothing was applied";

/// Shows the plan and asks, where nobody agreed to it before.
async fn confirm(app: &App, arguments: &Arguments, plan: &PolicyPlan) -> Result<()> {
    let names = Names::read(app.service(), &plan.impact).await?;
    output::print(report::words(plan, &names))?;
    if arguments.yes || arguments.plan_hash.is_some() {
        return Ok(());
    }
    match consent::ask("Apply this plan?")? {
        Some(true) => Ok(()),
        Some(false) => bail!("nothing was applied"),
        None => bail!("nothing was applied: agree with `--yes`, or with `--plan-hash` to exactly this plan"),
    }
}

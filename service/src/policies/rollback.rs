//! Going back to an earlier revision of the policy: what was changed since is undone, and the difference is planned and
//! applied like that of a document which replaces the policy.

use super::apply::{plan_changed, write_plan};
use super::model::{Applied, Approval, PolicyPlan};
use super::plan::count_attempt;
use super::prepare::{Goal, prepare, unrecorded};
use crate::audit::{Act, Target, TargetType};
use crate::batch::not_found;
use crate::database::{Transaction, snapshot};
use crate::policy_document::{Gap, Past};
use crate::revisions::{self, PolicyRevision};
use crate::{Busy, Context, Error, Intent, Refusal, RefusalCode, Requested, Result, Service, boxed};
use engine::{Policy, RevisionId};
use std::sync::Arc;
use uuid::Uuid;

/// Most revisions that are undone at once, within the time of a response.
const MAX_UNDONE: usize = 20_000;
/// Attempts to read a revision while the policy changes.
const ATTEMPTS: usize = 5;

/// A revision to go back to, and the policy as it was then.
#[derive(Debug)]
struct Earlier {
    revision: PolicyRevision,
    past: Past,
}

/// What going back to a revision would change, and for whom. Nothing is written, and no lock is taken. What blocks it is
/// in the plan, also that the revision is unknown.
///
/// # Errors
/// [`Error::RateLimited`]; [`Error::Unavailable`] when the database cannot be read.
#[boxed]
pub async fn rollback_plan(service: &Service, ctx: &Context, revision: Requested<RevisionId>) -> Result<PolicyPlan> {
    count_attempt(service, ctx).await?;
    let ctx = Context { intent: Intent::Preview, ..ctx.clone() };
    for _ in 0..ATTEMPTS {
        let planned = match Earlier::read(service, revision).await {
            Ok(earlier) => foresee(service, &ctx, earlier).await,
            Err(error) => Err(error),
        };
        match planned {
            Ok(Some(plan)) => return Ok(plan),
            // The policy has changed meanwhile.
            Ok(None) => {}
            Err(Error::Refused(blockers)) => {
                let base_revision = service.policy().revision();
                return Ok(PolicyPlan { base_revision, blockers, ..PolicyPlan::default() });
            }
            Err(error) => return Err(error),
        }
    }
    Err(Busy.into())
}

/// The plan; `None` when the policy is no longer the one that the past was made from.
async fn foresee(service: &Service, ctx: &Context, Earlier { past, .. }: Earlier) -> Result<Option<PolicyPlan>> {
    let foreseen = service
        .foresee(ctx, &act(), |change| {
            Box::pin(async move {
                if change.policy().revision() != past.base_revision() {
                    return Ok(None);
                }
                prepare(change, &Goal::Past(&past)).await.map(Some)
            })
        })
        .await?;
    Ok(foreseen.object.map(|prepared| {
        let mut plan = prepared.plan;
        plan.blockers.extend(foreseen.refusals.into_iter().map(|refusal| refusal.at(["revisionId"])));
        PolicyPlan { impact: foreseen.impact, ..plan }
    }))
}

/// Goes back to a revision exactly as planned, in one transaction.
///
/// # Errors
/// `TOO_LONG` or `INVALID` for the reason; `NOT_FOUND` when the revision is unknown or no longer kept; `PLAN_CHANGED` when the policy has changed since the plan;
/// else the first blockers of the plan.
#[boxed]
pub async fn rollback(
    service: &Service,
    ctx: &Context,
    revision: Requested<RevisionId>,
    approval: Approval,
) -> Result<Applied> {
    // Read before the policy is locked: a policy that changes meanwhile is not that of the plan.
    let earlier = approval.check(Earlier::read(service, revision).await);
    let applied = service
        .administer(ctx, act().because(approval.reason), earlier, |change, Earlier { revision, past }| {
            Box::pin(async move {
                if change.policy().revision() != past.base_revision() {
                    return Err(plan_changed());
                }
                let summary = format!("rolled the policy back to revision {}", revision.number);
                write_plan(change, &Goal::Past(&past), &approval.plan_hash, &summary).await
            })
        })
        .await?;
    service.deleted.notify_one();
    Ok(Applied::of_change(applied))
}

fn act() -> Act {
    Act::new("policy.rollback", Target::new(TargetType::Policy, None::<Uuid>, None::<String>))
}

impl Earlier {
    /// Reads a revision and all that undoes the later ones.
    ///
    /// # Errors
    /// `NOT_FOUND` when it is unknown or too far back; [`Error::Unavailable`] when the database cannot be read, and
    /// [`Busy`] when the policy changes all the time.
    async fn read(service: &Service, revision: Requested<RevisionId>) -> Result<Self> {
        let unknown = || not_found("revision", &["revisionId"]);
        let id = revision.ok_or_else(unknown)?;
        for _ in 0..ATTEMPTS {
            let base = service.policy();
            let transaction = snapshot(service.database.connection()).await?;
            let number = service.current.catch_up_to(&transaction, base).await?;
            let policy = service.policy();
            // The policy in memory may be newer than the snapshot.
            if policy.revision() == number {
                let revision = revisions::find(&transaction, id).await?.ok_or_else(unknown)?;
                let past = undone(&transaction, policy, revision.number).await?;
                transaction.rollback().await?;
                return Ok(Self { revision, past });
            }
        }
        Err(Busy.into())
    }
}

/// The policy as it was at a revision.
async fn undone(transaction: &Transaction, policy: Arc<Policy>, revision: u64) -> Result<Past> {
    let mut end = policy.revision().saturating_add(1);
    let (mut past, mut count) = (Past::new(policy), 0);
    while let Some(read) = revisions::undone(transaction, revision, end).await? {
        end = read.oldest;
        count += read.revisions;
        if count > MAX_UNDONE {
            return Err(too_far().into());
        }
        read.undos.into_iter().try_for_each(|undo| past.undo(undo)).map_err(|Gap| unrecorded())?;
    }
    Ok(past)
}

fn too_far() -> Refusal {
    let message = format!("more than {MAX_UNDONE} revisions are later: go back to one of those");
    Refusal::new(RefusalCode::TooLong, message).at(["revisionId"])
}

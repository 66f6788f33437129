//! Planning a document.

use super::apply::act;
use super::model::{DocumentInput, PolicyPlan};
use super::prepare::{Goal, prepare};
use crate::limits::AttemptKey;
use crate::{Context, Intent, Refusal, Result, Service, boxed};

/// Counts a costly request of a user.
///
/// # Errors
/// [`crate::Error::RateLimited`].
pub(super) async fn count_attempt(service: &Service, ctx: &Context) -> Result<()> {
    if let Some(user) = ctx.user_id() {
        let _ = service.limits.take(AttemptKey::Expensive(user), service.now()).await?;
    }
    Ok(())
}

/// A refusal of a document as a whole.
fn at_document(refusal: Refusal) -> Refusal {
    refusal.at(["document", "content"])
}

/// What a document would change, and for whom. Nothing is written, and no lock is taken.
///
/// # Errors
/// [`crate::Error::RateLimited`]; [`crate::Error::Unavailable`] when the database cannot be read. What blocks the document is in the plan: problems of the text, of
/// names, cycles, separation of duty, lock-out, authority.
#[boxed]
pub async fn plan(service: &Service, ctx: &Context, input: DocumentInput) -> Result<PolicyPlan> {
    count_attempt(service, ctx).await?;
    let document = match input.parse() {
        Ok(document) => document,
        Err(blockers) => {
            let base_revision = service.policy().revision();
            return Ok(PolicyPlan { base_revision, blockers, ..PolicyPlan::default() });
        }
    };
    let ctx = Context { intent: Intent::Preview, ..ctx.clone() };
    let foreseen = service
        .foresee(&ctx, &act(), |change| {
            Box::pin(async move { prepare(change, &Goal::Document(&document, input.mode)).await })
        })
        .await?;
    let mut plan = foreseen.object.plan;
    plan.blockers.extend(foreseen.refusals.into_iter().map(at_document));
    Ok(PolicyPlan { impact: foreseen.impact, ..plan })
}

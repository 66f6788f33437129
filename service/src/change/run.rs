//! Running a change: made completely or not at all, with or without its impact, or only previewed.

use super::Change;
use crate::audit::{self, Act};
use crate::impact::Impact;
use crate::{Context, Error, Intent, Refusal, Result, Service};
use std::pin::Pin;

/// The future of a command's work, which borrows the change.
pub(crate) type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// What was changed, or would be by a preview, and what that does to users.
#[derive(Clone, Debug)]
pub struct Changed<T> {
    /// The object after the change; after a preview, as it is.
    pub object: T,
    /// The impact.
    pub impact: Impact,
}

/// What was previewed, with what refuses it, and its impact if it were made all the same.
#[derive(Debug)]
pub(crate) struct Foreseen<T> {
    pub(crate) object: T,
    pub(crate) refusals: Vec<Refusal>,
    pub(crate) impact: Impact,
}

impl<T> Changed<T> {
    /// The same impact with another object.
    pub(crate) fn map<U>(self, map: impl FnOnce(T) -> U) -> Changed<U> {
        Changed { object: map(self.object), impact: self.impact }
    }
}

/// Whether the impact of a change is worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Assessed {
    Yes,
    No,
}

impl Service {
    /// Makes a change completely or not at all. `input` is the checked input of the act: a refusal of the input
    /// is audited like one by `work`. Returns what `work` returned.
    ///
    /// ```ignore
    /// service.change(ctx, Act::new("role.delete", target), Ok(role), |change, role| Box::pin(async move {
    ///     let permit = change.permit(Proposal::DeleteRole(role), &["id"])?;
    ///     change.remove_role(role);
    ///     store::delete(change.write(&permit, PermitKind::DeleteRole)?, role).await?;
    ///     change.record(Entry::done("…").before(…));
    ///     Ok(())
    /// })).await
    /// ```
    ///
    /// # Errors
    /// That of `input`, else those of `work`;
    /// `HIERARCHY_CYCLE`, `SOD_VIOLATION` and `WOULD_LOCK_OUT` for the effect of what was written;
    /// [`Error::Unauthenticated`] or [`Error::Forbidden`] when the caller's session was revoked, the account
    /// suspended or a right revoked while the change waited for the lock;
    /// [`Error::Unavailable`] when the database or the lock is unavailable.
    pub(crate) async fn change<'s, I, T, F>(
        &'s self,
        ctx: &'s Context,
        act: Act,
        input: Result<I>,
        work: F,
    ) -> Result<T>
    where
        I: Send,
        T: Send,
        F: for<'a> FnOnce(&'a mut Change<'s>, I) -> Work<'a, T> + Send,
    {
        Ok(self.change_or_preview(ctx, act, input, Assessed::No, work).await?.object)
    }

    /// Makes a change as [`change`](Self::change), or previews it when that is the intent of the context, and returns its
    /// impact as well. The work declares all that it touches, and in a preview ends before it writes.
    ///
    /// # Errors
    /// As [`change`](Self::change).
    pub(crate) async fn administer<'s, I, T, F>(
        &'s self,
        ctx: &'s Context,
        act: Act,
        input: Result<I>,
        work: F,
    ) -> Result<Changed<T>>
    where
        I: Send,
        T: Send,
        F: for<'a> FnOnce(&'a mut Change<'s>, I) -> Work<'a, T> + Send,
    {
        self.change_or_preview(ctx, act, input, Assessed::Yes, work).await
    }

    /// Previews a change, and judges it by all rules. The intent of the context is a preview.
    ///
    /// # Errors
    /// Those of `work`; as [`change`](Self::change) otherwise.
    pub(crate) async fn foresee<'s, T, F>(&'s self, ctx: &'s Context, act: &Act, work: F) -> Result<Foreseen<T>>
    where
        T: Send,
        F: for<'a> FnOnce(&'a mut Change<'s>) -> Work<'a, T> + Send,
    {
        let mut change = Change::begin(self, ctx, act).await?;
        let object = work(&mut change).await?;
        Box::pin(change.foresee(object)).await
    }

    async fn change_or_preview<'s, I, T, F>(
        &'s self,
        ctx: &'s Context,
        act: Act,
        input: Result<I>,
        assessed: Assessed,
        work: F,
    ) -> Result<Changed<T>>
    where
        I: Send,
        T: Send,
        F: for<'a> FnOnce(&'a mut Change<'s>, I) -> Work<'a, T> + Send,
    {
        let outcome = match input {
            Ok(input) => self.try_change(ctx, &act, input, assessed, work).await,
            Err(error) => Err(error),
        };
        if let Err(error @ (Error::Refused(_) | Error::Forbidden { .. })) = &outcome
            && ctx.intent == Intent::Commit
        {
            audit::record_attempt(self, ctx, &act, error).await?;
        }
        outcome
    }

    async fn try_change<'s, I, T, F>(
        &'s self,
        ctx: &'s Context,
        act: &Act,
        input: I,
        assessed: Assessed,
        work: F,
    ) -> Result<Changed<T>>
    where
        I: Send,
        T: Send,
        F: for<'a> FnOnce(&'a mut Change<'s>, I) -> Work<'a, T> + Send,
    {
        let mut change = Change::begin(self, ctx, act).await?;
        let object = work(&mut change, input).await?;
        let impact = Box::pin(change.finish(act, assessed)).await?;
        Ok(Changed { object, impact })
    }
}

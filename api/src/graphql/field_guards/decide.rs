//! Decisions on fields before they are executed, by the rules that enforced execution evaluates.

use super::FieldGuard;
use crate::graphql::context::Request;
use crate::graphql::document::DecisionPlace;
use crate::graphql::guard::{FieldInfo, GuardOutcome, is_recently_authenticated};
use async_graphql::Result;
use chrono::TimeDelta;
use rustc_hash::FxHashMap;
use service::Caller;

/// Decides for one caller.
#[derive(Debug)]
pub(super) struct Decider<'a> {
    request: &'a Request,
    caller: Option<&'a Caller>,
    /// Whether the caller meets `@recentLogin`, by its time: it may have to be read from the database.
    recent: FxHashMap<TimeDelta, bool>,
}

impl<'a> Decider<'a> {
    /// Decides for the caller of a request.
    pub(super) fn new(request: &'a Request, caller: Option<&'a Caller>) -> Self {
        Self { request, caller, recent: FxHashMap::default() }
    }

    /// The guard of a field that is selected at `places`; `None` for a field without a guard. The decision is null where
    /// it differs between the places.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE` when the time of the last authentication cannot be read.
    pub(super) async fn guard(
        &mut self,
        coordinate: String,
        info: &FieldInfo,
        places: &[DecisionPlace],
    ) -> Result<Option<FieldGuard>> {
        let Some(rule) = info.guard() else { return Ok(None) };
        let mut decisions = Vec::with_capacity(places.len());
        for &place in places {
            decisions.push(self.decide(info, place).await?);
        }
        let first = decisions.first().copied().flatten();
        let allowed = first.filter(|_| decisions.iter().all(|decision| *decision == first));
        Ok(Some(FieldGuard { coordinate, rule, allowed }))
    }

    /// Whether the field is allowed at a place; `None` when that depends on the object.
    async fn decide(&mut self, info: &FieldInfo, place: DecisionPlace) -> Result<Option<bool>> {
        let Some(rule) = info.rule.as_deref() else { return Ok(Some(true)) };
        let outcome = match place {
            DecisionPlace::NewSession if !rule.never_denies() => return Ok(None),
            DecisionPlace::OwnObject => GuardOutcome::Allowed,
            DecisionPlace::NewSession | DecisionPlace::AnyObject => rule.evaluate(self.caller, self.request.now),
        };
        if outcome == GuardOutcome::Denied || !self.has_recent_login(info.recent_login).await? {
            return Ok(Some(false));
        }
        Ok((outcome == GuardOutcome::Allowed).then_some(true))
    }

    async fn has_recent_login(&mut self, within: Option<TimeDelta>) -> Result<bool> {
        let Some(within) = within else { return Ok(true) };
        if let Some(is_recent) = self.recent.get(&within) {
            return Ok(*is_recent);
        }
        let is_recent = is_recently_authenticated(self.request, self.caller, within).await?;
        self.recent.insert(within, is_recent);
        Ok(is_recent)
    }
}

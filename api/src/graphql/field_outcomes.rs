//! What became of the root fields of a mutation, and the time that they have.
//!
//! Root fields run one after another, and each is a transaction of its own. A response whose time is up, or whose `data`
//! is null because of an error, reports for each of them whether it was committed.

use super::context::Request;
use super::error::ErrorCode;
use async_graphql::{Name, ServerError, ServerResult, Value};
use async_graphql::{PathSegment, Pos};
use service::Written;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// Additional time for a field that has begun to commit when the time of the response is up.
const COMPLETION: Duration = Duration::from_millis(200);

/// What became of a root field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldOutcome {
    /// It was not run, or ended in an error before it changed anything.
    NotRun,
    /// It ran to its end and changed nothing: it was refused, or there was nothing to change.
    Unchanged,
    /// Its change was committed.
    Committed,
    /// Whether its change was committed is not known.
    Unknown,
}

/// A root field about to be resolved.
#[derive(Clone, Debug)]
pub(super) struct RootField {
    /// Response key.
    pub(super) key: String,
    /// Position in the document.
    pub(super) position: Pos,
}

/// Outcomes of the root fields of a mutation, by response key in the order of the document. Empty for a query.
#[derive(Debug, Default)]
pub(super) struct FieldOutcomes(Mutex<Vec<(String, FieldOutcome)>>);

impl FieldOutcomes {
    /// Fields that have not run yet.
    pub(super) fn new(keys: impl Iterator<Item = String>) -> Self {
        Self(Mutex::new(keys.map(|key| (key, FieldOutcome::NotRun)).collect()))
    }

    /// Whether this is a root field of the mutation.
    pub(super) fn has(&self, key: &str) -> bool {
        self.fields().iter().any(|(known, _)| known == key)
    }

    /// Resolves a root field within the time of the response, and records its outcome. A field that has begun to
    /// commit when the time is up is completed if that takes a moment only; any other is dropped, which rolls its
    /// transaction back.
    ///
    /// # Errors
    /// That of the field; `SERVICE_UNAVAILABLE` with its `outcome` when the time is up.
    pub(super) async fn resolve<T>(
        &self,
        request: &Request,
        field: RootField,
        resolution: impl Future<Output = ServerResult<T>>,
    ) -> ServerResult<T> {
        let progress = request.progress();
        progress.reset();
        let resolved = match request.deadline() {
            None => Some(resolution.await),
            Some(deadline) => {
                let may_go_on = || progress.written() != Written::Nothing;
                resolve_by(deadline, may_go_on, request.service.interruptible(resolution)).await
            }
        };
        let outcome = match (progress.written(), &resolved) {
            (Written::Change, _) => FieldOutcome::Committed,
            (Written::Unknown, _) => FieldOutcome::Unknown,
            (Written::Nothing, Some(Ok(_))) => FieldOutcome::Unchanged,
            (Written::Nothing, Some(Err(_)) | None) => FieldOutcome::NotRun,
        };
        let result = resolved.unwrap_or_else(|| Err(outcome.overdue(&field)));
        if let Some(known) = self.fields().iter_mut().find(|(key, _)| *key == field.key) {
            known.1 = outcome;
        }
        result
    }

    /// The outcomes by response key, for the extension `outcomes` of a response with errors.
    pub(super) fn to_value(&self) -> Value {
        let entry = |(key, outcome): &(String, FieldOutcome)| (Name::new(key), Value::from(outcome.as_str()));
        Value::Object(self.fields().iter().map(entry).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.fields().is_empty()
    }

    /// Each entry is consistent by itself, so a poisoned lock is safe to use.
    fn fields(&self) -> MutexGuard<'_, Vec<(String, FieldOutcome)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Awaits a field until the deadline, and a moment longer if it may go on then. `None` when the time is up; a field
/// that is late already is not begun.
async fn resolve_by<T>(
    deadline: Instant,
    may_go_on: impl Fn() -> bool,
    resolution: impl Future<Output = T>,
) -> Option<T> {
    if Instant::now() >= deadline {
        return None;
    }
    let mut resolution = std::pin::pin!(resolution);
    match timeout_at(deadline, resolution.as_mut()).await {
        Ok(resolved) => Some(resolved),
        Err(_) if may_go_on() => timeout(COMPLETION, resolution).await.ok(),
        Err(_) => None,
    }
}

impl FieldOutcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::NotRun => "NOT_RUN",
            Self::Unchanged => "UNCHANGED",
            Self::Committed => "COMMITTED",
            Self::Unknown => "UNKNOWN",
        }
    }

    /// The error of a field whose result the response cannot wait for.
    fn overdue(self, field: &RootField) -> ServerError {
        let message = match self {
            Self::Committed => "the time for the response is up: the change was made, and its result cannot be read",
            Self::Unknown => "the time for the response is up: whether the change was made is not known, so read it",
            Self::NotRun | Self::Unchanged => "the time for the response is up: this field was not run, so repeat it",
        };
        let error = ErrorCode::ServiceUnavailable.error(message).into_server_error(field.position);
        let mut error = error.with_path(vec![PathSegment::Field(field.key.clone())]);
        error.extensions.get_or_insert_default().set("outcome", self.as_str());
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(20)
    }

    #[tokio::test]
    async fn a_field_is_not_begun_after_the_deadline() {
        let mut is_begun = false;
        let resolved = resolve_by(Instant::now(), || true, async { is_begun = true }).await;
        assert_eq!((resolved, is_begun), (None, false));
    }

    #[tokio::test]
    async fn a_field_in_time_is_resolved() {
        assert_eq!(resolve_by(Instant::now() + Duration::from_secs(600), || false, async { 7 }).await, Some(7));
    }

    #[tokio::test]
    async fn a_late_field_is_dropped_unless_it_has_begun_to_commit() {
        let late = || async {
            tokio::time::sleep_until(soon() + Duration::from_millis(20)).await;
            7
        };
        assert_eq!(resolve_by(soon(), || false, late()).await, None);
        assert_eq!(resolve_by(soon(), || true, late()).await, Some(7));
    }

    #[tokio::test]
    async fn a_commit_that_hangs_is_not_awaited_for_long() {
        let begun = Instant::now();
        assert_eq!(resolve_by(soon(), || true, std::future::pending::<()>()).await, None);
        assert!(begun.elapsed() >= COMPLETION);
    }

    #[test]
    fn outcomes_are_in_the_order_of_the_document() {
        let outcomes = FieldOutcomes::new(["b", "a"].into_iter().map(str::to_owned));
        assert_eq!(outcomes.to_value().to_string(), r#"{b: "NOT_RUN", a: "NOT_RUN"}"#);
        assert!(outcomes.has("a") && !outcomes.has("c") && FieldOutcomes::default().is_empty());
    }
}

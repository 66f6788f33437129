//! Turns of queries that read lists. Some at a time of each caller, so that its further ones wait for these and not for
//! everyone; and some at a time of all callers, so that connections to the database are left for everything else.

use super::client_address::network;
use super::graphql::HttpError;
use super::limits;
use engine::UserId;
use rustc_hash::FxHashMap;
use service::{Context, Error};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// Who waits for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum TurnCaller {
    /// A user, in all sessions.
    User(UserId),
    /// An IPv4 address, or a /64 of IPv6.
    Address(Option<IpAddr>),
}

impl TurnCaller {
    /// The caller of a request.
    pub(super) fn of(context: &Context) -> Self {
        match context.caller() {
            Some(caller) => Self::User(caller.user),
            None => Self::Address(context.request.ip_address.map(network)),
        }
    }
}

/// The turns. Clones share them.
#[derive(Clone, Debug)]
pub(super) struct Turns {
    all: Arc<Semaphore>,
    by_caller: Arc<Mutex<FxHashMap<TurnCaller, CallerTurns>>>,
}

/// Turns of one caller.
#[derive(Debug)]
struct CallerTurns {
    turns: Arc<Semaphore>,
    /// Number of those that have a turn or wait for one.
    places: usize,
}

/// A turn, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _of_all: OwnedSemaphorePermit,
    _of_caller: OwnedSemaphorePermit,
    _place: Place,
}

/// A place among the requests of a caller.
#[derive(Debug)]
struct Place {
    turns: Turns,
    caller: TurnCaller,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut callers = self.turns.lock();
        if let Some(caller) = callers.get_mut(&self.caller) {
            caller.places -= 1;
            if caller.places == 0 {
                callers.remove(&self.caller);
            }
        }
    }
}

impl Turns {
    /// `all` queries at a time.
    pub(super) fn new(all: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(all)), by_caller: Arc::default() }
    }

    /// Waits for a turn, until the deadline at most.
    ///
    /// # Errors
    /// `RATE_LIMITED` when too many queries of the caller wait already, or those before it take too long;
    /// `SERVICE_UNAVAILABLE` when those of other callers take too long.
    pub(super) async fn take(&self, caller: TurnCaller, deadline: Instant) -> Result<Turn, HttpError> {
        let (place, turns) = self.enter(caller).ok_or_else(HttpError::too_many_lists)?;
        let deadline = deadline.min(Instant::now() + limits::LIST_WAIT);
        let of_caller = timeout_at(deadline, turns.acquire_owned()).await.map_err(|_| HttpError::too_many_lists())?;
        let of_all = timeout_at(deadline, Arc::clone(&self.all).acquire_owned()).await;
        let of_all = of_all.map_err(|late| HttpError::from(Error::Unavailable(late.into())))?;
        let closed = |error: tokio::sync::AcquireError| HttpError::from(Error::Internal(error.into()));
        Ok(Turn { _of_all: of_all.map_err(closed)?, _of_caller: of_caller.map_err(closed)?, _place: place })
    }

    /// Takes a place, unless the caller has too many.
    fn enter(&self, caller: TurnCaller) -> Option<(Place, Arc<Semaphore>)> {
        let mut callers = self.lock();
        let new = || CallerTurns { turns: Arc::new(Semaphore::new(limits::LISTS_OF_CALLER)), places: 0 };
        let found = callers.entry(caller).or_insert_with(new);
        if found.places >= limits::LISTS_OF_CALLER + limits::WAITING_LISTS_OF_CALLER {
            return None;
        }
        found.places += 1;
        Some((Place { turns: self.clone(), caller }, Arc::clone(&found.turns)))
    }

    /// Each entry is consistent by itself, so a poisoned lock is safe to use.
    fn lock(&self) -> MutexGuard<'_, FxHashMap<TurnCaller, CallerTurns>> {
        self.by_caller.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use std::time::Duration;

    fn caller(number: u128) -> TurnCaller {
        TurnCaller::User(UserId::new(uuid::Uuid::from_u128(number)))
    }

    fn later() -> Instant {
        Instant::now() + Duration::from_secs(600)
    }

    /// The turn of a query that waits for none.
    fn now(turns: &Turns, caller: TurnCaller) -> Option<Turn> {
        turns.take(caller, later()).now_or_never().and_then(Result::ok)
    }

    fn code(error: &HttpError) -> String {
        format!("{error:?}")
    }

    #[tokio::test]
    async fn further_queries_of_a_caller_wait_for_its_own_and_not_for_others() {
        let turns = Turns::new(100);
        let mut held: Vec<_> = (0..limits::LISTS_OF_CALLER).map(|_| now(&turns, caller(1)).unwrap()).collect();
        assert!(now(&turns, caller(1)).is_none());
        assert!(now(&turns, caller(2)).is_some(), "another caller does not wait");
        let mut waiting = Box::pin(turns.take(caller(1), later()));
        assert!(waiting.as_mut().now_or_never().is_none());
        held.pop();
        assert!(waiting.await.is_ok());
    }

    #[tokio::test]
    async fn a_caller_with_too_many_waiting_queries_is_refused_at_once() {
        let turns = Turns::new(100);
        let held: Vec<_> = (0..limits::LISTS_OF_CALLER).map(|_| now(&turns, caller(1)).unwrap()).collect();
        let mut waiting: Vec<_> =
            (0..limits::WAITING_LISTS_OF_CALLER).map(|_| Box::pin(turns.take(caller(1), later()))).collect();
        assert!(waiting.iter_mut().all(|turn| turn.as_mut().now_or_never().is_none()));
        let refused = turns.take(caller(1), later()).now_or_never().unwrap().unwrap_err();
        assert!(code(&refused).contains("RATE_LIMITED"));
        waiting.pop();
        assert!(turns.take(caller(1), later()).now_or_never().is_none(), "one that gave up leaves its place");
        drop((held, waiting));
        assert!(turns.lock().is_empty(), "nothing is kept of callers that are done");
    }

    #[tokio::test]
    async fn a_query_that_waits_until_its_deadline_is_refused() {
        let turns = Turns::new(limits::LISTS_OF_CALLER);
        let held: Vec<_> = (0..limits::LISTS_OF_CALLER).map(|_| now(&turns, caller(1)).unwrap()).collect();
        let soon = || Instant::now() + Duration::from_millis(1);
        assert!(code(&turns.take(caller(1), soon()).await.unwrap_err()).contains("RATE_LIMITED"));
        assert!(code(&turns.take(caller(2), soon()).await.unwrap_err()).contains("SERVICE_UNAVAILABLE"));
        drop(held);
        assert!(now(&turns, caller(2)).is_some());
    }
}

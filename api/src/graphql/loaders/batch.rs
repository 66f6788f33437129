//! Batching of reads by key.
//!
//! All fields of a response are resolved in one task. The first field that requests a key yields until no sibling adds a
//! further key, and then reads all of them: no timer, no second task, the same statements every time. It may take several
//! turns of the task, since a list polls a bounded number of its items in each.
//!
//! The wait for a reading is not subject to the cooperative budget of the task: a task that has used it up would leave some
//! siblings waiting while others go on to their next reading, which would then have a part of the keys.

use crate::graphql::error::to_graphql;
use async_graphql::{Error, Result};
use futures_util::task::AtomicWaker;
use rustc_hash::FxHashMap;
use std::future::poll_fn;
use std::hash::Hash;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use tokio::task::{unconstrained, yield_now};

/// Cached values by key, each read at most once.
#[derive(Debug)]
pub(super) struct Batch<K, V> {
    state: Mutex<State<K, V>>,
    /// Held while reading.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State<K, V> {
    /// `None` for a key without a value.
    cached: FxHashMap<K, Result<Option<V>, Error>>,
    /// Requested and not read yet.
    requested: Vec<K>,
}

impl<K, V> Default for Batch<K, V> {
    fn default() -> Self {
        let state = State { cached: FxHashMap::default(), requested: Vec::new() };
        Self { state: Mutex::new(state), reading: tokio::sync::Mutex::new(()) }
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Batch<K, V> {
    /// The value of a key, read together with all other requested keys.
    pub(super) async fn get<F>(&self, key: K, read: F) -> Result<Option<V>>
    where
        F: AsyncFnOnce(Vec<K>) -> service::Result<Vec<(K, V)>>,
    {
        match self.cached_or_request(&key) {
            Some(cached) => cached,
            // Boxed: the future of a field with a cached value stays small.
            None => Box::pin(self.wait(key, read)).await,
        }
    }

    async fn wait<F>(&self, key: K, read: F) -> Result<Option<V>>
    where
        F: AsyncFnOnce(Vec<K>) -> service::Result<Vec<(K, V)>>,
    {
        let _reading = unconstrained(self.reading.lock()).await;
        if let Some(cached) = self.state().cached.get(&key).cloned() {
            return cached;
        }
        self.wait_for_siblings().await;
        let keys = self.claim(&key);
        let found = read(keys.clone()).await.map_err(to_graphql);
        self.insert(&key, &keys, found)
    }

    /// Yields until a turn of the task has added no key.
    async fn wait_for_siblings(&self) {
        let mut before = 0;
        loop {
            let requested = self.state().requested.len();
            if requested == before {
                return;
            }
            before = requested;
            next_turn().await;
        }
    }

    /// Drops all cached values.
    pub(super) fn forget(&self) {
        self.state().cached.clear();
    }

    fn cached_or_request(&self, key: &K) -> Option<Result<Option<V>>> {
        let mut state = self.state();
        let cached = state.cached.get(key).cloned();
        if cached.is_none() {
            state.requested.push(key.clone());
        }
        cached
    }

    /// The keys to read.
    fn claim(&self, key: &K) -> Vec<K> {
        let mut state = self.state();
        let mut requested = std::mem::take(&mut state.requested);
        // A sibling that was cancelled while reading has taken this key.
        requested.push(key.clone());
        let mut seen = rustc_hash::FxHashSet::default();
        requested.retain(|key| !state.cached.contains_key(key) && seen.insert(key.clone()));
        requested
    }

    fn insert(&self, key: &K, keys: &[K], found: Result<Vec<(K, V)>>) -> Result<Option<V>> {
        let mut state = self.state();
        match found {
            Ok(found) => {
                state.cached.extend(keys.iter().map(|key| (key.clone(), Ok(None))));
                state.cached.extend(found.into_iter().map(|(key, value)| (key, Ok(Some(value)))));
            }
            Err(error) => state.cached.extend(keys.iter().map(|key| (key.clone(), Err(error.clone())))),
        }
        state.cached.get(key).cloned().unwrap_or(Ok(None))
    }

    /// The state is consistent after each step, so a poisoned lock is safe to use.
    fn state(&self) -> MutexGuard<'_, State<K, V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for the next turn of the task. A future that is polled for another reason, such as the progress of a sibling in the
/// same item of a list, waits on: the items that follow may not have been polled yet.
async fn next_turn() {
    let turn = Arc::new(Turn::default());
    let waker = Waker::from(Arc::clone(&turn));
    let (mut end, mut has_begun) = (pin!(yield_now()), false);
    poll_fn(|context| {
        turn.waiting.register(context.waker());
        if !std::mem::replace(&mut has_begun, true) {
            let _ = end.as_mut().poll(&mut Context::from_waker(&waker));
        }
        if turn.is_over.load(Ordering::Acquire) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// A turn of a task, woken at its end.
#[derive(Debug, Default)]
struct Turn {
    is_over: AtomicBool,
    waiting: AtomicWaker,
}

impl Wake for Turn {
    fn wake(self: Arc<Self>) {
        self.is_over.store(true, Ordering::Release);
        self.waiting.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::{join, join_all};

    #[tokio::test]
    async fn keys_of_siblings_are_read_together() {
        let batch = Batch::<u32, String>::default();
        let reads = Mutex::new(Vec::new());
        let ask = |key: u32| {
            let (batch, reads) = (&batch, &reads);
            async move {
                let read = async |keys: Vec<u32>| {
                    reads.lock().expect("no one panics here").push(keys.clone());
                    Ok(keys.iter().filter(|key| **key != 7).map(|key| (*key, key.to_string())).collect())
                };
                batch.get(key, read).await.expect("reading succeeds")
            }
        };
        let (many, twice) = join(join_all((0..100).map(ask)), ask(3)).await;
        assert_eq!(many[3], Some("3".to_owned()));
        assert_eq!(many[7], None);
        assert_eq!(twice, many[3]);
        assert_eq!(ask(5).await, many[5]);
        assert_eq!(reads.lock().expect("no one panics here").len(), 1);
    }

    #[tokio::test]
    async fn keys_of_many_siblings_are_read_together_after_an_earlier_reading() {
        let (first, second) = (Batch::<u32, u32>::default(), Batch::<u32, u32>::default());
        let reads = Mutex::new(Vec::new());
        let ask = |key| one_after_the_other([&first, &second], key, &reads);
        // More than the 128 steps that a task of tokio has at a time.
        join_all((0..500).map(ask)).await;
        assert_eq!(*reads.lock().expect("no one panics here"), [500, 500]);
    }

    #[tokio::test]
    async fn keys_of_siblings_that_other_fields_interrupt_are_read_together() {
        let (first, second) = (Batch::<u32, u32>::default(), Batch::<u32, u32>::default());
        let reads = Mutex::new(Vec::new());
        let ask = |key| {
            let both = one_after_the_other([&first, &second], key, &reads);
            // The first item is polled far more often than the others.
            let turns = if key == 0 { 1_000 } else { 0 };
            let restless = async move {
                for _ in 0..turns {
                    wake_oneself().await;
                }
            };
            join(restless, both)
        };
        join_all((0..100).map(ask)).await;
        assert_eq!(*reads.lock().expect("no one panics here"), [100, 100]);
    }

    /// Asks several batches for a key, each after the one before, and notes how many keys each reading has.
    async fn one_after_the_other(batches: [&Batch<u32, u32>; 2], key: u32, reads: &Mutex<Vec<usize>>) {
        for batch in batches {
            let read = async |keys: Vec<u32>| {
                reads.lock().expect("no one panics here").push(keys.len());
                Ok(keys.into_iter().map(|key| (key, key)).collect())
            };
            batch.get(key, read).await.expect("reading succeeds");
        }
    }

    /// Waits for one turn and asks for it at once.
    async fn wake_oneself() {
        let mut is_woken = false;
        poll_fn(|context| {
            if std::mem::replace(&mut is_woken, true) {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    #[tokio::test]
    async fn a_dropped_value_is_read_again() {
        let batch = Batch::<u32, u32>::default();
        assert_eq!(batch.get(1, async |_| Ok(vec![(1, 10)])).await.expect("reading succeeds"), Some(10));
        batch.forget();
        assert_eq!(batch.get(1, async |_| Ok(vec![(1, 11)])).await.expect("reading succeeds"), Some(11));
    }
}

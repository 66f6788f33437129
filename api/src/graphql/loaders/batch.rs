//! Many askers, one statement.
//!
//! All fields of an answer are resolved within one task. Whoever asks first steps back once, so that
//! its siblings have asked too when it reads for all of them: no timer, no second task, and the same
//! statements every time.

use crate::graphql::error::to_graphql;
use async_graphql::{Error, Result};
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Values by key, each read at most once.
#[derive(Debug)]
pub(super) struct Batch<K, V> {
    state: Mutex<State<K, V>>,
    /// Held by the one that reads.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State<K, V> {
    /// `None` for what does not exist.
    known: FxHashMap<K, Result<Option<V>, Error>>,
    /// Asked for and not read yet.
    wanted: Vec<K>,
}

impl<K, V> Default for Batch<K, V> {
    fn default() -> Self {
        let state = State { known: FxHashMap::default(), wanted: Vec::new() };
        Self { state: Mutex::new(state), turn: tokio::sync::Mutex::new(()) }
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Batch<K, V> {
    /// The value at `key`, read by `read` together with all others wanted.
    pub(super) async fn get<F>(&self, key: K, read: F) -> Result<Option<V>>
    where
        F: AsyncFnOnce(Vec<K>) -> service::Result<Vec<(K, V)>>,
    {
        match self.ask(&key) {
            Some(known) => known,
            // Fields that need not wait do not carry what waiting takes.
            None => Box::pin(self.wait(key, read)).await,
        }
    }

    async fn wait<F>(&self, key: K, read: F) -> Result<Option<V>>
    where
        F: AsyncFnOnce(Vec<K>) -> service::Result<Vec<(K, V)>>,
    {
        tokio::task::yield_now().await;
        let _turn = self.turn.lock().await;
        let wanted = match self.claim(&key) {
            Ok(known) => return known,
            Err(wanted) => wanted,
        };
        let found = read(wanted.clone()).await.map_err(to_graphql);
        self.keep(&key, &wanted, found)
    }

    /// Forgets what was read.
    pub(super) fn forget(&self) {
        self.state().known.clear();
    }

    fn ask(&self, key: &K) -> Option<Result<Option<V>>> {
        let mut state = self.state();
        let known = state.known.get(key).cloned();
        if known.is_none() {
            state.wanted.push(key.clone());
        }
        known
    }

    /// What became known meanwhile, or the keys that are now to be read.
    fn claim(&self, key: &K) -> Result<Result<Option<V>>, Vec<K>> {
        let mut state = self.state();
        if let Some(known) = state.known.get(key) {
            return Ok(known.clone());
        }
        let mut wanted = std::mem::take(&mut state.wanted);
        // A sibling that was given up while it read took this key with it.
        wanted.push(key.clone());
        let mut seen = rustc_hash::FxHashSet::default();
        wanted.retain(|key| !state.known.contains_key(key) && seen.insert(key.clone()));
        Err(wanted)
    }

    fn keep(&self, key: &K, wanted: &[K], found: Result<Vec<(K, V)>>) -> Result<Option<V>> {
        let mut state = self.state();
        match found {
            Ok(found) => {
                state.known.extend(wanted.iter().map(|key| (key.clone(), Ok(None))));
                state.known.extend(found.into_iter().map(|(key, value)| (key, Ok(Some(value)))));
            }
            Err(error) => state.known.extend(wanted.iter().map(|key| (key.clone(), Err(error.clone())))),
        }
        state.known.get(key).cloned().unwrap_or(Ok(None))
    }

    /// Every change of the state is complete before the lock is released, also by a panic.
    fn state(&self) -> MutexGuard<'_, State<K, V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::{join, join_all};

    #[tokio::test]
    async fn siblings_are_read_in_one_statement() {
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
    async fn what_was_forgotten_is_read_again() {
        let batch = Batch::<u32, u32>::default();
        assert_eq!(batch.get(1, async |_| Ok(vec![(1, 10)])).await.expect("reading succeeds"), Some(10));
        batch.forget();
        assert_eq!(batch.get(1, async |_| Ok(vec![(1, 11)])).await.expect("reading succeeds"), Some(11));
    }
}

//! Open connections: their number in all and per client, and which of them end to make room for a new one.
//!
//! A connection that waits for its client can be ended, longest wait first: it is idle, or its request has not been complete
//! for longer than any response takes. So clients that hold connections open keep nobody else out. A connection whose
//! request is being answered is never ended; a new one is refused where all others are.

use crate::config::TrustedProxies;
use crate::http::client_address::network;
use rustc_hash::FxHashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// After this time since its first byte, a request without a response waits for its client: a response takes less.
const STALLED: Duration = Duration::from_secs(5);
/// Part of the connections that end at once to make room, so that the search for them is rare.
const ENDED_PART: usize = 64;
/// Shortest time between two searches among all connections when the first found none to end.
const SEARCH_INTERVAL: Duration = Duration::from_millis(100);
/// Shortest time between two warnings in the log.
const WARNING_INTERVAL: Duration = Duration::from_secs(60);

/// The open connections.
#[derive(Debug)]
pub(super) struct Connections {
    max: usize,
    max_per_address: usize,
    /// Many clients share a proxy's address: the limit per address does not apply to it.
    proxies: TrustedProxies,
    open: Mutex<OpenConnections>,
}

#[derive(Debug, Default)]
struct OpenConnections {
    total: usize,
    by_client: FxHashMap<IpAddr, Vec<Arc<Connection>>>,
    /// Time of the last search among all connections that found none to end.
    searched_at: Option<Instant>,
    warned_at: Option<Instant>,
}

/// An open connection.
#[derive(Debug)]
pub(super) struct Connection {
    opened: Instant,
    /// Milliseconds after `opened` at which its request or its wait for the next one began, doubled; odd during a request.
    state: AtomicU64,
    /// Notified when the connection is to end.
    pub(super) end: Notify,
}

/// The place of a connection among the open ones, which it leaves when dropped.
#[derive(Debug)]
pub(super) struct Place {
    connections: Arc<Connections>,
    client: IpAddr,
    pub(super) connection: Arc<Connection>,
}

impl Connections {
    /// No connections yet, with these limits.
    pub(super) fn new(max: usize, max_per_address: usize, proxies: TrustedProxies) -> Arc<Self> {
        Arc::new(Self { max, max_per_address, proxies, open: Mutex::default() })
    }

    /// Admits a new connection, and ends others where a limit is reached; `None` where none of them can be ended.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr, now: Instant) -> Option<Place> {
        let client = network(peer);
        let mut open = self.lock();
        let of_client = open.by_client.get(&client).map_or(0, Vec::len);
        if of_client >= self.max_per_address && !self.proxies.contains(peer) {
            open.warn(now, "connections.max_per_address");
            if open.end_waiting(self.max_per_address, Some(client), now) == 0 {
                return None;
            }
        }
        if open.total >= self.max {
            open.warn(now, "connections.max");
            if !open.make_room(self.max, now) {
                return None;
            }
        }
        let connection = Arc::new(Connection::new(now));
        open.total += 1;
        open.by_client.entry(client).or_default().push(Arc::clone(&connection));
        Some(Place { connections: Arc::clone(self), client, connection })
    }

    /// Ends connections that wait for their client, for example when the system has no file descriptor left.
    pub(super) fn make_room(&self, now: Instant) {
        let mut open = self.lock();
        let total = open.total;
        open.make_room(total, now);
    }

    fn lock(&self) -> MutexGuard<'_, OpenConnections> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenConnections {
    /// Ends connections of any client. Returns false where none waits; then it is not tried again at once, since a flood of
    /// new connections would pay for nothing else.
    fn make_room(&mut self, limit: usize, now: Instant) -> bool {
        if self.searched_at.is_some_and(|at| now.duration_since(at) < SEARCH_INTERVAL) {
            return false;
        }
        let is_found = self.end_waiting(limit, None, now) > 0;
        self.searched_at = (!is_found).then_some(now);
        is_found
    }

    /// Ends those that have waited longest, of one client or of all: a fixed part of `limit`. Returns their number.
    fn end_waiting(&mut self, limit: usize, client: Option<IpAddr>, now: Instant) -> usize {
        let waits = |client: IpAddr, connection: &Arc<Connection>| {
            Some((connection.waiting_since(now)?, client, Arc::clone(connection)))
        };
        let mut waiting: Vec<_> = match client {
            Some(client) => {
                self.by_client.get(&client).into_iter().flatten().filter_map(|one| waits(client, one)).collect()
            }
            None => {
                let all = self.by_client.iter().flat_map(|(client, all)| all.iter().map(|one| (*client, one)));
                all.filter_map(|(client, one)| waits(client, one)).collect()
            }
        };
        waiting.sort_unstable_by_key(|(since, ..)| *since);
        waiting.truncate((limit / ENDED_PART).max(1));
        for (_, client, connection) in &waiting {
            self.remove(*client, connection);
            connection.end.notify_one();
        }
        waiting.len()
    }

    fn remove(&mut self, client: IpAddr, connection: &Arc<Connection>) {
        let Some(connections) = self.by_client.get_mut(&client) else { return };
        // Absent when it was ended to make room.
        if let Some(place) = connections.iter().position(|other| Arc::ptr_eq(other, connection)) {
            connections.swap_remove(place);
            self.total -= 1;
        }
        if connections.is_empty() {
            self.by_client.remove(&client);
        }
    }

    fn warn(&mut self, now: Instant, limit: &'static str) {
        if self.warned_at.is_none_or(|at| now.duration_since(at) >= WARNING_INTERVAL) {
            self.warned_at = Some(now);
            tracing::warn!(limit, open = self.total, "too many connections: those that wait longest are closed");
        }
    }
}

impl Connection {
    pub(super) fn new(now: Instant) -> Self {
        Self { opened: now, state: AtomicU64::new(0), end: Notify::new() }
    }

    /// A request has begun.
    pub(super) fn begin_request(&self, now: Instant) {
        self.state.store(self.milliseconds(now) << 1 | 1, Ordering::Relaxed);
    }

    /// A response, or a part of one, was written.
    pub(super) fn has_written(&self, now: Instant) {
        self.state.store(self.milliseconds(now) << 1, Ordering::Relaxed);
    }

    /// Time since which it waits for its client; `None` while its request may be being answered.
    fn waiting_since(&self, now: Instant) -> Option<Instant> {
        let state = self.state.load(Ordering::Relaxed);
        let since = self.opened + Duration::from_millis(state >> 1);
        let is_request = state & 1 == 1;
        (!is_request || now.duration_since(since) >= STALLED).then_some(since)
    }

    fn milliseconds(&self, now: Instant) -> u64 {
        u64::try_from(now.duration_since(self.opened).as_millis()).unwrap_or(u64::MAX >> 1)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.lock().remove(self.client, &self.connection);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn is_ended(place: &Place) -> bool {
        place.connection.end.notified().now_or_never().is_some()
    }

    fn connections(max: usize, max_per_address: usize) -> Arc<Connections> {
        Connections::new(max, max_per_address, TrustedProxies::parse("10.0.0.0/8").unwrap())
    }

    #[test]
    fn beyond_the_limit_per_address_the_longest_wait_of_that_address_ends() {
        let (connections, start) = (connections(100, 2), Instant::now());
        let second = |number| start + Duration::from_secs(number);
        let other = connections.admit(address("192.0.2.2"), second(0)).unwrap();
        let first = connections.admit(address("192.0.2.1"), second(1)).unwrap();
        let next = connections.admit(address("192.0.2.1"), second(2)).unwrap();
        assert!(!is_ended(&first) && !is_ended(&next), "at the limit");
        first.connection.begin_request(second(3));
        first.connection.has_written(second(3));
        let third = connections.admit(address("192.0.2.1"), second(4)).unwrap();
        assert!(is_ended(&next), "it waits since the second 2");
        assert!(!is_ended(&first) && !is_ended(&other) && !is_ended(&third));
        assert_eq!(connections.lock().total, 3);
    }

    #[test]
    fn a_connection_in_a_request_is_ended_only_when_it_has_stalled() {
        let (connections, start) = (connections(2, 2), Instant::now());
        let held = ["192.0.2.1", "192.0.2.2"].map(|peer| connections.admit(address(peer), start).unwrap());
        held.iter().for_each(|place| place.connection.begin_request(start));
        let before = start + STALLED - SEARCH_INTERVAL;
        assert!(connections.admit(address("192.0.2.3"), before).is_none());
        assert!(connections.admit(address("192.0.2.3"), start + STALLED).is_some());
        assert_eq!(held.iter().filter(|place| is_ended(place)).count(), 1);
    }

    #[test]
    fn a_trusted_proxy_has_the_limit_of_all_only() {
        let (connections, now) = (connections(4, 1), Instant::now());
        let proxied: Vec<_> = (0..4).map(|_| connections.admit(address("10.0.0.1"), now).unwrap()).collect();
        assert!(proxied.iter().all(|place| !is_ended(place)));
        let _fifth = connections.admit(address("10.0.0.1"), now).unwrap();
        assert_eq!(proxied.iter().filter(|place| is_ended(place)).count(), 1);
    }

    #[test]
    fn addresses_of_one_ipv6_network_count_together() {
        let (connections, now) = (connections(100, 1), Instant::now());
        let first = connections.admit(address("2001:db8::1"), now).unwrap();
        let _other = connections.admit(address("2001:db8:0:1::1"), now).unwrap();
        assert!(!is_ended(&first));
        let _same = connections.admit(address("2001:db8::2"), now).unwrap();
        assert!(is_ended(&first));
    }

    #[test]
    fn nothing_remains_of_connections_that_are_closed() {
        let (connections, now) = (connections(1_000, 1_000), Instant::now());
        let places: Vec<_> = (0..2_000_u32).map(|number| connections.admit(number.to_be_bytes().into(), now)).collect();
        assert!(connections.lock().total <= 1_000);
        drop(places);
        let open = connections.lock();
        assert_eq!((open.total, open.by_client.len()), (0, 0));
    }
}

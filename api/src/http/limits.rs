//! Limits of a request: size and time.

use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Largest body, in bytes: room for the policy document of an organisation with thousands of roles.
pub const BODY: usize = 4 * 1024 * 1024;
/// Most values in a body, those of lists and objects included. Each takes many times the memory of its text.
pub const VALUES: usize = 100_000;
/// How much of a refused body is read and discarded, in bytes, so that the client reads the response instead of a closed
/// connection.
pub const DRAINED: usize = 16 * 1024 * 1024;
/// Beginning of a body that needs no room among the bodies of all requests, in bytes.
pub const SMALL_BODY: usize = 16 * 1024;
/// Most bytes of larger bodies in memory: of one client (an IPv4 address, or a /64 of IPv6), and of all.
pub const BODIES_OF_CLIENT: usize = 16 * 1024 * 1024;
/// See [`BODIES_OF_CLIENT`].
pub const BODIES: usize = 256 * 1024 * 1024;
/// Largest header of a request without its first line, in bytes.
pub const HEADER: usize = 32 * 1024;
/// Most bytes that a connection reads ahead of a request that is not complete. More than a target of 64 KiB and [`HEADER`],
/// so that each of the two has its own status.
pub const BUFFER: usize = 256 * 1024;
/// Time for a response once the operation is read. A commit that has begun is completed; other waits are cancelled. The
/// root fields of a mutation that are left then are answered as not run.
pub const RESPONSE_TIME: Duration = Duration::from_millis(2_800);
/// Longest time of a statement of a request on a database server, should the end of the request not end it.
pub const STATEMENT_TIME: Duration = Duration::from_millis(3_500);
/// Queries of lists that a caller runs at a time; those of others are not counted.
pub const LISTS_OF_CALLER: usize = 4;
/// Queries of lists of a caller that wait for these.
pub const WAITING_LISTS_OF_CALLER: usize = 64;
/// Longest wait for them.
pub const LIST_WAIT: Duration = Duration::from_millis(1_400);
/// Longest credential, in bytes. Keyward's own tokens are far shorter.
pub const CREDENTIAL: usize = 8 * 1024;
/// Longest stored user agent, in characters.
pub const USER_AGENT: usize = 512;

/// Awaits a future until the deadline.
///
/// # Errors
/// [`service::Error::Unavailable`] when the time is up.
pub(super) async fn by<T>(deadline: Instant, future: impl Future<Output = T>) -> service::Result<T> {
    timeout_at(deadline, future).await.map_err(|elapsed| service::Error::Unavailable(elapsed.into()))
}

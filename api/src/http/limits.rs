//! How much of a request is read, and for how long.

use std::time::Duration;

/// Largest body, in bytes.
pub const BODY: usize = 1024 * 1024;
/// How much of a body that is refused is read and thrown away, so that the client gets to read the
/// answer instead of meeting a closed connection.
pub const DRAINED: usize = 16 * 1024 * 1024;
/// How long a client may take to send its body.
pub const BODY_TIME: Duration = Duration::from_secs(30);
/// How long an answer may take once the operation is read. What a request has begun to commit is
/// finished all the same; whatever else it waits for is given up.
pub const ANSWER_TIME: Duration = Duration::from_millis(2_800);
/// Longest credential, in bytes. Our own tokens stay well below.
pub const CREDENTIAL: usize = 8 * 1024;
/// How much of what a client calls itself is kept, in characters.
pub const USER_AGENT: usize = 512;

//! Whether Redis does what is used of it. A response to `PING` does not show that: the ACL of the user can forbid commands, a
//! replica refuses to write, and a cluster refuses commands over keys of several nodes.

use super::{Redis, TAKE_ATTEMPT, silent};
use crate::{Error, Result};
use redis::{Cmd, RedisError};

/// Key and channel that nothing else uses.
const PROBE: &str = "keyward:probe";
/// Key that belongs to another slot of a cluster than [`PROBE`].
const OTHER_SLOT: &str = "keyward:probe:other";

impl Redis {
    /// Runs each kind of command that is used.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when Redis does not respond in time, or refuses a command. Its source lists all that is refused.
    pub(crate) async fn probe(&self) -> Result<()> {
        let mut refused = Vec::new();
        for (name, command) in commands() {
            match command.exec_async(&mut self.connection()).await {
                Ok(()) => {}
                Err(error) if is_refusal(&error) => refused.push(format!("`{name}` ({error})")),
                Err(error) => return Err(silent(&error)),
            }
        }
        if refused.is_empty() {
            return Ok(());
        }
        Err(Error::Unavailable(format!("redis refuses {}", refused.join(", ")).into()))
    }
}

/// Whether Redis responded, with an error.
fn is_refusal(error: &RedisError) -> bool {
    error.code().is_some()
}

fn commands() -> [(&'static str, Cmd); 4] {
    let mut set = redis::cmd("SET");
    set.arg(PROBE).arg(0).arg("EX").arg(1);
    let mut eval = redis::cmd("EVAL");
    eval.arg(TAKE_ATTEMPT).arg(1).arg(PROBE).arg(u32::MAX).arg(1000);
    let mut publish = redis::cmd("PUBLISH");
    publish.arg(PROBE).arg(0);
    let mut delete = redis::cmd("DEL");
    delete.arg(PROBE).arg(OTHER_SLOT);
    [("SET", set), ("EVAL", eval), ("PUBLISH", publish), ("DEL", delete)]
}

//! Redis: the shared denylist, announcements between replicas, and shared rate limits. Only this module uses
//! the Redis client.
//!
//! An ended session is a key `keyward:deny:<session>` that expires with its last access token, and a message to all
//! connected replicas. Messages are lost while a connection is down: after each reconnect all keys are read again. SQL
//! stays the source of truth.

mod probe;

use crate::{Error, Result};
use arc_swap::ArcSwap;
use engine::SessionId;
use redis::aio::{ConnectionManager, ConnectionManagerConfig, SendError};
use redis::{Client, Cmd, FromRedisValue, IntoConnectionInfo, ProtocolVersion, PushInfo, PushKind, RedisResult, Value};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

const DENY_KEY: &str = "keyward:deny:";
const DENY_CHANNEL: &str = "keyward:deny";
const POLICY_CHANNEL: &str = "keyward:policy";
const LIMIT_KEY: &str = "keyward:limit:";

/// Counts an attempt below the limit and returns 0; at the limit returns the milliseconds until the window ends.
/// Atomic, so that two replicas cannot both take the last attempt; a window always has an expiry.
const TAKE_ATTEMPT: &str = "
    local left = redis.call('PTTL', KEYS[1])
    if left < 0 then
        redis.call('SET', KEYS[1], 0, 'PX', ARGV[2])
    elseif tonumber(redis.call('GET', KEYS[1])) >= tonumber(ARGV[1]) then
        return math.max(left, 1)
    end
    redis.call('INCR', KEYS[1])
    return 0";
/// Refunds an attempt, if one was counted. A window without attempts leaves nothing behind.
const REFUND_ATTEMPT: &str = "
    local attempts = tonumber(redis.call('GET', KEYS[1]) or 0)
    if attempts > 1 then redis.call('DECR', KEYS[1]) elseif attempts == 1 then redis.call('DEL', KEYS[1]) end
    return 0";

/// Longest wait for a response: requests wait for it.
const TIMEOUT: Duration = Duration::from_millis(200);
/// Most keys in one pipeline.
const BATCH: usize = 500;

/// Event that Redis pushes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A replica ended this session; its tokens are refused for this time.
    Denied(SessionId, Duration),
    /// A replica changed the policy.
    PolicyChanged,
    /// The connection was lost, and messages may have been missed.
    Lost,
}

type Listener = Arc<dyn Fn(Event) + Send + Sync>;

/// Connection to Redis that reconnects by itself.
pub(crate) struct Redis {
    client: Client,
    listener: Listener,
    connection: ArcSwap<ConnectionManager>,
}

impl Redis {
    /// Connects. `listener` receives the events and must not block.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when Redis does not respond; its source says so in one line.
    pub(crate) async fn connect(url: &SecretString, listener: impl Fn(Event) + Send + Sync + 'static) -> Result<Self> {
        let info = url
            .expose_secret()
            .into_connection_info()
            .map_err(|error| unreachable("the configured address", &error))?;
        let address = info.addr().to_string();
        // RESP3: messages are pushed on the connection that commands use.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings)).map_err(|error| unreachable(&address, &error))?;
        let listener: Listener = Arc::new(listener);
        let connection = open(&client, &listener).await.map_err(|error| unreachable(&address, &error))?;
        Ok(Self { client, listener, connection: ArcSwap::from_pointee(connection) })
    }

    /// Subscribes to the channels, then reads the denylist in pages: sessions with the time left to each, for `found`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when Redis does not respond in time, as for all methods below.
    pub(crate) async fn follow(&self, found: impl FnMut(Vec<(SessionId, Duration)>)) -> Result<()> {
        self.read_all(found).await.map_err(|error| silent(&error))
    }

    async fn read_all(&self, mut found: impl FnMut(Vec<(SessionId, Duration)>)) -> RedisResult<()> {
        let mut connection = self.connection();
        connection.subscribe(DENY_CHANNEL).await?;
        connection.subscribe(POLICY_CHANNEL).await?;
        let mut cursor = 0_u64;
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(format!("{DENY_KEY}*")).arg("COUNT").arg(BATCH);
            let (next, keys): (u64, Vec<String>) = scan.query_async(&mut connection).await?;
            found(remaining(&mut connection, &keys).await?);
            cursor = next;
            if cursor == 0 {
                return Ok(());
            }
        }
    }

    /// Adds sessions to the denylist for this time, and announces them to all replicas.
    pub(crate) async fn deny(&self, sessions: &[SessionId], remaining: Duration) -> Result<()> {
        let mut connection = self.connection();
        let seconds = remaining.as_secs().max(1);
        for sessions in sessions.chunks(BATCH) {
            let mut commands = redis::pipe();
            for session in sessions {
                let session = session.uuid().simple();
                commands.cmd("SET").arg(format!("{DENY_KEY}{session}")).arg(1).arg("EX").arg(seconds).ignore();
            }
            // Keys first: a replica that reads all keys after this message must find them.
            for session in sessions {
                let message = format!("{}:{seconds}", session.uuid().simple());
                commands.cmd("PUBLISH").arg(DENY_CHANNEL).arg(message).ignore();
            }
            commands.exec_async(&mut connection).await.map_err(|error| silent(&error))?;
        }
        Ok(())
    }

    /// Announces a new revision of the policy to all replicas.
    pub(crate) async fn announce_policy(&self, revision: u64) -> Result<()> {
        let mut publish = redis::cmd("PUBLISH");
        publish.arg(POLICY_CHANNEL).arg(revision);
        publish.exec_async(&mut self.connection()).await.map_err(|error| silent(&error))
    }

    /// Counts an attempt in a window, which lasts for `window` from its first attempt. At `limit` the attempt is not
    /// counted, and the time until the window ends is returned.
    pub(crate) async fn take_attempt(&self, name: &str, limit: u32, window: Duration) -> Result<Option<Duration>> {
        let mut script = eval(TAKE_ATTEMPT, name);
        script.arg(limit).arg(window.as_millis().max(1).to_string());
        let left: u64 = self.query(&script).await?;
        Ok((left > 0).then(|| Duration::from_millis(left)))
    }

    /// Refunds an attempt.
    pub(crate) async fn refund_attempt(&self, name: &str) -> Result<()> {
        self.query::<i64>(&eval(REFUND_ATTEMPT, name)).await.map(drop)
    }

    /// Forgets the attempts of a window.
    pub(crate) async fn forget_attempts(&self, name: &str) -> Result<()> {
        let mut delete = redis::cmd("DEL");
        delete.arg(format!("{LIMIT_KEY}{name}"));
        self.query::<i64>(&delete).await.map(drop)
    }

    /// Runs a command within [`TIMEOUT`], the time to reconnect included.
    async fn query<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        let mut connection = self.connection();
        let response = tokio::time::timeout(TIMEOUT, command.query_async(&mut connection)).await;
        response.map_err(|late| Error::Unavailable(late.into()))?.map_err(|error| silent(&error))
    }

    /// Replaces a connection that neither responds nor fails.
    pub(crate) async fn reopen(&self) -> Result<()> {
        self.connection.store(Arc::new(open(&self.client, &self.listener).await.map_err(|error| silent(&error))?));
        Ok(())
    }

    fn connection(&self) -> ConnectionManager {
        ConnectionManager::clone(&self.connection.load())
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redis")
    }
}

/// Command that runs a script on a window.
fn eval(script: &str, name: &str) -> Cmd {
    let mut command = redis::cmd("EVAL");
    command.arg(script).arg(1).arg(format!("{LIMIT_KEY}{name}"));
    command
}

async fn open(client: &Client, listener: &Listener) -> RedisResult<ConnectionManager> {
    let listener = Arc::clone(listener);
    let sender = move |push: PushInfo| -> Result<(), SendError> {
        if let Some(event) = read(&push) {
            listener(event);
        }
        Ok(())
    };
    // The default is six retries with growing delays: too long within a request.
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(TIMEOUT))
        .set_connection_timeout(Some(TIMEOUT))
        .set_number_of_retries(1)
        .set_push_sender(sender)
        .set_automatic_resubscription();
    ConnectionManager::new_with_config(client.clone(), config).await
}

/// Event of a message; `None` for other messages.
fn read(push: &PushInfo) -> Option<Event> {
    match (&push.kind, push.data.as_slice()) {
        (PushKind::Disconnection, _) => Some(Event::Lost),
        (PushKind::Message, [Value::BulkString(channel), Value::BulkString(message)]) => {
            if channel == POLICY_CHANNEL.as_bytes() {
                return Some(Event::PolicyChanged);
            }
            let (session, seconds) = std::str::from_utf8(message).ok()?.split_once(':')?;
            let session = Uuid::try_parse(session).ok().filter(|_| channel == DENY_CHANNEL.as_bytes())?;
            Some(Event::Denied(session.into(), Duration::from_secs(seconds.parse().ok()?)))
        }
        _ => None,
    }
}

/// Sessions of denylist keys, with the time left to each. Keys that expired meanwhile are left out.
async fn remaining(connection: &mut ConnectionManager, keys: &[String]) -> RedisResult<Vec<(SessionId, Duration)>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let mut commands = redis::pipe();
    for key in keys {
        commands.cmd("PTTL").arg(key);
    }
    let times: Vec<i64> = commands.query_async(connection).await?;
    let denied = keys.iter().zip(times).filter_map(|(key, time)| {
        let session = Uuid::try_parse(key.strip_prefix(DENY_KEY)?).ok()?;
        Some((session.into(), Duration::from_millis(u64::try_from(time).ok()?)))
    });
    Ok(denied.collect())
}

fn silent(error: &redis::RedisError) -> Error {
    Error::Unavailable(format!("redis does not respond: {error}").into())
}

fn unreachable(address: &str, error: &redis::RedisError) -> Error {
    Error::Unavailable(format!("redis at `{address}` cannot be reached: {error}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(channel: &str, text: &str) -> PushInfo {
        let data = [channel, text].map(|text| Value::BulkString(text.as_bytes().to_vec()));
        PushInfo { kind: PushKind::Message, data: data.to_vec() }
    }

    #[test]
    fn messages_of_other_replicas_are_read() {
        let session = Uuid::from_u128(7);
        let denied = message(DENY_CHANNEL, &format!("{}:605", session.simple()));
        assert_eq!(read(&denied), Some(Event::Denied(session.into(), Duration::from_secs(605))));
        assert_eq!(read(&message(POLICY_CHANNEL, "12")), Some(Event::PolicyChanged));
        let lost = PushInfo { kind: PushKind::Disconnection, data: Vec::new() };
        assert_eq!(read(&lost), Some(Event::Lost));
    }

    #[test]
    fn malformed_messages_are_ignored() {
        for text in ["", ":", "x:1", "00000000000000000000000000000007", "00000000000000000000000000000007:x"] {
            assert_eq!(read(&message(DENY_CHANNEL, text)), None, "`{text}`");
        }
        assert_eq!(read(&message("another", "00000000000000000000000000000007:5")), None);
        assert_eq!(read(&PushInfo { kind: PushKind::Message, data: Vec::new() }), None);
    }
}

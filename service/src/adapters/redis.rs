//! Redis: the shared denylist, the wake-up calls between replicas and the tries they count together. The
//! only file that speaks Redis.
//!
//! `Redis::connect(&SecretString, listener) -> Result<Redis>`; `follow`, `ping`, `deny`,
//! `announce_policy`, `take_try`, `give_try_back`, `forget_tries`, `reopen`.
//!
//! A revoked session is a key `keyward:deny:<session>` that goes when its last access token has run
//! out, and a message to whoever is connected. Messages are lost while a connection is: whoever
//! follows reads all keys again after each reconnect. SQL stays the truth of both.

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

/// Counts a try unless there were as many already, and says how many milliseconds are left then, else 0.
/// One step, so that replicas cannot both take the last one; the window is never without an end.
const TAKE_TRY: &str = "
    local left = redis.call('PTTL', KEYS[1])
    if left < 0 then
        redis.call('SET', KEYS[1], 0, 'PX', ARGV[2])
    elseif tonumber(redis.call('GET', KEYS[1])) >= tonumber(ARGV[1]) then
        return math.max(left, 1)
    end
    redis.call('INCR', KEYS[1])
    return 0";
/// Takes a try back, where there is one.
const GIVE_TRY_BACK: &str = "
    if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then redis.call('DECR', KEYS[1]) end
    return 0";

/// An answer that takes longer is none; within a request there is no time for more.
const TIMEOUT: Duration = Duration::from_millis(200);
/// How many keys are asked for at once.
const BATCH: usize = 500;

/// What Redis tells unasked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A replica ended this session; its tokens are refused for so long.
    Denied(SessionId, Duration),
    /// A replica changed the policy.
    PolicyChanged,
    /// The connection was lost, and with it perhaps messages.
    Lost,
}

type Listener = Arc<dyn Fn(Event) + Send + Sync>;

/// A connection that mends itself.
pub(crate) struct Redis {
    client: Client,
    listener: Listener,
    connection: ArcSwap<ConnectionManager>,
}

impl Redis {
    /// Connects; `listener` is told what the followed channels bring, and must not block.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when Redis does not answer; its source says so in one line.
    pub(crate) async fn connect(url: &SecretString, listener: impl Fn(Event) + Send + Sync + 'static) -> Result<Self> {
        let info =
            url.expose_secret().into_connection_info().map_err(|error| unreachable("the given address", &error))?;
        let address = info.addr().to_string();
        // Messages come unasked, on the connection that everything else uses: that is RESP3.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings)).map_err(|error| unreachable(&address, &error))?;
        let listener: Listener = Arc::new(listener);
        let connection = open(&client, &listener).await.map_err(|error| unreachable(&address, &error))?;
        Ok(Self { client, listener, connection: ArcSwap::from_pointee(connection) })
    }

    /// Asks for messages, then reads the sessions that are denied, each with the time left to it.
    ///
    /// # Errors
    /// [`Error::Unavailable`], as of all that follows, when Redis does not answer in time.
    pub(crate) async fn follow(&self) -> Result<Vec<(SessionId, Duration)>> {
        self.read_all().await.map_err(|error| silent(&error))
    }

    async fn read_all(&self) -> RedisResult<Vec<(SessionId, Duration)>> {
        let mut connection = self.connection();
        connection.subscribe(DENY_CHANNEL).await?;
        connection.subscribe(POLICY_CHANNEL).await?;
        let mut denied = Vec::new();
        let mut cursor = 0_u64;
        loop {
            let mut scan = redis::cmd("SCAN");
            scan.arg(cursor).arg("MATCH").arg(format!("{DENY_KEY}*")).arg("COUNT").arg(BATCH);
            let (next, keys): (u64, Vec<String>) = scan.query_async(&mut connection).await?;
            denied.extend(remaining(&mut connection, &keys).await?);
            cursor = next;
            if cursor == 0 {
                return Ok(denied);
            }
        }
    }

    /// Does it answer?
    pub(crate) async fn ping(&self) -> Result<()> {
        redis::cmd("PING").exec_async(&mut self.connection()).await.map_err(|error| silent(&error))
    }

    /// Denies sessions for so long, here and on all replicas.
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

    /// Tells all replicas that the policy has this revision now.
    pub(crate) async fn announce_policy(&self, revision: u64) -> Result<()> {
        let mut publish = redis::cmd("PUBLISH");
        publish.arg(POLICY_CHANNEL).arg(revision);
        publish.exec_async(&mut self.connection()).await.map_err(|error| silent(&error))
    }

    /// Counts a try in the window of that name, which lasts for `window` from its first try; when there
    /// were `limit` already, it is not counted and the time until the window ends is given.
    pub(crate) async fn take_try(&self, name: &str, limit: u32, window: Duration) -> Result<Option<Duration>> {
        let mut script = eval(TAKE_TRY, name);
        script.arg(limit).arg(window.as_millis().max(1).to_string());
        let left: u64 = self.ask_soon(&script).await?;
        Ok((left > 0).then(|| Duration::from_millis(left)))
    }

    /// Takes a try back.
    pub(crate) async fn give_try_back(&self, name: &str) -> Result<()> {
        self.ask_soon::<i64>(&eval(GIVE_TRY_BACK, name)).await.map(drop)
    }

    /// Forgets the tries in a window.
    pub(crate) async fn forget_tries(&self, name: &str) -> Result<()> {
        let mut delete = redis::cmd("DEL");
        delete.arg(format!("{LIMIT_KEY}{name}"));
        self.ask_soon::<i64>(&delete).await.map(drop)
    }

    /// Asks for an answer within [`TIMEOUT`], a connection that has to be made anew included.
    async fn ask_soon<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        let mut connection = self.connection();
        let answer = tokio::time::timeout(TIMEOUT, command.query_async(&mut connection)).await;
        answer.map_err(|late| Error::Unavailable(late.into()))?.map_err(|error| silent(&error))
    }

    /// Gives the connection up for a new one, where no answer comes and no end either.
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

/// A script on the window of that name.
fn eval(script: &str, name: &str) -> Cmd {
    let mut command = redis::cmd("EVAL");
    command.arg(script).arg(1).arg(format!("{LIMIT_KEY}{name}"));
    command
}

async fn open(client: &Client, listener: &Listener) -> RedisResult<ConnectionManager> {
    let listener = Arc::clone(listener);
    let tell = move |push: PushInfo| -> Result<(), SendError> {
        if let Some(event) = read(&push) {
            listener(event);
        }
        Ok(())
    };
    // The defaults are six retries with growing pauses, far too long within a request.
    let config = ConnectionManagerConfig::new()
        .set_response_timeout(Some(TIMEOUT))
        .set_connection_timeout(Some(TIMEOUT))
        .set_number_of_retries(1)
        .set_push_sender(tell)
        .set_automatic_resubscription();
    ConnectionManager::new_with_config(client.clone(), config).await
}

/// Takes a message for an event; `None` for what does not concern us.
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

/// The sessions that keys deny, with the time left to each; a key that has just gone is left out.
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
    Error::Unavailable(format!("redis does not answer: {error}").into())
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
    fn messages_of_other_replicas_are_understood() {
        let session = Uuid::from_u128(7);
        let denied = message(DENY_CHANNEL, &format!("{}:605", session.simple()));
        assert_eq!(read(&denied), Some(Event::Denied(session.into(), Duration::from_secs(605))));
        assert_eq!(read(&message(POLICY_CHANNEL, "12")), Some(Event::PolicyChanged));
        let lost = PushInfo { kind: PushKind::Disconnection, data: Vec::new() };
        assert_eq!(read(&lost), Some(Event::Lost));
    }

    #[test]
    fn messages_that_make_no_sense_are_passed_over() {
        for text in ["", ":", "x:1", "00000000000000000000000000000007", "00000000000000000000000000000007:x"] {
            assert_eq!(read(&message(DENY_CHANNEL, text)), None, "`{text}`");
        }
        assert_eq!(read(&message("another", "00000000000000000000000000000007:5")), None);
        assert_eq!(read(&PushInfo { kind: PushKind::Message, data: Vec::new() }), None);
    }
}

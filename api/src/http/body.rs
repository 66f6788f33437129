//! Reading the body of a request: its size, its time, and the room that all bodies share.

use super::client_address::network;
use super::graphql::HttpError;
use super::limits;
use super::media::{is_identity, is_json};
use futures_util::StreamExt as _;
use poem::Request;
use poem::http::{HeaderMap, StatusCode, header};
use rustc_hash::FxHashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Room for the bodies of all requests. Small bodies need none, so that many large ones stop only each other; a client
/// has a part of it, so that it does not stop others.
#[derive(Clone, Debug, Default)]
pub(super) struct BodyRoom(Arc<Mutex<UsedRoom>>);

#[derive(Debug, Default)]
struct UsedRoom {
    total: usize,
    by_client: FxHashMap<IpAddr, usize>,
}

/// A body, with the room that it takes until it is dropped.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    room: BodyRoom,
    client: IpAddr,
    taken: usize,
}

impl BodyRoom {
    /// A body that is empty so far.
    pub(super) fn body_of(&self, client: IpAddr) -> Body {
        Body { bytes: Vec::new(), room: self.clone(), client: network(client), taken: 0 }
    }

    fn lock(&self) -> MutexGuard<'_, UsedRoom> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Body {
    /// Appends bytes; returns false where there is no room for them.
    fn append(&mut self, bytes: &[u8]) -> bool {
        let needed = (self.bytes.len() + bytes.len()).saturating_sub(limits::SMALL_BODY);
        let more = needed.saturating_sub(self.taken);
        if more > 0 {
            let mut used = self.room.lock();
            let of_client = used.by_client.get(&self.client).copied().unwrap_or_default() + more;
            if of_client > limits::BODIES_OF_CLIENT || used.total + more > limits::BODIES {
                return false;
            }
            used.total += more;
            used.by_client.insert(self.client, of_client);
            self.taken += more;
        }
        self.bytes.extend_from_slice(bytes);
        true
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        if self.taken > 0 {
            let mut used = self.room.lock();
            used.total -= self.taken;
            let left = used.by_client.get(&self.client).map_or(0, |taken| taken - self.taken);
            match left {
                0 => drop(used.by_client.remove(&self.client)),
                _ => drop(used.by_client.insert(self.client, left)),
            }
        }
    }
}

/// Reads a body within `timeout`, up to its limit. A refused body is drained up to [`limits::DRAINED`], unless the client
/// waits for `100 Continue` before it sends it.
///
/// # Errors
/// [`HttpError`] for a media type that is not supported, a body that is too large, too slow or incomplete, and where there
/// is no room for it.
pub(super) async fn read(request: &mut Request, body: Body, timeout: Duration) -> Result<Body, HttpError> {
    let refusal = refusal(request.headers());
    if let Some(refusal) = refusal.filter(|_| waits_for_continue(request.headers())) {
        return Err(refusal);
    }
    let is_supported = is_supported(request.headers());
    let reading = read_stream(request, body, if is_supported { limits::BODY } else { 0 });
    let (body, length) = match tokio::time::timeout(timeout, reading).await {
        Ok(read) => read?,
        Err(_) => {
            return Err(HttpError::new(StatusCode::REQUEST_TIMEOUT, "timeout while reading the body: send it faster"));
        }
    };
    if !is_supported {
        return Err(unsupported());
    }
    if length > limits::BODY {
        return Err(too_large());
    }
    Ok(body)
}

/// Reads the stream to its end, and keeps the body if it is not longer than `kept`. Returns its length.
async fn read_stream(request: &mut Request, mut body: Body, kept: usize) -> Result<(Body, usize), HttpError> {
    let stream = request.take_body().into_bytes_stream();
    futures_util::pin_mut!(stream);
    let mut length = 0_usize;
    while let Some(chunk) = stream.next().await {
        let chunk =
            chunk.map_err(|_| HttpError::new(StatusCode::BAD_REQUEST, "the body is incomplete: send it again"))?;
        length = length.saturating_add(chunk.len());
        if length > limits::DRAINED {
            break;
        }
        if length <= kept && !body.append(&chunk) {
            return Err(HttpError::unavailable("too many large bodies at the same time: send it again later"));
        }
    }
    Ok((body, length))
}

/// Why a request is refused by its header alone.
fn refusal(headers: &HeaderMap) -> Option<HttpError> {
    if !is_supported(headers) {
        return Some(unsupported());
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    length.is_some_and(|length| length > limits::BODY as u64).then(too_large)
}

fn is_supported(headers: &HeaderMap) -> bool {
    is_json(headers) && is_identity(headers)
}

fn waits_for_continue(headers: &HeaderMap) -> bool {
    headers.get(header::EXPECT).is_some_and(|expected| expected.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

fn unsupported() -> HttpError {
    let message = "unsupported media type: send application/json in UTF-8, without content encoding";
    HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message)
}

fn too_large() -> HttpError {
    let message = format!("the body is too large: at most {} bytes", limits::BODY);
    HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(number: u32) -> IpAddr {
        number.to_be_bytes().into()
    }

    /// As many bodies of the largest size as there is room for.
    fn fill(room: &BodyRoom, client: IpAddr) -> Vec<Body> {
        let whole = vec![b' '; limits::BODY];
        let bodies = std::iter::repeat_with(|| {
            let mut body = room.body_of(client);
            body.append(&whole).then_some(body)
        });
        bodies.map_while(|body| body).collect()
    }

    #[test]
    fn the_bodies_of_a_client_and_of_all_are_limited_and_small_ones_are_not() {
        let room = BodyRoom::default();
        let mut held: Vec<Body> = Vec::new();
        for number in 0..40 {
            held.extend(fill(&room, client(number)));
            let of_client = room.lock().by_client.get(&client(number)).copied().unwrap_or_default();
            assert!(of_client <= limits::BODIES_OF_CLIENT);
        }
        assert!(held.len() > limits::BODIES / limits::BODY - 10, "{}", held.len());
        let total = room.lock().total;
        assert!(total <= limits::BODIES && total > limits::BODIES - limits::BODY, "{total}");
        let mut small = room.body_of(client(0));
        assert!(small.append(&[b' '; limits::SMALL_BODY]), "a small body needs no room");
        assert!(!small.append(&[b' '; limits::BODY / 2]), "its continuation does, and the client has too little left");
        drop(held);
        let used = room.lock();
        assert_eq!((used.total, used.by_client.len()), (0, 0), "all room is free again");
    }

    #[test]
    fn a_client_that_fills_its_room_stops_no_other() {
        let room = BodyRoom::default();
        let held = fill(&room, client(1));
        assert!(held.len() >= limits::BODIES_OF_CLIENT / limits::BODY);
        assert!(!fill(&room, client(2)).is_empty());
        assert!(fill(&room, client(1)).is_empty());
    }
}

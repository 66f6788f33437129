//! The server: connections are accepted within their limits and speak HTTP/1.1 until the stop.
//!
//! HTTP/2 without TLS is not spoken: browsers and reverse proxies do not use it, and a connection with one request at a
//! time bounds what a client can hold. The preface of HTTP/2 closes the connection.

use super::connections::{Connections, Place};
use super::listener::accept;
use super::timeout::{TimeoutStream, Timeouts};
use crate::config::{ConnectionSettings, TrustedProxies};
use crate::http::limits;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use poem::Endpoint;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Answer to a connection beyond the limits.
const REFUSAL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\nretry-after: 1\r\n\r\n";

/// A server for one endpoint.
#[derive(Debug)]
pub(super) struct Server<E> {
    endpoint: Arc<E>,
    connections: Arc<Connections>,
    timeouts: Timeouts,
}

impl<E: Endpoint + 'static> Server<E> {
    /// A server with these limits.
    pub(super) fn new(endpoint: E, settings: &ConnectionSettings, proxies: &TrustedProxies) -> Self {
        let connections = Connections::new(settings.max, settings.max_per_address, proxies.clone());
        Self { endpoint: Arc::new(endpoint), connections, timeouts: settings.into() }
    }

    /// Serves until `stop` completes. Then requests in flight may complete within `grace`.
    ///
    /// # Errors
    /// [`io::Error`] when the listener has no address.
    pub(super) async fn run(
        self,
        listener: TcpListener,
        stop: impl Future<Output = ()>,
        grace: Duration,
    ) -> io::Result<()> {
        let local = listener.local_addr()?;
        let (stopping, stopped) = watch::channel(false);
        // Ends with this future, in tests.
        let mut tasks = JoinSet::new();
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                (stream, peer) = accept(&listener, &self.connections) => {
                    match self.connections.admit(peer.ip(), Instant::now()) {
                        Some(place) => drop(tasks.spawn(self.serve(Accepted { stream, peer, local, place }, stopped.clone()))),
                        None => refuse(&stream),
                    }
                }
                Some(_) = tasks.join_next() => {}
            }
        }
        drop(listener);
        stopping.send_replace(true);
        let completed = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(grace, completed).await.is_err() {
            tracing::warn!(connections = tasks.len(), "requests in flight were cut off");
        }
        Ok(())
    }

    /// Serves the requests of one connection.
    fn serve(&self, accepted: Accepted, mut stopped: watch::Receiver<bool>) -> impl Future<Output = ()> + use<E> {
        let Accepted { stream, peer, local, place } = accepted;
        let endpoint = Arc::clone(&self.endpoint);
        let stream = TimeoutStream::new(stream, Arc::clone(&place.connection), self.timeouts);
        async move {
            let service = service_fn(|request: hyper::Request<Incoming>| {
                let request = (request, LocalAddr(local.into()), RemoteAddr(peer.into()), Scheme::HTTP);
                // Boxed, since the server moves this future several times.
                let response = Box::pin(endpoint.get_response(request.into()));
                async move { Ok::<hyper::Response<_>, Infallible>(response.await.into()) }
            });
            let mut http = http1::Builder::new();
            // Responses are small: one buffer is sent quicker than a head and a body.
            http.max_buf_size(limits::BUFFER).writev(false);
            let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service));
            tokio::select! {
                // An error ends the connection; the client has seen a status where it can have one.
                _ = connection.as_mut() => return,
                () = place.connection.end.notified() => return,
                _ = stopped.wait_for(|is_stopped| *is_stopped) => {}
            }
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                _ = connection => {}
                () = place.connection.end.notified() => {}
            }
        }
    }
}

/// A connection that was accepted and admitted.
struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    local: SocketAddr,
    place: Place,
}

/// Says that there is no room, without waiting for the client to read it.
fn refuse(stream: &TcpStream) {
    let _ = stream.try_write(REFUSAL);
}

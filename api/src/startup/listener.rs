//! Accepting connections: without delay for small responses, and with a pause when file descriptors run out.

use super::connections::Connections;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

/// Pause when the system has no file descriptor or memory for a connection.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts the next connection, with `TCP_NODELAY` set.
pub(super) async fn accept(listener: &TcpListener, connections: &Connections) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, remote)) => {
                // A failure shows again at the first read.
                let _ = stream.set_nodelay(true);
                return (stream, remote);
            }
            Err(error) if is_connection_error(&error) => {}
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "cannot accept a connection");
                connections.make_room(Instant::now());
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Whether an error concerns one connection, not the listener.
fn is_connection_error(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
